//! What things are and what follows from what. Reads no clock, no file, no environment: time and identity
//! are arguments.

pub mod admit;
pub mod books;
pub mod decimal;
pub mod derive;
pub mod draft;
pub mod due;
pub mod event;
pub mod facts;
pub mod gate;
pub mod happening;
pub mod issued;
pub mod lang;
pub mod ledger;
pub mod link;
pub mod names;
pub mod network;
pub mod playbook;
pub mod points;
pub mod review;
pub mod rhythm;
mod scalar;
pub mod slot;
pub mod standing;
pub mod state;
pub mod still_true;
pub mod stock;
pub mod tally;
pub mod team;
pub mod time;
pub mod told;
pub mod value;
pub mod voice;
pub mod whole;
pub mod words;
pub mod workspace;
