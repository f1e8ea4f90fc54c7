//! What somebody can do at the desk in a browser, by name. Each is a command of the command line; it does
//! not say which one.

/// Something that a form of the desk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Still,
    Set,
    Note,
    Log,
    Say,
    Edit,
    Issue,
    IssueAndPublish,
    Submit,
    Approve,
    Reject,
    Publish,
    Halt,
    Lift,
    Declare,
    Retract,
    Close,
    Keep,
    Arrived,
    Retry,
    Drop,
}

impl Act {
    pub const ALL: [Act; 21] = [
        Act::Still,
        Act::Set,
        Act::Note,
        Act::Log,
        Act::Say,
        Act::Edit,
        Act::Issue,
        Act::IssueAndPublish,
        Act::Submit,
        Act::Approve,
        Act::Reject,
        Act::Publish,
        Act::Halt,
        Act::Lift,
        Act::Declare,
        Act::Retract,
        Act::Close,
        Act::Keep,
        Act::Arrived,
        Act::Retry,
        Act::Drop,
    ];

    /// As a form sends it; the word on its button has the key `do_` and this.
    pub fn token(self) -> &'static str {
        match self {
            Act::Still => "still",
            Act::Set => "set",
            Act::Note => "note",
            Act::Log => "log",
            Act::Say => "say",
            Act::Edit => "edit",
            Act::Issue => "issue",
            Act::IssueAndPublish => "issue-and-publish",
            Act::Submit => "submit",
            Act::Approve => "approve",
            Act::Reject => "reject",
            Act::Publish => "publish",
            Act::Halt => "halt",
            Act::Lift => "lift",
            Act::Declare => "declare",
            Act::Retract => "retract",
            Act::Close => "close",
            Act::Keep => "keep",
            Act::Arrived => "arrived",
            Act::Retry => "retry",
            Act::Drop => "drop",
        }
    }

    pub fn from_token(token: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.token() == token)
    }

    /// True for what is done although others have written since the page was loaded: a stop key waits for nobody.
    pub fn is_urgent(self) -> bool {
        self == Act::Halt
    }
}
