//! A text checked against reference facts and against the rules of wording: text and facts in, findings out. It reads
//! no file and no record, and prints nothing.

use std::sync::Arc;

use serde::Serialize;

use crate::check::against::contacts::is_known_target;
use crate::check::against::denied_reports::{Around, begins_with_denial};
use crate::check::against::findings::{Finding, Findings, Found};
use crate::check::against::instead::sentence_instead;
use crate::check::against::reason::{Reason, in_words};
use crate::check::against::reference_facts::{Known, State};
use crate::check::against::verified_claim::{ClaimKind, Verdict, VerifiedClaim};
use crate::check::against::verify_sentence::{
    antecedent_after, claims_of_any, verdict_on_sentence, verify_claims,
};
use crate::check::against::wording::{NOTICE, Rules, SILENT_SLIP};
use crate::check::reading::claims::{SentenceRead, TextLang, each, unread};
use crate::check::reading::document::Document;
use crate::check::reading::features::Parsed;
use crate::check::reading::patterns::Patterns;
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::readable_text::ReadableText;
use crate::check::reading::text_form::Form;
use crate::domain::base::lang::Lang;
use crate::domain::base::parallel;

/// The rule that speaks when the record says something else.
pub const CONTRADICTED: &str = "contradicted";
/// The rule that speaks when nothing on record says so.
pub const UNBACKED: &str = "unbacked";

/// The rule that names what was not understood.
pub const NOT_HELD: &str = "not-held";

/// How a text is to be checked.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The language; none to see for each sentence.
    pub lang: Option<Lang>,
    /// What the text is written in, where it is no document.
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

/// One sentence with its verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judged {
    #[serde(flatten)]
    pub read: SentenceRead,
    /// The worst verdict of its claims; none where there are no facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Claim by claim; places in bytes of the sentence.
    pub held: Vec<VerifiedClaim>,
}

/// The result for a whole text.
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
    /// Sentences that say something which was not held against the facts, because it was not understood.
    pub not_held: Vec<Finding>,
}

/// Checks a text against the facts of one incident or several; without any only its wording.
pub fn check(text: &str, known: &[Known], ask: &Ask) -> Checked {
    check_document(&Document::of_text(text.to_owned(), ask.form), known, ask)
}

/// The same for a document, which knows its form itself.
pub fn check_document(document: &Document, known: &[Known], ask: &Ask) -> Checked {
    let mut checking = Checking {
        readable: document.readable.clone(),
        known,
        ask,
        rules: ask.rules.as_deref().unwrap_or_else(|| Rules::shipped()),
        findings: Findings::new(document),
        not_held: Findings::new(document),
        antecedents: Vec::new(),
        verdict: None,
        sentences: Vec::new(),
        langs: Vec::new(),
        last_end: 0,
    };
    checking.check_sentences();
    checking.judge_whole();
    checking.check_link_targets();
    checking.check_notice();
    let mut findings = checking.findings.into_list();
    findings.retain(|f| ask.asks_for(&f.rule));
    findings.sort_by_key(|f| f.start);
    Checked {
        verdict: checking.verdict,
        not_held: checking.not_held.into_list(),
        count: checking.langs.len(),
        sentences: checking.sentences,
        findings,
    }
}

impl Ask {
    fn asks_for(&self, rule: &String) -> bool {
        (self.only.is_empty() || self.only.contains(rule)) && !self.allow.contains(rule)
    }
}

/// A sentence with what those around it mean for it.
struct InContext {
    read: SentenceRead,
    parsed: Parsed,
    reading: Reading,
    /// For each set of facts, the link that the sentence before was about.
    antecedents: Vec<Option<usize>>,
    /// The next sentence takes it back.
    is_denied_next: bool,
    /// The sentence before, where it is a question.
    question_before: Option<String>,
}

/// So many sentences are held at once, and in memory.
const AT_ONCE: usize = 512;

/// So many sentences are worth threads.
const WORTH_THREADS: usize = 32;

