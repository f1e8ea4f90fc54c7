//! The text of a statement: its lines and its renditions. Renditions stay raw JSON until their first use, because most commands
//! read few of them. Does not know where a text is stored.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use thiserror::Error;

use crate::domain::base::lang::Lang;
use crate::domain::record::rendition::{Rendition, SaidLine};

/// Why the text of a statement cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the text of a statement cannot be read: {0}")]
pub struct BodyError(pub String);

/// The channel and the language of each rendition, in order. Most statements of a record have the same ones.
pub type Addresses = Arc<[(String, Lang)]>;

/// The lines and the renditions of a statement. A clone shares them.
#[derive(Clone)]
pub struct StatementBody(Arc<Inner>);

struct Inner {
    lines: OnceLock<Vec<SaidLine>>,
    addresses: Addresses,
    renditions: OnceLock<Result<Vec<LazyRendition>, BodyError>>,
    source: Option<Arc<dyn BodySource>>,
}

/// Gives the text of a statement that is not in memory.
pub trait BodySource: Send + Sync {
    /// The lines. They are part of what was checked when the source was made, so they can always be had.
    fn read_lines(&self) -> Vec<SaidLine>;

    /// The whole text, from the record.
    ///
    /// # Errors
    /// When the record cannot be read, or has another statement there.
    fn read_body(&self) -> Result<StatementBody, BodyError>;
}

/// A rendition that is parsed on first use.
#[derive(Debug, Clone)]
struct LazyRendition {
    json: Option<Box<RawValue>>,
    parsed: OnceLock<Result<Rendition, BodyError>>,
}

/// The fields of a rendition by which it is found.
#[derive(Deserialize)]
struct Address<'a> {
    #[serde(borrow)]
    channel: Cow<'a, str>,
    lang: Lang,
}

/// The field of a rendition that is sent.
#[derive(Deserialize)]
struct TextOnly {
    text: String,
}

impl LazyRendition {
    fn from_parsed(rendition: Rendition) -> LazyRendition {
        LazyRendition {
            json: None,
            parsed: OnceLock::from(Ok(rendition)),
        }
    }

    fn parse_json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, BodyError> {
        let json = self.json.as_ref().map_or("", |json| json.get());
        serde_json::from_str(json).map_err(|e| BodyError(e.to_string()))
    }

    fn get_parsed(&self) -> Result<&Rendition, BodyError> {
        let parsed = self.parsed.get_or_init(|| self.parse_json());
        parsed.as_ref().map_err(BodyError::clone)
    }

    /// The text alone. Parsing the places of facts in it takes most of the time of a large mailing.
    fn read_text(&self) -> Result<String, BodyError> {
        match self.parsed.get() {
            Some(parsed) => parsed.clone().map(|r| r.text),
            None => self.parse_json::<TextOnly>().map(|only| only.text),
        }
    }
}

impl StatementBody {
    /// Makes a body from its parts.
    pub fn new(lines: Vec<SaidLine>, renditions: Vec<Rendition>) -> StatementBody {
        let addresses = renditions.iter().map(|r| (r.channel.clone(), r.lang));
        let addresses = addresses.collect();
        let renditions = renditions.into_iter().map(LazyRendition::from_parsed);
        StatementBody::in_memory(lines, addresses, renditions.collect())
    }

    /// Makes a body whose renditions are raw JSON. Only their channels and languages are checked here.
    pub(crate) fn from_raw(
        lines: Vec<SaidLine>,
        renditions: &[&RawValue],
    ) -> Result<StatementBody, serde_json::Error> {
        let address = |json: &&RawValue| {
            let found: Address<'_> = serde_json::from_str(json.get())?;
            Ok((found.channel.into_owned(), found.lang))
        };
        let addresses: Result<Addresses, serde_json::Error> =
            renditions.iter().map(address).collect();
        let lazy = |json: &&RawValue| LazyRendition {
            json: Some((*json).to_owned()),
            parsed: OnceLock::new(),
        };
        let renditions = renditions.iter().map(lazy).collect();
        Ok(StatementBody::in_memory(lines, addresses?, renditions))
    }

    fn in_memory(
        lines: Vec<SaidLine>,
        addresses: Addresses,
        renditions: Vec<LazyRendition>,
    ) -> StatementBody {
        StatementBody(Arc::new(Inner {
            lines: OnceLock::from(lines),
            addresses,
            renditions: OnceLock::from(Ok(renditions)),
            source: None,
        }))
    }

