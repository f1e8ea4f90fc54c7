//! Why a page or a file of a site cannot be written. Tests rule each of these out: none depends on what people type.

use thiserror::Error;

/// Why a page or a file of a site cannot be written.
#[derive(Debug, Error)]
pub enum PageError {
    /// A template is malformed, or does not take what it is given.
    #[error("{0:#}")]
    Template(#[from] minijinja::Error),
    /// A value has no form in JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// An alert is asked for before any notice.
    #[error("{0} has no notice")]
    NoNotice(String),
    /// The writer of XML stops.
    #[error(transparent)]
    Xml(#[from] std::io::Error),
}
