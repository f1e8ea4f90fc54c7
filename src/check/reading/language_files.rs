//! The data files of each language under `check/languages`, compiled in, and the values read from them. It knows no
//! word itself: to add a language is to add its folder and its line in [`files_of`]. A language that is not read may have a
//! folder too: of the files that it has some, the others are empty.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::check::reading::text::unmarked;
use crate::domain::base::lang::Lang;

/// The texts of one folder of `check/languages`.
#[derive(Debug)]
pub struct LanguageFiles {
    /// The folder, which is named by the tag of the language.
    #[cfg(test)]
    pub folder: &'static str,
    /// Classes of words that the classifier weighs.
    pub classes: &'static str,
    /// Words for the causes of a fault.
    pub causes: &'static str,
    /// Words around a time by which a promise falls due, or does not.
    pub deadlines: &'static str,
    /// Words for what customers are given.
    pub goods: &'static str,
    /// Words that read as something else without their marks.
    pub homographs: &'static str,
    /// Sentences that may be said instead.
    pub instead: &'static str,
    /// Words that may not stand in fixed text.
    pub literals: &'static str,
    /// What the matches of each pattern have at least one of, as a test writes it.
    pub needles: &'static str,
    /// Numbers in words, counts of links, shares of capacity.
    pub numbers: &'static str,
    /// Patterns by which texts claim things.
    pub patterns: &'static str,
    /// Why a claim is not backed, in words.
    pub reasons: &'static str,
    /// How the language is recognised and cut into sentences.
    pub spelling: &'static str,
    /// Patterns of dates and clock times, part by part.
    pub time_parts: &'static str,
    /// Patterns that find times in a text.
    pub times: &'static str,
    /// Words that turn or limit a claim.
    pub verify: &'static str,
    /// Weights of the promise classifier, as `tools/train.py` writes them.
    pub weights: &'static str,
}

/// A language of which words are known and whose sentences are not read.
macro_rules! words_alone {
    ($folder:literal) => {
        LanguageFiles {
            #[cfg(test)]
            folder: $folder,
            homographs: include_str!(concat!("../languages/", $folder, "/homographs.yaml")),
            literals: include_str!(concat!("../languages/", $folder, "/literals.yaml")),
            spelling: include_str!(concat!("../languages/", $folder, "/spelling.yaml")),
            ..NOT_READ
        }
    };
}

const NOT_READ: LanguageFiles = LanguageFiles {
    #[cfg(test)]
    folder: "",
    classes: "",
    causes: "",
    deadlines: "",
    goods: "",
    homographs: "",
    instead: "",
    literals: "",
    needles: "",
    numbers: "",
    patterns: "",
    reasons: "",
    spelling: "",
    time_parts: "",
    times: "",
    verify: "",
    weights: "",
};

macro_rules! files {
    ($folder:literal) => {
        LanguageFiles {
            #[cfg(test)]
            folder: $folder,
            classes: include_str!(concat!("../languages/", $folder, "/classes.yaml")),
            causes: include_str!(concat!("../languages/", $folder, "/causes.yaml")),
            deadlines: include_str!(concat!("../languages/", $folder, "/deadlines.yaml")),
            goods: include_str!(concat!("../languages/", $folder, "/goods.yaml")),
            homographs: include_str!(concat!("../languages/", $folder, "/homographs.yaml")),
            instead: include_str!(concat!("../languages/", $folder, "/instead.yaml")),
            literals: include_str!(concat!("../languages/", $folder, "/literals.yaml")),
            needles: include_str!(concat!("../languages/", $folder, "/needles.tsv")),
            numbers: include_str!(concat!("../languages/", $folder, "/numbers.yaml")),
            patterns: include_str!(concat!("../languages/", $folder, "/patterns.yaml")),
            reasons: include_str!(concat!("../languages/", $folder, "/reasons.yaml")),
            spelling: include_str!(concat!("../languages/", $folder, "/spelling.yaml")),
            time_parts: include_str!(concat!("../languages/", $folder, "/time_parts.yaml")),
            times: include_str!(concat!("../languages/", $folder, "/times.yaml")),
            verify: include_str!(concat!("../languages/", $folder, "/verify.yaml")),
            weights: include_str!(concat!("../languages/", $folder, "/weights.tsv")),
        }
    };
}

/// The languages whose sentences are read.
pub fn read_languages() -> impl Iterator<Item = Lang> {
    Lang::ALL.into_iter().filter(|l| l.is_read())
}

pub fn files_of(lang: Lang) -> &'static LanguageFiles {
    // In the order of `Lang::ALL`, which a test compares.
    static FILES: [LanguageFiles; Lang::ALL.len()] =
        [files!("vi"), files!("en"), words_alone!("fr")];
    &FILES[lang.index()]
}

/// One file of every language, parsed when a language is first asked for.
#[derive(Debug)]
pub struct PerLanguage<T: 'static> {
    file: fn(&LanguageFiles) -> &'static str,
    parsed: [OnceLock<T>; Lang::ALL.len()],
}

