//! What would release a sentence, as a form: the step that a missing fact names. It finds no step.

use crate::desk::screen::act::Act;
use crate::desk::screen::forms::{FormMaker, hidden};
use crate::domain::base::link::{LinkState, SourceKind};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::config::playbook::Playbook;
use crate::render::desk_page::desk_word;
use crate::render::desk_page::view::{Field, FieldKind, Form};

impl FormMaker<'_> {
    /// What a step asks for; none where no form takes it.
    pub fn form_of_step(
        self,
        step: &NextStep,
        incident: &str,
        playbook: &Playbook,
    ) -> Option<Form> {
        let confirm = |link: &str, source: &str| {
            let name = self.name_of(link);
            self.still_form(Some((link, &name)), source)
        };
        let own_check = SourceKind::OwnCheck.token();
        Some(match step {
            NextStep::ConfirmAgain => self.still_form(None, own_check),
            NextStep::ConfirmLink { link } => confirm(link, own_check),
            NextStep::ConfirmLinkAs { link, source } => confirm(link, source),
            NextStep::NoteFact { name } => {
                self.note_form(incident, name, playbook.file.facts.get(name)?)
            }
            NextStep::MoveWindow { link } => self.report_form(link, ReportWanted::Window),
            NextStep::ReportLink => self.set_form(None),
            NextStep::Report { links, what } => self.report_form(links, *what),
            _ => return None,
        })
    }

    /// Reports one thing of links, which are named with spaces or commas between them.
    fn report_form(self, links: &str, what: ReportWanted) -> Form {
        let ids: Vec<&str> = links.split([' ', ',']).filter(|l| !l.is_empty()).collect();
        let names: Vec<String> = ids.iter().map(|id| self.name_of(id)).collect();
        let mut fields = vec![hidden("links", ids.join(","))];
        fields.extend(self.fields_of_report(what));
        let form = self.make_form(Act::Set, &names.join(", "), fields);
        match what {
            ReportWanted::Up | ReportWanted::UpByAnybody => Form {
                button: desk_word("do_up", self.lang).to_owned(),
                ..form
            },
            _ => form,
        }
    }

    fn fields_of_report(self, what: ReportWanted) -> Vec<Field> {
        let source = self.source_field();
        match what {
            ReportWanted::State => {
                let state = self.choice_field("state", self.state_choices());
                vec![state.made_needed(), source]
            }
            ReportWanted::Up | ReportWanted::UpByAnybody => vec![
                hidden("state", LinkState::Up.token()),
                hidden("source", SourceKind::OwnCheck.token()),
            ],
            ReportWanted::CapacityLeft(state) => {
                let left = self.text_field("capacity_left").made_needed();
                vec![hidden("state", state.token()), left, source]
            }
            ReportWanted::Diagnosing => vec![hidden("work", "diagnosing")],
            ReportWanted::Cause => {
                let cause = self.cause_field().made_needed();
                vec![cause, self.new_field("confirmed", FieldKind::Check), source]
            }
            ReportWanted::Window | ReportWanted::WindowParty => {
                vec![self.text_field("window").made_needed(), source]
            }
        }
    }
}
