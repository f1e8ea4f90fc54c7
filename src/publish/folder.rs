//! Writes texts as files, each atomically. Removes no files.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::domain::config::outlet::Outlet;
use crate::publish::message::OutletMessage;
use crate::publish::outlet_adapter::{OutletAdapter, SendOutcome};

/// The adapter of a folder: `INCIDENT/NUMBER-CHANNEL-LANG.txt` for each text, and `latest-CHANNEL-LANG.txt` for the newest.
pub struct FolderAdapter {
    root: PathBuf,
}

impl FolderAdapter {
    /// Builds the adapter; writes nothing yet.
    pub fn new(outlet: &Outlet, root: &Path) -> FolderAdapter {
        FolderAdapter {
            root: root.join(outlet.folder.as_deref().unwrap_or_default()),
        }
    }

    fn write_file(&self, path: &Path, text: &str) -> std::io::Result<()> {
        // Sending the same text again must not change the file.
        if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .permissions(world_readable())
            .tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    }
}

/// Published files may be served by a program of another user.
#[cfg(unix)]
fn world_readable() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

/// Makes a name safe as a file name. Identifiers already are.
fn safe_file_name(name: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = name
        .chars()
        .map(|c| if fine(c) { c } else { '_' })
        .collect();
    name.trim_start_matches('.').to_owned()
}

impl OutletAdapter for FolderAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        let incidents: Vec<String> = message
            .incidents
            .iter()
            .map(|i| safe_file_name(i))
            .collect();
        let folder = self.root.join(incidents.join("+"));
        let langs: Vec<&str> = message.texts.iter().map(|(l, _)| l.tag()).collect();
        let texts: Vec<&str> = message.texts.iter().map(|(_, t)| t.as_str()).collect();
        let text = format!("{}\n", texts.join("\n\n"));
        let name = format!("{}-{}", safe_file_name(&message.channel), langs.join("-"));
        let own = folder.join(format!("{:04}-{name}.txt", message.statement));
        let latest = self.root.join(format!("latest-{name}.txt"));
        let done = self
            .write_file(&own, &text)
            .and_then(|()| self.write_file(&latest, &text));
        match done {
            Ok(()) => SendOutcome::There(Some(own.display().to_string())),
            Err(e) => SendOutcome::NotThere(format!("{}: {e}", own.display()), None),
        }
    }
}
