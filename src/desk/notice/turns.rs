//! Who plans and who sends at a time, on this machine: many send side by side, and nobody sends while somebody plans, or somebody
//! would be told twice. Locks go with the program. It neither plans nor sends.

use std::fs::File;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use crate::desk::notice::base_blocks::wrong;
use crate::store::StoreError;

/// The start of the name of a folder in which somebody plans.
pub const PLANNING: &str = "plan-";

/// The folder of all plans, for its owner alone.
///
/// # Errors
/// When it cannot be made.
pub fn make_notices_folder(own: &Path) -> Result<PathBuf, StoreError> {
    let folder = own.join("notices");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    let made = builder.create(&folder);
    made.map_err(|e| wrong(&folder, &e.to_string()))?;
    Ok(folder)
}

/// The turn of the only one who plans.
///
/// # Errors
/// While somebody else plans or sends.
pub fn take_turn_to_plan(notices: &Path) -> Result<File, StoreError> {
    let operation = FlockOperation::NonBlockingLockExclusive;
    let taken = take_lock(&notices.join("turn"), operation)?.ok_or_else(|| {
        let what = "a notice is being planned or sent here; plan when that is done, or stop it: its sender goes on later";
        wrong(notices, what)
    })?;
    remove_left_behind(notices)?;
    Ok(taken)
}

/// The turn of one of those who send.
///
/// # Errors
/// While somebody plans.
pub fn take_turn_to_send(notices: &Path) -> Result<File, StoreError> {
    let operation = FlockOperation::NonBlockingLockShared;
    take_lock(&notices.join("turn"), operation)?.ok_or_else(|| {
        let what = "a notice is being planned here; send when that is done";
        wrong(notices, what)
    })
}

/// A lock on a file, which is made when it is not there; none while another has it.
///
/// # Errors
/// When the file cannot be made.
pub fn take_lock(path: &Path, operation: FlockOperation) -> Result<Option<File>, StoreError> {
    let open = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path);
    let file = open.map_err(|e| wrong(path, &e.to_string()))?;
    Ok(flock(&file, operation).is_ok().then_some(file))
}

/// What somebody who was killed while planning has put aside: addresses that nobody needs.
fn remove_left_behind(notices: &Path) -> Result<(), StoreError> {
    let io = |e: std::io::Error| wrong(notices, &e.to_string());
    for entry in std::fs::read_dir(notices).map_err(io)? {
        let entry = entry.map_err(io)?;
        if entry.file_name().to_string_lossy().starts_with(PLANNING) {
            std::fs::remove_dir_all(entry.path()).map_err(io)?;
        }
    }
    Ok(())
}
