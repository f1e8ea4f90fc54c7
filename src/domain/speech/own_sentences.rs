//! Sentences that people write for one incident, put among the lines of its playbook. It judges none of them: they pass the
//! gate as every line does.

use crate::domain::config::line::{Line, Purpose};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::workspace::Workspace;
use crate::domain::state::incident::OwnSentence;
pub use crate::domain::state::incident::{EDITED, OWN};

/// What the line of a sentence is called.
pub fn line_id_of(sentence: &OwnSentence) -> String {
    let before = match sentence.line {
        None => OWN,
        Some(_) => EDITED,
    };
    format!("{before}{}", sentence.seq)
}

/// The playbook with the sentences that stand. One in the place of a line takes that place in its channels alone, and in the
/// next statement alone: `since` is the number of the event that issued the last one.
pub fn with_own_sentences(
    mut playbook: Playbook,
    sentences: &[&OwnSentence],
    workspace: &Workspace,
    since: u64,
) -> Playbook {
    let stands = |s: &&OwnSentence| s.line.is_none() || s.seq > since;
    let standing: Vec<&OwnSentence> = sentences.iter().copied().filter(stands).collect();
    // Worded anew twice, the last words count.
    let is_last = |s: &&OwnSentence| {
        let takes_over =
            |o: &&OwnSentence| o.seq > s.seq && o.line == s.line && o.channels == s.channels;
        s.line.is_none() || !standing.iter().any(takes_over)
    };
    for sentence in standing.iter().copied().filter(is_last) {
        let lines = &mut playbook.file.lines;
        let replaced = sentence.line.as_ref();
        let place = replaced.and_then(|id| lines.iter().position(|l| l.id == *id));
        match place {
            Some(at) => {
                let own = worded_anew(&lines[at], sentence);
                take_from_channels(&mut lines[at], &own.channels, workspace);
                lines.insert(at + 1, own);
            }
            // Another playbook has no such line: then the words stand for nothing there.
            None if replaced.is_some() => {}
            None => lines.push(line_beside(sentence)),
        }
    }
    playbook
}

/// The line of a sentence beside the others.
fn line_beside(sentence: &OwnSentence) -> Line {
    Line {
        id: line_id_of(sentence),
        element: sentence.element,
        purpose: Purpose::Fact,
        when: sentence.phase.as_ref().map(|p| format!("phase == '{p}'")),
        each: None,
        asserts: sentence.asserts.clone(),
        promise: None,
        written_by: Some(sentence.seq),
        fallback: None,
        for_several: false,
        mandatory: false,
        leads: false,
        sums_up: false,
        joins: false,
        not_yet: Default::default(),
        channels: sentence.channels.clone(),
        audiences: sentence.audience.iter().cloned().collect(),
        say: sentence.texts.clone(),
        short: Default::default(),
        unaccented: Default::default(),
        spoken: Default::default(),
        post: Default::default(),
        push: Default::default(),
    }
}

/// A line in other words: what it rests on, and when it is said, stays.
fn worded_anew(line: &Line, sentence: &OwnSentence) -> Line {
    Line {
        id: line_id_of(sentence),
        written_by: Some(sentence.seq),
        // Its facts are said by nothing else there: where it may not be said, the statement is refused.
        mandatory: true,
        // Whoever wrote it wrote it for one thing; its words need not fit several.
        joins: false,
        channels: sentence.channels.clone(),
        say: sentence.texts.clone(),
        short: sentence.texts.clone(),
        unaccented: sentence.texts.clone(),
        spoken: sentence.texts.clone(),
        post: sentence.texts.clone(),
        push: sentence.texts.clone(),
        ..line.clone()
    }
}

fn take_from_channels(line: &mut Line, taken: &[String], workspace: &Workspace) {
    if line.channels.is_empty() {
        line.channels = workspace.channels.keys().cloned().collect();
    }
    line.channels.retain(|c| !taken.contains(c));
    if line.channels.is_empty() {
        // No channel is called so: it is said nowhere.
        line.channels.push(String::new());
    }
}
