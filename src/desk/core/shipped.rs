//! The files that are built into the program: the first workspace, the playbooks, the examples, in the languages that are asked
//! for. It writes none of them.

use crate::domain::base::lang::Lang;
use crate::domain::record::record_event::TextKind;
use crate::store::files::Adoptable;
use crate::store::yaml::scanner::scan_places;
use crate::store::yaml::texts::{texts_without, with_languages_alone};
use crate::store::yaml::trim::{LeftOut, without_items};

/// A file with its path inside the project.
pub struct Shipped {
    /// Its path, below the folder that it is shipped in.
    pub path: &'static str,
    pub text: &'static str,
}

macro_rules! shipped {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(Shipped { path: $path, text: include_str!(concat!("../../../", $folder, "/", $path)) }),+]
    };
}

/// The shipped playbooks, base first.
pub const PLAYBOOKS: &[Shipped] = shipped!("playbooks":
    "base.yaml",
    "submarine-cable-disruption.yaml",
    "several-cables.yaml",
    "backbone-cut.yaml",
    "regional-power-failure.yaml",
    "core-failure.yaml",
    "denial-of-service.yaml",
    "planned-work.yaml",
    "peak-hour-congestion.yaml",
);

/// What `init` writes besides the playbooks.
pub const WORKSPACE: &[Shipped] = shipped!("examples/workspace":
    "saydo.yaml",
    "network.yaml",
);

/// The examples that `demo` can show.
pub const EXAMPLES: &[Shipped] = shipped!("examples":
    "two-of-four-cables/scenario.yaml",
    "storm-night/scenario.yaml",
);

/// The languages that a first workspace speaks.
pub const FIRST_LANGUAGES: [Lang; 2] = [Lang::Vi, Lang::En];

/// What kind of house a first workspace is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kit {
    /// A provider of Internet access: everything that is shipped.
    Isp,
    /// Whoever runs halls for the machines of others.
    Datacentre,
    /// A service over the Internet.
    Saas,
    /// Whoever wants the least: one channel, one playbook.
    Minimal,
}

/// What kits other than that of a provider share: a base without goodwill, visits and modems, and one playbook.
const NEUTRAL: &str = include_str!("../../../examples/kits/neutral.yaml");
const KIT_PLAYBOOKS: &[Shipped] = shipped!("examples/kits": "outage.yaml");
const DATACENTRE: &[Shipped] = shipped!("examples/kits/datacentre": "saydo.yaml", "network.yaml");
const SAAS: &[Shipped] = shipped!("examples/kits/saas": "saydo.yaml", "network.yaml");
const MINIMAL: &[Shipped] = shipped!("examples/kits/minimal": "saydo.yaml", "network.yaml");
const SAAS_LEFT_OUT: &str = include_str!("../../../examples/kits/saas/left-out.yaml");
const MINIMAL_LEFT_OUT: &str = include_str!("../../../examples/kits/minimal/left-out.yaml");

impl Kit {
    /// Its files in all of their languages.
    fn files(self) -> Vec<Adoptable> {
        let house = match self {
            Kit::Isp => {
                return WORKSPACE
                    .iter()
                    .chain(PLAYBOOKS)
                    .map(Shipped::to_adoptable)
                    .collect();
            }
            Kit::Datacentre => DATACENTRE,
            Kit::Saas => SAAS,
            Kit::Minimal => MINIMAL,
        };
        let mut files: Vec<Adoptable> = house.iter().map(Shipped::to_adoptable).collect();
        let base = PLAYBOOKS.iter().take(1).map(Shipped::to_adoptable);
        files.extend(base.map(|file| self.trim_base(file)));
        files.extend(KIT_PLAYBOOKS.iter().map(Shipped::to_adoptable));
        files
    }

    /// The base without what this kit leaves out.
    fn trim_base(self, base: Adoptable) -> Adoptable {
        // The lists are part of the program, and a test adopts what they leave.
        let mut left_out: LeftOut = serde_yaml::from_str(NEUTRAL).unwrap_or_default();
        let own = match self {
            Kit::Minimal => MINIMAL_LEFT_OUT,
            Kit::Saas => SAAS_LEFT_OUT,
            Kit::Isp | Kit::Datacentre => "{}",
        };
        left_out.extend(serde_yaml::from_str(own).unwrap_or_default());
        match scan_places(&base.path, &base.bytes) {
            Ok(source) => Adoptable {
                bytes: without_items(&source, &left_out).into_bytes(),
                ..base
            },
            Err(_) => base,
        }
    }
}

