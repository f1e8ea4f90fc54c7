//! A text held against what is known and against the rules of wording: text and facts in, findings out.

use std::sync::Arc;

use serde::Serialize;

use crate::check::against::claim_verifier::{Held, Verdict};
use crate::check::against::reference_facts::Known;
use crate::check::against::verify::{hold, worst};
use crate::check::against::wording::{NOTICE, Rules, SILENT_SLIP};
use crate::check::reading::claims::{SentenceRead, TextLang, each, unread};
use crate::check::reading::markup::{Form, blanked};
use crate::domain::base::lang::Lang;

/// The rule that speaks when the record says something else.
pub const CONTRADICTED: &str = "contradicted";
/// The rule that speaks when nothing on record says so.
pub const UNBACKED: &str = "unbacked";
/// The rule that speaks of an exception without a reason.
pub const ALLOWANCE: &str = "allow-without-reason";

/// How a text is to be checked.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The language; none to see for each sentence.
    pub lang: Option<Lang>,
    /// What the text is written in.
    pub form: Form,
    /// A short text (SMS, a spoken line): it need not have everything that a full notice has.
    pub is_short: bool,
    /// Without facts: only the rules of wording, no reading of each sentence. Ten times the speed.
    pub is_wording_only: bool,
    /// Only these rules, where any are named.
    pub only: Vec<String>,
    /// None of these rules.
    pub allow: Vec<String>,
    /// The rules of a workspace; none for those of the program.
    pub rules: Option<Arc<Rules>>,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
    /// From, in UTF-8 bytes of the text.
    pub start: usize,
    /// To, exclusive.
    pub end: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The words.
    pub excerpt: String,
    /// What may be said instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The events that say otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
}

/// One sentence with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    /// As it was read.
    #[serde(flatten)]
    pub read: SentenceRead,
    /// How it stands against the record; none where there is no record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Claim by claim; places in bytes of the sentence.
    pub held: Vec<Held>,
}

/// A whole text.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Checked {
    /// The worst of its sentences; none where there is no record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// How many sentences there are.
    pub count: usize,
    /// Each sentence; none when only the wording was asked for.
    pub sentences: Vec<Judged>,
    /// What was found, in order of place.
    pub findings: Vec<Finding>,
    /// What the text itself allows: rule, reason, how often it was used.
    pub allowed: Vec<Allowed>,
}

/// An exception that a text makes: `saydo: allow RULE because ...`, on the line before or the same line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// Which rule.
    pub rule: String,
    /// Why.
    pub because: String,
    /// Its line.
    pub line: usize,
    /// How many findings it took away.
    pub used: usize,
}

/// Line starts, to turn bytes into lines and columns.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl Lines<'_> {
    fn of(text: &str) -> Lines<'_> {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(i, _)| i + 1))
            .collect();
        Lines { text, starts }
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let from = self.starts[line - 1];
        // A line of megabytes is not counted through for every finding in it.
        let near = at.min(from + 4096);
        let near = (from..=near)
            .rev()
            .find(|i| self.text.is_char_boundary(*i))
            .unwrap_or(from);
        let column = self.text[from..near].chars().count() + 1 + (at - near);
        (line, column)
    }
}

/// The exceptions that a text makes, and the text without them.
fn allowances(text: &str) -> (String, Vec<Allowed>) {
    let mut kept = String::with_capacity(text.len());
    let mut found = Vec::new();
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let Some(at) = line.find("saydo: allow ") else {
            kept.push_str(line);
            continue;
        };
        let words = &line[at + "saydo: allow ".len()..];
        let end = words.find("-->").unwrap_or(words.len());
        let words = words[..end].trim();
        let (rule, because) = words.split_once(" because ").unwrap_or((words, ""));
        found.push(Allowed {
            rule: rule.trim().to_owned(),
            because: because.trim().to_owned(),
            line: n + 1,
            used: 0,
        });
        // The bytes stay in place: blanks instead of the remark.
        let from = line[..at].rfind("<!--").unwrap_or(at);
        let to = if end < line.len() - at - "saydo: allow ".len() && line[at..].contains("-->") {
            line[at..].find("-->").map_or(line.len(), |i| at + i + 3)
        } else {
            line.trim_end_matches(['\n', '\r']).len()
        };
        kept.push_str(&line[..from]);
        kept.extend(std::iter::repeat_n(' ', to.saturating_sub(from)));
        kept.push_str(&line[to..]);
    }
    (kept, found)
}

