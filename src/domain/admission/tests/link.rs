//! Refusals of reports about links and of their confirmation. What a report means for a link's health is decided elsewhere.

use super::sample::*;

const FUTURE: &str = "lies in the future (now is 2026-09-12T08:00:00Z) -> give the time at which it was said or seen; HH:MM means the last such time";

/// A report about AAG at seven, with these fields besides.
fn report(rest: &str) -> String {
    format!(
        r#"{{"kind":"LinkReported","link":"AAG","source":{{"kind":"own-check"}},"said_at":"2026-09-12T07:00:00Z"{rest}}}"#
    )
}

#[test]
fn reports() {
    let bell = |what: &str| {
        format!("the {what} has a control character (U+0007) -> remove it: notes are plain text")
    };
    let rows = [
        (report(r#","note":"\u0007""#), bell("note")),
        (report(r#","fault":"\u0007""#), bell("kind of fault")),
        (
            report(r#","since":"2026-09-12T08:05:01Z""#),
            format!("the start 2026-09-12T08:05:01Z {FUTURE}"),
        ),
        (
            report(r#","window":{"earliest":"2026-09-21","latest":"2026-09-20"}"#),
            "the window ends before it begins: 2026-09-21..2026-09-20 -> give EARLIEST..LATEST, for example 20/9..25/9".to_owned(),
        ),
        (
            report(r#","window":{"earliest":"1999-01-01","latest":"2026-09-20"}"#),
            "the window lies in the year 1998 -> years from 2000 to 2199 are accepted".to_owned(),
        ),
        (
            report(r#","window":{"latest":"2200-01-02"}"#),
            "the window lies in the year 2200 -> years from 2000 to 2199 are accepted".to_owned(),
        ),
        (
            report(r#","cause":"fishin""#),
            "\"fishin\" is not listed under `causes:` in saydo.yaml; did you mean \"fishing\"? -> known: fishing. What customers see comes from the catalogue: add it there with a text per language, then: saydo adopt".to_owned(),
        ),
        (
            report(r#","reason":"whether""#),
            "\"whether\" is not listed under `catalogues: reasons:` in saydo.yaml; did you mean \"weather\"? -> known: weather. What customers see comes from the catalogue: add it there with a text per language, then: saydo adopt".to_owned(),
        ),
        (
            report(
                r#","state":"degraded","capacity_left":"40%","work":"located","note":"by phone","fault":"fibre","cause":"fishing","reason":"weather","since":"2026-09-12T08:05:00Z","window":{"earliest":"2000-01-01T00:00:00Z","latest":"2199-12-31T23:59:59Z"}"#,
            ),
            String::new(),
        ),
    ];
    for (payload, answer) in &rows {
        hold_all(&[(payload, answer)]);
    }
    let mut without = books();
    without.workspace.catalogues.clear();
    assert_eq!(
        ask_in(RECORD, &without, "", &report(r#","reason":"weather""#)),
        "\"weather\" is not listed under `catalogues: reasons:` in saydo.yaml -> known: . What customers see comes from the catalogue: add it there with a text per language, then: saydo adopt"
    );
}

#[test]
fn sources_times_and_links() {
    let no_link = "the network has no link \"XYZ\" -> known: AAG, AAG.S1, APG, hue, dns";
    let no_party = "saydo.yaml has no party \"smd\"; did you mean \"smc\"? -> add it under `parties:` with a text per language, then: saydo adopt";
    let late = format!("the time of saying 2026-09-12T08:05:01Z {FUTURE}");
    for said in [
        r#""kind":"LinkReported","link":"#,
        r#""kind":"Reconfirmed","links":["APG"],"links":"#,
    ] {
        let is_list = said.contains("links");
        let said = said.replace(r#""links":["APG"],"#, "");
        let of = |link: &str, party: &str, at: &str| {
            let link = match is_list {
                true => format!(r#"["APG","{link}"]"#),
                false => format!(r#""{link}""#),
            };
            format!(
                r#"{{{said}{link},"source":{{"kind":"cable-operator","party":"{party}"}},"said_at":"{at}"}}"#
            )
        };
        let soon = "2026-09-12T08:05:00Z";
        let rows = [
            (of("AAG.S1", "smc", soon), ""),
            (of("hue", "smc", soon), ""),
            (of("dns", "smc", soon), ""),
            (of("XYZ", "smc", soon), no_link),
            (of("AAG", "smd", soon), no_party),
            (of("AAG", "smc", "2026-09-12T08:05:01Z"), late.as_str()),
        ];
        for (payload, answer) in &rows {
            hold_all(&[(payload, answer)]);
        }
    }
}

/// A report about AAG at seven by this source, with these fields besides.
fn report_by(source: &str, rest: &str) -> String {
    let report = report(rest);
    assert!(report.contains("own-check"));
    report.replace("own-check", source)
}

#[test]
fn nobody_says_what_is_not_theirs_to_say() {
    let work = r#","work":"located""#;
    let cause = r#","cause":"fishing","confirmed":true"#;
    let window = r#","window":{"latest":"2026-09-20"}"#;
    let withdrawn = r#","window_withdrawn":true"#;
    let by_others = "who said it? --source own-check or field-team or cable-operator";
    let our_window = "who said it? --source own-check or field-team or estimate or cable-operator";
    let rows = [
        ("monitoring", work, "the stage of our own work", by_others),
        ("estimate", work, "the stage of our own work", by_others),
        ("monitoring", cause, "a confirmed cause", by_others),
        ("estimate", cause, "a confirmed cause", by_others),
        (
            "monitoring",
            window,
            "a repair window of our own",
            our_window,
        ),
        (
            "monitoring",
            withdrawn,
            "that a repair window no longer holds",
            by_others,
        ),
        (
            "estimate",
            withdrawn,
            "that a repair window no longer holds",
            by_others,
        ),
    ];
    for (source, said, what, hint) in rows {
        let answer = format!("AAG: {source} may not say {what} -> {hint}");
        hold_all(&[(&report_by(source, said), &answer)]);
    }
    // The first of several is named.
    let both = report_by("monitoring", &format!("{window}{work}"));
    let answer = format!("AAG: monitoring may not say the stage of our own work -> {by_others}");
    hold_all(&[(&both, &answer)]);
}

#[test]
fn everybody_says_what_is_theirs_to_say() {
    let trouble = r#","state":"down","capacity_left":"0%""#;
    let suspected = r#","cause":"fishing""#;
    let all = r#","state":"down","capacity_left":"0%","work":"located","cause":"fishing","confirmed":true,"window":{"latest":"2026-09-20"}"#;
    let up = r#","state":"up""#;
    let window = r#","window":{"latest":"2026-09-20"}"#;
    let withdrawn = r#","window_withdrawn":true"#;
    for (source, said) in [
        ("own-check", [all, withdrawn, up]),
        ("field-team", [all, withdrawn, up]),
        // Taken, and not yet believed: it awaits our check.
        ("cable-operator", [all, withdrawn, up]),
        ("monitoring", [trouble, suspected, up]),
        ("estimate", [trouble, suspected, window]),
    ] {
        for said in said {
            hold_all(&[(&report_by(source, said), "")]);
        }
    }
}

#[test]
fn an_estimate_confirms_nothing() {
    let still = |source: &str| {
        format!(
            r#"{{"kind":"Reconfirmed","links":["AAG"],"source":{{"kind":"{source}"}},"said_at":"2026-09-12T07:00:00Z"}}"#
        )
    };
    for source in ["own-check", "monitoring", "field-team", "cable-operator"] {
        hold_all(&[(&still(source), "")]);
    }
    hold_all(&[(
        &still("estimate"),
        "an estimate confirms nothing -> name who looked again: --source own-check, monitoring, field-team or cable-operator",
    )]);
}

#[test]
fn a_hint_lists_thirty_links_at_most() {
    let mut many = books();
    let links: Vec<String> = (1..=31)
        .map(|i| format!("{{ id: L{i}, kind: cable }}"))
        .collect();
    let network = format!("links: [{}]", links.join(", "));
    many.network = serde_yaml::from_str(&network).unwrap();
    let answer = ask_in(RECORD, &many, "", &report(""));
    let known: Vec<String> = (1..=30).map(|i| format!("L{i}")).collect();
    let known = known.join(", ");
    assert_eq!(
        answer,
        format!("the network has no link \"AAG\" -> known: {known}")
    );
}
