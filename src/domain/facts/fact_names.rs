//! The list of the names that derived facts can have. It derives none of them.

/// A name, its type, and what it is. `*` stands for an identifier.
pub struct Name {
    pub path: &'static str,
    /// The type, as in [`crate::domain::base::value::Value::type_name`].
    pub kind: &'static str,
}

/// `_what` says what it is to those who read this file; docs/facts.md says it to writers of playbooks.
const fn name(path: &'static str, kind: &'static str, _what: &'static str) -> Name {
    Name { path, kind }
}

/// What the program works out itself: playbooks may name these and no others.
pub const NAMES: &[Name] = &[
    name("as_of", "instant", "the moment it speaks of"),
    name("org", "phrase", "our name"),
    name("zone", "phrase", "the name of our time zone"),
    name(
        "contacts.*",
        "phrase",
        "a number or address; unknown while the link that it depends on is not well",
    ),
    name("contacts.*.spoken", "phrase", "the same as read aloud"),
    name(
        "since",
        "instant",
        "when the incident began; about the declaration when nobody said",
    ),
    name("declared_at", "instant", "when the incident was declared"),
    name("planned", "window", "announced work: from when to when"),
    name("planned_start", "instant", "its start"),
    name("planned_end", "instant", "its end"),
    name(
        "phase",
        "state",
        "open, under-watch, restored, restored-here (another incident still hits the same), no-fault (the reports of it were taken back); announced work: planned, in-work, overrun",
    ),
    name(
        "back_since",
        "instant",
        "since when everything in scope is up",
    ),
    name(
        "stable_since",
        "instant",
        "the first own check since then: the latest of all links in scope",
    ),
    name("still_felt", "state", "people feel it after all is up"),
    name("watch_until", "instant", "when the soak time ends"),
    name("severity", "state", "S1 to S4, by the playbook's rules"),
    name(
        "next_update",
        "instant",
        "when we speak again, by the update schedule of the playbook",
    ),
    name(
        "first_notice_due",
        "instant",
        "when the first notice is due (staff)",
    ),
    name(
        "promised_update",
        "instant",
        "the update that was promised and is still to come",
    ),
    name(
        "late_update",
        "instant",
        "the promised update that we missed",
    ),
    name(
        "last_statement",
        "count",
        "the number of the last statement",
    ),
    name(
        "last_statement_at",
        "instant",
        "the moment that it spoke of",
    ),
    name("scope", "list", "the links that the incident is about"),
    name("down", "list", "links in scope that are down"),
    name("degraded", "list", "links in scope that are degraded"),
    name("unstable", "list", "links in scope that go up and down"),
    name(
        "at_risk",
        "list",
        "links in scope that have lost their spare",
    ),
    name(
        "planned_down",
        "list",
        "links in scope taken down on purpose",
    ),
    name(
        "troubled",
        "list",
        "links in scope that are not up, whatever the trouble",
    ),
    name(
        "disrupted",
        "list",
        "the same without those that are only at risk",
    ),
    name("up", "list", "links in scope that are up"),
    name(
        "unreported",
        "list",
        "links in scope that nobody has reported on",
    ),
    name(
        "unchecked",
        "list",
        "links in scope that somebody says are up and we have not checked",
    ),
    name(
        "windows",
        "list",
        "links in scope, and their parts, with a repair window that whoever repairs them gave, and that may be said",
    ),
    name("no_window", "list", "troubled links in scope without one"),
    name(
        "slipped",
        "list",
        "links whose window differs from what this audience was told",
    ),
    name("passed", "list", "links whose window, as told, has passed"),
    name(
        "withdrawn",
        "list",
        "links whose window, as told, was withdrawn",
    ),
    name(
        "dropped",
        "list",
        "links whose window, as told, holds no more, without another",
    ),
    name(
        "missed",
        "list",
        "links that came back only after their window, as told",
    ),
    name(
        "mistold",
        "list",
        "links whose window, as told, rested on an entry that was taken back",
    ),
    name(
        "voided",
        "list",
        "sentences that this audience was told by a noted fact that was emptied, or that stands and is another now",
    ),
    name("said.*.quote", "phrase", "such a sentence, as it was told"),
    name("said.*.told_at", "instant", "when it was told"),
    name("said.*.fact", "state", "the name of the noted fact"),
    name(
        "said.*.window",
        "window",
        "the window that it told, where it told one",
    ),
    name(
        "left_work",
        "list",
        "links that this audience was told are part of the announced work, and that have left it",
    ),
    name("links.*.told_work_at", "instant", "when that was told"),
    name(
        "back_in_work",
        "list",
        "links that this audience was told have left the announced work, and that are part of it again",
    ),
    name("links.*.told_left_at", "instant", "when that was told"),
    name(
        "unrestored",
        "list",
        "links that this audience was told are restored, and that had failed by then as is known now",
    ),
    name(
        "links.*.told_restored_at",
        "instant",
        "the moment of the statement that said so",
    ),
    name(
        "unconfirmed",
        "list",
        "links whose window, as told, nobody has confirmed for so long that it may not be said",
    ),
    name(
        "promised_back",
        "list",
        "links and parts that we promised to bring back ourselves, by a time that stands",
    ),
    name(
        "open_ended",
        "list",
        "troubled links in scope with neither a repair window nor such a promise",
    ),
    name(
        "recaused",
        "list",
        "links whose confirmed cause, as told, has given way to another",
    ),
    name("failed", "list", "links that failed in this incident"),
    name("links_back_since", "instant", "when the last came back"),
    name("back_apart", "state", "they came back apart"),
    name(
        "back",
        "list",
        "what was in trouble in this incident and works again",
    ),
    name(
        "partial",
        "list",
        "links of which some parts work again and others do not",
    ),
    name(
        "with_cause",
        "list",
        "troubled links in scope, or their parts, with a confirmed cause",
    ),
    name(
        "explained",
        "list",
        "links in scope that failed and work again, or their parts, with a confirmed cause",
    ),
    name(
        "without_cause",
        "list",
        "troubled links in scope without one",
    ),
    name(
        "work.diagnosing",
        "list",
        "troubled links whose fault is being looked for",
    ),
    name("work.located", "list", "those whose fault is located"),
    name("work.scheduled", "list", "those whose repair has a time"),
    name(
        "work.waiting",
        "list",
        "those that wait for a ship, permit, weather or access",
    ),
    name("work.repairing", "list", "those under repair"),
    name(
        "work.awaiting_check",
        "list",
        "those that somebody says are up and we have not checked",
    ),
    name(
        "corrections",
        "count",
        "statements to this audience that rested on an entry taken back since",
    ),
    name(
        "corrected",
        "list",
        "the links that those entries were about",
    ),
    name(
        "corrected_statement_at",
        "instant",
        "the moment that the latest of those statements spoke of",
    ),
    name(
        "still_hit",
        "list",
        "regions and services that another open incident still hits",
    ),
    name(
        "regions.affected",
        "list",
        "regions that measurement or the field says are affected",
    ),
    name(
        "regions.possible",
        "list",
        "regions that may be affected, by topology alone",
    ),
    name("regions.unaffected", "list", "regions reported up"),
    name("regions.down", "list", "those of them without service"),
    name("regions.impaired", "list", "those degraded or unstable"),
    name(
        "services.affected",
        "list",
        "services that measurement or the field says are affected",
    ),
    name(
        "services.possible",
        "list",
        "services that may be affected, by topology alone",
    ),
    name("services.unaffected", "list", "services reported up"),
    name("services.down", "list", "those of them without service"),
    name("services.impaired", "list", "those degraded or unstable"),
    name("links.*.name", "link", "what customers call it"),
    name(
        "links.*.short_name",
        "link",
        "what a text calls it once it has given the name",
    ),
    name("links.*.parent", "link", "the link of which it is a part"),
    name("links.*.kind", "state", "cable, segment, route ..."),
    name(
        "links.*.state",
        "state",
        "up, at-risk, degraded, unstable, planned-down, down",
    ),
    name("links.*.since", "instant", "since when it is in that state"),
    name(
        "links.*.trouble_since",
        "instant",
        "since when it has not been up",
    ),
    name(
        "links.*.work",
        "state",
        "diagnosing, located, scheduled, waiting, repairing, awaiting-check",
    ),
    name("links.*.fault", "state", "the kind of fault (staff)"),
    name("links.*.cause", "phrase", "the cause, once confirmed"),
    name(
        "links.*.suspected_cause",
        "phrase",
        "the cause while it is suspected (staff)",
    ),
    name(
        "links.*.capacity_left",
        "share",
        "the share of capacity left (staff, unless the playbook says otherwise)",
    ),
    name(
        "links.*.checked_at",
        "instant",
        "our last own check since it came up",
    ),
    name(
        "links.*.claimed_up_at",
        "instant",
        "when somebody said that it is up",
    ),
    name("links.*.claimed_up_by", "phrase", "who did"),
    name("links.*.window", "window", "the repair window that stands"),
    name("links.*.window_party", "phrase", "who gave it"),
    name("links.*.window_source", "state", "the kind of source"),
    name("links.*.window_said_at", "instant", "when they gave it"),
    name(
        "links.*.window_during",
        "state",
        "the state expected during the work",
    ),
    name("links.*.window_reason", "phrase", "why it moved"),
    name(
        "links.*.told_window",
        "window",
        "the window that this audience was told",
    ),
    name("links.*.told_at", "instant", "when it was told"),
    name(
        "links.*.told_cause",
        "phrase",
        "the cause that this audience was told, when it is another now",
    ),
    name("links.*.told_cause_at", "instant", "when that was told"),
    name(
        "links.*.told_party",
        "phrase",
        "who was named as its source",
    ),
    name(
        "links.*.parts_back",
        "list",
        "parts that work again by our own check",
    ),
    name("links.*.parts_out", "list", "parts that do not"),
    name(
        "links.*.parts_checked_at",
        "instant",
        "our oldest last check of those that are back",
    ),
    name(
        "promise.*.due",
        "date",
        "when a promise of this kind falls due; while one is open, its due time",
    ),
    name(
        "promise.*.told_due",
        "date",
        "the due time of the open promise, as this audience was told",
    ),
    name(
        "promise.*.stock",
        "count",
        "promise.KIND.RESOURCE.stock: how much of a resource is left for it (staff)",
    ),
    name(
        "promise.*.held",
        "count",
        "promise.KIND.RESOURCE.held: how much the open promise has reserved (staff)",
    ),
    name(
        "promise.*.settled",
        "state",
        "kept or withdrawn, while nothing has been noted since that would make it anew (staff)",
    ),
    name(
        "promise.*.scope",
        "list",
        "what the open promise covers, as it was made; without one, the scope",
    ),
    name(
        "noted.*.scope",
        "list",
        "noted.NAME.scope: what the incident was about when the fact was noted",
    ),
    name(
        "noted.*.troubled",
        "list",
        "noted.NAME.troubled: what of that, and of what rides on it, has not been well since",
    ),
    name(
        "noted.*.since",
        "instant",
        "noted.NAME.since: about since when the fact has been noted so",
    ),
    name(
        "promises.slipped",
        "list",
        "promises to this audience that were moved since it was told",
    ),
    name(
        "promises.missed",
        "list",
        "promises to this audience whose time has passed without their being kept by then",
    ),
    name(
        "promises.withdrawn",
        "list",
        "promises to this audience that were taken back since it was told",
    ),
    name(
        "promises.in_force",
        "list",
        "promises to this audience that stand as it was told",
    ),
    name("changed_windows", "list", "links whose told date is void"),
    name("changed_promises", "list", "promises with a void date"),
    name(
        "changed_dates",
        "list",
        "links and promises whose date, as told, holds no more",
    ),
    name("promises.*.name", "link", "what the promise is called"),
    name("promises.*.kind", "state", "its kind"),
    name("promises.*.told_due", "date", "its due time as told"),
    name("promises.*.due", "date", "its due time now"),
    name(
        "promises.*.kept_at",
        "instant",
        "when it was kept, if it was kept late",
    ),
    name("promises.*.scope", "list", "what it covers, as it was made"),
    name(
        "promises.*.subject",
        "link",
        "the link or region that it is about",
    ),
    name(
        "group.name",
        "link",
        "the group of links that the scope belongs to; unknown when there are several or none",
    ),
    name("group.total", "count", "how many links it has"),
    name("group.down", "list", "those that are down"),
    name("group.down_count", "count", "how many are down"),
    name(
        "group.working",
        "count",
        "how many are up; needs a report for each",
    ),
    name(
        "group.capacity_lost",
        "share",
        "the share of its capacity lost",
    ),
    name(
        "group.capacity_left",
        "share",
        "the share left; needs a report for each link",
    ),
    name("group.gbps_left", "decimal", "capacity left, in Gbps"),
    name("group.gbps_peak", "decimal", "peak demand, in Gbps"),
    name(
        "group.short_at_peak",
        "share",
        "the share of peak demand that cannot be carried",
    ),
];
