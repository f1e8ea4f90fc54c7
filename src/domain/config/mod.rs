//! What people write in YAML: the workspace, its channels and outlets, playbooks. Reads no file and judges no event.

pub mod audience;
pub mod channel;
pub mod resource;
pub mod schedule;
pub mod customer_base;
pub mod outlet;
mod outlet_faults;
mod credential_shapes;
mod outlet_adoption;
pub mod promise_kind;
pub mod noted_fact;
pub mod built_in_lines;
pub mod line;
pub mod situation;
pub mod workspace;
mod workspace_faults;
pub mod playbook;
pub mod further_text;
mod safety;
