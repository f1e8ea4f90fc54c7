//! Rows put aside by whom they are about, so that each part fits into memory. It knows no customer.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::desk::notice::base_blocks::wrong;
use crate::store::StoreError;

/// How many parts there are: 70 million rows are some 270,000 in each.
pub const PARTS: usize = 256;

/// Bytes that wait for each part.
const BUFFER: usize = 32 * 1024;

/// The part of a digest.
pub fn part_of(digest: &[u8; 16]) -> usize {
    usize::from(digest[0])
}

/// A file for each part, below a folder of its own.
pub struct Partitions {
    folder: PathBuf,
    name: &'static str,
    files: Vec<BufWriter<File>>,
}

impl Partitions {
    /// Makes the files of all parts.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn create(folder: &Path, name: &'static str) -> Result<Partitions, StoreError> {
        let mut files = Vec::with_capacity(PARTS);
        for part in 0..PARTS {
            let path = path_of(folder, name, part);
            let file = File::create(&path).map_err(|e| wrong(&path, &e.to_string()))?;
            files.push(BufWriter::with_capacity(BUFFER, file));
        }
        Ok(Partitions {
            folder: folder.to_owned(),
            name,
            files,
        })
    }

    /// Puts bytes into a part.
    ///
    /// # Errors
    /// When they cannot be written: the disk is full.
    pub fn put(&mut self, part: usize, bytes: &[u8]) -> Result<(), StoreError> {
        self.files[part].write_all(bytes).map_err(|e| {
            let path = path_of(&self.folder, self.name, part);
            wrong(&path, &format!("{e}; the disk may be full"))
        })
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// As for writing.
    pub fn finish(mut self) -> Result<Finished, StoreError> {
        for (part, file) in self.files.iter_mut().enumerate() {
            file.flush().map_err(|e| {
                let path = path_of(&self.folder, self.name, part);
                wrong(&path, &format!("{e}; the disk may be full"))
            })?;
        }
        Ok(Finished {
            folder: self.folder,
            name: self.name,
        })
    }
}

/// Parts that are written.
pub struct Finished {
    folder: PathBuf,
    name: &'static str,
}

impl Finished {
    /// The bytes of a part, which is then gone from the disk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn take(&self, part: usize) -> Result<Vec<u8>, StoreError> {
        let path = path_of(&self.folder, self.name, part);
        let read = |path: &Path| -> std::io::Result<Vec<u8>> {
            let mut bytes = Vec::new();
            File::open(path)?.read_to_end(&mut bytes)?;
            std::fs::remove_file(path)?;
            Ok(bytes)
        };
        read(&path).map_err(|e| wrong(&path, &e.to_string()))
    }
}

fn path_of(folder: &Path, name: &str, part: usize) -> PathBuf {
    folder.join(format!("{name}-{part:03}"))
}
