//! Prints what the reader sees in labelled sentences, for the training of its weights: see CONTRIBUTING.md.
//! Each line of standard input is a JSON object with `text` and `lang`; each line out adds `features`.

use std::io::{BufRead, Write};

use saydo::list_sentence_signs;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let Ok(mut value) = serde_json::from_str::<serde_json::Value>(&line) else {
            continue;
        };
        let text = value["text"].as_str().unwrap_or_default();
        let lang = match value["lang"] == "vi" {
            true => "vi".parse()?,
            false => "en".parse()?,
        };
        let kind = value["kind"].as_str().unwrap_or_default();
        let signs = list_sentence_signs(text, lang, kind);
        value["features"] = signs.features.into();
        value["times"] = signs.times.into();
        value["found_due"] = signs.due.into();
        writeln!(out, "{value}")?;
    }
    out.flush()?;
    Ok(())
}
