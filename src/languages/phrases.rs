//! The keys that code names one by one, a type for each file. It has no text: texts stand in the files.

use crate::languages::{Phrase, Subject};

macro_rules! phrases {
    ($(#[$doc:meta])* $name:ident of $subject:ident: $($variant:ident = $key:literal,)*) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = concat!("The text of `", $key, "`.")] $variant,)*
        }

        impl $name {
            /// Every key, in the order of the file.
            #[cfg(test)]
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];
        }

        impl Phrase for $name {
            const SUBJECT: Subject = Subject::$subject;

            fn key(self) -> &'static str {
                match self {
                    $($name::$variant => $key,)*
                }
            }
        }
    };
}

phrases! {
    /// The forms of numbers, shares and lists.
    Number of Numbers:
    UnicodeLocale = "unicode_locale",
    AlertLanguage = "alert_language",
    ShareInWords = "share_in_words",
    OthersOne = "others_one",
    OthersMany = "others_many",
    AloudWords = "aloud_words",
    AloudSeconds = "aloud_seconds",
    Unaccented = "unaccented",
    UnaccentedKeeps = "unaccented_keeps",
}

phrases! {
    /// The forms of days, times of day and lengths of time.
    Time of Times:
    Clock = "clock",
    FirstDay = "first_day",
    OnDay = "on_day",
    Days = "days",
    Day = "day",
    DayYear = "day_year",
    DayInWords = "day_in_words",
    DayYearInWords = "day_year_in_words",
    HourInWords = "hour_in_words",
    HourAndFewInWords = "hour_and_few_in_words",
    HourAndMinutesInWords = "hour_and_minutes_in_words",
    BeforeNoon = "before_noon",
    AfterNoon = "after_noon",
    About = "about",
    At = "at",
    ByLatest = "by_latest",
    DashInWords = "dash_in_words",
    AtToday = "at_today",
    Between = "between",
    FromTo = "from_to",
    DaysOne = "days_one",
    DaysMany = "days_many",
    HoursOne = "hours_one",
    HoursMany = "hours_many",
    MinutesOne = "minutes_one",
    MinutesMany = "minutes_many",
}

phrases! {
    /// What stands before every text of a drill.
    Mark of Marks:
    DrillAloud = "drill_aloud",
    DrillPlain = "drill_plain",
    Drill = "drill",
}

phrases! {
    /// What promises are called.
    Promised of Promises:
    Nameless = "nameless",
}

phrases! {
    /// What the record does not say, for staff.
    Missing of Missing:
    Known = "known",
    NotRecorded = "not_recorded",
    NotNoted = "not_noted",
    TooOld = "too_old",
    NotedTooOld = "noted_too_old",
    StillHit = "still_hit",
    StillFelt = "still_felt",
    LastCheckOld = "last_check_old",
    LinkUnreported = "link_unreported",
    UpByOthers = "up_by_others",
    StillBad = "still_bad",
    UpUnchecked = "up_unchecked",
    Soaking = "soaking",
    ConfirmUp = "confirm_up",
    CheckUp = "check_up",
    ConfirmCapacity = "confirm_capacity",
    CheckUnaffected = "check_unaffected",
    NoCapacity = "no_capacity",
    CapacityLeft = "capacity_left",
    ReportTooOld = "report_too_old",
    NoWork = "no_work",
    NoCause = "no_cause",
    CauseSuspected = "cause_suspected",
    CauseUnlisted = "cause_unlisted",
    NoWindow = "no_window",
    WindowPassed = "window_passed",
    WindowTooOld = "window_too_old",
    WindowParty = "window_party",
    ContactLink = "contact_link",
    NoSeverity = "no_severity",
    NoUpdateSchedule = "no_update_schedule",
    DoesNotHold = "does_not_hold",
    NotInFile = "not_in_file",
    NotTold = "not_told",
    PromiseNotKept = "promise_not_kept",
    PromiseAudience = "promise_audience",
    PromisePerCase = "promise_per_case",
    PromiseDuePassed = "promise_due_passed",
    PromiseEarlier = "promise_earlier",
    StockUnknown = "stock_unknown",
    StockShort = "stock_short",
    StockRaisedBy = "stock_raised_by",
    ResourceRegion = "resource_region",
}

phrases! {
    /// What commands print around facts.
    Said of Commands:
    PointsDifficult = "points_difficult",
    PointsOf = "points_of",
    PointsUnsaid = "points_unsaid",
    PointsGone = "points_gone",
    PointsCommon = "points_common",
    PointsNow = "points_now",
    PointsNothingNow = "points_nothing_now",
    PointsSince = "points_since",
    PointsSinceAbout = "points_since_about",
    PointsNext = "points_next",
    PointsNextLate = "points_next_late",
    PointsNoNext = "points_no_next",
    DemoTry = "demo_try",
    DemoRoutine = "demo_routine",
    DemoRefused = "demo_refused",
    DemoTold = "demo_told",
    DemoStaff = "demo_staff",
    DemoNotYet = "demo_not_yet",
    DemoNow = "demo_now",
    DemoLinks = "demo_links",
    WhyContradicted = "why_contradicted",
    WhyUnbacked = "why_unbacked",
    WhyNotHeld = "why_not_held",
    RuleBad = "rule_bad",
    RuleGood = "rule_good",
    RuleInstead = "rule_instead",
}
