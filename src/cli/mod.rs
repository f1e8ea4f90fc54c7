//! Words in, words out. Holds no state and never goes past the desk.

pub mod commands;
mod completion;
mod entry_line;
pub mod next_step;
mod old_names;
pub mod output;
mod overview;
pub mod prompt;
pub mod scenario;
pub mod session;
pub mod times;
pub mod trouble;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};

use crate::cli::commands as c;
use crate::cli::completion::answer_shell;
use crate::cli::output::Output;
use crate::cli::session::{RecordSource, Session};
use crate::cli::trouble::{TROUBLE, Trouble};
use crate::desk::core::location::PgEnv;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;

/// Outage communications that say only what the record backs.
///
/// If you cannot do it, do not say it; if you have said it, do it.
#[derive(Debug, Parser)]
#[command(
    name = "saydo",
    version = overview::version(),
    max_term_width = 100,
    arg_required_else_help = true,
    help_template = "{about-with-newline}\n{usage-heading} {usage}{after-help}",
    after_help = overview::FIRST_SCREEN
)]
pub struct Cli {
    /// The workspace folder; else found by walking up, else SAYDO_WORKSPACE
    #[arg(long, global = true, value_name = "DIR", help_heading = "Everywhere")]
    pub workspace: Option<PathBuf>,
    /// Print JSON for scripts
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub json: bool,
    /// The language of quoted content: en, vi or another of the workspace
    #[arg(long, global = true, value_name = "LANG", help_heading = "Everywhere")]
    pub lang: Option<Lang>,
    /// The moment to act at (else SAYDO_NOW, else the clock); marked in what it records
    #[arg(
        long,
        global = true,
        value_name = "TIME",
        allow_hyphen_values = true,
        help_heading = "Everywhere"
    )]
    pub now: Option<String>,
    /// Let the moment lie more than five minutes ahead of this machine's clock; an administrator says why: --because WHY
    #[arg(long, global = true, requires = "because", help_heading = "Everywhere")]
    pub clock_ahead: bool,
    /// Why the moment lies ahead
    #[arg(
        long,
        global = true,
        hide = true,
        value_name = "WHY",
        requires = "clock_ahead"
    )]
    pub because: Option<String>,
    /// Who acts (else SAYDO_ACTOR, else the user of the system)
    #[arg(
        long = "as",
        global = true,
        value_name = "NAME",
        help_heading = "Everywhere"
    )]
    pub by: Option<String>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the main job on the shipped example: no set-up, no workspace
    Demo(c::demo::Args),
    /// Make a workspace that works at once
    Init(c::init::Args),
    /// Put changed workspace files into the record, after checking them
    Adopt(c::adopt::Args),
    /// List, show, write and check playbooks
    #[command(subcommand)]
    Playbook(c::playbook::Command),
    /// Open an incident
    Declare(c::declare::Args),
    /// Record what somebody said about links (the same as `link set`)
    Set(Box<c::link::Set>),
    /// Note a fact, or keep a note for the record
    Note(c::note::Args),
    /// Keep a dated note, never sayable
    Log(c::log::Args),
    /// Add links to an incident, or remove them
    #[command(subcommand)]
    Scope(c::scope::Command),
    /// List incidents, or merge two that turned out to be one
    #[command(subcommand)]
    Incident(c::incident::Command),
    /// Put an incident under another playbook
    #[command(alias = "escalate")]
    ChangePlaybook(c::scope::ChangePlaybook),
    /// Choose the incident that commands mean
    #[command(alias = "use")]
    Switch(c::scope::Switch),
    /// Record what somebody said about links, and list them
    #[command(subcommand)]
    Link(c::link::Command),
    /// Confirm again what stands
    Still(c::still::Args),
    /// Note a fact that the playbook declares, and list all facts
    #[command(subcommand)]
    Fact(c::fact::Command),
    /// Show what may be said now and issue it; or add a sentence of your own
    Say(c::say::Args),
    /// The situation in one screen
    Status(c::status::Args),
    /// Draft, issue and look up statements
    #[command(subcommand)]
    Statement(c::statement::Command),
    /// Talking points for staff
    #[command(alias = "points")]
    TalkingPoints(c::points::Args),
    /// For each sentence the facts, events and sources; for each withheld one what is missing
    Why(c::why::Args),
    /// Run a scenario file on a temporary record
    Replay(c::replay::Args),
    /// What was promised, to whom, until when, and what became of it
    #[command(subcommand)]
    Promise(c::promise::Command),
    /// What promises use, and how much of it is left
    #[command(subcommand)]
    Resource(c::resource::Command),
    /// What is due now, for cron: exit code 1 while anything is
    Tick(c::tick::Args),
    /// What changed, what we said and promised, who was told, since a time
    Since(c::since::Args),
    /// The change of shift: what is promised, due and unknown
    Handover(c::handover::Args),
    /// Counts for a monitoring system, as Prometheus reads them
    Metrics(c::metrics::Args),
    /// How good our word was; of one incident, the review afterwards
    Report(c::report::Args),
    /// Hold any text against the record: what it claims and promises, and whether that is backed
    Check(Box<c::check::Args>),
    /// Who is of the team
    #[command(subcommand)]
    Person(c::person::Command),
    /// Who may do what
    #[command(subcommand)]
    Role(c::role::Command),
    /// Key pairs, by which entries are signed
    #[command(subcommand)]
    Key(c::key::Command),
    /// Carry what was issued to where people are: every outlet once, with receipts
    Publish(c::publish::Args),
    /// Tell everybody affected, one by one: one person, one notice
    #[command(subcommand)]
    Notice(c::notice::Command),
    /// What is still to leave, what left, what needs a decision
    Outbox(c::outbox::Args),
    /// Record that somebody was told by hand: a call, a post, a letter
    Told(c::told::Args),
    /// Stop everything that is being sent, at once
    Halt(c::halt::Args),
    /// Build the status page
    #[command(subcommand)]
    Site(c::site::Command),
    /// Build the status page and show it on this machine
    #[command(hide = cfg!(not(feature = "serve")))]
    Serve(c::serve::Args),
    /// The same desk in a browser, on this machine
    #[command(hide = cfg!(not(feature = "serve")))]
    Desk(c::desk::Args),
    /// Answer programs that write texts (Model Context Protocol, over standard input and output); records and issues nothing
    #[command(hide = cfg!(not(feature = "mcp")))]
    Mcp(c::mcp::Args),
    /// Close an incident
    Close(c::close::Args),
    /// Verify, correct, list and copy the record
    #[command(subcommand)]
    Record(c::record::Command),
    /// Take a wrong entry back (the same as `record retract`)
    Retract(c::record::Retract),
    /// Completion for your shell: commands, and playbooks, links and facts of the workspace
    Completions(c::shell::Completions),
    /// All commands, in groups
    Commands,
    /// Print the first manual page, or write all of them
    Man(c::shell::Man),
}

