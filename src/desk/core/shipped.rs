//! The files that are built into the program: the first workspace, the playbooks, the examples. It writes none of them.

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
