//! Which lists of people a statement reached, each known by its channel and its language. It knows no single person and
//! reads no text.

use crate::domain::base::lang::Lang;
use crate::domain::config::workspace::Workspace;
use crate::domain::state::incident::Issued;

/// A channel and a language: those who read it hear the same.
pub type Address = (String, Lang);

/// Where an audience is written to now. What it heard is asked of each address by itself, and of the audience as a whole:
/// an address that was switched off for a while has missed what the others were told.
#[derive(Debug, Clone, Default)]
pub struct Reach(Vec<Address>);

impl Reach {
    /// The channels of an audience in every language of the workspace.
    pub fn of_audience(workspace: &Workspace, audience: &str) -> Reach {
        let theirs = workspace.find_audience(audience).map(|a| a.channels);
        let theirs = theirs.unwrap_or_default();
        let channels = workspace.channels.keys();
        let channels = channels.filter(|c| theirs.is_empty() || theirs.contains(c));
        let each = channels.flat_map(|c| workspace.languages.iter().map(|l| (c.clone(), *l)));
        Reach(each.collect())
    }

    /// What each address heard last, the audience as a whole first, none twice: `said` gives, the latest statement
    /// first, what it told of the matter, or none where it ended what was told.
    pub fn last_heard<'a, T: PartialEq>(
        &self,
        said: impl IntoIterator<Item = (&'a Issued, Option<T>)>,
    ) -> Vec<T> {
        let mut waiting: Vec<&Address> = self.0.iter().collect();
        let mut found: Vec<T> = Vec::new();
        let mut is_first = true;
        for (issued, told) in said {
            let before = waiting.len();
            waiting.retain(|a| !was_reached(issued, a));
            let is_news = is_first || waiting.len() < before;
            is_first = false;
            found.extend(told.filter(|t| is_news && !found.contains(t)));
            if waiting.is_empty() {
                break;
            }
        }
        found
    }

    /// True when one of these statements, or another of them for another address, reached everybody whom this one did.
    pub fn is_covered<'a>(
        &self,
        issued: &Issued,
        since: impl IntoIterator<Item = &'a Issued>,
    ) -> bool {
        let reached = self.0.iter().filter(|a| was_reached(issued, a));
        let mut waiting: Vec<&Address> = reached.collect();
        let mut is_any = false;
        for later in since {
            is_any = true;
            waiting.retain(|a| !was_reached(later, a));
        }
        is_any && waiting.is_empty()
    }
}

fn was_reached(issued: &Issued, address: &Address) -> bool {
    issued.statement.body.addresses().contains(address)
}
