//! One command a file. The argument struct's documentation is the command's help.

pub mod adopt;
pub mod check;
pub mod close;
pub mod declare;
pub mod demo;
pub mod fact;
pub mod handover;
pub mod init;
pub mod link;
pub mod log;
pub mod playbook;
pub mod points;
pub mod promise;
pub mod quote;
pub mod record;
pub mod replay;
pub mod report;
pub mod resource;
pub mod scope;
pub mod show;
pub mod statement;
pub mod status;
pub mod still;
pub mod tick;
pub mod why;
