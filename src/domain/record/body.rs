//! What a statement says: its lines and its renditions. Renditions are kept as raw JSON and parsed on first use, because most
//! commands read few of them. Decides nothing about what is said.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::domain::base::lang::Lang;
use crate::domain::record::rendition::{Rendition, SaidLine};

/// Lines and renditions, shared: a clone copies a pointer.
#[derive(Clone)]
pub struct Body(Arc<Inner>);

struct Inner {
    parts: OnceLock<Parts>,
    /// The index of a stored body, while only channels and languages were asked for.
    places: OnceLock<Places>,
    /// The store that holds the text until it is first read.
    laid: Option<Arc<dyn Laid>>,
}

/// A store that holds the text of a body. The text was validated when it was stored, so it can be parsed.
pub trait Laid: Send + Sync {
    /// The text, as [`Body::spread`] gave it, and its index.
    fn text(&self) -> (String, Places);

    /// The index alone, which is smaller than the text.
    fn places(&self) -> Places;

    /// The stored bytes as they are, to be copied into another store.
    ///
    /// # Errors
    /// When the store can no longer read them.
    fn kept(&self) -> Result<Vec<u8>, String>;
}

/// Which bytes of a body's text hold its lines and each rendition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// The bytes that hold the lines.
    pub lines: Range<usize>,
    /// The renditions, each with its channel and language.
    pub renditions: Vec<(String, Lang, Range<usize>)>,
}

#[derive(Debug, Default)]
struct Parts {
    lines: Vec<SaidLine>,
    renditions: Vec<Later>,
}

/// A rendition that is parsed when it is first read.
#[derive(Debug)]
struct Later {
    channel: String,
    lang: Lang,
    read: OnceLock<Rendition>,
    written: Option<(Arc<String>, Range<usize>)>,
}

impl Later {
    fn get(&self) -> &Rendition {
        self.read.get_or_init(|| {
            let read = self.written.as_ref().and_then(|(text, at)| {
                let own = text.get(at.clone())?;
                serde_json::from_str(own).ok()
            });
            // Its shape was validated before, so this default is never used.
            read.unwrap_or_else(|| Rendition {
                channel: self.channel.clone(),
                lang: self.lang,
                text: String::new(),
                placed: Vec::new(),
            })
        })
    }
}

/// A rendition of which only the text is parsed.
#[derive(Deserialize)]
struct Only {
    text: String,
}

impl Later {
    /// The text, without parsing the places of its lines.
    fn text(&self) -> String {
        let written = self.written.as_ref().filter(|_| self.read.get().is_none());
        let own = written.and_then(|(text, at)| text.get(at.clone()));
        match own.and_then(|own| serde_json::from_str::<Only>(own).ok()) {
            Some(only) => only.text,
            None => self.get().text.clone(),
        }
    }
}

impl Body {
    /// A body made of parsed parts, for a new statement.
    pub fn new(lines: Vec<SaidLine>, renditions: Vec<Rendition>) -> Body {
        let renditions = renditions
            .into_iter()
            .map(|r| Later {
                channel: r.channel.clone(),
                lang: r.lang,
                read: OnceLock::from(r),
                written: None,
            })
            .collect();
        Body::of(Parts { lines, renditions })
    }

    fn of(parts: Parts) -> Body {
        Body(Arc::new(Inner {
            parts: OnceLock::from(parts),
            places: OnceLock::new(),
            laid: None,
        }))
    }

    /// Validates the shape of each rendition in an event's text without building it.
    pub(crate) fn written(
        text: &Arc<String>,
        lines: Vec<SaidLine>,
        renditions: &[&RawValue],
    ) -> Result<Body, serde_json::Error> {
        let begin = text.as_ptr() as usize;
        let later = |raw: &&RawValue| {
            let own = raw.get();
            let looked: Looked<'_> = serde_json::from_str(own)?;
            let start = (own.as_ptr() as usize).wrapping_sub(begin);
            Ok(Later {
                channel: looked.channel.into_owned(),
                lang: looked.lang,
                read: OnceLock::new(),
                written: Some((Arc::clone(text), start..start.wrapping_add(own.len()))),
            })
        };
        let renditions = renditions.iter().map(later).collect::<Result<_, _>>()?;
        Ok(Body::of(Parts { lines, renditions }))
    }

    /// A body whose text stays in a store until it is first read.
    pub fn laid(laid: Arc<dyn Laid>) -> Body {
        Body(Arc::new(Inner {
            parts: OnceLock::new(),
            places: OnceLock::new(),
            laid: Some(laid),
        }))
    }

    /// The same body without what was parsed so far, so that going once through a long record keeps little in memory.
    pub fn fresh(&self) -> Body {
        match (&self.0.laid, self.0.parts.get()) {
            (Some(laid), None) => Body::laid(Arc::clone(laid)),
            _ => self.clone(),
        }
    }

    /// The store that holds its text, if one does.
    pub fn lies(&self) -> Option<&dyn Laid> {
        self.0.laid.as_deref()
    }

