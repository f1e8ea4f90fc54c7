//! Adoption: every file that decisions rest on is checked and kept before it counts. It does not read folders.

use std::collections::BTreeSet;

use crate::check::playbook::lint::{Subject, lint};
use crate::check::playbook::values::ValueReader;
use crate::desk::core::shipped;
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::base::fault::Fault;
use crate::domain::base::link::LinkId;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::world::AdoptedConfig;
use crate::domain::network::topology::Network;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::{RecordEvent, TextKind};
use crate::store::files::{self, Adoptable};
use crate::store::yaml::{Source, Trouble};

/// What checking files found.
#[derive(Debug, Default)]
pub struct Checked {
    /// Everything wrong, in the order of the files.
    pub troubles: Vec<Trouble>,
    /// Situations that this network cannot play: playbook, situation, why.
    pub skipped: Vec<(String, String, String)>,
    /// Old names in the files that were to be checked, one remark a file.
    pub remarks: Vec<Trouble>,
    /// How many playbooks were checked.
    pub playbooks: usize,
}

#[derive(Debug, Default)]
pub struct Adopted {
    /// The files that came into force.
    pub files: Vec<String>,
    /// What is read in them, and will not be for ever.
    pub remarks: Vec<Trouble>,
}

/// A playbook file as read.
struct Read {
    digest: String,
    file: PlaybookFile,
    source: Source,
}

/// Checks files and adopts those that differ from what is in force. Gives their names.
///
/// # Errors
/// Everything that is wrong with the files, or the store's trouble.
pub fn adopt_files(journal: &mut Journal, given: &[Adoptable]) -> Result<Vec<String>, DeskError> {
    adopt_among(journal, given, &[]).map(|adopted| adopted.files)
}

/// The same, with the other files of the workspace: those in force are checked again with what changes.
/// A playbook whose file is gone binds nothing any more but the incidents that are run by it.
///
/// # Errors
/// Everything that is wrong with the files, or the store's trouble.
pub fn adopt_among(
    journal: &mut Journal,
    given: &[Adoptable],
    others: &[Adoptable],
) -> Result<Adopted, DeskError> {
    let changed: Vec<&Adoptable> = given.iter().filter(|f| !is_in_force(journal, f)).collect();
    let mut all = given.to_vec();
    let is_given = |f: &Adoptable| given.iter().any(|g| g.kind == f.kind && g.name == f.name);
    all.extend(
        others
            .iter()
            .filter(|f| !is_given(f) && is_in_force(journal, f))
            .cloned(),
    );
    let checked = check_with(journal, &all, &changed, true)?;
    if !checked.troubles.is_empty() {
        return Err(DeskError::Files(checked.troubles));
    }
    let batch: Vec<Entry> = changed.iter().map(|f| (None, adopted(f))).collect();
    journal.record(|_| Ok(batch.clone()))?;
    Ok(Adopted {
        files: changed.iter().map(|f| f.path.clone()).collect(),
        remarks: checked.remarks,
    })
}

impl Journal {
    /// Adopts the workspace, network and playbooks that are built into the program: enough for a first draft.
    ///
    /// # Errors
    /// The store's trouble.
    pub fn adopt_shipped_files(&mut self) -> Result<(), DeskError> {
        adopt_files(self, &shipped::shipped_files()).map(drop)
    }
}

/// True when the record holds exactly this text for it.
pub fn is_in_force(snapshot: &Snapshot, file: &Adoptable) -> bool {
    snapshot
        .state
        .adopted_text(file.kind, &file.name)
        .is_some_and(|(a, _)| a.digest == sha256(&text_of(file)))
}

/// Checks the files `wanted` together with the rest of `given` and what is in force.
///
/// # Errors
/// When what is in force cannot be read.
pub fn check_files(
    snapshot: &Snapshot,
    given: &[Adoptable],
    wanted: &[&Adoptable],
) -> Result<Checked, DeskError> {
    check_with(snapshot, given, wanted, false)
}

