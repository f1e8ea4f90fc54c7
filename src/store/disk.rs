//! Finds file systems on which the locks between writers do not work. Warns only: nothing is refused here.

use std::path::{Path, PathBuf};

/// File systems of networks and hosts, whose locks fail or depend on the configuration.
const DOUBTFUL: [&str; 12] = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "vboxsf", "drvfs", "fuse",
    "fuseblk",
];

/// The name of the file system of a path if its locks may fail; none elsewhere, or where the system has no list of mounts.
pub fn doubtful_file_system(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    find_file_system(&mounts, &whole).filter(|k| is_doubtful(k))
}

fn is_doubtful(kind: &str) -> bool {
    DOUBTFUL.contains(&kind) || kind.starts_with("fuse.")
}

/// Finds the file system of a path in the list of mounts.
fn find_file_system(mounts: &str, path: &Path) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(at), Some(kind)) = (words.next(), words.next()) else {
            continue;
        };
        let at = PathBuf::from(at.replace("\\040", " "));
        let depth = at.components().count();
        // A later mount hides an earlier one at the same place.
        if path.starts_with(&at) && best.as_ref().is_none_or(|(d, _)| depth >= *d) {
            best = Some((depth, kind.to_owned()));
        }
    }
    best.map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::{find_file_system, is_doubtful};
    use std::path::Path;

    #[test]
    fn the_deepest_mount_counts() {
        let mounts = "/dev/sda / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0\n/dev/sdb /srv/own\\040disk xfs rw 0 0\nu@h: /home/u/far fuse.sshfs rw 0 0\n";
        let at = |p: &str| find_file_system(mounts, Path::new(p)).unwrap_or_default();
        assert_eq!(at("/var/ws"), "ext4");
        assert_eq!(at("/srv/ws/.saydo"), "nfs4");
        assert_eq!(at("/srv/own disk/ws"), "xfs");
        assert_eq!(at("/srvother"), "ext4");
        assert!(is_doubtful(&at("/home/u/far/ws")) && is_doubtful("nfs4") && !is_doubtful("ext4"));
    }
}
