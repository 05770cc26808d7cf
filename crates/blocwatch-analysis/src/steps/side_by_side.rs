//! `side_by_side_year`: where two sources, or two editions of one, speak of the same thing, how often they agree, year by year.
//!
//! A comparison is one line of [`COMPARISONS`]: a topic, the two voices, and a SELECT of `year`, `compared`, `agreeing`, `only_left`
//! and `only_right`. What only one of them has is counted beside the rate and never in it: silence is not disagreement. Nothing here
//! decides who is right; where one must speak, the step that needs it says in which order.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use super::regime_measure;
use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const SIDE_BY_SIDE: TableSpec = TableSpec {
    name: "side_by_side_year",
    unit: Unit::Entry,
    keys: &["topic", "one", "other", "year"],
    columns: &[
        col("topic", Kind::Text, "-", "what both speak of"),
        col("one", Kind::Text, "source id", "first voice: source, edition or measure"),
        col("other", Kind::Text, "source id", "second voice"),
        col("year", Kind::I32, "year", "calendar year"),
        col("compared", Kind::U32, "items", "items of which both say something"),
        col("agreeing", Kind::U32, "items", "of them those on which they say the same"),
        col("only_one", Kind::U32, "items", "items that only the first voice has; silence is no disagreement"),
        col("only_other", Kind::U32, "items", "items that only the second has"),
        opt("share_agreeing", Kind::F64, "share 0-1", "agreeing / compared; null where nothing can be compared"),
    ],
    doc: "How often two sources, or two editions of one, agree where they speak of the same thing. They stand side by side in their own tables and are never merged silently.",
};

/// Two voices on one topic.
#[derive(Debug, Clone, Copy)]
struct Comparison {
    topic: &'static str,
    one: &'static str,
    other: &'static str,
    /// Tables that the SELECTs read.
    tables: &'static [&'static str],
    /// SELECT of `year`, the keys of an item as `k1`, `k2`, `k3`, and what the first voice says of it as `v`.
    left: &'static str,
    /// The same of the second voice.
    right: &'static str,
    /// Condition on `l.v` and `r.v` under which they agree.
    agree: &'static str,
}