/// The same; with `trust`, a shipped playbook in the shipped workspace and network is taken as clean: a
/// test of the program holds that it is.
fn check_with(
    snapshot: &Snapshot,
    given: &[Adoptable],
    wanted: &[&Adoptable],
    trust: bool,
) -> Result<Checked, DeskError> {
    let mut checked = Checked::default();
    let text = |kind: TextKind, name: &str| text_to_check(snapshot, given, kind, name);
    let (Some(w), Some(n)) = (
        text(TextKind::Workspace, "workspace"),
        text(TextKind::Network, "network"),
    ) else {
        return Err(DeskError::NothingAdopted(
            "workspace and network (saydo.yaml, network.yaml)",
        ));
    };
    let workspace = keep(files::read_workspace(&w.0, &w.1), &mut checked.troubles);
    if let Some((read, source)) = &workspace {
        let faults = read.adoption_faults();
        checked.troubles.extend(source.troubles_of_faults(faults));
    }
    let network = keep(files::read_network(&n.0, &n.1), &mut checked.troubles);
    let read = read_all_playbooks(given, &text, &mut checked.troubles);
    let (Some((workspace, w_source)), Some((network, n_source))) = (workspace, network) else {
        return Ok(checked);
    };
    check_references(
        (&workspace, &w_source),
        (&network, &n_source),
        &mut checked.troubles,
    );
    let books = read.iter().map(|(_, r)| &r.source);
    checked.remarks = remark_on_old_names([&w_source, &n_source].into_iter().chain(books), wanted);
    let is_read =
        |kind: TextKind, text: &[u8]| wants(wanted, kind) && !(trust && shipped::is_text(text));
    if is_read(TextKind::Workspace, &w.1) {
        let claimed = ValueReader::new().check_workspace(&workspace);
        checked
            .troubles
            .extend(w_source.troubles_of_faults(claimed));
    }
    if is_read(TextKind::Network, &n.1) {
        let faults = find_network_faults(snapshot, &network, &workspace);
        checked.troubles.extend(n_source.troubles_of_faults(faults));
    }
    let rehearsed = network.to_rehearse(&ids_in_texts(&network, &workspace, &read));
    let books = config_to_adopt(workspace, rehearsed, &read);
    let in_shipped_house = trust && shipped::is_text(&w.1) && shipped::is_text(&n.1);
    let is_trusted = |r: &Read| in_shipped_house && is_shipped_with_base(r, &read);
    let all = read.iter().filter(|(name, r)| is_touched(name, r, wanted));
    for (name, r) in all.filter(|(_, r)| !is_trusted(r)) {
        let is_shipped = trust && is_shipped_with_base(r, &read);
        check_playbook(snapshot, (name, is_shipped), r, &read, &books, &mut checked);
    }
    Ok(checked)
}

/// Links, regions and services that an open incident is about, and that this network does not have: what people were
/// told of them could not be said any more.
fn missing_ids(snapshot: &Snapshot, network: &Network) -> Vec<Fault> {
    let open = snapshot.state.open_incidents();
    let scopes = open.flat_map(|i| i.links_in_scope().into_iter().map(|l| (i.id.clone(), l)));
    scopes
        .filter(|(_, link)| !network.has_entry(link))
        .map(|(incident, link)| {
            let what = format!(
                "\"{link}\" is missing, and {incident} is about it: close that first, or leave \"{link}\" in"
            );
            Fault::at_path("links", what)
        })
        .collect()
}

/// The name and the bytes of a file as given, else as it is in force.
fn text_to_check(
    snapshot: &Snapshot,
    given: &[Adoptable],
    kind: TextKind,
    name: &str,
) -> Option<(String, Vec<u8>)> {
    let file = given.iter().find(|f| f.kind == kind && f.name == name);
    let given = file.map(|f| (f.path.clone(), f.bytes.clone()));
    given.or_else(|| {
        let (_, text) = snapshot.state.adopted_text(kind, name)?;
        Some((format!("{name} (as adopted)"), text.as_bytes().to_vec()))
    })
}

