//! Why something may not be promised, in both languages and for both ways of promising. It decides nothing.

use std::fmt::Display;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::LinkId;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::When;
use crate::domain::facts::missing::MissingFact;
use crate::languages::phrases::Missing;

/// A resource of which too little is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    /// The kind of promise.
    pub name: String,
    pub resource: String,
    /// What the resource is called.
    pub names: Texts,
    /// The role that may add to it.
    pub owner: String,
    /// How much the promise needs.
    pub wanted: u64,
    /// How much is left; none when nobody has recorded it.
    pub left: Option<u64>,
}

/// Why something may not be promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotOffered {
    /// The kind is promised by a statement alone.
    ByStatementOnly { name: String },
    /// The kind is made for one case at a time, by hand.
    ByHandOnly { name: String },
    /// The kind is for other audiences.
    OtherAudience {
        name: String,
        /// Those that it is for.
        only: Vec<String>,
    },
    /// An expression of its evidence cannot be evaluated.
    Broken {
        name: String,
        need: String,
        /// What is wrong with it.
        error: String,
    },
    /// Its evidence does not hold, or nobody can tell.
    NoEvidence {
        name: String,
        need: String,
        /// False when it does not hold, none when it cannot be told.
        holds: Option<bool>,
        /// What would make it hold.
        lacks: Vec<MissingFact>,
    },
    /// Nothing says when it falls due.
    NoDueTime {
        name: String,
        lack: Box<MissingFact>,
    },
    /// Its due time has passed.
    Passed { name: String, due: When },
    /// It would move earlier than was told, without evidence that allows it.
    Earlier {
        name: String,
        /// The due time that its audience was told.
        told: When,
        /// As it would be.
        due: When,
    },
    /// The workspace has no such resource.
    NoResource { name: String },
    /// The resource is there for another region.
    OtherRegion { name: String, region: LinkId },
    /// How much is needed is not known.
    NoAmount {
        name: String,
        lack: Box<MissingFact>,
    },
    /// How much is left is not known.
    Unknown(Box<MissingFact>),
    /// Too little is left.
    Short(Box<Short>),
}

impl NotOffered {
    /// Why a line that would promise it is withheld.
    pub fn withholding_reasons(self) -> Vec<MissingFact> {
        vec![match self {
            NotOffered::ByStatementOnly { .. } | NotOffered::Broken { .. } => {
                MissingFact::from_untranslated(&self.refusal_text(), None)
            }
            NotOffered::ByHandOnly { name } => MissingFact::from_phrase(
                Missing::PromisePerCase,
                &[("name", &name)],
                NextStep::PromiseToCase { kind: name.clone() },
            ),
            NotOffered::OtherAudience { name, only } => {
                let gaps: [(&str, &dyn Display); 2] = [("name", &name), ("who", &only.join(", "))];
                MissingFact::from_phrase(Missing::PromiseAudience, &gaps, None)
            }
            NotOffered::NoEvidence { lacks, .. } => return lacks,
            NotOffered::NoDueTime { lack, .. }
            | NotOffered::NoAmount { lack, .. }
            | NotOffered::Unknown(lack) => *lack,
            NotOffered::Passed { name, due } => MissingFact::from_phrase(
                Missing::PromiseDuePassed,
                &[("name", &name), ("due", &due)],
                NextStep::ListOverduePromises,
            ),
            NotOffered::Earlier { name, told, due } => MissingFact::from_phrase(
                Missing::PromiseEarlier,
                &[("name", &name), ("told", &told), ("due", &due)],
                NextStep::RevisePromiseEarlier,
            ),
            NotOffered::NoResource { name } => {
                let what = format!("there is no resource \"{name}\" in saydo.yaml");
                MissingFact::from_untranslated(&what, NextStep::ListResources)
            }
            NotOffered::OtherRegion { name, region } => {
                let gaps: [(&str, &dyn Display); 2] = [("resource", &name), ("region", &region)];
                MissingFact::from_phrase(Missing::ResourceRegion, &gaps, None)
            }
            NotOffered::Short(short) => short.withholding_reason(),
        }]
    }

