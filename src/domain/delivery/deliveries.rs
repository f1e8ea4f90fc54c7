//! What became of each text at each outlet, by the record: claimed for a while, delivered, failed, unclear. Sends nothing.

use crate::domain::base::time::At;
use crate::domain::delivery::notices::{self, PlannedNotice};
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::event::Event;
use crate::domain::record::parcel::{Outcome, Parcel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most entries of one claim or settlement.
pub const MOST: usize = 100;

/// One step in the life of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    Claimed {
        /// The person or machine that claimed it.
        by: String,
        /// When the claim ends, UTC.
        until: At,
    },
    Settled {
        /// How the attempt ended.
        outcome: Outcome,
        /// The outlet's own number for it.
        reference: Option<String>,
        /// The reason that the outlet gave, if any.
        because: Option<String>,
        /// The earliest time of the next attempt, UTC.
        again: Option<At>,
    },
}

/// A parcel with everything the record says about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The text that is delivered.
    pub parcel: Parcel,
    /// The name of the outlet.
    pub outlet: String,
    /// The steps, each with the number of its event and its time.
    pub steps: Vec<(u64, At, Step)>,
}

/// The status of a parcel at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum DeliveryStatus {
    /// Nobody has tried yet, or a person asked to try again.
    Waiting,
    /// It is claimed, and the claim has not ended.
    InFlight {
        /// The person or machine that claimed it.
        by: String,
        /// When the claim ends, UTC.
        until: At,
    },
    /// It was claimed, the claim has ended, and no receipt was recorded.
    Expired,
    /// The outlet has it.
    Delivered {
        /// When the receipt was recorded, UTC.
        at: At,
        /// The outlet's own number for it.
        reference: Option<String>,
    },
    /// It failed and is tried again.
    Failed {
        /// How often it was tried.
        tries: u32,
        /// The earliest time of the next attempt, UTC.
        #[serde(rename = "retry_at")]
        again: At,
        /// The reason that the outlet gave.
        #[serde(rename = "reason")]
        because: String,
    },
    /// It needs a person: given up, unclear, refused.
    Stuck {
        /// How the last attempt ended.
        outcome: Outcome,
        /// The reason why a person has to decide.
        #[serde(rename = "reason")]
        because: String,
    },
    /// A newer statement took its place.
    Superseded,
    /// A person decided that it is not sent.
    Dropped {
        /// The reason that the person gave.
        #[serde(rename = "reason")]
        because: String,
    },
}

impl DeliveryStatus {
    /// The word for it in tables and JSON.
    pub fn token(&self) -> &'static str {
        match self {
            DeliveryStatus::Waiting => "waiting",
            DeliveryStatus::InFlight { .. } => "in-flight",
            DeliveryStatus::Expired => "expired",
            DeliveryStatus::Delivered { .. } => "delivered",
            DeliveryStatus::Failed { .. } => "failed",
            DeliveryStatus::Stuck { outcome, .. } => match outcome {
                Outcome::Unclear => "unclear",
                Outcome::Refused => "refused",
                _ => "given-up",
            },
            DeliveryStatus::Superseded => "superseded",
            DeliveryStatus::Dropped { .. } => "dropped",
        }
    }

    /// True when nothing more will happen to it.
    pub fn is_settled(&self) -> bool {
        matches!(
            self,
            DeliveryStatus::Delivered { .. }
                | DeliveryStatus::Superseded
                | DeliveryStatus::Dropped { .. }
        )
    }

    /// True when it may be sent at this moment.
    pub fn is_due(&self, now: At) -> bool {
        match self {
            DeliveryStatus::Waiting | DeliveryStatus::Expired => true,
            DeliveryStatus::Failed { again, .. } => *again <= now,
            _ => false,
        }
    }
}

impl Delivery {
    /// Its status at this moment.
    pub fn status_at(&self, now: At) -> DeliveryStatus {
        let Some((_, at, last)) = self.steps.last() else {
            return DeliveryStatus::Waiting;
        };
        match last {
            Step::Claimed { by, until } if *until > now => DeliveryStatus::InFlight {
                by: by.clone(),
                until: *until,
            },
            Step::Claimed { .. } => DeliveryStatus::Expired,
            Step::Settled {
                outcome,
                reference,
                because,
                again,
            } => {
                let because = because.clone().unwrap_or_default();
                match outcome {
                    Outcome::Delivered => DeliveryStatus::Delivered {
                        at: *at,
                        reference: reference.clone(),
                    },
                    Outcome::Failed => DeliveryStatus::Failed {
                        tries: self.count_tries(),
                        again: again.unwrap_or(*at),
                        because,
                    },
                    Outcome::GivenUp | Outcome::Unclear | Outcome::Refused => {
                        DeliveryStatus::Stuck {
                            outcome: *outcome,
                            because,
                        }
                    }
                    Outcome::Superseded => DeliveryStatus::Superseded,
                    Outcome::Dropped => DeliveryStatus::Dropped { because },
                    Outcome::Again => DeliveryStatus::Waiting,
                }
            }
        }
    }

