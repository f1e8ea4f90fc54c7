//! Writes texts as files, each atomically and none through a link. Removes no files.

use std::path::{Path, PathBuf};

use crate::domain::config::outlet::Outlet;
use crate::publish::message::OutletMessage;
use crate::publish::open_folder::{FOR_ALL, OpenFolder};
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

    /// Writes a file below the folder.
    fn write_file(&self, folder: &OpenFolder, path: &str, text: &str) -> std::io::Result<()> {
        // Sending the same text again must not change the file.
        if folder
            .read_file(path)
            .is_some_and(|old| old == text.as_bytes())
        {
            return Ok(());
        }
        folder.write_file(path, text.as_bytes(), true)
    }
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
        let langs: Vec<&str> = message.texts.iter().map(|(l, _)| l.tag()).collect();
        let texts: Vec<&str> = message.texts.iter().map(|(_, t)| t.as_str()).collect();
        let text = format!("{}\n", texts.join("\n\n"));
        let name = format!("{}-{}", safe_file_name(&message.channel), langs.join("-"));
        let own = format!(
            "{}/{:04}-{name}.txt",
            incidents.join("+"),
            message.statement
        );
        let latest = format!("latest-{name}.txt");
        let done = OpenFolder::create_root(&self.root, FOR_ALL).and_then(|folder| {
            self.write_file(&folder, &own, &text)?;
            self.write_file(&folder, &latest, &text)?;
            // A sender that was killed may have left a part of a text where everybody sees it.
            for written in [Path::new(&own).parent(), Some(Path::new(""))] {
                folder.remove_partial_files_in(written.unwrap_or(Path::new("")));
            }
            Ok(())
        });
        let shown = self.root.join(&own).display().to_string();
        match done {
            Ok(()) => SendOutcome::There(Some(shown)),
            Err(e) => SendOutcome::NotThere(format!("{shown}: {e}"), None),
        }
    }
}