    /// What is refused to a person who makes it by hand.
    pub fn refusal_text(&self) -> String {
        match self {
            NotOffered::ByStatementOnly { name } => {
                format!("\"{name}\" is promised by a statement, not by hand")
            }
            NotOffered::ByHandOnly { name } => {
                format!("the promise \"{name}\" is made for one case at a time")
            }
            NotOffered::OtherAudience { name, only } => {
                format!("\"{name}\" may be promised to {} only", only.join(", "))
            }
            NotOffered::Broken { name, need, error } => {
                format!("promise \"{name}\", `{need}`: {error}")
            }
            NotOffered::NoEvidence {
                name, need, holds, ..
            } => match holds {
                Some(_) => format!("\"{name}\" may not be promised now: `{need}` does not hold"),
                None => format!(
                    "\"{name}\" may not be promised now: it cannot be told whether `{need}`"
                ),
            },
            NotOffered::NoDueTime { name, .. } => format!("\"{name}\" has no due time yet"),
            NotOffered::Passed { name, due } => {
                format!("\"{name}\" would be due at {due}, which has passed")
            }
            NotOffered::Earlier { name, told, due } => {
                format!("\"{name}\" would move earlier ({told} to {due}) without new evidence")
            }
            NotOffered::NoResource { name } => format!("saydo.yaml has no resource \"{name}\""),
            NotOffered::OtherRegion { name, region } => {
                format!("{name} is there for {region} only")
            }
            NotOffered::NoAmount { name, .. } => {
                format!("\"{name}\": how many are needed is not known")
            }
            NotOffered::Unknown(lack) => lack.what.get_or_any(Lang::USUAL).to_owned(),
            NotOffered::Short(short) => short.refusal_text(),
        }
    }

    /// What a person who makes it by hand may do about it.
    pub fn ways_out(self) -> Vec<MissingFact> {
        match self {
            NotOffered::OtherAudience { name, only } => {
                let audience = only.first().cloned().unwrap_or_default();
                let step = NextStep::PromiseTo {
                    kind: name,
                    audience,
                };
                vec![MissingFact::from_hint("say to whom", step)]
            }
            NotOffered::NoEvidence { lacks, .. } => lacks,
            NotOffered::NoDueTime { lack, .. } => {
                let hint = MissingFact::from_hint("or say when yourself: --due TIME", None);
                vec![*lack, hint]
            }
            NotOffered::NoAmount { lack, .. } | NotOffered::Unknown(lack) => vec![*lack],
            NotOffered::Short(short) => vec![short.way_out()],
            _ => Vec::new(),
        }
    }
}

impl Short {
    /// How much is missing.
    fn missing_amount(&self) -> u64 {
        self.wanted.saturating_sub(self.left.unwrap_or(0))
    }

    fn withholding_reason(&self) -> MissingFact {
        let short = self.missing_amount();
        let left = self.left.unwrap_or(0);
        let what = Texts::build_per_lang(|lang| {
            lang.shipped_words().fill_phrase(
                Missing::StockShort,
                &[
                    ("short", &short),
                    ("resource", &self.names.get_or_any(lang)),
                    ("amount", &self.wanted),
                    ("left", &left),
                    ("role", &self.owner),
                ],
            )
        });
        let step = NextStep::AddAmount {
            resource: self.resource.clone(),
            amount: short,
        };
        MissingFact::from_texts(what, step)
    }

    fn refusal_text(&self) -> String {
        let en = self.names.get_or_any(Lang::USUAL);
        let what = match self.left {
            Some(left) => format!("{} {en} needed, {left} left", self.wanted),
            None => format!("nobody has recorded how many {en} there are"),
        };
        format!("\"{}\" cannot be promised: {what}", self.name)
    }

    fn way_out(&self) -> MissingFact {
        let resource = self.resource.clone();
        let step = match self.left {
            Some(_) => NextStep::AddAmount {
                resource,
                amount: self.missing_amount(),
            },
            None => NextStep::SetResource { resource },
        };
        MissingFact::from_phrase(Missing::StockRaisedBy, &[("role", &self.owner)], step)
    }
}
