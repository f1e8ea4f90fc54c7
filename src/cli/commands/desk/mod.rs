//! `saydo desk`: the desk in a browser, on this machine. Every click is a command, run as if it had been typed; nothing is
//! decided here.

mod answer;
mod click;
mod page;
mod seat;
mod sent;

use std::io::Write;
use std::net::TcpListener;

use crate::cli::commands::desk::answer::DeskServer;
use crate::cli::commands::desk::seat::Seat;
use crate::cli::commands::loopback::serve_connections;
use crate::cli::output::Output;
use crate::cli::random_id;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;

/// The same desk in a browser: what is known, what may be said and why, what is owed; every click is a command
///
/// It answers on this machine, to whoever has the address that it prints. Behind the company's proxy, which knows who asks,
/// --users-from names the header with the name of the person.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address; with port 0 a free one is taken, and printed
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    pub addr: String,
    /// The header in which a proxy names the person of the team who asks; without it all act under the name of who started this
    #[arg(long, value_name = "HEADER", requires = "host")]
    pub users_from: Option<String>,
    /// The name under which browsers reach the proxy
    #[arg(long, value_name = "NAME", requires = "users_from")]
    pub host: Option<String>,
}

/// Serves until it is stopped.
///
/// # Errors
/// When there is no workspace, or the address cannot be had.
pub fn run(args: &Args, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    // What is wrong with the workspace is said now, not to the browser.
    let desk = session.open_journal(out)?;
    let adopted = desk.world().map(|_| ()).map_err(Trouble::from);
    session.close_journal(desk, out);
    adopted?;
    let seat = Seat::of_session(session)
        .ok_or_else(|| Trouble::usage("the desk needs a workspace folder", ""))?;
    let cannot = |e: std::io::Error| {
        Trouble::usage(
            format!("{}: {e}", args.addr),
            "another port: --addr 127.0.0.1:0 takes a free one",
        )
    };
    let listener = TcpListener::bind(&args.addr).map_err(cannot)?;
    let at = listener.local_addr().map_err(cannot)?;
    if !at.ip().is_loopback() {
        return Err(Trouble::usage(
            format!("{}: the desk answers on this machine alone", args.addr),
            "for others, put a proxy before it that knows who asks: --users-from HEADER --host NAME",
        ));
    }
    let key = random_id()
        .ok_or_else(|| Trouble::usage("the system has no random numbers to give", ""))?;
    for remark in std::mem::take(&mut out.remarks) {
        let _ = writeln!(std::io::stderr(), "saydo: {remark}");
    }
    // Said at once: the program goes on until it is stopped.
    match &args.host {
        Some(host) => println!("http://{at}/  (for the proxy of {host}; stop with Ctrl-C)"),
        None => println!("http://{at}/open?key={key}  (for you alone; stop with Ctrl-C)"),
    }
    let _ = std::io::stdout().flush();
    let server = DeskServer::new(
        seat,
        key,
        at.port(),
        args.users_from.clone(),
        args.host.clone(),
    );
    serve_connections(&listener, || {}, move |line| server.answer_line(line));
    Ok(0)
}
