//! Credentials by reference: a variable of the environment, or a file that nobody else may read. Never printed.

use std::path::Path;
use std::sync::Arc;

use crate::domain::config::outlet::Reference;
use crate::publish::outlet_adapter::Hindered;

/// Looks a variable up by name.
pub type Variables = Box<dyn Fn(&str) -> Option<String>>;

/// Where variables are looked up: given by the edge, so that nothing here reads the environment.
pub struct Secrets {
    /// A variable by name.
    pub variable: Variables,
    /// Seconds since 1970, for what is signed: receivers compare them with their own clock.
    pub now: Arc<dyn Fn() -> i64 + Sync + Send>,
}

/// A credential. Shows nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(a credential)")
    }
}

impl Secret {
    /// The credential itself, for an envelope.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Secrets {
    /// Finds a credential.
    ///
    /// # Errors
    /// When it is not there, empty, or a file that others may read.
    pub fn find(&self, reference: &str, root: &Path) -> Result<Secret, Hindered> {
        match Reference::read(reference) {
            Some(Reference::Variable(name)) => (self.variable)(&name)
                .filter(|v| !v.trim().is_empty())
                .map(|v| Secret(v.trim().to_owned()))
                .ok_or_else(|| {
                    Hindered::new(
                        format!("the credential is missing: {name} is not set"),
                        "set it in the environment of the one who publishes (for cron: in its file of variables)",
                    )
                }),
            Some(Reference::File(path)) => file(&root.join(&path)),
            None => Err(Hindered::new(
                "`secret` is neither env:NAME nor file:PATH",
                "see docs/publishing.md",
            )),
        }
    }
}

fn file(path: &Path) -> Result<Secret, Hindered> {
    let shown = path.display();
    let wrong = |what: String| Hindered::new(format!("the credential in {shown}: {what}"), "");
    let found = std::fs::metadata(path).map_err(|e| wrong(e.to_string()))?;
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&found) & 0o077 != 0 {
        return Err(Hindered::new(
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