const COMPARISONS: &[Comparison] = &[
    Comparison {
        topic: "full membership of an organisation",
        one: "casebook",
        other: "cow_igo",
        tables: &["membership_claim_org_state_year"],
        left: "SELECT year, org AS k1, gwcode AS k2, 0 AS k3, status AS v FROM membership_claim_org_state_year WHERE source = 'casebook'",
        right: "SELECT year, org AS k1, gwcode AS k2, 0 AS k3, status AS v FROM membership_claim_org_state_year WHERE source = 'cow_igo'",
        agree: "l.v = r.v",
    },
    Comparison {
        topic: "volume of arms transfers, within one million",
        one: "sipri_arms/360info",
        other: "sipri_arms/dodl",
        tables: &["arms_dyad_year"],
        left: "SELECT year, gwcode1 AS k1, gwcode2 AS k2, 0 AS k3, sum(value) AS v FROM arms_dyad_year WHERE edition = '360info' \
               AND gwcode1 IS NOT NULL AND gwcode2 IS NOT NULL AND year BETWEEN 1970 AND 2014 GROUP BY year, gwcode1, gwcode2",
        right: "SELECT year, gwcode1 AS k1, gwcode2 AS k2, 0 AS k3, sum(value) AS v FROM arms_dyad_year WHERE edition = 'dodl' AND value > 0 \
                AND gwcode1 IS NOT NULL AND gwcode2 IS NOT NULL GROUP BY year, gwcode1, gwcode2",
        agree: "abs(l.v - r.v) <= 1",
    },
    Comparison {
        topic: "number of common military exercises in the year",
        one: "military_exercises/mme",
        other: "military_exercises/jme",
        tables: &["exercise_state_year", "exercise_participant"],
        left: "SELECT a.year, a.gwcode AS k1, b.gwcode AS k2, 0 AS k3, count(DISTINCT a.exercise) AS v FROM exercise_state_year a \
               JOIN exercise_state_year b ON b.exercise = a.exercise AND b.s_year = a.s_year AND b.year = a.year AND b.edition = a.edition \
               WHERE a.gwcode < b.gwcode GROUP BY a.year, a.gwcode, b.gwcode",
        right: "SELECT a.year, a.gwcode AS k1, b.gwcode AS k2, 0 AS k3, count(DISTINCT a.exercise) AS v FROM exercise_participant a \
                JOIN exercise_participant b ON b.exercise = a.exercise AND b.edition = a.edition WHERE a.gwcode < b.gwcode \
                AND a.year IS NOT NULL GROUP BY a.year, a.gwcode, b.gwcode",
        agree: "l.v = r.v",
    },
    Comparison {
        topic: "official finance from China in the year, in constant dollars (of 2021 and of 2014), within a factor of two",
        one: "aiddata_china/gcdf3",
        other: "aiddata_china/official_finance",
        tables: &["china_finance_state_year", "china_finance_project"],
        left: "SELECT year, gwcode AS k1, 0 AS k2, 0 AS k3, sum(coalesce(oof_amt, 0) + coalesce(oda_amt, 0) + coalesce(vof_amt, 0)) AS v \
               FROM china_finance_state_year WHERE year BETWEEN 2000 AND 2014 GROUP BY year, gwcode",
        right: "SELECT year, gwcode AS k1, 0 AS k2, 0 AS k3, sum(usd_defl) AS v FROM china_finance_project WHERE edition = 'official_finance' \
                AND gwcode IS NOT NULL AND recommended_for_research GROUP BY year, gwcode HAVING sum(usd_defl) > 0",
        agree: "l.v <= 2 * r.v AND r.v <= 2 * l.v",
    },
    Comparison {
        topic: "amount of a project of Chinese finance, at the rate of the year, within 1 %",
        one: "aiddata_china/official_finance",
        other: "aiddata_china/financial_diplomacy",
        tables: &["china_finance_project"],
        left: "SELECT year, project_id AS k1, 0 AS k2, 0 AS k3, usd_current AS v FROM china_finance_project WHERE edition = 'official_finance' \
               AND usd_current > 0",
        right: "SELECT year, project_id AS k1, 0 AS k2, 0 AS k3, usd_current AS v FROM china_finance_project WHERE edition = 'financial_diplomacy' \
                AND usd_current > 0",
        agree: "abs(l.v - r.v) <= 0.01 * r.v",
    },
    Comparison {
        topic: "whether a leader of China travelled to the state in the year",
        one: "leader_visits/who_where_when",
        other: "leader_visits/china_vitae",
        tables: &["china_leader_visit", "china_leader_engagement", "state_year"],
        left: "SELECT s.year, s.gwcode AS k1, 0 AS k2, 0 AS k3, max(CASE WHEN v.year IS NULL THEN 0 ELSE 1 END) AS v FROM state_year s \
               LEFT JOIN china_leader_visit v ON v.gwcode = s.gwcode AND v.year = s.year WHERE s.gwcode <> 710 AND s.year BETWEEN \
               (SELECT min(year) FROM china_leader_visit) AND (SELECT max(year) FROM china_leader_visit) GROUP BY s.year, s.gwcode",
        right: "SELECT s.year, s.gwcode AS k1, 0 AS k2, 0 AS k3, max(CASE WHEN v.travelled THEN 1 ELSE 0 END) AS v FROM state_year s \
                LEFT JOIN china_leader_engagement v ON v.gwcode = s.gwcode AND v.year = s.year WHERE s.gwcode <> 710 AND s.year BETWEEN \
                (SELECT min(year) FROM china_leader_engagement) AND (SELECT max(year) FROM china_leader_engagement) GROUP BY s.year, s.gwcode",
        agree: "l.v = r.v",
    },
    // ids name parties, year and kind; DESTA adds a word in brackets
    Comparison {
        topic: "parties of an agreement that both databases hold",
        one: "treaties/DESTA",
        other: "treaties/GGO",
        tables: &["treaty_party"],
        left: DESTA,
        right: GGO,
        agree: "l.v = r.v",
    },
    Comparison {
        topic: "membership as listed in snapshots six years apart",
        one: "io_membership/factbook",
        other: "io_membership/dieghernan",
        tables: &["io_membership_snapshot"],
        left: "SELECT 2026 AS year, organization AS k1, gwcode AS k2, 0 AS k3, min(status) AS v FROM io_membership_snapshot \
               WHERE edition = 'factbook' GROUP BY organization, gwcode",
        right: "SELECT 2026 AS year, organization AS k1, gwcode AS k2, 0 AS k3, min(status) AS v FROM io_membership_snapshot \
                WHERE edition = 'dieghernan' GROUP BY organization, gwcode",
        agree: "l.v = r.v",
    },
    // the casebook's ids are acronyms, as the snapshots have them; only organisations of which both have members are compared, and not
    // IDB, which is the Islamic bank in one and the Inter-American in the other
    Comparison {
        topic: "full membership of an organisation, against a snapshot",
        one: "casebook",
        other: "io_membership/dieghernan",
        tables: &["membership_claim_org_state_year", "io_membership_snapshot"],
        left: "SELECT year, org AS k1, gwcode AS k2, 0 AS k3, 1 AS v FROM membership_claim_org_state_year WHERE source = 'casebook' AND status = 1 \
               AND year = 2020 AND org <> 'IDB' AND org IN (SELECT organization FROM io_membership_snapshot WHERE edition = 'dieghernan')",
        right: "SELECT 2020 AS year, organization AS k1, gwcode AS k2, 0 AS k3, max(CASE WHEN status = 'member' THEN 1 ELSE 0 END) AS v \
                FROM io_membership_snapshot WHERE edition = 'dieghernan' AND organization <> 'IDB' AND organization IN (SELECT org FROM membership_claim_org_state_year \
                WHERE source = 'casebook' AND year = 2020) GROUP BY organization, gwcode",
        agree: "l.v = r.v",
    },
    Comparison {
        topic: "full membership of an organisation, against a snapshot of May of the year after",
        one: "casebook",
        other: "io_membership/factbook",
        tables: &["membership_claim_org_state_year", "io_membership_snapshot"],
        left: "SELECT year, org AS k1, gwcode AS k2, 0 AS k3, 1 AS v FROM membership_claim_org_state_year WHERE source = 'casebook' AND status = 1 \
               AND year = 2025 AND org <> 'IDB' AND org IN (SELECT organization FROM io_membership_snapshot WHERE edition = 'factbook')",
        right: "SELECT 2025 AS year, organization AS k1, gwcode AS k2, 0 AS k3, max(CASE WHEN status = 'member' THEN 1 ELSE 0 END) AS v \
                FROM io_membership_snapshot WHERE edition = 'factbook' AND organization <> 'IDB' AND organization IN (SELECT org FROM membership_claim_org_state_year \
                WHERE source = 'casebook' AND year = 2025) GROUP BY organization, gwcode",
        agree: "l.v = r.v",
    },
];