impl<T: DeserializeOwned + Default> PerLanguage<T> {
    /// Names the file; nothing is read yet.
    pub const fn new(file: fn(&LanguageFiles) -> &'static str) -> PerLanguage<T> {
        PerLanguage {
            file,
            parsed: [const { OnceLock::new() }; Lang::ALL.len()],
        }
    }

    /// The content of the file in one language.
    pub fn of(&'static self, lang: Lang) -> &'static T {
        // The files are part of the program; a test beside each use reads them.
        self.parsed[lang.index()].get_or_init(|| self.parse(lang).unwrap_or_default())
    }

    /// The content in every language: for words that count in whatever language a text is.
    pub fn all(&'static self) -> impl Iterator<Item = &'static T> {
        read_languages().map(|lang| self.of(lang))
    }

    /// Parses the file of one language.
    ///
    /// # Errors
    /// When the file does not have the form of `T`.
    pub fn parse(&self, lang: Lang) -> Result<T, serde_yaml::Error> {
        match (self.file)(files_of(lang)) {
            "" => Ok(T::default()),
            file => serde_yaml::from_str(file),
        }
    }
}

/// How a language is recognised and cut into sentences.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpellingWords {
    /// People write it without its marks where a keyboard or a channel lacks them.
    pub may_lack_marks: bool,
    /// Letters that no other language read here has.
    pub letters: String,
    /// Common words as they look without marks.
    pub unmarked_words: Vec<String>,
    /// Short forms after which a full stop ends no sentence, in small letters.
    pub short_forms: Vec<String>,
    pub short_before_digits: Vec<String>,
    /// A line that ends with one of these goes on in the next one.
    pub unfinished: Vec<String>,
    /// Words that may come and go without changing what is claimed, without marks. No negation, time, number or tense.
    pub small_words: Vec<String>,
    /// Where a sentence that commits to two things may be cut.
    pub joints: Vec<String>,
}

/// The file `spelling.yaml` of every language.
pub static SPELLING: PerLanguage<SpellingWords> = PerLanguage::new(|f| f.spelling);

/// A language as a text writes it: with its marks, or without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelling {
    /// The language of the text.
    pub lang: Lang,
    /// The text leaves out the marks of the language.
    pub is_plain: bool,
}

impl Spelling {
    /// The spelling of a folded text in a language.
    pub fn of_text(folded: &str, lang: Lang) -> Spelling {
        Spelling {
            lang,
            is_plain: SPELLING.of(lang).may_lack_marks && folded.is_ascii(),
        }
    }

    /// Every spelling that is read.
    pub fn all() -> impl Iterator<Item = Spelling> {
        read_languages().flat_map(|lang| {
            [false, true]
                .into_iter()
                .filter(move |is_plain| !is_plain || SPELLING.of(lang).may_lack_marks)
                .map(move |is_plain| Spelling { lang, is_plain })
        })
    }

    /// Every spelling that is read, and that of each language which is not.
    pub fn of_every_language() -> impl Iterator<Item = Spelling> {
        let unread = Lang::ALL.into_iter().filter(|l| !l.is_read());
        let as_written = |lang| Spelling {
            lang,
            is_plain: false,
        };
        Spelling::all().chain(unread.map(as_written))
    }

    /// Spells words of the language with or without their marks.
    pub fn spell(self, words: &str) -> Cow<'_, str> {
        if self.is_plain {
            Cow::Owned(unmarked(words))
        } else {
            Cow::Borrowed(words)
        }
    }
}

/// A value for every spelling, built when a spelling is first asked for.
#[derive(Debug)]
pub struct PerSpelling<T: 'static>([OnceLock<T>; 2 * Lang::ALL.len()]);

impl<T> PerSpelling<T> {
    /// Builds nothing: each value is made when it is first asked for.
    pub const fn new() -> PerSpelling<T> {
        PerSpelling([const { OnceLock::new() }; 2 * Lang::ALL.len()])
    }

    /// The value of a spelling; `build` makes it the first time.
    pub fn get_or_build(
        &'static self,
        spelling: Spelling,
        build: impl FnOnce(Spelling) -> T,
    ) -> &'static T {
        let at = 2 * spelling.lang.index() + usize::from(spelling.is_plain);
        self.0[at].get_or_init(|| build(spelling))
    }
}

impl<T> Default for PerSpelling<T> {
    fn default() -> Self {
        PerSpelling::new()
    }
}

#[cfg(test)]
impl<T: DeserializeOwned + Default> PerLanguage<T> {
    /// Fails with the language and the place when a file does not have the form of `T`.
    pub fn assert_read(&self) {
        for lang in Lang::ALL {
            let error = self.parse(lang).err();
            assert!(error.is_none(), "{lang}: {error:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_files_are_read() {
        SPELLING.assert_read();
    }

    #[test]
    fn every_language_has_its_own_folder() {
        let folders = Lang::ALL.map(|lang| files_of(lang).folder);
        assert_eq!(folders, Lang::ALL.map(Lang::tag));
    }

    #[test]
    fn marks_may_be_left_out_in_some_languages_only() {
        let plain: Vec<Lang> = Spelling::all()
            .filter(|s| s.is_plain)
            .map(|s| s.lang)
            .collect();
        assert_eq!(plain, [Lang::Vi]);
    }
}