    /// How often it was tried since a person last asked for it.
    pub fn count_tries(&self) -> u32 {
        let since = self.steps.iter().rposition(|(_, _, s)| {
            matches!(
                s,
                Step::Settled {
                    outcome: Outcome::Again,
                    ..
                }
            )
        });
        let counted = &self.steps[since.map_or(0, |i| i + 1)..];
        let is_try = |s: &Step| matches!(s, Step::Claimed { .. });
        u32::try_from(counted.iter().filter(|(_, _, s)| is_try(s)).count()).unwrap_or(u32::MAX)
    }

    /// True unless every attempt is known to have failed: it may have been read.
    pub fn may_have_arrived(&self) -> bool {
        let outcome = |s: Option<&(u64, At, Step)>| match s.map(|(_, _, s)| s) {
            Some(Step::Settled { outcome, .. }) => Some(*outcome),
            _ => None,
        };
        let mut steps = self.steps.iter().enumerate();
        steps.any(|(i, (_, _, step))| match step {
            Step::Claimed { .. } => !matches!(
                outcome(self.steps.get(i + 1)),
                Some(Outcome::Failed | Outcome::GivenUp | Outcome::Refused)
            ),
            Step::Settled { outcome, .. } => *outcome == Outcome::Delivered,
        })
    }

    /// The number and time of its last event.
    pub fn last_seq(&self) -> u64 {
        self.steps.last().map_or(0, |(seq, _, _)| *seq)
    }
}

/// A statement that a person passed on by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldBy {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded, UTC.
    pub at: At,
    /// The name of the person who told them.
    pub by: String,
    /// The number of the statement.
    pub statement: u32,
    /// The person or group that was told.
    pub whom: String,
    pub means: String,
    /// How many people that is, when it is a group.
    pub of: Option<u32>,
    pub note: Option<String>,
}

/// All deliveries of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliveries {
    /// The deliveries by the key of their parcel.
    pub all: BTreeMap<String, Delivery>,
    /// What people passed on by hand.
    pub told: Vec<ToldBy>,
    /// Where a person stopped a statement: outlet, statement, why.
    pub stopped: Vec<(String, u32, String)>,
    /// Nothing leaves, since somebody pressed the stop key.
    #[serde(default)]
    pub halted: Option<Halt>,
    /// Notices that were planned for the customers, in the order of their numbers.
    #[serde(default)]
    pub notices: Vec<PlannedNotice>,
}

/// That everything was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Halt {
    /// When the stop key was pressed, UTC.
    pub at: At,
    pub by: String,
    /// The reason that was given.
    pub because: String,
}

impl Deliveries {
    /// The status of a parcel at an outlet, which a person may have stopped.
    pub fn status_of(&self, outlet: &str, parcel: &Parcel, now: At) -> DeliveryStatus {
        let own = self.all.get(&parcel.key).map(|d| d.status_at(now));
        let own = own.unwrap_or(DeliveryStatus::Waiting);
        let stopped = self
            .stopped
            .iter()
            .find(|(o, s, _)| o == outlet && *s == parcel.statement);
        match stopped {
            Some((_, _, because))
                if !own.is_settled()
                    && !matches!(
                        own,
                        DeliveryStatus::InFlight { .. } | DeliveryStatus::Stuck { .. }
                    ) =>
            {
                DeliveryStatus::Dropped {
                    because: because.clone(),
                }
            }
            _ => own,
        }
    }

