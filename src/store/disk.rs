//! What kind of file system a record lies on: on some, the locks that keep writers apart do not work.

use std::path::{Path, PathBuf};

/// File systems over a network or from a host, whose locks are known to fail or to depend on how they are set up.
const DOUBTFUL: [&str; 12] = [
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "vboxsf", "drvfs", "fuse",
    "fuseblk",
];

/// The doubtful file system that a path is on, if it is on one; nothing where the system does not say.
pub fn doubtful(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    kind(&mounts, &whole).filter(|k| is_doubtful(k))
}

fn is_doubtful(kind: &str) -> bool {
    DOUBTFUL.contains(&kind) || kind.starts_with("fuse.")
}

/// The kind of the file system that a path is on, by the list of mounts.
fn kind(mounts: &str, path: &Path) -> Option<String> {
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
    use super::{is_doubtful, kind};
    use std::path::Path;

    #[test]
    fn the_deepest_mount_counts() {
        let mounts = "/dev/sda / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0\n/dev/sdb /srv/own\\040disk xfs rw 0 0\nu@h: /home/u/far fuse.sshfs rw 0 0\n";
        let at = |p: &str| kind(mounts, Path::new(p)).unwrap_or_default();
        assert_eq!(at("/var/ws"), "ext4");
        assert_eq!(at("/srv/ws/.saydo"), "nfs4");
        assert_eq!(at("/srv/own disk/ws"), "xfs");
        assert_eq!(at("/srvother"), "ext4");
        assert!(is_doubtful(&at("/home/u/far/ws")) && is_doubtful("nfs4") && !is_doubtful("ext4"));
    }
}
