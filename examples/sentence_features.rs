//! Prints what the reader sees in labelled sentences, for the training of its weights: see CONTRIBUTING.md.
//! Each line of standard input is a JSON object with `text` and `lang`; each line out adds `features`.

use std::io::{BufRead, Write};

use saydo::check::reading::features::{features, parse};
use saydo::domain::base::lang::Lang;

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let Ok(mut value) = serde_json::from_str::<serde_json::Value>(&line) else {
            continue;
        };
        let text = value["text"].as_str().unwrap_or_default().to_owned();
        let lang = if value["lang"] == "vi" {
            Lang::Vi
        } else {
            Lang::En
        };
        let parsed = parse(&text, lang);
        value["features"] = features(&parsed, &text).into();
        let times: Vec<&str> = parsed
            .moments
            .iter()
            .map(|m| &parsed.folded.text[m.start..m.end])
            .collect();
        value["times"] = times.into();
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        let found = saydo::check::reading::deadline::due(&parsed, &kind);
        value["found_due"] = found
            .map(|(a, b)| {
                let (a, b) = parsed.folded.original(a, b);
                text[a..b].to_owned()
            })
            .into();
        writeln!(out, "{value}")?;
    }
    out.flush()
}
