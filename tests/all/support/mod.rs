//! What several modules of tests share: workspaces, servers, readers, chance. It holds no test and no assertion about the
//! product.

pub mod chain;
pub mod chance;
pub mod mailbox;
pub mod many;
pub mod outlet_server;
pub mod play;
pub mod postgres_server;
pub mod readers;
pub mod served;
pub mod status_page;
