//! The ledger of promises, over generated histories and with several processes at once. Verdicts one by one are in tables.

mod at_once;
mod generated;
