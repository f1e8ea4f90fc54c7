//! Keys of deliveries and digests of the people they go to. Holds no number or address in the clear.

use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;

/// The key of a text at an outlet.
pub fn delivery_key(
    digest: &str,
    outlet: &str,
    channel: &str,
    lang: Option<Lang>,
    to: Option<&str>,
) -> String {
    let lang = lang.map_or("", Lang::tag);
    let whole = format!(
        "{digest}\n{outlet}\n{channel}\n{lang}\n{}",
        to.unwrap_or("")
    );
    sha256(whole.as_bytes())[..32].to_owned()
}

/// A phone number as its digits without the code of the country, or an address of mail in small letters.
pub fn as_counted(number: &str) -> String {
    if number.contains('@') {
        return number.to_lowercase();
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let own = match number.starts_with('+') || digits.len() > 10 {
        true => digits.strip_prefix("84").unwrap_or(&digits),
        false => &digits,
    };
    own.trim_start_matches('0').to_owned()
}

/// The digest under which records of format 5.0 and older know a recipient: it has no secret, so that whoever has the record can
/// try numbers. It does not depend on how the number is written.
pub fn as_counted_before(outlet: &str, number: &str) -> String {
    known_as(outlet, &as_counted(number))
}

/// The digest under which the oldest records know a recipient: of the number as it was written in the list.
pub fn as_written(outlet: &str, number: &str) -> String {
    known_as(outlet, number)
}

fn known_as(outlet: &str, number: &str) -> String {
    sha256(format!("saydo recipient\n{outlet}\n{number}").as_bytes())[..20].to_owned()
}