/// Where the program runs: read once.
pub struct RuntimeEnv {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    pub now: At,
    /// The clock again, for what takes long.
    pub clock: fn() -> At,
}

/// Runs the program and gives its exit code.
pub fn run(edge: RuntimeEnv) -> u8 {
    if answer_shell(&edge.args, edge.now, Cli::command) {
        return 0;
    }
    let cli = match Cli::try_parse_from(&edge.args) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { TROUBLE } else { 0 };
            // Nobody is left to tell when the error stream is closed.
            let _ = error.print();
            return code;
        }
    };
    let mut session = Session {
        place: RecordSource::Folder {
            given: cli.workspace.clone(),
            fallback: std::env::var_os("SAYDO_WORKSPACE")
                .filter(|v| !v.is_empty())
                .map(PathBuf::from),
            start: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        },
        machine: edge.now,
        clock: Some(edge.clock),
        variable: read_variable,
        now: cli.now.clone().or_else(|| read_variable("SAYDO_NOW")),
        by: cli
            .by
            .clone()
            .or_else(|| read_variable("SAYDO_ACTOR"))
            .unwrap_or_else(user_name),
        lang: cli.lang.unwrap_or(Lang::USUAL),
        asked_lang: cli.lang,
        interactive: std::io::stdin().is_terminal() && std::io::stdout().is_terminal(),
        json: cli.json,
        config: configuration_folder(),
        new_record_id: read_variable("SAYDO_RECORD_ID").or_else(random_id),
        ahead_because: cli.clock_ahead.then(|| cli.because.clone()).flatten(),
        key: read_variable("SAYDO_KEY"),
        elsewhere: read_variable("SAYDO_RECORD"),
        around: PgEnv {
            password: read_variable("PGPASSWORD"),
            pass_file: read_variable("PGPASSFILE")
                .map(PathBuf::from)
                .or_else(|| read_variable("HOME").map(|h| PathBuf::from(h).join(".pgpass"))),
        },
        seen_head: None,
        lives_on: false,
    };
    let mut out = Output::new();
    let result =
        check_actor(&session.by).and_then(|()| run_command(&mut session, &cli.command, &mut out));
    print_result(&out, result, cli.json)
}

