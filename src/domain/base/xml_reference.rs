//! References in XML, such as `&amp;`, by the letters that they stand for. It reads no file.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesRef;

/// The letters that a reference stands for.
///
/// # Errors
/// When it names an entity that XML does not have by itself: no file declares any.
pub fn letters_of(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|e| e.to_string())? {
        return Ok(letter.to_string());
    }
    let name = reference.xml10_content();
    resolve_predefined_entity(&name)
        .map(str::to_owned)
        .ok_or_else(|| "it has an entity that is not known".to_owned())
}
