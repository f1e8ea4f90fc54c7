//! Tests of how people are known in the record.

use super::RecipientList;
use crate::store::own_file::OwnSecret;

fn list(folder: &tempfile::TempDir, name: &str) -> RecipientList {
    let secret = OwnSecret::load_or_make(&folder.path().join(name)).unwrap();
    RecipientList::new(Vec::new(), secret)
}

#[test]
fn a_number_is_the_same_however_it_is_written_and_only_with_the_same_secret() {
    let folder = tempfile::tempdir().unwrap();
    let own = list(&folder, "a");
    let one = own.digest_of("sms", "0912 345 678");
    for same in [
        "0912345678",
        "+84912345678",
        "+84 912 345 678",
        "84.912.345.678",
        "912-345-678",
    ] {
        assert_eq!(own.digest_of("sms", same), one, "{same}");
    }
    assert_eq!(own.digest_of("m", "A@b.vn"), own.digest_of("m", "a@B.vn"));
    assert_ne!(own.digest_of("sms", "0912345679"), one);
    assert_ne!(own.digest_of("other", "0912345678"), one);
    assert_ne!(list(&folder, "b").digest_of("sms", "0912345678"), one);
    assert_eq!(list(&folder, "a").digest_of("sms", "0912345678"), one);
}