/// Checks a text; without facts only its wording.
pub fn check(text: &str, known: Option<&Known>, ask: &Ask) -> Checked {
    let rules = ask.rules.as_deref().unwrap_or_else(|| Rules::shipped());
    let lines = Lines::of(text);
    let (plain, mut allowed) = allowances(text);
    let plain = blanked(&plain, ask.form);
    let lang = ask.lang.map_or(TextLang::Auto, TextLang::Is);
    let mut done = Checked::default();
    let mut findings: Vec<Finding> = Vec::new();
    let mut add = |rule: &str,
                   message: String,
                   start: usize,
                   end: usize,
                   instead: Option<String>,
                   events: Vec<u64>| {
        let (line, column) = lines.place(start);
        let excerpt = text
            .get(start..end)
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect();
        findings.push(Finding {
            rule: rule.to_owned(),
            message,
            start,
            end,
            line,
            column,
            excerpt,
            instead,
            events,
        });
    };
    let (mut langs, mut last_end): (Vec<Lang>, usize) = (Vec::new(), 0);
    let is_read = known.is_some() || !ask.is_wording_only;
    if !is_read {
        for (s, lang) in unread(&plain, lang) {
            by_wording(rules, &plain[s.start..s.end], lang, s.start, &mut add);
            langs.push(lang);
            last_end = s.end;
        }
    }
    let reading = is_read.then(|| each(&plain, lang, false));
    for (s, parsed, reading) in reading.into_iter().flatten() {
        let held = known
            .map(|k| match k.says(&s.text) {
                Some(events) => vec![Held::said_now(s.text.len(), events)],
                None => hold(&parsed, &reading, &s.text, k),
            })
            .unwrap_or_default();
        for h in held.iter().filter(|h| h.verdict != Verdict::Consistent) {
            let rule = if h.verdict == Verdict::Contradicts {
                CONTRADICTED
            } else {
                UNBACKED
            };
            let message = format!("{}: {}", claim_name(h.claim), h.what);
            let instead = known.and_then(|k| instead(h.claim, k, s.lang));
            add(
                rule,
                message,
                s.start + h.start,
                s.start + h.end,
                instead,
                h.events.clone(),
            );
        }
        by_wording(rules, &s.text, s.lang, s.start, &mut add);
        langs.push(s.lang);
        last_end = s.end;
        done.sentences.push(Judged {
            verdict: known.map(|_| worst(&held)),
            read: s,
            held,
        });
    }
    if langs.len() >= NOTICE && !ask.is_short {
        let vi = langs.iter().filter(|l| **l == Lang::Vi).count();
        let of = if vi * 2 > langs.len() {
            Lang::Vi
        } else {
            Lang::En
        };
        let end = last_end;
        let missing: Vec<&str> = match ask.lang {
            // In a text of both languages either will do.
            None if vi > 0 && vi < langs.len() => {
                let other = rules.missing(&plain, Lang::Vi);
                rules
                    .missing(&plain, Lang::En)
                    .into_iter()
                    .filter(|r| other.contains(r))
                    .collect()
            }
            lang => rules.missing(&plain, lang.unwrap_or(of)),
        };
        let has_slipped = known.is_some_and(|k| k.has_slipped);
        for rule in missing
            .into_iter()
            .filter(|r| *r != SILENT_SLIP || has_slipped)
        {
            let Some(w) = rules.all().get(rule).map(|r| r.of(of)) else {
                continue;
            };
            add(
                rule,
                w.why.clone(),
                end,
                end,
                Some(w.instead.clone()),
                Vec::new(),
            );
        }
    }
    for a in allowed.iter().filter(|a| a.because.is_empty()) {
        let at = lines.starts.get(a.line - 1).copied().unwrap_or_default();
        let message = format!("\"{}\" is allowed without a reason", a.rule);
        let more = Some(format!("saydo: allow {} because ...", a.rule));
        add(ALLOWANCE, message, at, at, more, Vec::new());
    }
    findings.retain(|f| {
        if (!ask.only.is_empty() && !ask.only.contains(&f.rule)) || ask.allow.contains(&f.rule) {
            return false;
        }
        let exception = allowed.iter_mut().find(|a| {
            a.rule == f.rule && !a.because.is_empty() && (a.line == f.line || a.line + 1 == f.line)
        });
        match exception {
            Some(a) => {
                a.used += 1;
                false
            }
            None => true,
        }
    });
    findings.sort_by_key(|f| f.start);
    done.count = langs.len();
    done.verdict = known.map(|_| {
        done.sentences
            .iter()
            .filter_map(|s| s.verdict)
            .max()
            .unwrap_or(Verdict::Consistent)
    });
    done.findings = findings;
    done.allowed = allowed;
    done
}

