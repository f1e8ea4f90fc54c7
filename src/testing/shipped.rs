//! What is shipped, read for the tests: books, playbooks, and a desk on an empty record in memory. It starts no program.

use std::sync::OnceLock;

use crate::check::playbook::situation::beginning;
use crate::desk::{Clock, Journal};
use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::world::AdoptedConfig;
use crate::store::memory::Memory;
use crate::store::yaml::scanner::scan_places;
use crate::store::yaml::texts::texts_without;
use crate::store::{Record, files};

/// A desk on an empty record in memory with the shipped files adopted.
pub fn desk() -> Journal {
    let mut desk = bare();
    desk.adopt_shipped_files().unwrap();
    desk
}

/// A desk on an empty record in memory.
pub fn bare() -> Journal {
    open(Box::new(Memory::default()))
}

/// A desk on a record, at the moment at which situations begin.
pub fn open(record: Box<dyn Record>) -> Journal {
    let clock = Clock {
        now: beginning(),
        given: true,
        machine: None,
        by: "test".into(),
    };
    Journal::open(record, clock).unwrap()
}

/// The shipped books, every playbook read.
pub fn books() -> &'static AdoptedConfig {
    static BOOKS: OnceLock<AdoptedConfig> = OnceLock::new();
    BOOKS.get_or_init(|| {
        let [workspace, network] = crate::desk::core::shipped::WORKSPACE else {
            panic!("two files are shipped")
        };
        let mut books = AdoptedConfig {
            workspace: files::read_workspace("saydo.yaml", workspace.text.as_bytes())
                .unwrap()
                .0,
            network: files::read_network("network.yaml", network.text.as_bytes())
                .unwrap()
                .0,
            files: Default::default(),
            built: Default::default(),
        };
        for file in crate::desk::core::shipped::PLAYBOOKS {
            let (read, _) = files::read_playbook(file.path, file.text.as_bytes()).unwrap();
            books.files.insert(sha256(file.text.as_bytes()), read);
        }
        books
    })
}

/// The shipped books of a workspace that speaks one language alone.
pub fn books_in(lang: Lang) -> AdoptedConfig {
    let mut books = books().clone();
    books.workspace.languages = vec![lang];
    books.workspace.unread_languages = vec![lang];
    books.workspace.unread_languages.retain(|l| !l.is_read());
    books
}

/// The languages that a shipped playbook and its base have every text in.
pub fn languages_of(name: &str) -> Vec<Lang> {
    let has_all = |lang: &Lang| {
        let texts =
            ["base", name].map(|n| crate::desk::core::shipped::shipped_playbook(n).unwrap());
        texts.iter().all(|text| {
            let source = scan_places(name, text.as_bytes()).unwrap();
            texts_without(&source, *lang).is_empty()
        })
    };
    Lang::ALL.into_iter().filter(has_all).collect()
}

/// A shipped playbook with its base, and the digests of both.
pub fn playbook(name: &str) -> (Playbook, String, Option<String>) {
    let text = crate::desk::core::shipped::shipped_playbook(name).unwrap();
    let (own, _) = files::read_playbook(name, text.as_bytes()).unwrap();
    let base = own
        .extends
        .as_deref()
        .map(|b| crate::desk::core::shipped::shipped_playbook(b).unwrap());
    let read = base.map(|b| files::read_playbook("base", b.as_bytes()).unwrap().0);
    (
        Playbook::build_on_base(read.as_ref(), &own),
        sha256(text.as_bytes()),
        base.map(|b| sha256(b.as_bytes())),
    )
}

/// The names of the shipped playbooks, without the base.
pub fn playbooks() -> Vec<&'static str> {
    crate::desk::core::shipped::PLAYBOOKS
        .iter()
        .filter_map(|p| p.path.strip_suffix(".yaml"))
        .filter(|n| *n != "base")
        .collect()
}
