//! `saydo mcp`: lets programs that write texts ask what may be said, over standard input and output. It records nothing,
//! issues nothing and sends nothing.

mod patient_input;
mod server;
mod tools;

use std::sync::mpsc;

use tokio::sync::oneshot;

use self::server::serve_stdio;
use self::tools::{Reply, ToolCall, answer_call};
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;

/// Answer programs that write texts (Model Context Protocol, over standard input and output); records and issues nothing
#[derive(Debug, clap::Args)]
pub struct Args {}

/// A call under way, with the way back to whoever waits for it.
pub(super) struct Job {
    call: ToolCall,
    reply: oneshot::Sender<Result<Reply, String>>,
}

/// Answers until the input ends. The protocol has a thread of its own; the record stays on this one, where calls are
/// answered one after the other.
///
/// # Errors
/// When there is no workspace, or the client does not begin as the protocol asks.
pub fn run(_args: &Args, session: &mut Session, _out: &mut Output) -> Result<u8, Trouble> {
    session.workspace_folder()?;
    session.json = true;
    session.interactive = false;
    let (jobs, todo) = mpsc::channel::<Job>();
    let served = std::thread::scope(|scope| {
        let server = scope.spawn(move || serve_stdio(jobs));
        for job in todo {
            let answer = answer_call(&job.call, session).map_err(|t| t.to_text());
            // Nobody waits any more where the call was cancelled.
            let _ = job.reply.send(answer);
        }
        server.join()
    });
    match served {
        Ok(Ok(())) => Ok(0),
        Ok(Err(what)) => Err(Trouble::usage(what, "see: docs/mcp.md")),
        Err(_) => Err(Trouble::usage("the server broke off", "")),
    }
}