/// A text while it is checked.
struct Checking<'a> {
    /// What a reader sees of the text. Places below are bytes of it, until they are shown.
    readable: ReadableText,
    known: &'a [Known],
    ask: &'a Ask,
    rules: &'a Rules,
    findings: Findings<'a>,
    not_held: Findings<'a>,
    /// For each set of facts, the link that the sentence before was about.
    antecedents: Vec<Option<usize>>,
    /// The worst verdict so far; none where there are no facts.
    verdict: Option<Verdict>,
    sentences: Vec<Judged>,
    /// The language of each sentence.
    langs: Vec<Lang>,
    /// The first byte behind the last sentence.
    last_end: usize,
}

impl<'a> Checking<'a> {
    fn check_sentences(&mut self) {
        let plain = std::mem::take(&mut self.readable.text);
        let lang = self.ask.lang.map_or(TextLang::Auto, TextLang::Is);
        if self.known.is_empty() && self.ask.is_wording_only {
            for (s, lang) in unread(&plain, lang) {
                self.check_wording(&plain[s.start..s.end], lang, s.start);
                self.langs.push(lang);
                self.last_end = s.end;
            }
        } else {
            let mut all = each(&plain, lang, false).peekable();
            let mut question: Option<String> = None;
            loop {
                let some: Vec<_> = all.by_ref().take(AT_ONCE).collect();
                if some.is_empty() {
                    break;
                }
                let is_denied_next = all
                    .peek()
                    .is_some_and(|(_, next, _)| begins_with_denial(next));
                let some = self.in_context(some, is_denied_next, &mut question);
                let mut held = parallel::map_slice(&some, WORTH_THREADS, |s| self.hold_sentence(s));
                self.drop_history(&some, &mut held);
                for (sentence, held) in some.into_iter().zip(held) {
                    self.add_sentence(sentence, held);
                }
            }
        }
        self.readable.text = plain;
    }

    /// Sentences with what the ones around them mean for them.
    fn in_context(
        &mut self,
        sentences: Vec<(SentenceRead, Parsed, Reading)>,
        is_last_denied: bool,
        question: &mut Option<String>,
    ) -> Vec<InContext> {
        let denies = |(_, parsed, _): &(SentenceRead, Parsed, Reading)| begins_with_denial(parsed);
        let denied: Vec<bool> = sentences.iter().skip(1).map(denies).collect();
        let denied = denied.into_iter().chain([is_last_denied]);
        let mut all = Vec::new();
        for ((read, parsed, reading), is_denied_next) in sentences.into_iter().zip(denied) {
            let antecedents = self.antecedents.clone();
            self.note_antecedents(&parsed);
            let text = &parsed.folded.text;
            let asked = text.trim_end().ends_with('?').then(|| text.clone());
            all.push(InContext {
                question_before: std::mem::replace(question, asked),
                read,
                parsed,
                reading,
                antecedents,
                is_denied_next,
            });
        }
        all
    }

    /// "It went down at 20:10. It has been back since 20:50.": what works by the record, and is told as back later in the text,
    /// was told as past, unless the sentence says that it goes on.
    fn drop_history(&self, sentences: &[InContext], held: &mut [Vec<VerifiedClaim>]) {
        let links = || self.known.iter().flat_map(|k| &k.links);
        let works = |events: &[u64]| {
            let mut own = links().filter(|l| !events.is_empty() && l.events == events);
            own.any(|l| l.state.is_some_and(State::works))
        };
        let mut told_back: Vec<Vec<u64>> = Vec::new();
        for (sentence, claims) in sentences.iter().zip(held).rev() {
            let words = Patterns::of(sentence.parsed.spelling);
            let goes_on = words.has("still", &sentence.parsed.folded.text);
            let is_state = |c: &VerifiedClaim, verdict: Verdict| {
                c.claim == ClaimKind::State && c.verdict == verdict
            };
            claims.retain(|c| {
                goes_on || !is_state(c, Verdict::Contradicts) || !told_back.contains(&c.events)
            });
            let backed = claims.iter().filter(|c| is_state(c, Verdict::Consistent));
            told_back.extend(backed.map(|c| c.events.clone()).filter(|e| works(e)));
        }
    }