    /// All of it as one text with its index, to be stored.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn spread(&self) -> Result<(String, Places), serde_json::Error> {
        let parts = self.parts();
        let mut text = serde_json::to_string(&parts.lines)?;
        let mut places = Places {
            lines: 0..text.len(),
            renditions: Vec::new(),
        };
        for later in &parts.renditions {
            let begin = text.len();
            let written = later.written.as_ref();
            match written.and_then(|(whole, at)| whole.get(at.clone())) {
                Some(own) => text.push_str(own),
                None => text.push_str(&serde_json::to_string(later.get())?),
            }
            let at = begin..text.len();
            places
                .renditions
                .push((later.channel.clone(), later.lang, at));
        }
        Ok((text, places))
    }

    fn parts(&self) -> &Parts {
        self.0.parts.get_or_init(|| {
            let Some(laid) = &self.0.laid else {
                return Parts::default();
            };
            let (text, places) = laid.text();
            // The text was validated when it was stored, so nothing is missing.
            let lines = text.get(places.lines).map(serde_json::from_str);
            let lines = lines.and_then(Result::ok).unwrap_or_default();
            let text = Arc::new(text);
            let later = |(channel, lang, at)| Later {
                channel,
                lang,
                read: OnceLock::new(),
                written: Some((Arc::clone(&text), at)),
            };
            let renditions = places.renditions.into_iter().map(later).collect();
            Parts { lines, renditions }
        })
    }

    /// What was said, line by line.
    pub fn lines(&self) -> &[SaidLine] {
        &self.parts().lines
    }

    /// All renditions, parsed.
    pub fn renditions(&self) -> impl ExactSizeIterator<Item = &Rendition> + Clone {
        self.parts().renditions.iter().map(Later::get)
    }

    /// The channel and language of each rendition, without parsing any.
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = (&str, Lang)> {
        let found: Vec<(&str, Lang)> = match (self.0.parts.get(), &self.0.laid) {
            (None, Some(laid)) => {
                let places = self.0.places.get_or_init(|| laid.places());
                let all = places.renditions.iter();
                all.map(|(c, l, _)| (c.as_str(), *l)).collect()
            }
            _ => {
                let all = self.parts().renditions.iter();
                all.map(|l| (l.channel.as_str(), l.lang)).collect()
            }
        };
        found.into_iter()
    }

    /// The renditions for a channel, in a language, or both.
    pub fn some(
        &self,
        channel: Option<&str>,
        lang: Option<Lang>,
    ) -> impl Iterator<Item = &Rendition> + Clone {
        self.wanted(channel, lang).map(Later::get)
    }

    /// The texts alone for a channel, in the languages that are wanted.
    pub fn texts(
        &self,
        channel: &str,
        speaks: impl Fn(Lang) -> bool,
    ) -> impl Iterator<Item = (Lang, String)> {
        let all = self.wanted(Some(channel), None);
        all.filter(move |l| speaks(l.lang))
            .map(|l| (l.lang, l.text()))
    }

    fn wanted(
        &self,
        channel: Option<&str>,
        lang: Option<Lang>,
    ) -> impl Iterator<Item = &Later> + Clone {
        let wanted = move |l: &&Later| {
            channel.is_none_or(|c| l.channel == c) && lang.is_none_or(|own| l.lang == own)
        };
        self.parts().renditions.iter().filter(wanted)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.lines()).finish()
    }
}

impl PartialEq for Body {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.lines() == other.lines() && self.renditions().eq(other.renditions()))
    }
}

impl Eq for Body {}

#[derive(Serialize)]
struct Shown<'a> {
    lines: &'a [SaidLine],
    renditions: Vec<&'a Rendition>,
}

#[derive(Deserialize)]
struct Whole {
    lines: Vec<SaidLine>,
    renditions: Vec<Rendition>,
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (lines, renditions) = (self.lines(), self.renditions().collect());
        Shown { lines, renditions }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole = Whole::deserialize(deserializer)?;
        Ok(Body::new(whole.lines, whole.renditions))
    }
}

/// Checks that a rendition can be parsed, and keeps only its channel and language.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Looked<'a> {
    #[serde(borrow)]
    channel: std::borrow::Cow<'a, str>,
    lang: Lang,
    text: Text,
    placed: Each<LookedPlace>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct LookedPlace {
    line: usize,
    start: usize,
    end: usize,
    spans: Each<LookedSpan>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct LookedSpan {
    path: Text,
    start: usize,
    end: usize,
}

/// A text that is checked and then dropped.
struct Text;

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, _: &str) -> Result<Text, E> {
                Ok(Text)
            }
        }
        deserializer.deserialize_str(Any)
    }
}

/// A list whose entries are checked and then dropped.
struct Each<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for All<T> {
            type Value = Each<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Each<T>, A::Error> {
                while seq.next_element::<T>()?.is_some() {}
                Ok(Each(std::marker::PhantomData))
            }
        }
        deserializer.deserialize_seq(All(std::marker::PhantomData))
    }
}
