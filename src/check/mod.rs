//! Finds claims in texts and verifies them against facts; checks playbooks. Prints nothing, opens no file, and does not
//! know who reads what it finds.

pub mod reading;

pub mod against;

pub mod playbook;