    /// The claims of a sentence against the facts that hold it best.
    fn hold_sentence(&self, s: &InContext) -> Vec<VerifiedClaim> {
        let of_one = |(at, known): (usize, &Known)| match known.says(&s.read.text) {
            Some(events) => vec![VerifiedClaim::said_now(
                s.read.text.len(),
                events,
                s.read.lang,
            )],
            None => {
                let around = Around {
                    antecedent: s.antecedents.get(at).copied().flatten(),
                    is_denied_next: s.is_denied_next,
                    question_before: s.question_before.as_deref(),
                };
                verify_claims(&s.parsed, &s.reading, &s.read.text, known, around)
            }
        };
        claims_of_any(self.known.iter().enumerate().map(of_one).collect())
    }

    fn add_sentence(&mut self, s: InContext, held: Vec<VerifiedClaim>) {
        let is_held = !self.known.is_empty();
        let is_unread = held.is_empty() && !s.read.lang.is_read();
        let verdict = is_held.then(|| match is_unread {
            true => Verdict::NotHeld,
            false => verdict_on_sentence(&s.parsed, &s.reading, &held),
        });
        let read = s.read;
        if verdict == Some(Verdict::NotHeld) {
            self.add_not_held(&read);
        }
        self.add_claims(&read, &held);
        self.check_wording(&read.text, read.lang, read.start);
        self.langs.push(read.lang);
        self.last_end = read.end;
        let read = self.placed_in_source(read);
        self.sentences.push(Judged {
            verdict,
            read,
            held,
        });
    }

    /// Remembers what the sentence was about, for a pronoun in the next one.
    fn note_antecedents(&mut self, parsed: &Parsed) {
        let before = std::mem::take(&mut self.antecedents);
        let known = self.known.iter().enumerate();
        self.antecedents = known
            .map(|(at, k)| antecedent_after(parsed, k, before.get(at).copied().flatten()))
            .collect();
    }

    fn add_not_held(&mut self, read: &SentenceRead) {
        self.not_held.add(Found {
            rule: NOT_HELD,
            message: match read.lang.is_read() {
                true => in_words("not-held", read.lang).to_owned(),
                false => Reason("not-read", read.lang.to_string()).in_words(read.lang),
            },
            place: self.readable.source_place(read.start, read.end),
            instead: None,
            events: Vec::new(),
        });
    }

    /// The verdict on the text: the worst of its sentences; a text of which nothing was understood is not consistent.
    fn judge_whole(&mut self) {
        if self.known.is_empty() {
            return;
        }
        let worst = self.sentences.iter().filter_map(|s| s.verdict).max();
        let is_understood = self.sentences.iter().any(|s| !s.held.is_empty());
        self.verdict = match worst {
            Some(Verdict::Consistent) | None if !is_understood => Some(Verdict::NotHeld),
            worst => worst,
        };
    }

    /// A sentence with the places of its words in the file.
    fn placed_in_source(&self, mut read: SentenceRead) -> SentenceRead {
        (read.start, read.end) = self.readable.source_place(read.start, read.end);
        for claim in &mut read.claims {
            (claim.start, claim.end) = self.readable.source_place(claim.start, claim.end);
        }
        read
    }

    /// Adds the links that lead to an address or number that is not one of ours.
    fn check_link_targets(&mut self) {
        let Some(known) = self.known.first() else {
            return;
        };
        let targets = std::mem::take(&mut self.readable.link_targets);
        let lang = self
            .ask
            .lang
            .or(self.langs.first().copied())
            .unwrap_or(Lang::USUAL);
        for (target, start, end) in targets {
            if !is_known_target(&target, known) {
                let what = in_words("not-our-contact", lang);
                self.findings.add(Found {
                    rule: UNBACKED,
                    message: format!("{}: {what}: {target}", claim_name(ClaimKind::Contact, lang)),
                    place: (start, end),
                    instead: None,
                    events: Vec::new(),
                });
            }
        }
    }

