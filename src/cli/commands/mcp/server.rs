//! The protocol: who this server is, its list of tools, and calls handed on to be answered. It answers none itself.

use std::sync::mpsc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer, ServerInitializeError};
use rmcp::{ServerHandler, ServiceExt};
use tokio::sync::{oneshot, watch};

use super::Job;
use super::patient_input::PatientInput;
use super::tools::{INSTRUCTIONS, Reply, list_tools, read_call};

/// Hands calls on to the thread that has the record.
struct Server {
    jobs: mpsc::Sender<Job>,
    /// How many calls are not answered yet.
    busy: watch::Sender<usize>,
}

/// A call that is not answered yet.
struct Busy<'a>(&'a watch::Sender<usize>);

impl<'a> Busy<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Busy<'a> {
        count.send_modify(|n| *n += 1);
        Busy(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|n| *n -= 1);
    }
}

/// Serves until the input ends.
///
/// # Errors
/// When the client does not begin as the protocol asks.
pub(super) fn serve_stdio(jobs: mpsc::Sender<Job>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| format!("the server cannot begin: {e}"))?;
    let served = runtime.block_on(async {
        let (busy, is_busy) = watch::channel(0);
        let transport = (PatientInput::new(is_busy), tokio::io::stdout());
        match (Server { jobs, busy }).serve(transport).await {
            Ok(running) => running
                .waiting()
                .await
                .map(|_| ())
                .map_err(|e| e.to_string()),
            Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
            Err(ServerInitializeError::ExpectedInitializeRequest(_)) => {
                Err("the client did not begin with initialize".to_owned())
            }
            Err(e) => Err(format!(
                "the client did not begin as the protocol asks: {e}"
            )),
        }
    });
    // A read that still waits for input is not waited for.
    runtime.shutdown_background();
    served
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("saydo", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(list_tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let _busy = Busy::new(&self.busy);
        let arguments = request.arguments.unwrap_or_default();
        let Some(call) = read_call(&request.name, arguments) else {
            let what = format!("there is no tool \"{}\"", request.name);
            return Err(ErrorData::invalid_params(what, None));
        };
        let answer = match call {
            Ok(call) => {
                let (reply, answer) = oneshot::channel();
                let gone = || ErrorData::internal_error("the server is closing", None);
                self.jobs.send(Job { call, reply }).map_err(|_| gone())?;
                answer.await.map_err(|_| gone())?
            }
            Err(trouble) => Err(trouble.to_text()),
        };
        Ok(result_of(answer).into())
    }
}

/// An answer as the protocol has it: the JSON as structure and as text, then remarks; an error as its text.
fn result_of(answer: Result<Reply, String>) -> CallToolResult {
    match answer {
        Ok(reply) => {
            let mut result = CallToolResult::structured(reply.json);
            let remarks = reply.remarks.into_iter();
            result.content.extend(remarks.map(ContentBlock::text));
            result
        }
        Err(text) => CallToolResult::error(vec![ContentBlock::text(text)]),
    }
}
