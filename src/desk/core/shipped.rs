//! The files that are built into the program: the first workspace, the playbooks, the examples. It writes none of them.

use crate::domain::record::record_event::TextKind;
use crate::store::files::Adoptable;

/// A file with its path inside the project.
pub struct Shipped {
    /// Its path, below the folder that it is shipped in.
    pub path: &'static str,
    pub text: &'static str,
}

macro_rules! shipped {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(Shipped { path: $path, text: include_str!(concat!("../../../", $folder, "/", $path)) }),+]
    };
}

/// The shipped playbooks, base first.
pub const PLAYBOOKS: &[Shipped] = shipped!("playbooks":
    "base.yaml",
    "submarine-cable-disruption.yaml",
    "several-cables.yaml",
    "backbone-cut.yaml",
    "regional-power-failure.yaml",
    "core-failure.yaml",
    "denial-of-service.yaml",
    "planned-work.yaml",
    "peak-hour-congestion.yaml",
);

/// What `init` writes besides the playbooks.
pub const WORKSPACE: &[Shipped] = shipped!("examples/workspace":
    "saydo.yaml",
    "network.yaml",
);

/// The examples that `demo` can show.
pub const EXAMPLES: &[Shipped] = shipped!("examples":
    "two-of-four-cables/scenario.yaml",
    "storm-night/scenario.yaml",
);

/// The shipped workspace, network and playbooks, as files to adopt.
pub fn shipped_files() -> Vec<Adoptable> {
    let mut all = Vec::new();
    for file in WORKSPACE {
        let (kind, name) = if file.path == "saydo.yaml" {
            (TextKind::Workspace, "workspace")
        } else {
            (TextKind::Network, "network")
        };
        all.push(Adoptable {
            kind,
            name: name.into(),
            path: file.path.into(),
            bytes: file.text.as_bytes().to_vec(),
        });
    }
    for file in PLAYBOOKS {
        let name = file.path.trim_end_matches(".yaml").to_owned();
        all.push(Adoptable {
            kind: TextKind::Playbook,
            name,
            path: format!("playbooks/{}", file.path),
            bytes: file.text.as_bytes().to_vec(),
        });
    }
    all
}

/// A shipped playbook by name.
pub fn shipped_playbook(name: &str) -> Option<&'static str> {
    PLAYBOOKS
        .iter()
        .find(|p| p.path.strip_suffix(".yaml") == Some(name))
        .map(|p| p.text)
}

/// True for the very text of a shipped file.
pub fn is_text(bytes: &[u8]) -> bool {
    PLAYBOOKS
        .iter()
        .chain(WORKSPACE)
        .any(|f| f.text.as_bytes() == bytes)
}
