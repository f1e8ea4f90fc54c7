//! The network as written and as reported: topology, and the health of links and their parts. Chooses no words.

pub mod entries;
pub mod index;
pub mod topology;
mod network_faults;
pub mod authority;
pub mod rehearsal;
pub mod reported;
pub mod before_work;
pub mod health;