/// The shipped files for a workspace that speaks these languages, with their texts alone, and the playbooks that have no text in
/// one of them and are left out.
pub fn files_in(kit: Kit, langs: &[Lang]) -> (Vec<Adoptable>, Vec<String>) {
    let (mut files, mut left_out) = (Vec::new(), Vec::new());
    for file in kit.files() {
        let Ok(source) = scan_places(&file.path, &file.bytes) else {
            continue;
        };
        if langs.iter().any(|l| !texts_without(&source, *l).is_empty()) {
            left_out.push(file.name);
            continue;
        }
        let text = with_languages_alone(&source, langs);
        let text = match file.kind == TextKind::Workspace && langs != FIRST_LANGUAGES {
            true => with_languages_named(&text, langs),
            false => text,
        };
        files.push(Adoptable {
            bytes: text.into_bytes(),
            ..file
        });
    }
    (files, left_out)
}

/// The workspace with these languages in the place of the first ones. One that is not read is accepted by name: whoever asks for
/// it is told what that means.
fn with_languages_named(text: &str, langs: &[Lang]) -> String {
    let list = |langs: Vec<Lang>| {
        let tags: Vec<&str> = langs.into_iter().map(Lang::tag).collect();
        tags.join(", ")
    };
    let unread: Vec<Lang> = langs.iter().copied().filter(|l| !l.is_read()).collect();
    let mut named = format!("languages: [{}]", list(langs.to_vec()));
    if !unread.is_empty() {
        let unread = list(unread);
        named = format!(
            "# Not read: of these texts the gate holds structure, printed values and claims, not what other words say.\nunread_languages: [{unread}]\n{named}"
        );
    }
    let first = format!("languages: [{}]", list(FIRST_LANGUAGES.to_vec()));
    text.replacen(&first, &named, 1)
}

/// The shipped workspace, network and playbooks, as files to adopt, in the first languages.
pub fn shipped_files() -> Vec<Adoptable> {
    files_in(Kit::Isp, &FIRST_LANGUAGES).0
}

impl Shipped {
    fn to_adoptable(&self) -> Adoptable {
        let (kind, name, folder) = match self.path {
            "saydo.yaml" => (TextKind::Workspace, "workspace", ""),
            "network.yaml" => (TextKind::Network, "network", ""),
            path => (
                TextKind::Playbook,
                path.trim_end_matches(".yaml"),
                "playbooks/",
            ),
        };
        Adoptable {
            kind,
            name: name.to_owned(),
            path: format!("{folder}{}", self.path),
            bytes: self.text.as_bytes().to_vec(),
        }
    }
}

/// A shipped playbook by name.
pub fn shipped_playbook(name: &str) -> Option<&'static str> {
    PLAYBOOKS
        .iter()
        .find(|p| p.path.strip_suffix(".yaml") == Some(name))
        .map(|p| p.text)
}

/// True for the very text of a shipped file, whole or in the first languages. In others it is checked like any: those of the
/// workspace may be different ones.
pub fn is_text(bytes: &[u8]) -> bool {
    let mut shipped = PLAYBOOKS.iter().chain(WORKSPACE);
    let first_line = |b: &[u8]| b.split(|c| *c == b'\n').next().map(<[u8]>::to_vec);
    let like = shipped.find(|f| first_line(f.text.as_bytes()) == first_line(bytes));
    like.is_some_and(|f| f.text.as_bytes() == bytes || f.in_first_languages() == bytes)
}

impl Shipped {
    fn in_first_languages(&self) -> Vec<u8> {
        let source = scan_places(self.path, self.text.as_bytes());
        let text = source.map(|s| with_languages_alone(&s, &FIRST_LANGUAGES));
        text.unwrap_or_default().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shipped_text_is_trusted_in_the_languages_of_the_first_workspace_alone() {
        let french = Lang::ALL.into_iter().find(|l| l.tag() == "fr");
        let (whole, first) = (Kit::Isp.files(), shipped_files());
        assert!(whole.iter().chain(&first).all(|f| is_text(&f.bytes)));
        for lang in [french.unwrap_or(Lang::Vi), Lang::En] {
            let (alone, _) = files_in(Kit::Isp, &[lang]);
            assert!(
                !alone.is_empty() && !alone.iter().any(|f| is_text(&f.bytes)),
                "{lang}"
            );
        }
        let mut changed = first[2].bytes.clone();
        changed.push(b'\n');
        assert!(!is_text(&changed));
    }
}
