//! Names what folding a record means by the texts that say so, so that a kept fold of another meaning is never gone on from.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let mut files: Vec<PathBuf> = vec!["src/store/fold.rs".into()];
    let mut folders: Vec<PathBuf> = vec!["src/domain".into()];
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
    Ok(())
}