/// Parties of agreements in one database, of those that the other holds as well.
macro_rules! parties {
    ($one:literal, $other:literal) => {
        concat!(
            "SELECT TRY_CAST(substr(split_part(treaty, '_', 2), 1, 4) AS INT) AS year, treaty AS k1, 0 AS k2, 0 AS k3, \
             CAST(string_agg(party, ' ' ORDER BY party) AS VARCHAR) AS v FROM \
             (SELECT DISTINCT concat(split_part(\"treatyID\", '[', 1), split_part(\"treatyID\", ']', 2)) AS treaty, \
             CAST(gwcode AS VARCHAR) AS party FROM treaty_party WHERE edition = '",
            $one,
            "') WHERE treaty IN (SELECT concat(split_part(\"treatyID\", '[', 1), split_part(\"treatyID\", ']', 2)) FROM treaty_party \
             WHERE edition = '",
            $other,
            "') AND TRY_CAST(substr(split_part(treaty, '_', 2), 1, 4) AS INT) IS NOT NULL GROUP BY treaty"
        )
    };
}
const DESTA: &str = parties!("DESTA", "GGO");
const GGO: &str = parties!("GGO", "DESTA");

/// Editions of V-Dem that hold polyarchy: releases of several years, each revising the past.
const VDEM: [&str; 5] = ["full", "indices", "row", "demspaces", "demspaces6"];
/// Editions of the votes whose roll calls have the same numbers.
const VOTES: [&str; 3] = ["unvotes", "voeten", "complete"];

/// The step.
pub fn step() -> Step {
    let mut tables: Vec<&'static str> = COMPARISONS.iter().flat_map(|c| c.tables).copied().collect();
    tables.extend(["regime_measure_state_year", "vdem_state_year", "unga_vote", "unga_rollcall"]);
    tables.sort_unstable();
    tables.dedup();
    Step {
        name: "side_by_side_year",
        version: 2,
        inputs: tables.into_iter().map(Input::Table).collect(),
        outputs: vec![&SIDE_BY_SIDE],
        run,
    }
}