/// The name under which somebody acts is printed and recorded: one short line without control characters.
pub(crate) fn check_actor(name: &str) -> Result<(), Trouble> {
    let is_fine = !name.trim().is_empty()
        && name.chars().count() <= 100
        && !name
            .chars()
            .any(|c| crate::domain::admission::wording::is_harmful(c) || matches!(c, '\n' | '\t'));
    if is_fine {
        return Ok(());
    }
    Err(Trouble::usage(
        "the name of the actor is empty, too long or has control characters",
        "give it: --as NAME",
    ))
}

/// 128 random bits in hexadecimal; none when the system has none to give.
pub(crate) fn random_id() -> Option<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).ok()?;
    Some(crate::domain::base::digest::to_hex(&bytes))
}

/// A variable of the environment that is set and not empty.
fn read_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// The user's folder for saydo: SAYDO_CONFIG, else the system's place for configuration.
fn configuration_folder() -> Option<PathBuf> {
    let home = || read_variable("HOME").map(|h| PathBuf::from(h).join(".config"));
    read_variable("SAYDO_CONFIG")
        .map(PathBuf::from)
        .or_else(|| {
            read_variable("XDG_CONFIG_HOME")
                .map(PathBuf::from)
                .or_else(home)
                .or_else(|| read_variable("APPDATA").map(PathBuf::from))
                .map(|base| base.join("saydo"))
        })
}

fn user_name() -> String {
    read_variable("USER")
        .or_else(|| read_variable("LOGNAME"))
        .or_else(|| read_variable("USERNAME"))
        .unwrap_or_else(|| "unknown".into())
}

/// Runs one command. Gives its exit code; text and JSON are in `out`.
///
/// # Errors
/// What went wrong, with its exit code.
pub fn run_command(
    session: &mut Session,
    command: &Command,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match command {
        Command::Demo(a) => c::demo::run(a, session, out),
        Command::Init(a) => c::init::run(a, session, out),
        Command::Completions(a) => c::shell::print_completions(a, out),
        Command::Commands => {
            overview::list_commands(&Cli::command(), out);
            Ok(0)
        }
        Command::Man(a) => c::shell::write_manual(a, Cli::command(), out),
        Command::Playbook(a) => c::playbook::run(a, session, out),
        Command::Replay(a) => c::replay::run(a, session, out),
        Command::Mcp(a) => c::mcp::run(a, session, out),
        Command::Serve(a) => c::serve::run(a, session, out),
        Command::Desk(a) => c::desk::run(a, session, out),
        Command::Check(a) if a.stands_alone() => c::check::alone(a, session, out),
        // A record that does not fold can still be verified and exported.
        Command::Record(
            a @ (c::record::Command::Verify(_)
            | c::record::Command::Init(_)
            | c::record::Command::Upgrade
            | c::record::Command::Clock(_)
            | c::record::Command::Copy(_)
            | c::record::Command::Rejoin(_)
            | c::record::Command::Export(_)
            | c::record::Command::Import(_)),
        ) => c::record::raw(a, session, out),
        other => {
            let mut desk = session.open_journal(out)?;
            let result = match needs_trust(other) {
                true => desk.check_trusted().map_err(Trouble::from),
                false => Ok(()),
            };
            let result = result.and_then(|()| at_the_desk(other, session, &mut desk, out));
            let is_alarm = desk.doubt.as_ref().is_some_and(|d| d.is_alarm());
            session.close_journal(desk, out);
            result.map(|code| if is_alarm { TROUBLE } else { code })
        }
    }
}

/// What speaks to people, publishes or vouches for the record: refused before it begins, where others are at their first entry.
fn needs_trust(command: &Command) -> bool {
    matches!(
        command,
        Command::Publish(_)
            | Command::Notice(_)
            | Command::Site(_)
            | Command::Tick(_)
            | Command::Record(c::record::Command::Seal)
    )
}

