//! Key pairs (ed25519) that sign entries. Private keys stay in the user's configuration folder (mode 0600) or come from the
//! environment; the record has public keys only. Does not decide whose key is trusted.

use std::io::Write;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::domain::base::digest::to_hex;
use crate::domain::team::team_state::key_id;
use crate::store::StoreError;
use crate::store::files::{io_error, read_bytes_up_to};

/// The start of a private key file.
const MARK: &str = "saydo-key/1 ";

/// Signs entries as one person on one machine.
#[derive(Clone)]
pub struct Signer {
    key: SigningKey,
    /// The identifier of the public key.
    pub id: String,
    /// The public key, in hexadecimal.
    pub public: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.id)
    }
}

pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    // Lowercase only, so that a signature has one spelling.
    let is_hex = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if text.len() != 2 * N || !is_hex {
        return None;
    }
    let mut out = [0; N];
    for (i, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(out)
}

/// A text that is no private key. It holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this is no private key: one line, \"{MARK}\" and 64 hexadecimal digits")]
pub struct NotAKey;

impl Signer {
    fn from_seed(seed: &[u8; 32]) -> Signer {
        let key = SigningKey::from_bytes(seed);
        let public = to_hex(key.verifying_key().as_bytes());
        Signer {
            id: key_id(&public),
            public,
            key,
        }
    }

    /// Reads a private key: the line of a key file.
    ///
    /// # Errors
    /// When the text is no private key. The message never repeats it.
    pub fn read_private_key(text: &str) -> Result<Signer, NotAKey> {
        let seed = text.trim().strip_prefix(MARK).and_then(from_hex::<32>);
        seed.map(|s| Signer::from_seed(&s)).ok_or(NotAKey)
    }

    /// Makes a key pair in a new file that only its owner may read.
    ///
    /// # Errors
    /// When the file exists already or cannot be written.
    pub fn create_key_file(file: &Path) -> Result<Signer, StoreError> {
        let mut seed = [0_u8; 32];
        getrandom::fill(&mut seed).map_err(|e| StoreError::Io {
            path: file.display().to_string(),
            what: format!("the system gives no random numbers: {e}"),
        })?;
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(|e| io_error(folder, &e))?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(file).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::Io {
                path: file.display().to_string(),
                what: "there is a key already; nothing was written".into(),
            },
            _ => io_error(file, &e),
        })?;
        out.write_all(format!("{MARK}{}\n", to_hex(&seed)).as_bytes())
            .and_then(|()| out.sync_all())
            .map_err(|e| io_error(file, &e))?;
        Ok(Signer::from_seed(&seed))
    }

    /// Reads a key file; none when there is no such file.
    ///
    /// # Errors
    /// When others may read the file, or it is no key.
    pub fn load_key_file(file: &Path) -> Result<Option<Signer>, StoreError> {
        let wrong = |what: String| StoreError::Io {
            path: file.display().to_string(),
            what,
        };
        let found = match std::fs::metadata(file) {
            Ok(found) => found,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(io_error(file, &e)),
        };
        #[cfg(unix)]
        if std::os::unix::fs::MetadataExt::mode(&found) & 0o077 != 0 {
            return Err(wrong(
                "others may read this private key; it is not used. Close it: chmod 600".into(),
            ));
        }
        let bytes = read_bytes_up_to(file, 1000)?;
        let text = String::from_utf8_lossy(&bytes);
        Signer::read_private_key(&text)
            .map(Some)
            .map_err(|e| wrong(e.to_string()))
    }

    /// Signs a hash; gives the signature in hexadecimal.
    pub fn sign_hash(&self, hash: &str) -> String {
        to_hex(&self.key.sign(hash.as_bytes()).to_bytes())
    }
}

/// The path of the private key of a person in a configuration folder.
pub fn key_file(config: &Path, person: &str) -> PathBuf {
    let is_plain = person
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    // Unusual names are replaced by a hash, because a name must never act as a path.
    let name = if is_plain {
        person.to_owned()
    } else {
        crate::domain::base::digest::sha256(person.as_bytes())[..24].to_owned()
    };
    config.join(format!("{name}.key"))
}

/// True for a public key that can verify signatures: a point of the curve that is not weak.
pub fn is_key(public: &str) -> bool {
    from_hex::<32>(public)
        .and_then(|b| VerifyingKey::from_bytes(&b).ok())
        .is_some_and(|k| !k.is_weak())
}

/// True when this public key made the signature over the hash.
pub fn is_signed(public: &str, hash: &str, signature: &str) -> bool {
    let (Some(key), Some(bytes)) = (from_hex::<32>(public), from_hex::<64>(signature)) else {
        return false;
    };
    VerifyingKey::from_bytes(&key).is_ok_and(|k| {
        k.verify_strict(hash.as_bytes(), &Signature::from_bytes(&bytes))
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_recognised_and_nothing_else() {
        let folder = tempfile::tempdir().map(|d| d.keep()).unwrap_or_default();
        let file = key_file(&folder, "lan");
        let signer = Signer::create_key_file(&file).ok();
        assert!(Signer::create_key_file(&file).is_err());
        let signer = signer.or_else(|| Signer::load_key_file(&file).ok().flatten());
        let again = Signer::load_key_file(&file).ok().flatten();
        let (Some(a), Some(b)) = (signer, again) else {
            assert!(file.exists(), "no key was written");
            return;
        };
        assert_eq!(a.public, b.public);
        let signature = b.sign_hash("abc");
        assert!(is_signed(&a.public, "abc", &signature));
        assert!(!is_signed(&a.public, "abd", &signature));
        assert!(!is_signed(&a.public, "abc", &signature.replace('a', "b")));
        assert!(!is_signed("zz", "abc", &signature));
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn a_name_is_never_a_path() {
        let file = key_file(Path::new("/k"), "../../etc/passwd");
        assert_eq!(file.parent(), Some(Path::new("/k")));
    }
}
