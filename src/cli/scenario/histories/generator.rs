//! Makes up histories from a number: the same number gives the same history. It does not know what becomes of a command:
//! what the program refuses is a step without effect.

use chrono::{DateTime, Duration, Utc};

/// A command that somebody types, so many minutes after the one before.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub minutes: i64,
    pub command: String,
}

/// When every history begins: 24 November 2020, 19:00 in Viet Nam, a Tuesday.
pub(super) fn beginning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_606_219_200, 0).unwrap_or_default()
}

/// Links with an operator are there twice: theirs are the windows that move.
const LINKS: [&str; 16] = [
    "AAG", "APG", "AAG-S1H", "APG-S3", "AAE-1", "IA", "AAE-1", "IA", "AAG", "APG", "BB-NS-1",
    "BB-NS-2", "CORE-HN", "DNS", "PWR-HUE", "hotline",
];
const SERVED: [&str; 4] = ["hue", "da-nang", "international", "internet"];
const PLAYBOOKS: [&str; 7] = [
    "submarine-cable-disruption",
    "several-cables",
    "backbone-cut",
    "core-failure",
    "denial-of-service",
    "peak-hour-congestion",
    "regional-power-failure",
];
const SOURCES: [&str; 5] = [
    "own-check",
    "monitoring",
    "field-team",
    "cable-operator",
    "estimate",
];
const CAUSES: [&str; 4] = ["anchor", "typhoon", "hardware", "digging"];
const FACTS: [&str; 28] = [
    "danger=yes",
    "danger=no",
    "access=closed",
    "access=open",
    "shelter=charging",
    "customers_affected=1200",
    "goodwill_approved=credit",
    "goodwill_approved=",
    "rerouted=yes",
    "rerouted=",
    "access_lost=yes",
    "access_lost=no",
    "rollback=under-way",
    "rollback=failed",
    "protecting=yes",
    "wrongly_blocked=yes",
    "data_check=under-way",
    "peak_speed=slow",
    "relief=being-added",
    "service_is_slow=yes",
    "site_runs_on=battery",
    "homes_dark=yes",
    "effect=slow-international",
    "effect=",
    "workaround=restart",
    "workaround=",
    "access=",
    "site_runs_on=nothing",
];

/// Numbers that follow from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn is_once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// A history in the making.
struct Writer {
    dice: Dice,
    now: DateTime<Utc>,
    /// Links that were named so far: most reports are about these.
    named: Vec<&'static str>,
    /// The links that the first incident is about, as far as its commands had an effect.
    scope: Vec<&'static str>,
    /// Days are given out once, so that a date in a text belongs to one window alone.
    days: Vec<i64>,
}