    /// Takes in a step of a delivery. It always fits: a parcel that is new begins with it.
    pub fn apply_event(&mut self, event: &Event, payload: &DeliveryEvent) {
        match payload {
            DeliveryEvent::DeliveryClaimed {
                outlet,
                until,
                parcels,
            } => {
                for parcel in parcels {
                    let by = event.by.clone();
                    let until = *until;
                    self.add_step(event, outlet, parcel, Step::Claimed { by, until });
                }
            }
            DeliveryEvent::DeliverySettled { outlet, receipts } => {
                for receipt in receipts {
                    let settled = Step::Settled {
                        outcome: receipt.outcome,
                        reference: receipt.reference.clone(),
                        because: receipt.because.clone(),
                        again: receipt.again,
                    };
                    self.add_step(event, outlet, &receipt.parcel, settled);
                }
            }
            DeliveryEvent::DeliveryStopped {
                outlet,
                statement,
                because,
            } => {
                let stopped = (outlet.clone(), *statement, because.clone());
                self.stopped.push(stopped);
            }
            DeliveryEvent::SendingHalted { because } => {
                self.halted = Some(Halt {
                    at: event.at,
                    by: event.by.clone(),
                    because: because.clone(),
                });
            }
            DeliveryEvent::SendingResumed { .. } => self.halted = None,
            DeliveryEvent::NoticePlanned { .. } | DeliveryEvent::NoticeSent { .. } => {
                notices::take_in(&mut self.notices, event, payload);
            }
            DeliveryEvent::Told { .. } => self.add_told(event, payload),
        }
    }

    fn add_step(&mut self, event: &Event, outlet: &str, parcel: &Parcel, step: Step) {
        let new = || Delivery {
            parcel: parcel.clone(),
            outlet: outlet.to_owned(),
            steps: Vec::new(),
        };
        let delivery = self.all.entry(parcel.key.clone()).or_insert_with(new);
        delivery.steps.push((event.seq, event.at, step));
    }

    /// Takes in that somebody was told by hand; any other payload is passed over.
    fn add_told(&mut self, event: &Event, payload: &DeliveryEvent) {
        let DeliveryEvent::Told {
            statement,
            outlet,
            parcels,
            whom,
            means,
            of,
            note,
        } = payload
        else {
            return;
        };
        for parcel in parcels {
            let done = Step::Settled {
                outcome: Outcome::Delivered,
                reference: Some(format!("{} by {means}", event.by)),
                because: None,
                again: None,
            };
            self.add_step(event, outlet.as_deref().unwrap_or_default(), parcel, done);
        }
        self.told.push(ToldBy {
            seq: event.seq,
            at: event.at,
            by: event.by.clone(),
            statement: *statement,
            whom: whom.clone(),
            means: means.clone(),
            of: *of,
            note: note.clone(),
        });
    }

    /// When the last of these parcels arrived, with the number of the event that says so; none while one is missing. A parcel
    /// that a person dropped is not waited for.
    pub fn all_arrived_at(&self, parcels: &[Parcel]) -> Option<(At, u64)> {
        let mut last: Option<(At, u64)> = None;
        for parcel in parcels {
            let steps = self.all.get(&parcel.key).map(|d| d.steps.as_slice());
            let ended = |wanted: Outcome| {
                let is =
                    |s: &Step| matches!(s, Step::Settled { outcome, .. } if *outcome == wanted);
                steps?.iter().find(|(_, _, s)| is(s))
            };
            match (ended(Outcome::Delivered), ended(Outcome::Dropped)) {
                (Some((seq, at, _)), _) => {
                    last = Some(last.map_or((*at, *seq), |l| l.max((*at, *seq))));
                }
                (None, Some(_)) => {}
                (None, None) => return None,
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(steps: &[Option<Outcome>]) -> Delivery {
        let at = At::UNIX_EPOCH;
        let step = |outcome: &Option<Outcome>| match outcome {
            None => Step::Claimed {
                by: "noc".into(),
                until: at,
            },
            Some(outcome) => Step::Settled {
                outcome: *outcome,
                reference: None,
                because: None,
                again: None,
            },
        };
        Delivery {
            parcel: Parcel {
                key: "k".into(),
                statement: 1,
                channel: "sms".into(),
                lang: None,
                to: None,
            },
            outlet: "sms".into(),
            steps: steps.iter().map(|s| (1, at, step(s))).collect(),
        }
    }

    #[test]
    fn only_what_failed_for_certain_was_read_by_nobody() {
        use Outcome::{Again, Delivered, Dropped, Failed, GivenUp, Refused, Superseded, Unclear};
        for (steps, wanted) in [
            (&[][..], false),
            (&[None][..], true),
            (&[None, Some(Delivered)], true),
            (&[None, Some(Failed)], false),
            (&[None, Some(Failed), None, Some(GivenUp)], false),
            (&[None, Some(Refused)], false),
            (&[None, Some(Unclear), Some(Dropped)], true),
            // Its lease ran out, and a newer text took its place.
            (&[None, Some(Superseded)], true),
            (&[None, Some(Failed), Some(Superseded)], false),
            (&[Some(Superseded)], false),
            (&[None, Some(Failed), Some(Again), None], true),
            (&[Some(Delivered)], true),
        ] {
            assert_eq!(delivery(steps).may_have_arrived(), wanted, "{steps:?}");
        }
    }
}
