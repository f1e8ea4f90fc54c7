//! Finds credentials by reference: an environment variable, or a file that only its owner may read. Never prints them.

use std::path::Path;
use std::sync::Arc;

use crate::domain::config::outlet::Reference;
use crate::publish::outlet_adapter::SetupError;

/// Looks up an environment variable by name.
pub type Variables = Box<dyn Fn(&str) -> Option<String>>;

/// Access to the environment and the clock, given by the command line: nothing here reads them.
pub struct Secrets {
    /// Looks up an environment variable.
    pub variable: Variables,
    /// Seconds since 1970, for signatures: receivers compare them with their own clock.
    pub now: Arc<dyn Fn() -> i64 + Sync + Send>,
}

/// A credential. Its debug output does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(a credential)")
    }
}

impl Secret {
    /// The credential in clear.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Secrets {
    /// Finds a credential.
    ///
    /// # Errors
    /// When the credential is missing or empty, or others may read its file.
    pub fn find_secret(&self, reference: &str, root: &Path) -> Result<Secret, SetupError> {
        match Reference::read(reference) {
            Some(Reference::Variable(name)) => (self.variable)(&name)
                .filter(|v| !v.trim().is_empty())
                .map(|v| Secret(v.trim().to_owned()))
                .ok_or_else(|| {
                    SetupError::new(
                        format!("the credential is missing: {name} is not set"),
                        "set it in the environment of the one who publishes (for cron: in its file of variables)",
                    )
                }),
            Some(Reference::File(path)) => read_secret_file(&root.join(&path)),
            None => Err(SetupError::new(
                "`secret` is neither env:NAME nor file:PATH",
                "see docs/publishing.md",
            )),
        }
    }
}

fn read_secret_file(path: &Path) -> Result<Secret, SetupError> {
    let shown = path.display();
    let wrong = |what: String| SetupError::new(format!("the credential in {shown}: {what}"), "");
    let found = std::fs::metadata(path).map_err(|e| wrong(e.to_string()))?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&found) & 0o077 != 0 {
        return Err(SetupError::new(
            format!("the credential in {shown} may be read by others"),
            format!("chmod 600 {shown}"),
        ));
    }
    if found.len() > 64 * 1024 {
        return Err(wrong("the file is larger than 64 KiB".into()));
    }
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong("the file is empty".into()));
    }
    Ok(Secret(text.to_owned()))
}