/// The SELECT of one comparison: both voices, joined on what they speak of.
fn sql(left: &str, right: &str, agree: &str) -> String {
    format!(
        "SELECT coalesce(l.year, r.year) AS year, count(CASE WHEN l.v IS NOT NULL AND r.v IS NOT NULL THEN 1 END) AS compared, \
         count(CASE WHEN l.v IS NOT NULL AND r.v IS NOT NULL AND {agree} THEN 1 END) AS agreeing, \
         count(CASE WHEN r.year IS NULL THEN 1 END) AS only_one, count(CASE WHEN l.year IS NULL THEN 1 END) AS only_other \
         FROM ({left}) l FULL JOIN ({right}) r ON r.year = l.year AND r.k1 = l.k1 AND r.k2 = l.k2 AND r.k3 = l.k3 GROUP BY coalesce(l.year, r.year)"
    )
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut table = Rows::new(&SIDE_BY_SIDE);
    for c in COMPARISONS {
        add(context, &mut table, c.topic, [c.one, c.other], &sql(c.left, c.right, c.agree))?;
    }
    for (one, other) in pairs(&VDEM) {
        let voice = |edition: &str| {
            format!(
                "SELECT year, gwcode AS k1, 0 AS k2, 0 AS k3, v2x_polyarchy AS v FROM vdem_state_year \
                 WHERE edition = '{edition}' AND v2x_polyarchy IS NOT NULL"
            )
        };
        let voices = [&*format!("vdem/{one}"), &*format!("vdem/{other}")];
        add(context, &mut table, "polyarchy, within 0.01", voices, &sql(&voice(one), &voice(other), "abs(l.v - r.v) <= 0.01"))?;
    }
    for (one, other) in pairs(&VOTES) {
        let voice = |edition: &str| {
            format!(
                "SELECT r.session + 1945 AS year, v.rcid AS k1, v.gwcode AS k2, 0 AS k3, v.vote AS v FROM unga_vote v JOIN unga_rollcall r \
                 ON r.rcid = v.rcid AND r.edition = v.edition WHERE v.edition = '{edition}' AND v.gwcode IS NOT NULL AND v.vote IN (1, 2, 3)"
            )
        };
        let voices = [&*format!("unga_votes/{one}"), &*format!("unga_votes/{other}")];
        add(context, &mut table, "votes in the General Assembly, by roll-call id", voices, &sql(&voice(one), &voice(other), "l.v = r.v"))?;
    }
    // every pair of regime measures, each asked whether the state is an autocracy
    for (i, one) in regime_measure::ALL.iter().enumerate() {
        for other in &regime_measure::ALL[i + 1..] {
            let voice = |id: &str| {
                format!(
                    "SELECT year, gwcode AS k1, 0 AS k2, 0 AS k3, autocracy AS v FROM regime_measure_state_year WHERE regime = '{id}' AND in_system"
                )
            };
            add(context, &mut table, "autocracy or not", [one.id, other.id], &sql(&voice(one.id), &voice(other.id), "l.v = r.v"))?;
        }
    }
    Ok(Output::table(&SIDE_BY_SIDE, table.finish()?))
}

/// Every pair of a list, the earlier first.
fn pairs<'l>(list: &'l [&'static str]) -> impl Iterator<Item = (&'static str, &'static str)> + 'l {
    list.iter().enumerate().flat_map(|(i, one)| list[i + 1..].iter().map(|other| (*one, *other)))
}

fn add(context: &Context<'_>, table: &mut Rows, topic: &str, voices: [&str; 2], sql: &str) -> Result<()> {
    let sql = format!(
        "SELECT CAST(year AS INT) AS year, CAST(compared AS INT UNSIGNED) AS compared, CAST(agreeing AS INT UNSIGNED) AS agreeing, \
         CAST(only_one AS INT UNSIGNED) AS only_one, CAST(only_other AS INT UNSIGNED) AS only_other FROM ({sql})"
    );
    let batch = context.sql(&sql)?;
    let c = Columns(&batch);
    let year = c.i32("year")?;
    let (compared, agreeing, only_one, only_other) = (c.u32("compared")?, c.u32("agreeing")?, c.u32("only_one")?, c.u32("only_other")?);
    // a voice that is not held is not compared: with nothing on one side there is no second source
    let held = |count: &arrow::array::UInt32Array| (0..batch.num_rows()).any(|i| count.at(i) > Some(0));
    if !(held(compared) || (held(only_one) && held(only_other))) {
        return Ok(());
    }
    for i in 0..batch.num_rows() {
        let n = compared.value(i);
        table.push([
            topic.into(),
            voices[0].into(),
            voices[1].into(),
            year.value(i).into(),
            n.into(),
            agreeing.value(i).into(),
            only_one.value(i).into(),
            only_other.value(i).into(),
            (n > 0).then(|| f64::from(agreeing.value(i)) / f64::from(n)).into(),
        ])?;
    }
    Ok(())
}