fn find_network_faults(
    snapshot: &Snapshot,
    network: &Network,
    workspace: &Workspace,
) -> Vec<Fault> {
    let mut faults = ValueReader::new().check_network(network, workspace);
    faults.extend(missing_ids(snapshot, network));
    faults
}

/// The entries of a network that playbooks or contacts may ask for by name.
fn ids_in_texts(
    network: &Network,
    workspace: &Workspace,
    playbooks: &[(String, Read)],
) -> BTreeSet<LinkId> {
    let is_of_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let texts = playbooks.iter().map(|(_, r)| &*r.source.text);
    let words = texts.flat_map(|t| t.split(move |c| !is_of_id(c)));
    let contacts = workspace
        .contacts
        .values()
        .filter_map(|c| c.link.as_deref());
    let ids = words.chain(contacts).filter(|w| network.has_entry(w));
    ids.map(str::to_owned).collect()
}

/// The files as they will be in force, with the playbooks that were read.
fn config_to_adopt(
    workspace: Workspace,
    network: Network,
    playbooks: &[(String, Read)],
) -> AdoptedConfig {
    let files = playbooks.iter();
    let files = files.map(|(_, r)| (r.digest.clone(), r.file.clone()));
    AdoptedConfig {
        workspace,
        network,
        files: files.collect(),
        built: Default::default(),
    }
}

/// What is written with old names in the files that are wanted.
fn remark_on_old_names<'a>(
    sources: impl Iterator<Item = &'a Source>,
    wanted: &[&Adoptable],
) -> Vec<Trouble> {
    let wanted = |s: &&Source| wanted.iter().any(|f| f.path == s.name);
    sources
        .filter(wanted)
        .filter_map(Source::remark_on_old_names)
        .collect()
}

/// True when a file of this kind is among those that change.
fn wants(wanted: &[&Adoptable], kind: TextKind) -> bool {
    wanted.iter().any(|f| f.kind == kind)
}

/// True when what is wanted changes how a playbook reads: it itself, its base, or the workspace or network around it.
fn is_touched(name: &str, r: &Read, wanted: &[&Adoptable]) -> bool {
    let base = r.file.extends.as_ref();
    wanted.iter().any(|f| {
        f.kind != TextKind::Playbook || f.name == name || base.is_some_and(|b| f.name == *b)
    })
}

fn is_shipped_with_base(r: &Read, all: &[(String, Read)]) -> bool {
    let base = r.file.extends.as_ref();
    let base = base.and_then(|b| all.iter().find(|(n, _)| n == b));
    let is_shipped = |r: &Read| shipped::is_text(r.source.text.as_bytes());
    is_shipped(r) && base.is_none_or(|(_, b)| is_shipped(b))
}

/// The name and the bytes of an adopted text, by its kind and name.
type TextInForce<'a> = dyn Fn(TextKind, &str) -> Option<(String, Vec<u8>)> + 'a;

/// The playbooks that were given, with the bases that they build on.
fn read_all_playbooks(
    given: &[Adoptable],
    text: &TextInForce<'_>,
    troubles: &mut Vec<Trouble>,
) -> Vec<(String, Read)> {
    let mut read: Vec<(String, Read)> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for file in given.iter().filter(|f| f.kind == TextKind::Playbook) {
        names.push(file.name.clone());
        // A base that was not given may be in force.
        if let Ok((read, _)) = files::read_playbook(&file.path, &file.bytes) {
            names.extend(read.extends);
        }
    }
    names.sort();
    names.dedup();
    for name in names {
        let Some((path, bytes)) = text(TextKind::Playbook, &name) else {
            continue;
        };
        if let Some((file, source)) = keep(files::read_playbook(&path, &bytes), troubles) {
            if file.name != name {
                troubles.push(source.trouble_at_path(
                    "name",
                    format!(
                        "the file is called \"{name}\" and names itself \"{}\"",
                        file.name
                    ),
                ));
            }
            read.push((
                name,
                Read {
                    digest: sha256(source.text.as_bytes()),
                    file,
                    source,
                },
            ));
        }
    }
    read
}

