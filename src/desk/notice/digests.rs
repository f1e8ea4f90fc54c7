//! Digests of people and addresses that nobody can make without the secret beside the base. It reads no base.

use std::hash::Hasher;
use std::path::Path;

use siphasher::sip128::{Hasher128, SipHasher24};

use crate::desk::notice::base_blocks::wrong;
use crate::desk::notice::person_part::PersonId;
use crate::desk::publishing::recipients::secret_of_list;
use crate::domain::delivery::key::as_counted;
use crate::store::StoreError;
use crate::store::own_file::OwnSecret;

/// Makes digests of people and addresses that nobody can make without the secret beside the base.
#[derive(Clone)]
pub struct Digests {
    key: [u8; 16],
}

impl Digests {
    /// With the secret of a base, which is made the first time.
    ///
    /// # Errors
    /// When the secret cannot be read, or is missing although notices were planned with it: with another one the same people would
    /// count as others and be sent to twice.
    pub fn of_base(path: &Path, was_used: bool) -> Result<Digests, StoreError> {
        let own = secret_of_list(path);
        if was_used && !own.exists() {
            let what = "the secret of this base is missing, and notices were planned with it: copy it from the machine that did \
                        (mode 600). Without it the same people would be sent to twice";
            return Err(wrong(&own, what));
        }
        let secret = OwnSecret::load_or_make(&own)?;
        let mark = secret.mark("customer", b"digest");
        let key = mark.first_chunk::<16>().copied().unwrap_or_default();
        Ok(Digests { key })
    }

    fn digest_of(&self, purpose: u8, text: &str) -> [u8; 16] {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write_u8(purpose);
        hasher.write(text.as_bytes());
        hasher.finish128().as_bytes()
    }

    pub fn person(&self, number: &str) -> PersonId {
        self.digest_of(1, number)
    }

    /// However a number is written.
    pub fn address(&self, channel: &str, address: &str) -> [u8; 16] {
        self.digest_of(2, &format!("{channel}\n{}", as_counted(address)))
    }
}