/// Takes a rule, a message, a place, what may be said instead, and events.
type Add<'a> = &'a mut dyn FnMut(&str, String, usize, usize, Option<String>, Vec<u64>);

/// Puts down what the rules of wording find in a sentence that begins at `start`.
fn by_wording(rules: &Rules, text: &str, lang: Lang, start: usize, add: Add<'_>) {
    for (rule, a, b) in rules.in_sentence(text, lang) {
        let Some(w) = rules.all().get(rule).map(|r| r.of(lang)) else {
            continue;
        };
        let instead = Some(w.instead.clone());
        add(
            rule,
            w.why.clone(),
            start + a,
            start + b,
            instead,
            Vec::new(),
        );
    }
}

fn claim_name(claim: &str) -> &'static str {
    match claim {
        "state" => "the state of a link",
        "count" => "a count of links",
        "share" => "a share of capacity",
        "cause" => "the cause",
        "restoration-time" => "the time of restoration",
        "next-update" => "the next update",
        "vouchers" => "vouchers",
        "start" => "a time",
        "place" => "a place",
        _ => "a commitment",
    }
}

/// The nearest thing that may be said.
fn instead(claim: &str, known: &Known, lang: Lang) -> Option<String> {
    let first = |times: &[crate::check::against::reference_facts::KnownTime]| {
        times.first().map(|t| t.local(lang))
    };
    let text = match (claim, lang) {
        ("restoration-time", Lang::En) => match first(&known.eta) {
            Some(t) => format!("Restoration is expected by {t}."),
            None => "We do not have a time for restoration yet.".to_owned(),
        },
        ("restoration-time", Lang::Vi) => match first(&known.eta) {
            Some(t) => format!("Dự kiến khôi phục chậm nhất {t}."),
            None => "Hiện chúng tôi chưa có thời gian khôi phục.".to_owned(),
        },
        ("next-update", Lang::En) => format!("Next update: {}.", first(&known.next_update)?),
        ("next-update", Lang::Vi) => format!("Cập nhật tiếp theo: {}.", first(&known.next_update)?),
        ("cause", _) if known.cause == crate::check::against::reference_facts::Cause::Open => {
            match lang {
                Lang::En => "The cause is not confirmed yet.".to_owned(),
                Lang::Vi => "Nguyên nhân chưa được xác nhận.".to_owned(),
            }
        }
        ("share", Lang::En) => format!("About {:.0} % of capacity is lost.", known.lost?),
        ("share", Lang::Vi) => format!("Mất khoảng {:.0} % dung lượng.", known.lost?),
        ("count", _) => {
            let down = known
                .links
                .iter()
                .filter(|l| l.state == Some(crate::check::against::reference_facts::State::Down))
                .count();
            match lang {
                Lang::En => format!("Links that are down: {down} of {}.", known.links.len()),
                Lang::Vi => format!("{down}/{} tuyến đang gián đoạn.", known.links.len()),
            }
        }
        ("vouchers", Lang::En) => format!("{} vouchers are on record.", known.vouchers?),
        ("vouchers", Lang::Vi) => format!("Đã ghi nhận {} voucher.", known.vouchers?),
        _ => return None,
    };
    Some(text)
}