/// What the workspace and the network say of each other has to be there.
fn check_references(
    (workspace, w_source): (&Workspace, &Source),
    (network, n_source): (&Network, &Source),
    troubles: &mut Vec<Trouble>,
) {
    for (name, contact) in &workspace.contacts {
        if let Some(link) = &contact.link
            && !network.has_entry(link)
        {
            let near = suggest_nearest(link, network.all_ids());
            troubles.push(w_source.trouble_at_path(
                &format!("contacts.{name}.link"),
                format!("the network has no link \"{link}\"{near}"),
            ));
        }
    }
    for (name, outlet) in &workspace.outlets {
        for id in outlet.components.keys().filter(|id| !network.has_entry(id)) {
            let near = suggest_nearest(id, network.all_ids());
            troubles.push(w_source.trouble_at_path(
                &format!("outlets.{name}.components.{id}"),
                format!("the network has no link, region or service \"{id}\"{near}"),
            ));
        }
    }
    for (i, link) in network.links.iter().enumerate() {
        if let Some(party) = &link.operator
            && !workspace.parties.contains_key(party)
        {
            let near = suggest_nearest(party, workspace.parties.keys().map(String::as_str));
            troubles.push(n_source.trouble_at_path(
                &format!("links[{i}].operator"),
                format!("saydo.yaml has no party \"{party}\" under `parties:`{near}"),
            ));
        }
    }
}

fn check_playbook(
    snapshot: &Snapshot,
    (name, is_shipped): (&str, bool),
    r: &Read,
    all: &[(String, Read)],
    books: &AdoptedConfig,
    checked: &mut Checked,
) {
    checked.playbooks += 1;
    let base = match &r.file.extends {
        None => None,
        Some(wanted) => match all.iter().find(|(n, _)| n == wanted) {
            Some((_, base)) if base.file.extends.is_none() => Some(base),
            Some(_) => {
                checked.troubles.push(r.source.trouble_at_path(
                    "extends",
                    format!("\"{wanted}\" builds on another file itself; a base does not"),
                ));
                return;
            }
            None => {
                let near = suggest_nearest(wanted, all.iter().map(|(n, _)| n.as_str()));
                checked.troubles.push(r.source.trouble_at_path(
                    "extends",
                    format!("there is no playbook \"{wanted}\" to build on{near}"),
                ));
                return;
            }
        },
    };
    let whole = Playbook::build_on_base(base.map(|b| &b.file), &r.file);
    let is_base = name == "base"
        || all
            .iter()
            .any(|(_, other)| other.file.extends.as_deref() == Some(name));
    let subject = Subject {
        file: &r.file,
        whole: &whole,
        base: base.map(|b| &b.file),
        pinned: (&r.digest, base.map(|b| b.digest.as_str())),
        is_shipped,
        is_base,
    };
    let (faults, skipped) = lint(&subject, books, &snapshot.evaluator);
    checked.troubles.extend(r.source.troubles_of_faults(faults));
    checked.skipped.extend(
        skipped
            .into_iter()
            .map(|(s, why)| (name.to_owned(), s, why)),
    );
}

pub(in crate::desk) fn keep<T>(
    result: Result<(T, Source), Vec<Trouble>>,
    troubles: &mut Vec<Trouble>,
) -> Option<(T, Source)> {
    match result {
        Ok(read) => Some(read),
        Err(found) => {
            troubles.extend(found);
            None
        }
    }
}

/// The text without a byte order mark, as it is adopted.
fn text_of(file: &Adoptable) -> Vec<u8> {
    file.bytes
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(&file.bytes)
        .to_vec()
}

pub(in crate::desk) fn adopted(file: &Adoptable) -> EventPayload {
    let text = String::from_utf8_lossy(&text_of(file)).into_owned();
    EventPayload::Record(RecordEvent::TextAdopted {
        text_kind: file.kind,
        name: file.name.clone(),
        digest: sha256(text.as_bytes()),
        text,
    })
}
