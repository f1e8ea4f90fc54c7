//! The commands by which next steps are taken: the only place that has words for a step. It decides none of them.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::desk::due::item::DueItem;
use crate::domain::base::next_step::{Advice, NextStep, Piece, ReportWanted};
use crate::domain::facts::missing::STEP_KEY;

/// An advice as a person reads it, with the commands to paste.
pub fn write_advice(advice: &Advice) -> String {
    let pieces = advice.pieces().iter();
    pieces
        .map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Step(step) => write_step(step),
        })
        .collect()
}

/// The command that takes a step; in capital letters what the reader fills in.
pub fn write_step(step: &NextStep) -> String {
    let command: String = match step {
        NextStep::AdoptFiles => "adopt".into(),
        NextStep::AdoptFile { file } => format!("adopt {file}"),
        NextStep::StartDrill => "init DIR --drill".into(),
        NextStep::StartAnew => "init DIR".into(),
        NextStep::MakeTables => "record init".into(),
        NextStep::UpgradeTables => "record upgrade".into(),
        NextStep::ImportRecord => "record import".into(),
        NextStep::VerifyRecord => "record verify".into(),
        NextStep::RepairRecord => "record repair --because WHY".into(),
        NextStep::DeclareClockWrong { from } => {
            format!("record clock --wrong-from {from} --because WHY")
        }
        NextStep::ListEntries => "record list".into(),
        NextStep::RejoinRecord => "record rejoin".into(),
        NextStep::ShowStatus => "status".into(),
        NextStep::DeclareIncident => "declare PLAYBOOK".into(),
        NextStep::DeclareWithLink { playbook } => format!("declare {playbook} --link ID=down"),
        NextStep::DeclareWork => "declare planned-work --window START..END --link ID".into(),
        NextStep::CloseIncident { incident } => format!("close {incident}"),
        NextStep::ReportLink => "link set ID STATE".into(),
        NextStep::Report { links, what } => write_report(links, *what),
        NextStep::MoveWindow { link } => {
            format!("link set {link} --window FROM..TO --source cable-operator")
        }
        NextStep::MoveWindowTo {
            link,
            window,
            source,
        } => format!("link set {link} --window {window} --source {source}"),
        NextStep::ConfirmAgain => "still".into(),
        NextStep::ConfirmLink { link } => format!("still {link}"),
        NextStep::ConfirmLinkAs { link, source } => format!("still {link} --source {source}"),
        NextStep::NoteFact { name } => format!("fact note {name}=..."),
        NextStep::NoteOverrun { incident } => format!("fact note {incident} overrun_expected=yes"),
        NextStep::NoteWorkDone => "fact note work_done=yes --source field-team".into(),
        NextStep::TakeNote => "log TEXT".into(),
        NextStep::ListFacts => "fact list".into(),
        NextStep::ListAllFacts => "fact list --all".into(),
        NextStep::ListPlaybooks => "playbook list".into(),
        NextStep::ShowPlaybook => "playbook show".into(),
        NextStep::DraftStatement { incidents } => name_incidents("statement draft", incidents),
        NextStep::IssueStatement { incidents } => name_incidents("statement issue", incidents),
        NextStep::IssueTo { incident, audience } => {
            format!("statement issue {incident} --audience {audience}")
        }
        NextStep::SubmitDraft { incidents } => name_incidents("statement submit", incidents),
        NextStep::ApproveDraft { draft } => format!("statement approve {draft}"),
        NextStep::ListPendingDrafts => "statement pending".into(),
        NextStep::ListStatements => "statement list".into(),
        NextStep::ListPromises => "promise list --all".into(),
        NextStep::ListOverduePromises => "promise list --overdue".into(),
        NextStep::PromiseToCase { kind } => format!("promise make {kind} --case REFERENCE"),
        NextStep::PromiseTo { kind, audience } => {
            format!("promise make {kind} --audience {audience}")
        }
        NextStep::ShowPromise { number } => format!("promise show {number}"),
        NextStep::KeepPromise { number } => format!("promise keep {number} --evidence TEXT"),
        NextStep::RevisePromise { number } => {
            format!("promise revise {number} --due TIME --because TEXT")
        }
        NextStep::RevisePromiseEarlier => {
            "promise revise N --due TIME --because TEXT --evidence TEXT".into()
        }
        NextStep::CarryPromiseOver { number, to } => {
            let to = shell_words::quote(to);
            format!("promise carry-over {number} --to {to} --due TIME")
        }
        NextStep::ListResources => "resource list".into(),
        NextStep::AddResource { resource } => format!("resource add {resource} N --because TEXT"),
        NextStep::AddAmount { resource, amount } => {
            format!("resource add {resource} {amount} --because TEXT")
        }
        NextStep::SetResource { resource } => format!("resource set {resource} N --because TEXT"),
        NextStep::ListOutbox => "outbox list".into(),
        NextStep::ListOutboxOf { outlet } => format!("outbox list --outlet {outlet}"),
        NextStep::LiftHalt => "halt --lift".into(),
        NextStep::PublishAll => "publish".into(),
        NextStep::SendNotice { plan } => format!("notice send {plan} --yes"),
        NextStep::PublishTo { outlet } => format!("publish --outlet {outlet}"),
        NextStep::RecordTold => "told ...".into(),
        NextStep::RecordToldTo { whom } => format!("told {whom}"),
        NextStep::HandOver => "handover --to NAME".into(),
        NextStep::SendWitness => "record witness".into(),
        NextStep::AcceptShift => "handover --accept".into(),
        NextStep::AcceptShiftAs { person } => format!("handover --accept --as {person}"),
        NextStep::AddPerson { person } => format!("person add {person}"),
        NextStep::ListRoles => "role list".into(),
        NextStep::DefineRole => "role define NAME --may RIGHT".into(),
        NextStep::GrantRole => "role grant ROLE PERSON".into(),
        NextStep::GrantApproval => "role grant approver NAME".into(),
        NextStep::MakeKey => "key new".into(),
        NextStep::TrustKey { person, key } => format!("key trust {person} {key}"),
        NextStep::ListWordingRules => "check --rules".into(),
        NextStep::AsWritten { command } => return command.clone(),
    };
    format!("saydo {command}")
}

