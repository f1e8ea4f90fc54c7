//! What became of each text on its way to an outlet, folded from claims and receipts. Sends nothing.

pub mod key;
pub mod parcels;
pub mod notices;
pub mod deliveries;
pub mod masked;
pub mod retry;