impl Writer {
    fn link(&mut self) -> &'static str {
        if self.named.is_empty() || self.dice.is_once_in(8) {
            let link = LINKS[self.dice.below(LINKS.len())];
            self.named.push(link);
            return link;
        }
        self.named[self.dice.below(self.named.len())]
    }

    fn incident(&mut self) -> String {
        let n = if self.dice.is_once_in(3) { 2 } else { 1 };
        format!("INC-{n}")
    }

    /// A day to come that nothing else in this history is about.
    fn unused_day(&mut self) -> String {
        let day = if self.days.is_empty() {
            60
        } else {
            self.days.remove(self.dice.below(self.days.len().min(5)))
        };
        (beginning() + Duration::days(day))
            .format("%Y-%m-%d")
            .to_string()
    }

    fn declare(&mut self) -> String {
        let playbook = self.dice.one_of(&PLAYBOOKS);
        let link = self.link();
        let state = self.dice.one_of(&["down", "down", "degraded", "at-risk"]);
        let separate = if self.dice.is_once_in(3) {
            " --separate"
        } else {
            ""
        };
        format!("declare {playbook} --link {link}={state} --source monitoring{separate}")
    }

    fn report(&mut self) -> String {
        let link = self.link();
        let source = self.dice.one_of(&SOURCES);
        match self.dice.below(12) {
            0..=2 => format!("link set {link} up --source own-check"),
            3 => format!("link set {link} down --source {source}"),
            4 => format!(
                "link set {link} degraded --capacity-left {}% --source {source}",
                10 + 10 * self.dice.below(8)
            ),
            5..=8 => {
                let day = self.unused_day();
                format!("link set {link} --window {day}..{day} --source cable-operator")
            }
            9 => format!("link set {link} --window none --source cable-operator"),
            10 => {
                let cause = self.dice.one_of(&CAUSES);
                let confirmed = self.dice.one_of(&["", " --confirmed"]);
                format!("link set {link} --cause {cause}{confirmed} --source cable-operator")
            }
            _ => {
                let served = self.dice.one_of(&SERVED);
                let state = self.dice.one_of(&["down", "degraded", "up"]);
                format!("link set {served} {state} --source own-check")
            }
        }
    }

    fn note(&mut self) -> String {
        let incident = self.incident();
        let later = self.now + Duration::minutes(60 + 30 * self.dice.below(12) as i64);
        let later = later
            .with_timezone(&chrono_tz::Asia::Ho_Chi_Minh)
            .format("%Y-%m-%d %H:%M");
        let fact = match self.dice.below(6) {
            0 => format!("reroute_by=\"{later}\""),
            1 => format!("back_by=\"{later}\""),
            2 => format!("hold_until={}", self.unused_day()),
            3 => format!("credit_by={}", self.unused_day()),
            _ => self.dice.one_of(&FACTS).to_owned(),
        };
        format!("fact note {fact} --incident {incident}")
    }

    fn change_scope(&mut self) -> String {
        if self.scope.len() > 1 && self.dice.is_once_in(2) {
            let link = self.scope.remove(self.dice.below(self.scope.len()));
            return format!("scope remove {link} --incident INC-1");
        }
        let (incident, link) = (self.incident(), self.link());
        if incident == "INC-1" && !self.scope.contains(&link) {
            self.scope.push(link);
        }
        format!("scope add {link} --incident {incident}")
    }

    /// What has to be noted before a credit, a hold and times of our own can be promised, and the notice that promises them.
    fn promising(&mut self) -> Vec<String> {
        let (hold, credit) = (self.unused_day(), self.unused_day());
        let link = self.scope.first().copied().unwrap_or("AAG");
        let all = [
            format!("link set {link} --work located --source field-team"),
            "fact note customers_affected=1200 --incident INC-1".into(),
            "fact note goodwill_approved=credit --incident INC-1".into(),
            "resource set bill-credit 5000 --because test".into(),
            format!("fact note credit_by={credit} --incident INC-1"),
            format!("fact note hold_until={hold} --incident INC-1"),
            "statement issue INC-1".into(),
        ];
        all.into()
    }

    fn promise(&mut self) -> String {
        let n = 1 + self.dice.below(4);
        match self.dice.below(4) {
            0 => format!("promise keep {n} --evidence seen"),
            1 => format!("promise withdraw {n} --because \"no crew\""),
            2 => format!(
                "promise revise {n} --due +{}h --because test",
                2 + self.dice.below(40)
            ),
            _ => "resource set bill-credit 5000 --because test".to_owned(),
        }
    }

    fn issue(&mut self) -> String {
        match self.dice.below(4) {
            0 => "statement issue INC-2".into(),
            1 => "statement issue --all".into(),
            _ => "statement issue INC-1".into(),
        }
    }

    fn rare(&mut self) -> String {
        let incident = self.incident();
        match self.dice.below(7) {
            0 => {
                let playbook = self.dice.one_of(&PLAYBOOKS);
                format!("change-playbook {playbook} --incident {incident}")
            }
            1 => format!("close {incident}"),
            2 => format!("close {incident} --handed-over-to day-shift"),
            3..=5 => format!(
                "retract {} --because \"wrong link\"",
                13 + self.dice.below(20)
            ),
            _ => "tick".into(),
        }
    }

    fn command(&mut self) -> String {
        match self.dice.below(30) {
            0 => self.declare(),
            1..=9 => self.report(),
            10..=13 => self.note(),
            14..=16 => self.change_scope(),
            17..=19 => self.promise(),
            20 | 21 => "still".into(),
            22 => self.rare(),
            23 => self
                .dice
                .one_of(&["adopt narrow", "adopt whole"])
                .to_owned(),
            _ => self.issue(),
        }
    }
}

/// The history of a number: an incident is declared, then people do what people do.
pub(super) fn generate_history(seed: u64) -> Vec<Step> {
    let mut writer = Writer {
        dice: Dice(seed),
        now: beginning(),
        named: Vec::new(),
        scope: Vec::new(),
        days: (1..60).collect(),
    };
    let length = 8 + writer.dice.below(16);
    let mut steps = vec![Step {
        minutes: 1,
        command: writer.declare(),
    }];
    let first = steps[0].command.split_once("--link ").map(|(_, rest)| rest);
    let first = first.and_then(|rest| LINKS.iter().find(|l| rest.starts_with(&format!("{l}="))));
    writer.scope.extend(first);
    if writer.dice.is_once_in(3) {
        for command in writer.promising() {
            writer.now += Duration::minutes(3);
            steps.push(Step {
                minutes: 3,
                command,
            });
        }
    }
    for _ in 0..length {
        let minutes = match writer.dice.below(8) {
            0..=3 => 1 + writer.dice.below(40) as i64,
            4..=6 => 40 + writer.dice.below(300) as i64,
            _ => 600 + writer.dice.below(2400) as i64,
        };
        writer.now += Duration::minutes(minutes);
        let command = writer.command();
        // What came in is often told at once.
        let is_told = !command.starts_with("statement") && writer.dice.is_once_in(3);
        steps.push(Step { minutes, command });
        if is_told {
            let (minutes, command) = (5, writer.issue());
            writer.now += Duration::minutes(minutes);
            steps.push(Step { minutes, command });
        }
    }
    steps
}
