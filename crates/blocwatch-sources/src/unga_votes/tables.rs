//! The tables of `unga_votes`.

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM, LINE};

const EDITION: Column = col("edition", Kind::Text, "-", "Published form: unvotes, voeten, complete or undl");
const RCID: Column = col("rcid", Kind::I32, "-", "Number of the roll call within its edition (undl: the library's record number)");
const SOURCE_ROW: Column = LINE;

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "unga_rollcall",
        unit: Unit::Rollcall,
        keys: &["edition", "rcid"],
        columns: &[
            EDITION,
            RCID,
            col(
                "session",
                Kind::U16,
                "session",
                "Regular session; a special session counts with the regular session in whose time it fell",
            ),
            col("session_label", Kind::Text, "-", "Session as published: 79, ES-10, 10emsp, 18sp"),
            opt("date", Kind::Text, "YYYY-MM-DD", "Day of the vote; null where the publisher gives none"),
            col("year", Kind::I32, "year", "Calendar year of the vote; session + 1945 where the day is not known"),
            opt("unres", Kind::Text, "-", "Symbol of the resolution or draft as published"),
            opt("importantvote", Kind::I32, "0 no, 1 yes", "Named as important by the US Department of State; null where not coded"),
            opt("amend", Kind::I32, "0 no, 1 yes", "Vote on an amendment; null where not coded"),
            opt("para", Kind::I32, "0 no, 1 yes", "Vote on a paragraph; null where not coded"),
            opt("short", Kind::Text, "-", "Short label (undl: title of the agenda item)"),
            opt("descr", Kind::Text, "-", "Description (undl: title of the resolution)"),
            SOURCE_ROW,
        ],
        doc: "Roll calls of the General Assembly. Most resolutions pass without one. The edition undl holds adopted resolutions only, the \
              others hold failed drafts, paragraphs and amendments too.",
    },
    TableSpec {
        name: "unga_vote",
        unit: Unit::Vote,
        keys: &["edition", "rcid", "gwcode"],
        columns: &[
            EDITION,
            RCID,
            col("session", Kind::U16, "session", "Regular session of the roll call"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year of the vote"),
            col("vote", Kind::I32, "1 yes, 2 abstain, 3 no, 8 absent, 9 not a member", "Vote"),
            IN_SYSTEM,
            SOURCE_ROW,
        ],
        doc: "Votes of seats in the Assembly. Absence and non-membership are not abstention; unvotes leaves both out. Seats that were no \
              states (Ukraine and Belarus before 1991) are kept and marked.",
    },
    TableSpec {
        name: "unga_issue",
        unit: Unit::Entry,
        keys: &["edition", "rcid", "short_name", "issue"],
        columns: &[
            EDITION,
            RCID,
            col("short_name", Kind::Text, "-", "Code of the issue: me, nu, di, hr, co, ec; subject in the edition undl"),
            col("issue", Kind::Text, "-", "Issue"),
            SOURCE_ROW,
        ],
        doc: "Issues of roll calls; a roll call may have none or several.",
    },
    TableSpec {
        name: "unga_match",
        unit: Unit::Entry,
        keys: &["rcid1", "rcid2"],
        columns: &[
            col("edition", Kind::Text, "-", "Edition whose numbers of roll calls are meant: voeten, which unvotes and complete share"),
            col("rcid1", Kind::I32, "-", "Earlier roll call"),
            col("rcid2", Kind::I32, "-", "Roll call that repeats its resolution in the same or nearly the same words"),
            SOURCE_ROW,
        ],
        doc: "Resolutions that came to a vote again, as matched by hand for the estimation of ideal points (to session 74).",
    },
];