    /// Makes a body that is read from a source on first use.
    pub fn from_source(addresses: Addresses, source: Arc<dyn BodySource>) -> StatementBody {
        StatementBody(Arc::new(Inner {
            lines: OnceLock::new(),
            addresses,
            renditions: OnceLock::new(),
            source: Some(source),
        }))
    }

    /// The same body without what was read so far. A pass over a long record reads each body once and must not keep them all.
    pub fn without_cache(&self) -> StatementBody {
        match &self.0.source {
            Some(source) => {
                StatementBody::from_source(Arc::clone(&self.0.addresses), Arc::clone(source))
            }
            None => self.clone(),
        }
    }

    /// The lines, in order.
    pub fn lines(&self) -> &[SaidLine] {
        let read = || {
            self.0
                .source
                .as_ref()
                .map_or(Vec::new(), |s| s.read_lines())
        };
        self.0.lines.get_or_init(read)
    }

    /// The channel and the language of each rendition, in order.
    pub fn addresses(&self) -> &Addresses {
        &self.0.addresses
    }

    /// All renditions, in order.
    ///
    /// # Errors
    /// When the record cannot be read, or a rendition is malformed.
    pub fn all_renditions(&self) -> Result<Vec<&Rendition>, BodyError> {
        self.select_renditions(None, None)
    }

    /// The renditions for a channel, in a language, or both.
    ///
    /// # Errors
    /// When the record cannot be read, or one of them is malformed.
    pub fn select_renditions(
        &self,
        channel: Option<&str>,
        lang: Option<Lang>,
    ) -> Result<Vec<&Rendition>, BodyError> {
        self.select_lazily(channel, lang)?.collect()
    }

    /// As [`StatementBody::select_renditions`], parsing each rendition only when the iterator reaches it.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn select_lazily(
        &self,
        channel: Option<&str>,
        lang: Option<Lang>,
    ) -> Result<impl Iterator<Item = Result<&Rendition, BodyError>>, BodyError> {
        let is_wanted = move |(c, l): &(String, Lang)| {
            channel.is_none_or(|wanted| c == wanted) && lang.is_none_or(|wanted| *l == wanted)
        };
        let all = self.lazy_renditions()?.iter().zip(self.addresses().iter());
        let wanted = all.filter(move |(_, address)| is_wanted(address));
        Ok(wanted.map(|(lazy, _)| lazy.get_parsed()))
    }

    /// The texts for a channel, in the languages for which `speaks` is true.
    ///
    /// # Errors
    /// When the record cannot be read, or one of them is malformed.
    pub fn texts_for(
        &self,
        channel: &str,
        speaks: impl Fn(Lang) -> bool,
    ) -> Result<Vec<(Lang, String)>, BodyError> {
        let all = self.lazy_renditions()?.iter().zip(self.addresses().iter());
        all.filter(|(_, (c, lang))| c == channel && speaks(*lang))
            .map(|(lazy, (_, lang))| Ok((*lang, lazy.read_text()?)))
            .collect()
    }

    fn lazy_renditions(&self) -> Result<&[LazyRendition], BodyError> {
        let read = || match &self.0.source {
            Some(source) => {
                let body = source.read_body()?;
                let found = body.lazy_renditions()?.to_vec();
                if found.len() != self.0.addresses.len() {
                    return Err(BodyError("the record has another statement".into()));
                }
                Ok(found)
            }
            None => Ok(Vec::new()),
        };
        match self.0.renditions.get_or_init(read) {
            Ok(all) => Ok(all),
            Err(error) => Err(error.clone()),
        }
    }
}

impl fmt::Debug for StatementBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

impl PartialEq for StatementBody {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.lines() == other.lines() && self.all_renditions() == other.all_renditions())
    }
}

impl Eq for StatementBody {}

#[derive(Serialize)]
struct BorrowedParts<'a> {
    lines: &'a [SaidLine],
    renditions: Vec<&'a Rendition>,
}

#[derive(Deserialize)]
struct Parts {
    lines: Vec<SaidLine>,
    renditions: Vec<Rendition>,
}

impl Serialize for StatementBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let renditions = self.all_renditions().map_err(serde::ser::Error::custom)?;
        let lines = self.lines();
        BorrowedParts { lines, renditions }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StatementBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parts = Parts::deserialize(deserializer)?;
        Ok(StatementBody::new(parts.lines, parts.renditions))
    }
}
