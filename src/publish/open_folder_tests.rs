//! Folders with links in them: nothing is read, written or removed through one.

use super::*;

/// A folder with a file outside of it, and the folder itself.
fn inside_and_outside() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
    std::fs::create_dir(&inside).unwrap();
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("a"), "theirs").unwrap();
    (dir, inside, outside)
}

fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[test]
fn files_are_written_read_and_removed_below() {
    let (_dir, inside, _) = inside_and_outside();
    let folder = OpenFolder::create_root(&inside.join("new/er"), FOR_ALL).unwrap();
    folder.write_file("x/y/z", b"1", true).unwrap();
    folder.write_file("x/y/z", b"22", false).unwrap();
    folder.write_file("w", b"3", false).unwrap();
    assert_eq!(folder.read_file("x/y/z").as_deref(), Some(&b"22"[..]));
    assert_eq!(folder.look_up("x/y/z").map(|f| f.0), Some(2));
    assert_eq!(folder.read_file("x/y"), None);
    assert_eq!(folder.names_in(Path::new("x/y")), ["z"]);
    folder.remove_file("x/y/z").unwrap();
    folder.remove_file("x/y/z").unwrap();
    assert_eq!(folder.names_in(Path::new("")), ["w"]);
    // Its folders are made again after they went.
    folder.write_file("x/y/z", b"1", false).unwrap();
    assert_eq!(folder.names_in(Path::new("x/y")), ["z"]);
    for path in ["", "..", "../a", "/etc/passwd", "x/../../a", "."] {
        assert!(folder.write_file(path, b"", false).is_err(), "{path}");
        assert!(folder.read_file(path).is_none(), "{path}");
        assert!(folder.remove_file(path).is_err(), "{path}");
    }
}

#[test]
fn nothing_goes_through_a_link() {
    let (_dir, inside, outside) = inside_and_outside();
    link(&outside, &inside.join("linked"));
    std::fs::create_dir(inside.join("real")).unwrap();
    link(&outside, &inside.join("real/linked"));
    link(&outside.join("a"), &inside.join("file"));
    let folder = OpenFolder::create_root(&inside, FOR_ALL).unwrap();
    for path in ["linked/a", "linked/new/b", "real/linked/a"] {
        for done in [
            folder.write_file(path, b"ours", false),
            folder.remove_file(path),
            folder.check_way(path),
        ] {
            let said = done.unwrap_err().to_string();
            assert!(said.contains("is a link"), "{path}: {said}");
        }
        assert_eq!(folder.read_file(path), None);
        assert_eq!(folder.look_up(path), None);
    }
    assert!(folder.names_in(Path::new("linked")).is_empty());
    // What a killed program left is removed below, and not behind a link.
    for at in [&outside, &inside.join("real")] {
        std::fs::write(at.join(".saydo-part-x"), "half").unwrap();
    }
    let written = std::fs::File::create(inside.join("real/.saydo-part-y")).unwrap();
    rustix::fs::flock(&written, rustix::fs::FlockOperation::LockExclusive).unwrap();
    folder.remove_partial_files(Path::new(""));
    let mut names = folder.names_in(Path::new("real"));
    names.sort();
    assert_eq!(
        names,
        [".saydo-part-y", "linked"],
        "what somebody writes now stays"
    );
    drop(written);
    folder.remove_partial_files_in(Path::new("real"));
    assert_eq!(folder.names_in(Path::new("real")), ["linked"]);
    std::fs::remove_file(outside.join(".saydo-part-x")).unwrap();
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
    // A link in the place of a file is not read, and is replaced.
    assert_eq!(folder.read_file("file"), None);
    assert!(folder.open_lock("file").is_err());
    folder.write_file("file", b"ours", false).unwrap();
    assert_eq!(std::fs::read(outside.join("a")).unwrap(), b"theirs");
    assert_eq!(folder.read_file("file").as_deref(), Some(&b"ours"[..]));
    folder.remove_file("file").unwrap();
    // The name of the folder itself may lead through links: somebody typed it.
    link(&inside, &outside.join("back"));
    let folder = OpenFolder::create_root(&outside.join("back"), FOR_ALL).unwrap();
    folder.write_file("b", b"ours", false).unwrap();
    assert!(inside.join("b").is_file());
}

#[test]
fn files_for_their_owner_are_readable_by_nobody_else() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, inside, _) = inside_and_outside();
    let folder = OpenFolder::create_root(&inside, FOR_OWNER).unwrap();
    folder.write_file("x/y", b"1", false).unwrap();
    let mode = |p: &str| {
        std::fs::metadata(inside.join(p))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!((mode("x"), mode("x/y")), (0o700, 0o600));
}