fn write_report(links: &str, what: ReportWanted) -> String {
    let rest: &str = match what {
        ReportWanted::State => "STATE",
        ReportWanted::Up => "up --source own-check",
        ReportWanted::UpByAnybody => "up",
        ReportWanted::CapacityLeft(state) => {
            return format!("link set {links} {state} --capacity-left N%");
        }
        ReportWanted::Diagnosing => "--work diagnosing",
        ReportWanted::Cause => "--cause KEY --confirmed",
        ReportWanted::Window => "--window EARLIEST..LATEST --source cable-operator",
        ReportWanted::WindowParty => "--window ... --source cable-operator:PARTY",
    };
    format!("link set {links} {rest}")
}

/// What is due, for scripts: each item with its command.
pub fn write_due(items: &[DueItem]) -> Json {
    let one = |item: &DueItem| {
        let mut value = serde_json::to_value(item).unwrap_or(Json::Null);
        value["command"] = write_step(&item.step).into();
        value
    };
    items.iter().map(one).collect()
}

/// Puts the command in the place of each step, in what is printed for scripts.
pub fn write_steps_in(value: &mut Json) {
    match value {
        Json::Array(all) => all.iter_mut().for_each(write_steps_in),
        Json::Object(map) => {
            let step = map.get(STEP_KEY).filter(|_| map.len() == 1);
            match step.map(NextStep::deserialize) {
                Some(Ok(step)) => *value = write_step(&step).into(),
                _ => map.values_mut().for_each(write_steps_in),
            }
        }
        _ => {}
    }
}

fn name_incidents(command: &str, incidents: &[String]) -> String {
    if incidents.is_empty() {
        return command.to_owned();
    }
    format!("{command} {}", incidents.join(" "))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::write_steps_in;
    use crate::cli::Cli;
    use crate::domain::base::next_step::NextStep;
    use crate::domain::facts::missing::MissingFact;

    /// The words of the commands, as they stand in this file.
    fn written_commands() -> impl Iterator<Item = &'static str> {
        let body = include_str!("next_step.rs").split("fn write_step").nth(1);
        let body = body.and_then(|b| b.split("\n}\n").next());
        body.unwrap_or_default().split('"').skip(1).step_by(2)
    }

    #[test]
    fn every_step_is_a_command_that_there_is() {
        let (program, mut count) = (Cli::command(), 0);
        for text in written_commands().filter(|t| !t.starts_with("saydo ")) {
            let mut words = text.split(' ');
            let first = words.next().unwrap_or_default();
            let command = program.find_subcommand(first);
            let command = command.unwrap_or_else(|| panic!("no command {first}"));
            if command.has_subcommands() {
                let second = words.next().unwrap_or_default();
                let found = command.find_subcommand(second);
                assert!(found.is_some(), "no command {first} {second}");
            }
            count += 1;
        }
        assert!(count > 50, "{count}");
    }
    #[test]
    fn facts_are_printed_with_commands_and_read_back() {
        let link = NextStep::ConfirmLink { link: "AAG".into() };
        for (step, command) in [(Some(link), Some("saydo still AAG")), (None, None)] {
            let lack = MissingFact::from_untranslated("too old", step);
            let mut printed = serde_json::json!({ "facts": [lack] });
            write_steps_in(&mut printed);
            assert_eq!(printed["facts"][0]["command"].as_str(), command);
            let read: MissingFact = serde_json::from_value(printed["facts"][0].clone()).unwrap();
            let mut again = serde_json::to_value(&read).unwrap();
            write_steps_in(&mut again);
            assert_eq!(again, printed["facts"][0]);
        }
    }
}
