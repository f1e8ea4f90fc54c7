//! Issued statements derived again from the events before them: whether a record says what its events give. It asks nothing of
//! hashes and signatures, and changes nothing.

use std::num::NonZeroUsize;

use crate::desk::DeskError;
use crate::desk::core::incident_facts::playbooks_for;
use crate::desk::core::snapshot::{Clock, Snapshot};
use crate::desk::statement::draft::{draft_parts, pass_gate};
use crate::domain::base::parallel;
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{DERIVATION, Facts};
use crate::domain::record::event::{Event, Head};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::{Draft, DraftLine, Part, draft_of};
use crate::domain::speech::finding::Finding;
use crate::domain::speech::gate::{check_claims, check_structure};
use crate::domain::speech::role::Role;
use crate::domain::state::fold::State;
use crate::store::Stored;
use crate::store::snapshot::StateSnapshot;
use crate::store::verify::read_believed;

/// How the statements of a record compare with what its entries give.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derived {
    /// Statements that this program gives again, byte for byte.
    pub same: usize,
    /// Statements of other programs, of which only the structure was looked at.
    pub of_others: usize,
    /// The statements that the events before them do not give, in the order of the record.
    pub faults: Vec<Underived>,
}

/// A statement that the events before it do not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Underived {
    /// The number of its event.
    pub seq: u64,
    /// The number of the statement.
    pub statement: u32,
    /// What does not fit.
    pub what: String,
}

/// Derives every statement of a verified record again. Each processor folds the record and takes its share of the statements.
///
/// # Errors
/// When an event or an adopted file cannot be read.
pub fn derive_again(stored: &[Stored]) -> Result<Derived, DeskError> {
    let events = read_believed(stored)?;
    let shares = shares();
    let derived = parallel::map_slice(&shares, 2, |own| derive_share(&events, *own, shares.len()));
    let mut all = Derived::default();
    for share in derived {
        let share = share?;
        all.same += share.same;
        all.of_others += share.of_others;
        all.faults.extend(share.faults);
    }
    all.faults.sort_by_key(|f| f.seq);
    Ok(all)
}

/// A share of the statements for each processor.
pub(super) fn shares() -> Vec<usize> {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    (0..processors).collect()
}

/// One pass forward; derives each statement whose number is in this share.
fn derive_share(events: &[Event], own: usize, of: usize) -> Result<Derived, DeskError> {
    let mut pass = Pass::new(own, of);
    events.iter().try_for_each(|event| pass.take(event))?;
    Ok(pass.derived)
}

/// A pass over a record that derives its share of the statements.
pub(super) struct Pass {
    pub snapshot: Snapshot,
    pub derived: Derived,
    own: usize,
    of: usize,
}

impl Pass {
    pub(super) fn new(own: usize, of: usize) -> Pass {
        Pass {
            snapshot: empty_snapshot(),
            derived: Derived::default(),
            own,
            of,
        }
    }

    /// Takes the next event, after deriving it where it is a statement of this share.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), DeskError> {
        if let EventPayload::Statement(StatementEvent::StatementIssued(issued)) = &event.payload
            && issued.number as usize % self.of == self.own
        {
            match find_fault(&mut self.snapshot, event.seq, issued)? {
                Verdict::Same => self.derived.same += 1,
                Verdict::OfOthers => self.derived.of_others += 1,
                Verdict::Wrong(what) => self.derived.faults.push(Underived {
                    seq: event.seq,
                    statement: issued.number,
                    what,
                }),
            }
        }
        self.snapshot.apply_believed(event)
    }
}

fn empty_snapshot() -> Snapshot {
    let clock = Clock {
        now: chrono::DateTime::UNIX_EPOCH,
        given: true,
        machine: None,
        by: String::new(),
    };
    let nothing = StateSnapshot {
        head: Head::empty(),
        state: State::default(),
    };
    Snapshot::new(nothing, 0, clock, Default::default())
}

enum Verdict {
    Same,
    OfOthers,
    Wrong(String),
}

