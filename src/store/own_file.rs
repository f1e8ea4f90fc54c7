//! Files that are believed because only their user could have written them: a secret beside the keys, and whether a file or
//! folder is the user's own. Knows nothing of what is kept in them.

use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::base::digest::to_hex;
use crate::store::StoreError;
use crate::store::files::{io_error, read_bytes_up_to, write_file, write_new_file};

/// The start of a file with a secret.
const MARK: &str = "saydo-secret/1 ";

/// 256 random bits that this user alone knows on this machine.
#[derive(Clone)]
pub struct OwnSecret([u8; 32]);

impl std::fmt::Debug for OwnSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnSecret")
    }
}

impl OwnSecret {
    /// Reads the secret in a file; none when there is no such file.
    ///
    /// # Errors
    /// When others may read or write the file, or it holds no secret.
    pub fn load_from(path: &Path) -> Result<Option<OwnSecret>, StoreError> {
        if !path.exists() {
            return Ok(None);
        }
        let wrong = |what: &str| StoreError::Io {
            path: path.display().to_string(),
            what: what.to_owned(),
        };
        if let Some(why) = why_not_secret(path) {
            return Err(wrong(why));
        }
        let bytes = read_bytes_up_to(path, 1000)?;
        let text = String::from_utf8_lossy(&bytes);
        let digits = text.trim().strip_prefix(MARK);
        match digits.and_then(crate::store::sign::from_hex::<32>) {
            Some(secret) => Ok(Some(OwnSecret(secret))),
            None => Err(wrong("this is no secret of saydo")),
        }
    }

    /// Reads the secret, and makes it when there is none.
    ///
    /// # Errors
    /// As for reading it, or when it cannot be written.
    pub fn load_or_make(path: &Path) -> Result<OwnSecret, StoreError> {
        if let Some(secret) = OwnSecret::load_from(path)? {
            return Ok(secret);
        }
        let secret = OwnSecret::make(path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|e| io_error(folder, &e))?;
        write_new_file(path, &secret.as_file())?;
        Ok(OwnSecret::load_from(path)?.unwrap_or(secret))
    }

    /// Puts a new secret in the place of the one in a file, which is lost.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn replace(path: &Path) -> Result<(), StoreError> {
        write_file(path, &OwnSecret::make(path)?.as_file())
    }

    fn make(path: &Path) -> Result<OwnSecret, StoreError> {
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|e| StoreError::Io {
            path: path.display().to_string(),
            what: format!("the system gives no random numbers: {e}"),
        })?;
        Ok(OwnSecret(secret))
    }

    fn as_file(&self) -> String {
        format!("{MARK}{}\n", to_hex(&self.0))
    }

    /// HMAC-SHA256 of bytes, after a word that says what for.
    pub fn mark(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.begin_mark(purpose, bytes)
            .finalize()
            .into_bytes()
            .into()
    }

    /// True when this secret made the mark.
    pub fn has_marked(&self, purpose: &str, bytes: &[u8], mark: &[u8; 32]) -> bool {
        self.begin_mark(purpose, bytes).verify_slice(mark).is_ok()
    }

    fn begin_mark(&self, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
        // HMAC fills a shorter key with zeros up to the block, so this is the key itself.
        let mut key = [0_u8; 64];
        key[..32].copy_from_slice(&self.0);
        let mut hmac = Hmac::<Sha256>::new(&key.into());
        hmac.update(purpose.as_bytes());
        hmac.update(b"\n");
        hmac.update(bytes);
        hmac
    }
}

/// Why a file cannot be a secret; none when only this user can read and write it.
fn why_not_secret(path: &Path) -> Option<&'static str> {
    if let Some(why) = why_not_own(path) {
        return Some(why);
    }
    #[cfg(unix)]
    if std::fs::metadata(path).is_ok_and(|m| std::os::unix::fs::MetadataExt::mode(&m) & 0o077 != 0)
    {
        return Some("others may read it; it is not used. Close it: chmod 600");
    }
    None
}

/// Why a file or folder is not believed to be this user's own; none when it is.
pub fn why_not_own(path: &Path) -> Option<&'static str> {
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Some("it cannot be looked at");
    };
    if found.is_symlink() {
        return Some("it is a link to elsewhere");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Some("it belongs to somebody else");
        }
        if found.mode() & 0o022 != 0 {
            return Some("others may write it");
        }
    }
    None
}
