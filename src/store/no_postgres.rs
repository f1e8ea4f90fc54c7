//! In the place of `postgres` in a build without it: no address of a server is read, so there is never one to open.

use std::convert::Infallible;

use crate::domain::record::event::Head;
use crate::store::server_url::{PgEnv, without_password};
use crate::store::{Appended, Record, StoreError, Stored};

/// The address of a server, of which this build has none.
#[derive(Debug, Clone)]
pub struct Address {
    /// The address for messages, without the password.
    pub shown: String,
    never: Infallible,
}

impl Address {
    /// Refuses the URL.
    ///
    /// # Errors
    /// Always: that this build cannot reach a server.
    pub fn read_url(url: &str, _around: &PgEnv) -> Result<Address, StoreError> {
        Err(StoreError::Io {
            path: without_password(url),
            what: "this saydo was built without PostgreSQL (feature `postgres`)".into(),
        })
    }
}

/// A record on a server, of which this build has none.
pub struct Postgres(Infallible);

impl Postgres {
    /// There is no address to open.
    ///
    /// # Errors
    /// None.
    pub fn open(address: &Address) -> Result<Postgres, StoreError> {
        match address.never {}
    }

    /// There is no address to make tables at.
    ///
    /// # Errors
    /// None.
    pub fn migrate_tables(address: &Address) -> Result<usize, StoreError> {
        match address.never {}
    }
}

impl Record for Postgres {
    fn head(&self) -> Result<Head, StoreError> {
        match self.0 {}
    }

    fn read_events_after(&self, _after: u64) -> Result<Vec<Stored>, StoreError> {
        match self.0 {}
    }

    fn read_event(&self, _seq: u64) -> Result<Option<Stored>, StoreError> {
        match self.0 {}
    }

    fn append(&mut self, _expected: &Head, _batch: &[Stored]) -> Result<Appended, StoreError> {
        match self.0 {}
    }
}
