//! The files of a workspace as the command line handles them. What is adopted is read by the journal, not here.

pub use crate::store::StoreError;
pub use crate::store::files::{
    Adoptable, Folder, MAX_EVIDENCE, OWN_FOLDER, WORKSPACE_FILE, bytes as read_bytes,
    bytes_up_to as read_bytes_up_to, io as io_error, people as read_people,
    playbook as read_playbook, workspace as read_workspace, write as write_file,
};
pub use crate::store::yaml::{MAX_BYTES, Source, Trouble as FileTrouble, read as read_yaml};
