//! A record on a PostgreSQL server. Knows nothing of what the events mean.

pub mod address;
mod layout;
mod line;
pub mod server_error;
pub mod server_record;

pub use crate::store::server_url::PgEnv;
pub use address::Address;
pub use server_record::Postgres;
