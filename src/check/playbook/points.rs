//! Checks the talking points of a playbook. They are read by staff, so fixed words may state what a line may not;
//! words that commit may be used only in what must not be said.

use crate::check::against::literals::{LiteralKind, objection};
use crate::check::playbook::linter::Linter;
use crate::check::playbook::placeholders::fixed_words;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::line::{Point, Section};
use crate::domain::speech::points::ROLES;

impl Linter<'_> {
    pub(super) fn check_points(&mut self) {
        for (i, point) in self.subject.file.points.iter().enumerate() {
            let path = format!("points[{i}]");
            self.check_roles(&path, point);
            self.check_complete(&format!("{path}.say"), &point.say);
            for (name, texts) in [("question", &point.question), ("because", &point.because)] {
                if !texts.is_empty() {
                    self.check_complete(&format!("{path}.{name}"), texts);
                }
            }
            self.check_conditions(&path, point);
            self.check_words(&path, point);
        }
    }

    fn check_roles(&mut self, path: &str, point: &Point) {
        for (j, role) in point.roles.iter().enumerate() {
            if !ROLES.contains(&role.as_str()) {
                let near = suggest_nearest(role, ROLES.iter().copied());
                self.fault(
                    format!("{path}.roles[{j}]"),
                    format!(
                        "there is no role \"{role}\"{near}; known: {}",
                        ROLES.join(", ")
                    ),
                );
            }
        }
    }

    fn check_conditions(&mut self, path: &str, point: &Point) {
        let has_it = point.each.is_some();
        if let Some(when) = &point.when {
            self.check_expression(&format!("{path}.when"), when, has_it);
        }
        for (j, e) in point.asserts.iter().enumerate() {
            self.check_expression(&format!("{path}.asserts[{j}]"), e, has_it);
        }
        if let Some(each) = &point.each {
            self.check_list(&format!("{path}.each"), each);
        }
        let promises = &self.subject.whole.file.promises;
        if let Some(p) = &point.promise
            && !promises.contains_key(p)
        {
            let near = suggest_nearest(p, promises.keys().map(String::as_str));
            self.fault(
                format!("{path}.promise"),
                format!("no promise \"{p}\" is declared under `promises:`{near}"),
            );
        }
    }

    fn check_words(&mut self, path: &str, point: &Point) {
        let say = point.say.iter();
        let texts = say.chain(point.question.iter()).chain(point.because.iter());
        for (lang, text) in texts {
            self.check_printed(&format!("{path}.say.{lang}"), text, point.each.is_some());
        }
        if point.section == Section::DoNotSay {
            return;
        }
        for (lang, text) in point.say.iter() {
            let read = fixed_words(text);
            let literals = read
                .iter()
                .flat_map(|fixed| self.reader.literals(fixed, lang));
            for literal in literals.collect::<Vec<_>>() {
                let commits = matches!(literal.kind, LiteralKind::Vague | LiteralKind::Promise);
                if commits && let Some(what) = objection(&literal, true, !point.asserts.is_empty())
                {
                    self.fault(format!("{path}.say.{lang}"), what);
                }
            }
        }
    }
}
