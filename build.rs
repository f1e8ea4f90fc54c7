//! Names the meaning of a state by a hash of the sources that define it, so that a snapshot with another meaning is never used;
//! and the commit of a program that is handed out. It writes no file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::process::Command;

fn main() -> std::io::Result<()> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders: Vec<PathBuf> = vec![
        "src/domain".into(),
        "src/store/snapshot".into(),
        "src/store/verify".into(),
    ];
    while let Some(folder) = folders.pop() {
        println!("cargo::rerun-if-changed={}", folder.display());
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        file.hash(&mut hasher);
        std::fs::read(file)?.hash(&mut hasher);
    }
    println!("cargo::rustc-env=SAYDO_FOLD={:016x}", hasher.finish());
    println!(
        "cargo::rustc-env=SAYDO_BUILT_FROM={}",
        commit().unwrap_or_default()
    );
    Ok(())
}

/// The commit, as SAYDO_COMMIT gives it or git does; none for a build that is not handed out, which would be built anew at each.
fn commit() -> Option<String> {
    println!("cargo::rerun-if-env-changed=SAYDO_COMMIT");
    if let Ok(given) = std::env::var("SAYDO_COMMIT")
        && !given.is_empty()
    {
        return Some(given);
    }
    if std::env::var("PROFILE").as_deref() != Ok("release") {
        return None;
    }
    println!("cargo::rerun-if-changed=.git/logs/HEAD");
    let git = |args: &[&str]| {
        let out = Command::new("git").args(args).output().ok()?;
        let text = String::from_utf8(out.stdout).ok()?;
        out.status.success().then(|| text.trim().to_owned())
    };
    let short = git(&["rev-parse", "--short=12", "HEAD"])?;
    let is_clean = git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(if is_clean {
        short
    } else {
        format!("{short}, changed")
    })
}