    /// Adds the claims of a sentence that the facts do not back.
    fn add_claims(&mut self, read: &SentenceRead, held: &[VerifiedClaim]) {
        for claim in held.iter().filter(|c| c.verdict != Verdict::Consistent) {
            self.findings.add(Found {
                rule: if claim.verdict == Verdict::Contradicts {
                    CONTRADICTED
                } else {
                    UNBACKED
                },
                message: format!("{}: {}", claim_name(claim.claim, read.lang), claim.what),
                place: self
                    .readable
                    .source_place(read.start + claim.start, read.start + claim.end),
                instead: self
                    .known
                    .first()
                    .and_then(|k| sentence_instead(claim, &read.text, k, read.lang)),
                events: claim.events.clone(),
            });
        }
    }

    /// Adds what the rules of wording find in a sentence that begins at byte `start`.
    fn check_wording(&mut self, sentence: &str, lang: Lang, start: usize) {
        for (rule, a, b) in self.rules.in_sentence(sentence, lang) {
            let place = self.readable.source_place(start + a, start + b);
            add_rule(&mut self.findings, self.rules, rule, lang, place);
        }
    }

    /// Adds what a text lacks that is long enough to be a full notice.
    fn check_notice(&mut self) {
        if self.langs.len() < NOTICE || self.ask.is_short {
            return;
        }
        let has_slipped = self.known.iter().any(|k| k.has_slipped);
        let (missing, lang) = self.missing_rules();
        for rule in missing {
            if rule != SILENT_SLIP || has_slipped {
                let (_, end) = self
                    .readable
                    .source_place(self.last_end.saturating_sub(1), self.last_end);
                let end = (end, end);
                add_rule(&mut self.findings, self.rules, rule, lang, end);
            }
        }
    }

    /// The rules that a notice does not keep, and the language to say so in: the one of most of its sentences.
    fn missing_rules(&self) -> (Vec<&'a str>, Lang) {
        let rules: &'a Rules = self.rules;
        let of = |lang: Lang| self.langs.iter().filter(|l| **l == lang).count();
        let mut langs: Vec<Lang> = Lang::ALL.into_iter().filter(|l| of(*l) > 0).collect();
        // Where two have as many sentences, the last of all languages.
        let main = langs
            .iter()
            .copied()
            .max_by_key(|l| of(*l))
            .unwrap_or(Lang::USUAL);
        if let Some(lang) = self.ask.lang {
            langs = vec![lang];
        }
        // In a text of several languages any of them will do.
        let missing: Vec<Vec<&str>> = langs
            .iter()
            .map(|l| rules.missing(&self.readable.text, *l))
            .collect();
        let in_all = rules
            .all()
            .keys()
            .map(String::as_str)
            .filter(|rule| missing.iter().all(|m| m.contains(rule)));
        (in_all.collect(), main)
    }
}

/// Adds that a rule of wording speaks at a place.
fn add_rule(
    findings: &mut Findings<'_>,
    rules: &Rules,
    rule: &str,
    lang: Lang,
    place: (usize, usize),
) {
    if let Some(w) = rules.all().get(rule).and_then(|r| r.of(lang)) {
        findings.add(Found {
            rule,
            message: w.why.clone(),
            place,
            instead: Some(w.instead.clone()),
            events: Vec::new(),
        });
    }
}

/// The name of a claim in the words of a language.
fn claim_name(claim: ClaimKind, lang: Lang) -> &'static str {
    in_words(claim.reason_key(), lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_found_in_the_whole_check_too() {
        for (name, rule) in Rules::shipped().all() {
            for lang in Lang::ALL.into_iter().filter(|_| name != SILENT_SLIP) {
                let Some(w) = rule.of(lang) else { continue };
                let ask = Ask {
                    lang: Some(lang),
                    ..Ask::default()
                };
                let finds = |text: &str| {
                    let found = check(text, &[], &ask).findings;
                    found.iter().any(|f| f.rule == *name)
                };
                assert!(w.bad.iter().all(|b| finds(b)), "{name} {lang}");
                assert!(!w.good.iter().any(|g| finds(g)), "{name} {lang}");
            }
        }
    }
}