fn at_the_desk(
    command: &Command,
    session: &mut Session,
    desk: &mut crate::desk::Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match command {
        Command::Adopt(a) => c::adopt::run(a, session, desk, out),
        Command::Declare(a) => c::declare::run(a, session, desk, out),
        Command::Log(a) => c::log::run(a, session, desk, out),
        Command::Set(a) => c::link::set(a, session, desk, out),
        Command::Note(a) => c::note::run(a, session, desk, out),
        Command::Scope(a) => c::scope::run(a, session, desk, out),
        Command::Incident(a) => c::incident::run(a, session, desk, out),
        Command::ChangePlaybook(a) => c::scope::run_by_another(a, session, desk, out),
        Command::Switch(a) => c::scope::choose_incident(a, session, desk, out),
        Command::Link(a) => c::link::run(a, session, desk, out),
        Command::Still(a) => c::still::run(a, session, desk, out),
        Command::Fact(a) => c::fact::run(a, session, desk, out),
        Command::Say(a) => c::say::run(a, session, desk, out),
        Command::Status(a) => c::status::run(a, session, desk, out),
        Command::Statement(a) => c::statement::run(a, session, desk, out),
        Command::TalkingPoints(a) => c::points::run(a, session, desk, out),
        Command::Why(a) => c::why::run(a, session, desk, out),
        Command::Promise(a) => c::promise::run(a, session, desk, out),
        Command::Resource(a) => c::resource::run(a, session, desk, out),
        Command::Tick(a) => c::tick::run(a, session, desk, out),
        Command::Metrics(a) => c::metrics::run(a, session, desk, out),
        Command::Since(a) => c::since::run(a, session, desk, out),
        Command::Handover(a) => c::handover::run(a, session, desk, out),
        Command::Report(a) => c::report::run(a, session, desk, out),
        Command::Person(a) => c::person::run(a, session, desk, out),
        Command::Role(a) => c::role::run(a, desk, out),
        Command::Key(a) => c::key::run(a, session, desk, out),
        Command::Publish(a) => c::publish::run(a, session, desk, out),
        Command::Notice(a) => c::notice::run(a, session, desk, out),
        Command::Outbox(a) => c::outbox::run(a, session, desk, out),
        Command::Told(a) => c::told::run(a, session, desk, out),
        Command::Halt(a) => c::halt::run(a, session, desk, out),
        Command::Site(a) => c::site::run(a, session, desk, out),
        Command::Close(a) => c::close::run(a, session, desk, out),
        Command::Record(a) => c::record::run(a, session, desk, out),
        Command::Retract(a) => c::record::retract(a, session, desk, out),
        Command::Check(a) => c::check::run(a, session, desk, out),
        Command::Demo(_)
        | Command::Init(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Commands
        | Command::Playbook(_)
        | Command::Replay(_)
        | Command::Mcp(_)
        | Command::Serve(_)
        | Command::Desk(_) => Ok(0),
    }
}

fn print_result(out: &Output, result: Result<u8, Trouble>, json: bool) -> u8 {
    let mut stdout = std::io::stdout().lock();
    let mut stderr = std::io::stderr().lock();
    for remark in &out.remarks {
        let _ = stderr.write_all(trouble::format_remark(remark).as_bytes());
    }
    if let Some((doubt, step)) = &out.doubt
        && result.is_ok()
    {
        let line = format!("{}\n", output::clean_text(doubt));
        let _ = match (&out.raw, json) {
            (None, false) => stdout.write_all(line.as_bytes()),
            _ => stderr.write_all(format!("saydo: {line}").as_bytes()),
        };
        let _ = stderr.write_all(trouble::format_remark(step).as_bytes());
    }
    if let (Some(since), None, false) = (&out.apart, &out.raw, json) {
        let _ = writeln!(stdout, "APART FROM THE RECORD since {since}");
    }
    if let (Some(since), Some(_)) = (&out.apart, &out.raw) {
        let _ = writeln!(stderr, "saydo: apart from the record since {since}");
    }
    let written = if let Some(raw) = &out.raw {
        stdout.write_all(raw.as_bytes())
    } else if json && !out.json.is_null() {
        serde_json::to_string_pretty(&out.whole_json())
            .map_or(Ok(()), |text| writeln!(stdout, "{text}"))
    } else if json && result.is_err() {
        Ok(())
    } else {
        stdout.write_all(out.text.as_bytes())
    };
    let written = written.and_then(|()| stdout.flush());
    let code = match result {
        Ok(code) => code,
        Err(trouble) => {
            let text = if json {
                trouble.to_json()
            } else {
                trouble.to_text()
            };
            let _ = stderr.write_all(text.as_bytes());
            trouble.code
        }
    };
    match written {
        // A reader that has seen enough (`| head`) is no trouble.
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            let _ = writeln!(stderr, "saydo: the output cannot be written: {e}");
            TROUBLE
        }
        _ => code,
    }
}
