//! A way a text goes out: its form, its letters, its limits. Sends nothing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The forms in which a line may be written.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The whole sentence.
    Say,
    /// For small screens.
    Short,
    /// Without Vietnamese marks, written so that it cannot be misread.
    #[serde(alias = "plain")]
    #[schemars(extend("x-old-name" = "plain"))]
    Unaccented,
    /// To be read aloud.
    Spoken,
    /// For a post on a social network, where our name stands above it.
    Post,
    /// For a notification on a phone, where our name stands above it and a tap opens the page.
    Push,
}

/// The characters that a channel carries, which decide how an SMS is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Charset {
    /// Every character of Unicode.
    #[default]
    Unicode,
    /// GSM-7 when the text fits it, else UCS-2.
    SmsAuto,
    /// GSM-7 only: another character is an error.
    SmsGsm7,
}

/// One form and length in which a statement goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// The forms of a line to use, the first that the line has. A line that has none is not said here.
    pub forms: Vec<Form>,
    /// Begin with the title line.
    #[serde(default)]
    pub title: bool,
    /// Each line on its own line of text, instead of one paragraph.
    #[serde(default)]
    pub one_per_line: bool,
    /// A text with a salutation is a letter: lines about one thing make a paragraph, and an empty line parts two of them.
    /// Another has each line on a line of its own.
    #[serde(default)]
    pub paragraphs: bool,
    /// The length of a post, in characters: a longer text is a thread, and an empty line parts its posts. A sentence that is longer
    /// stands in a post of its own.
    #[serde(default)]
    pub max_post_characters: Option<usize>,
    /// Whoever gets it has called the hotline, or reads to callers: its number is not said.
    #[serde(default)]
    pub on_hotline: bool,
    /// Dates and times in words, for reading aloud.
    #[serde(default)]
    pub in_words: bool,
    /// The longest text, in characters as people count them.
    #[serde(default)]
    pub max_characters: Option<usize>,
    /// The longest text as an SMS, in parts.
    #[serde(default)]
    pub max_parts: Option<usize>,
    /// The longest time to read it aloud, in seconds.
    #[serde(default)]
    pub max_seconds: Option<usize>,
    /// The length that a text should have where what it may leave out allows it, in characters.
    #[serde(default)]
    pub aim_characters: Option<usize>,
    /// The same, in SMS parts.
    #[serde(default)]
    pub aim_parts: Option<usize>,
    /// The same, in seconds read aloud.
    #[serde(default)]
    pub aim_seconds: Option<usize>,
    /// Whoever gets it sees who sent it, and a tap opens the page: our name, the page's address and contacts are not said.
    #[serde(default)]
    pub opens_page: bool,
    /// How an SMS is coded.
    #[serde(default)]
    pub charset: Charset,
    /// Characters that may not appear.
    #[serde(default)]
    pub forbidden: String,
    /// The most names in a list, before "and N others".
    #[serde(default = "default_max_names")]
    pub max_names: usize,
}

impl Channel {
    /// The channel with what it aims at as its limits; none when it aims at nothing.
    pub fn within_aim(&self) -> Option<Channel> {
        let (characters, parts, seconds) = (self.aim_characters, self.aim_parts, self.aim_seconds);
        let has_aim = characters.or(parts).or(seconds).is_some();
        has_aim.then(|| Channel {
            max_characters: characters.or(self.max_characters),
            max_parts: parts.or(self.max_parts),
            max_seconds: seconds.or(self.max_seconds),
            ..self.clone()
        })
    }

    /// What stands between the text so far and the next line. In a letter that may begin a new paragraph.
    pub fn joint(&self, so_far: &str, next: &str, in_letter: Option<bool>) -> &'static str {
        let post = so_far.rsplit(BETWEEN_POSTS).next().unwrap_or(so_far);
        let length = || post.chars().count() + 1 + next.chars().count();
        match self.max_post_characters {
            Some(most) if length() > most => BETWEEN_POSTS,
            _ if !self.paragraphs => [" ", "\n"][usize::from(self.one_per_line)],
            _ => match in_letter {
                Some(true) => BETWEEN_POSTS,
                Some(false) => " ",
                None => "\n",
            },
        }
    }

    /// True when it can take the whole sentence of a line, where that has no shorter form.
    pub fn takes_whole(&self) -> bool {
        self.forms.contains(&Form::Say)
    }

    /// True when it has the whole sentence of each line: a page or a mail, not a short message.
    pub fn is_full(&self) -> bool {
        self.forms.first() == Some(&Form::Say)
    }
}

/// What parts two posts of a thread, and two paragraphs.
pub const BETWEEN_POSTS: &str = "\n\n";

fn default_max_names() -> usize {
    6
}
