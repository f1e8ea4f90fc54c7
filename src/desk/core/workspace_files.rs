//! The files of a workspace as the command line handles them. What is adopted is read by the journal, not here.

pub use crate::store::StoreError;
pub use crate::store::files::{
    Adoptable, MAX_EVIDENCE, OWN_FOLDER, WORKSPACE_FILE, WorkspaceFolder, io_error, read_bytes,
    read_bytes_up_to, read_network, read_playbook, read_workspace, write_file,
};
pub use crate::store::yaml::{MAX_BYTES, Source, Trouble as FileTrouble, read_yaml};