fn find_fault(
    snapshot: &mut Snapshot,
    seq: u64,
    issued: &StatementIssued,
) -> Result<Verdict, DeskError> {
    if let Some(what) = find_structural_fault(seq, issued) {
        return Ok(Verdict::Wrong(what));
    }
    if issued.derivation.as_deref() != Some(DERIVATION) {
        return Ok(Verdict::OfOthers);
    }
    snapshot.read_for(&issued.incidents, issued.as_of)?;
    let snapshot: &Snapshot = snapshot;
    let playbooks = match playbooks_for(snapshot, &issued.incidents, issued.text.as_deref()) {
        Err(DeskError::Refused(no_such_text)) => {
            return Ok(Verdict::Wrong(no_such_text.to_string()));
        }
        found => found?,
    };
    let parts = draft_parts(
        snapshot,
        &issued.incidents,
        &playbooks,
        &issued.audience,
        issued.as_of,
    )?;
    let own = draft_of(issued)?;
    // What was approved in advance may be for some channels only.
    let mut channels: Vec<String> = Vec::new();
    for rendition in issued.all_renditions()? {
        if !channels.contains(&rendition.channel) {
            channels.push(rendition.channel.clone());
        }
    }
    let whole = Wanted::of_text(issued.text.as_deref());
    let narrowed = Wanted {
        channels,
        ..whole.clone()
    };
    for wanted in [whole, narrowed] {
        match pass_gate(snapshot, &parts, wanted) {
            Ok(Ok(statement)) if statement.draft().digest()? == own => return Ok(Verdict::Same),
            Ok(_) => {}
            Err(not_then @ (DeskError::Refused(_) | DeskError::NotBacked { .. })) => {
                return Ok(Verdict::Wrong(not_then.to_string()));
            }
            Err(error) => return Err(error),
        }
    }
    let stated = as_draft(issued, parts)?;
    let mut findings = check_claims(&stated);
    findings.extend(snapshot.reader().read_whole(&stated));
    Ok(Verdict::Wrong(explain(&stated, findings.first())))
}

/// What is wrong whatever the facts were: an event that does not exist yet, a claim that was not read, a text beside its lines.
fn find_structural_fault(seq: u64, issued: &StatementIssued) -> Option<String> {
    for line in issued.lines() {
        if let Some(event) = line.events.iter().find(|e| **e == 0 || **e >= seq) {
            return Some(format!(
                "line \"{}\" rests on event {event}, which is not before it",
                line.id
            ));
        }
        let mut claims = line.claims.iter();
        if let Some(path) = claims.find(|c| !line.reads.contains_key(*c)) {
            return Some(format!(
                "line \"{}\" claims {path} and does not say what it is",
                line.id
            ));
        }
    }
    let stated = as_draft(issued, Vec::new());
    let findings = stated.map(|draft| check_structure(&draft));
    match findings {
        Ok(findings) => findings.first().map(|f| f.what.without_commands()),
        Err(error) => Some(error.to_string()),
    }
}

/// A statement as the draft that it would have been.
fn as_draft(issued: &StatementIssued, parts: Vec<Part<'_>>) -> Result<Draft, DeskError> {
    let mut facts = parts.into_iter().map(|p| p.facts);
    let line = |said: &SaidLine| DraftLine {
        said: said.clone(),
        promise: None,
        also: Vec::new(),
        mandatory: false,
        // A figure that was printed as a band looks like its band here.
        banded: said.claims.iter().cloned().collect(),
        sums_up: false,
        role: Role::Ordinary,
        is_untold: false,
        is_least: false,
        joint: None,
        denies: Vec::new(),
    };
    Ok(Draft {
        facts: facts.next().unwrap_or_else(|| no_facts(issued)),
        more: facts.collect(),
        lines: issued.lines().iter().map(line).collect(),
        renditions: issued.all_renditions()?.into_iter().cloned().collect(),
        withheld: Vec::new(),
        left_out: Vec::new(),
        text: issued.text.clone(),
        silent_channels: Vec::new(),
    })
}

fn no_facts(issued: &StatementIssued) -> Facts {
    Facts::empty(
        issued.as_of,
        chrono_tz::Tz::UTC,
        issued.incidents.clone(),
        &issued.audience,
        Disclosure::Public,
    )
}

fn explain(stated: &Draft, finding: Option<&Finding>) -> String {
    let Some(finding) = finding else {
        return "its texts are not those that the events before it give".to_owned();
    };
    let line = finding.line.and_then(|i| stated.lines.get(i));
    let of_line = line
        .map(|l| format!("line \"{}\": ", l.said.id))
        .unwrap_or_default();
    format!("{of_line}{}", finding.what.without_commands())
}
