//! The ledger of promises, with several processes at once. Generated histories and verdicts one by one are library tests.

mod at_once;
