//! One command a file; the documentation of its argument struct is its help. No file here decides anything.

pub mod adopt;
pub mod approval;
pub mod check;
pub mod close;
pub mod declare;
pub mod demo;
#[cfg(feature = "serve")]
pub mod desk;
#[cfg(not(feature = "serve"))]
pub use left_out as desk;
pub mod fact;
pub mod halt;
pub mod handover;
pub mod incident;
pub mod init;
pub mod key;
#[cfg(not(all(feature = "mcp", feature = "serve")))]
pub mod left_out;
pub mod link;
mod link_states;
pub mod log;
#[cfg(feature = "serve")]
mod loopback;
#[cfg(feature = "mcp")]
pub mod mcp;
#[cfg(not(feature = "mcp"))]
pub use left_out as mcp;
pub mod metrics;
pub mod note;
pub mod notice;
pub mod outbox;
pub mod person;
pub mod playbook;
pub mod points;
pub mod promise;
pub mod publish;
pub mod quote;
pub mod record;
pub mod replay;
pub mod report;
pub mod resource;
pub mod role;
pub mod scope;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(not(feature = "serve"))]
pub use left_out as serve;
pub mod show;
pub mod since;
pub mod site;
pub mod statement;
pub mod shell;
pub mod status;
pub mod still;
pub mod tick;
pub mod say;
pub mod told;
pub mod translate;
pub mod why;
