//! A record on a PostgreSQL server. Knows nothing of what the events mean.

pub mod address;
pub mod server_error;
pub mod server_record;

pub use address::{Address, PgEnv, is_nearly_url, is_url};
pub use server_record::Postgres;
