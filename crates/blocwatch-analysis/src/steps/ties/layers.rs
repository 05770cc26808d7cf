//! The layers of ties that are not coded events, one entry of [`LAYERS`] each.
//!
//! To add a layer: one entry. What a tie is, where its rows come from, what the source's silence about a pair means, and the way back.

use blocwatch_core::coverage::Knowledge;

/// One kind of tie from one source.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// Id of the layer; several sources may feed one.
    pub layer: &'static str,
    /// Source id.
    pub source: &'static str,
    /// What a tie in it is, for people.
    pub doc: &'static str,
    /// What the weight counts.
    pub unit: &'static str,
    /// Whether the order of the states means something.
    pub directed: bool,
    /// Whether weights of several years may be added: what happened in each, not what stood in each.
    pub flow: bool,
    /// Tables that the SELECT reads.
    pub tables: &'static [&'static str],
    /// What it means that the source says nothing of a pair.
    pub silence: Silence,
    /// The one state of which the source speaks, if it does not speak of all pairs.
    pub hub: Hub,
    /// A SELECT of `gwcode`, `year` and `edition` of partners of the hub of which something is recorded, but not how much; empty where
    /// that does not happen.
    pub(super) unmeasured: &'static str,
    /// The SELECT; its rows need no order.
    pub(super) sql: &'static str,
    /// The rows of other tables behind one row, as table and condition on `{1}`, `{2}` (the states), `{y}` (the year), `{e}` (the
    /// edition) and `{s}` (the statement).
    pub(super) why: (&'static str, &'static str),
}

/// What it means that a source says nothing of a pair of states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// No tie, where the source's own statement on a table covers both states in the year.
    None {
        /// The table that the statement is about.
        table: &'static str,
        /// Whether the statement is about several editions together, so that the years of each bound it.
        by_edition: bool,
        /// Whether it says something only of states of which the edition has a tie in some year.
        partners_only: bool,
    },
    /// Nothing, and why.
    Unknown(Knowledge, &'static str),
}

/// The one state that all ties of a layer have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hub {
    /// There is none: the source looks at all pairs.
    None,
    /// All ties go from it.
    From(u16),
    /// All ties go to it.
    To(u16),
    /// It is on one side of all ties, which have no direction.
    With(u16),
}

impl Hub {
    /// The state, if there is one.
    pub const fn state(self) -> Option<u16> {
        match self {
            Self::None => None,
            Self::From(s) | Self::To(s) | Self::With(s) => Some(s),
        }
    }
}

const CHINA: u16 = 710;

const fn none(table: &'static str) -> Silence {
    Silence::None { table, by_edition: false, partners_only: false }
}

const fn none_within(table: &'static str) -> Silence {
    Silence::None { table, by_edition: true, partners_only: false }
}

/// Agreements with more parties than this say nothing on who works with whom: everybody signs them.
pub const MOST_PARTIES: u32 = 30;
/// Pairs with fewer common roll calls than this have no vote agreement worth a tie.
pub const LEAST_ROLLCALLS: u32 = 10;

/// All of them.
pub(super) const LAYERS: &[Layer] = &[
    Layer {
        layer: "shared-organisation",
        source: "cow_igo",
        doc: "Organisations in which both are full or associate members.",
        unit: "organisations",
        directed: false,
        flow: false,
        tables: &["joint_membership_dyad_year"],
        silence: none("membership_org_state_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(joint AS DOUBLE) AS weight, '' AS edition, '' AS statement \
              FROM joint_membership_dyad_year WHERE joint > 0",
        why: ("joint_membership_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "shared-autocratic-organisation",
        source: "cow_igo",
        doc: "Those of the shared organisations whose rated full members are autocracies in their majority.",
        unit: "organisations",
        directed: false,
        flow: false,
        tables: &["joint_membership_dyad_year"],
        silence: none_within("membership_org_state_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(joint_autocratic AS DOUBLE) AS weight, '' AS edition, '' AS statement \
              FROM joint_membership_dyad_year WHERE joint_autocratic > 0",
        why: ("joint_membership_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "alliance",
        source: "atop",
        doc: "Kinds of obligation in force from the first state towards the second: defence, offence, neutrality, non-aggression, consultation.",
        unit: "kinds of obligation (1-5)",
        directed: true,
        flow: false,
        tables: &["alliance_dyad_year"],
        silence: none("alliance_dyad_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(coalesce(atop_defense, 0) + coalesce(atop_offense, 0) + coalesce(atop_neutral, 0) \
              + coalesce(atop_nonagg, 0) + coalesce(atop_consul, 0) AS DOUBLE) AS weight, edition, '' AS statement FROM alliance_dyad_year \
              WHERE coalesce(atop_defense, 0) + coalesce(atop_offense, 0) + coalesce(atop_neutral, 0) + coalesce(atop_nonagg, 0) \
              + coalesce(atop_consul, 0) > 0",
        why: ("alliance_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "defence-agreement",
        source: "atop",
        doc: "The first state is bound to defend the second if it is attacked.",
        unit: "obligation in force",
        directed: true,
        flow: false,
        tables: &["alliance_dyad_year"],
        silence: none("alliance_dyad_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(1 AS DOUBLE) AS weight, edition, '' AS statement FROM alliance_dyad_year \
              WHERE atop_defense = 1",
        why: ("alliance_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "exercise",
        source: "military_exercises",
        doc: "Military exercises in which both took part, by year of the exercise, as newspapers reported them.",
        unit: "exercises",
        directed: false,
        flow: true,
        tables: &["exercise_state_year"],
        silence: none("exercise_state_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM \
              (SELECT DISTINCT a.gwcode AS gwcode1, b.gwcode AS gwcode2, a.year, a.edition, a.exercise, a.s_year FROM exercise_state_year a \
              JOIN exercise_state_year b ON b.edition = a.edition AND b.exercise = a.exercise AND b.s_year = a.s_year AND b.year = a.year \
              WHERE a.gwcode < b.gwcode) GROUP BY gwcode1, gwcode2, year, edition",
        why: (
            "exercise_state_year",
            "year = {y} AND edition = '{e}' AND gwcode IN ({1}, {2}) AND exercise IN (SELECT a.exercise FROM exercise_state_year a \
             JOIN exercise_state_year b ON b.exercise = a.exercise AND b.s_year = a.s_year AND b.year = a.year AND b.edition = a.edition \
             WHERE a.gwcode = {1} AND b.gwcode = {2} AND a.year = {y} AND a.edition = '{e}')",
        ),
    },
    Layer {
        layer: "exercise",
        source: "military_exercises",
        doc: "The same from the second list, by year in which the exercise began; one in six has no date and is not in it.",
        unit: "exercises",
        directed: false,
        flow: true,
        tables: &["exercise_participant"],
        silence: Silence::Unknown(Knowledge::Missing, "one exercise in six has no date: a pair without a row may have held one of those"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM \
              (SELECT DISTINCT a.gwcode AS gwcode1, b.gwcode AS gwcode2, a.year, a.edition, a.exercise FROM exercise_participant a \
              JOIN exercise_participant b ON b.edition = a.edition AND b.exercise = a.exercise WHERE a.gwcode < b.gwcode \
              AND a.year IS NOT NULL) GROUP BY gwcode1, gwcode2, year, edition",
        why: (
            "exercise_participant",
            "year = {y} AND edition = '{e}' AND gwcode IN ({1}, {2}) AND exercise IN (SELECT a.exercise FROM exercise_participant a \
             JOIN exercise_participant b ON b.exercise = a.exercise AND b.edition = a.edition \
             WHERE a.gwcode = {1} AND b.gwcode = {2} AND a.year = {y} AND a.edition = '{e}')",
        ),
    },
    Layer {
        layer: "arms",
        source: "sipri_arms",
        doc: "Arms transfers from supplier to recipient. A weight of 0 is a transfer of less than half a million; the zeros of the edition dodl mean mostly no transfer and are left out.",
        unit: "million trend-indicator values",
        directed: true,
        flow: true,
        tables: &["arms_dyad_year"],
        silence: none_within("arms_dyad_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, sum(value) AS weight, edition, '' AS statement FROM arms_dyad_year \
              WHERE value IS NOT NULL AND gwcode1 IS NOT NULL AND gwcode2 IS NOT NULL AND gwcode1 <> gwcode2 \
              AND supplier_kind = 'state' AND recipient_kind = 'state' AND (value > 0 OR edition <> 'dodl') \
              GROUP BY gwcode1, gwcode2, year, edition",
        why: ("arms_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "finance",
        source: "aiddata_china",
        doc: "Official finance committed by China to the second state: aid-like, other official and unclear flows together. Years with records but without any amount have no tie and are missing, not zero.",
        unit: "constant US dollars of 2021",
        directed: true,
        flow: true,
        tables: &["china_finance_state_year"],
        silence: none("china_finance_state_year"),
        hub: Hub::From(CHINA),
        unmeasured: "",
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, sum(coalesce(oof_amt, 0) + coalesce(oda_amt, 0) + coalesce(vof_amt, 0)) \
              AS weight, edition, '' AS statement FROM china_finance_state_year \
              WHERE oof_amt IS NOT NULL OR oda_amt IS NOT NULL OR vof_amt IS NOT NULL GROUP BY gwcode, year, edition \
              HAVING sum(coalesce(oof_amt, 0) + coalesce(oda_amt, 0) + coalesce(vof_amt, 0)) > 0",
        why: ("china_finance_state_year", "gwcode = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "finance",
        source: "aiddata_china",
        doc: "The same from the older lists of projects, without umbrella, suspended, cancelled and not recommended records, in constant dollars. Years with projects but without any amount have no tie and are missing, not zero.",
        unit: "constant US dollars",
        directed: true,
        flow: true,
        tables: &["china_finance_project"],
        silence: Silence::None { table: "china_finance_project", by_edition: true, partners_only: true },
        hub: Hub::From(CHINA),
        unmeasured: "SELECT gwcode, year, edition FROM china_finance_project WHERE gwcode IS NOT NULL AND recommended_for_research IS NOT FALSE \
                     AND umbrella IS NOT TRUE AND coalesce(status, '') NOT ILIKE '%suspended%' AND coalesce(status, '') NOT ILIKE '%cancelled%' \
                     GROUP BY gwcode, year, edition HAVING count(usd_defl) = 0",
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, sum(usd_defl) AS weight, edition, '' AS statement \
              FROM china_finance_project WHERE gwcode IS NOT NULL AND recommended_for_research IS NOT FALSE AND umbrella IS NOT TRUE \
              AND coalesce(status, '') NOT ILIKE '%suspended%' AND coalesce(status, '') NOT ILIKE '%cancelled%' AND usd_defl IS NOT NULL \
              GROUP BY gwcode, year, edition",
        why: (
            "china_finance_project",
            "gwcode = {2} AND year = {y} AND edition = '{e}' AND recommended_for_research IS NOT FALSE AND umbrella IS NOT TRUE AND \
             coalesce(status, '') NOT ILIKE '%suspended%' AND coalesce(status, '') NOT ILIKE '%cancelled%' AND usd_defl IS NOT NULL",
        ),
    },
    Layer {
        layer: "investment",
        source: "china_investment",
        doc: "Chinese investments and construction contracts of about 100 million dollars and more.",
        unit: "million US dollars",
        directed: true,
        flow: true,
        tables: &["china_investment_deal"],
        silence: none("china_investment_deal"),
        hub: Hub::From(CHINA),
        unmeasured: "",
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, sum(quantity_in_millions) AS weight, edition, '' AS statement \
              FROM china_investment_deal WHERE gwcode IS NOT NULL AND quantity_in_millions IS NOT NULL GROUP BY gwcode, year, edition",
        why: ("china_investment_deal", "gwcode = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "visit",
        source: "leader_visits",
        doc: "Visits of the first state's leaders to the United States.",
        unit: "visits",
        directed: true,
        flow: true,
        tables: &["us_leader_visit"],
        silence: none("us_leader_visit"),
        hub: Hub::To(2),
        unmeasured: "",
        sql: "SELECT gwcode AS gwcode1, CAST(2 AS SMALLINT UNSIGNED) AS gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement \
              FROM us_leader_visit WHERE gwcode <> 2 GROUP BY gwcode, year, edition",
        why: ("us_leader_visit", "{2} = 2 AND gwcode = {1} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "visit",
        source: "leader_visits",
        doc: "Travels of China's highest leaders to the second state.",
        unit: "visits",
        directed: true,
        flow: true,
        tables: &["china_leader_visit"],
        silence: none("china_leader_visit"),
        hub: Hub::From(CHINA),
        unmeasured: "",
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement \
              FROM china_leader_visit WHERE gwcode <> 710 GROUP BY gwcode, year, edition",
        why: ("china_leader_visit", "{1} = 710 AND gwcode = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "leader-engagement",
        source: "leader_visits",
        doc: "Days on which leaders of China are recorded as engaged with the other state, wherever they met.",
        unit: "leader-days",
        directed: false,
        flow: true,
        tables: &["china_leader_engagement"],
        silence: none("china_leader_engagement"),
        hub: Hub::With(CHINA),
        unmeasured: "",
        sql: "SELECT least(gwcode, CAST(710 AS SMALLINT UNSIGNED)) AS gwcode1, greatest(gwcode, CAST(710 AS SMALLINT UNSIGNED)) AS gwcode2, year, \
              CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM china_leader_engagement WHERE gwcode <> 710 \
              GROUP BY gwcode, year, edition",
        why: ("china_leader_engagement", "gwcode IN ({1}, {2}) AND gwcode <> 710 AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "vote-agreement",
        source: "unga_votes",
        doc: "Share of common roll calls of the General Assembly with the same vote, in the year in which the session opens; pairs with ten common roll calls or more.",
        unit: "share of common roll calls (0-1)",
        directed: false,
        flow: false,
        tables: &["agreement_dyad_session"],
        silence: Silence::Unknown(
            Knowledge::Missing,
            "a pair without a row has fewer than ten common roll calls, which is not a share of zero",
        ),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, agreement AS weight, '' AS edition, '' AS statement FROM agreement_dyad_session \
              WHERE rollcalls >= 10",
        why: ("agreement_dyad_session", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "treaty",
        source: "treaties",
        doc: "Agreements of at most thirty parties to which both belong, in the year by which the later of the two had signed, ratified or been bound, from 1816.",
        unit: "agreements",
        directed: false,
        flow: true,
        tables: &["treaty_party"],
        silence: none_within("treaty_party"),
        hub: Hub::None,
        unmeasured: "",
        sql: "WITH party AS (SELECT edition, \"treatyID\", gwcode, min(year) AS year FROM treaty_party WHERE year IS NOT NULL \
              GROUP BY edition, \"treatyID\", gwcode), small AS (SELECT edition, \"treatyID\" FROM party GROUP BY edition, \"treatyID\" \
              HAVING count(*) BETWEEN 2 AND 30) SELECT a.gwcode AS gwcode1, b.gwcode AS gwcode2, greatest(a.year, b.year) AS year, \
              CAST(count(*) AS DOUBLE) AS weight, a.edition, '' AS statement FROM party a JOIN small s ON s.edition = a.edition \
              AND s.\"treatyID\" = a.\"treatyID\" JOIN party b ON b.edition = a.edition AND b.\"treatyID\" = a.\"treatyID\" \
              WHERE a.gwcode < b.gwcode AND greatest(a.year, b.year) >= 1816 GROUP BY a.gwcode, b.gwcode, greatest(a.year, b.year), a.edition",
        why: (
            "treaty_party",
            "edition = '{e}' AND gwcode IN ({1}, {2}) AND \"treatyID\" IN (SELECT p.\"treatyID\" FROM (SELECT \"treatyID\", \
             count(DISTINCT gwcode) AS n, max(CASE WHEN gwcode = {1} THEN 1 ELSE 0 END) AS one, max(CASE WHEN gwcode = {2} THEN 1 ELSE 0 END) AS two \
             FROM treaty_party WHERE edition = '{e}' AND year IS NOT NULL GROUP BY \"treatyID\") p JOIN (SELECT \"treatyID\", max(year) AS year FROM \
             (SELECT \"treatyID\", gwcode, min(year) AS year FROM treaty_party WHERE edition = '{e}' AND gwcode IN ({1}, {2}) AND year IS NOT NULL \
             GROUP BY \"treatyID\", gwcode) GROUP BY \"treatyID\") q ON q.\"treatyID\" = p.\"treatyID\" WHERE p.n <= 30 AND p.one = 1 AND p.two = 1 AND q.year = {y})",
        ),
    },
    Layer {
        layer: "nuclear-agreement",
        source: "nuclear_cooperation",
        doc: "Agreements on civil nuclear cooperation signed in the year, supplier first as published.",
        unit: "agreements",
        directed: true,
        flow: true,
        tables: &["nuclear_agreement_dyad_year"],
        silence: none("nuclear_agreement_dyad_year"),
        hub: Hub::None,
        unmeasured: "",
        sql: "SELECT gwcode1, gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM nuclear_agreement_dyad_year \
              WHERE nca = 1 AND gwcode1 <> gwcode2 GROUP BY gwcode1, gwcode2, year, edition",
        why: ("nuclear_agreement_dyad_year", "nca = 1 AND gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "case",
        source: "casebook",
        doc: "Both are named in a coded case of collaboration as sponsor, partner, host, home or model; in each year from its beginning to its end, and in the first only where no end is given.",
        unit: "cases",
        directed: false,
        flow: false,
        tables: &["case", "case_party", "state_year"],
        silence: Silence::Unknown(Knowledge::NotCovered, "the casebook is no census: a pair without a case is not known to have none"),
        hub: Hub::None,
        unmeasured: "",
        sql: "WITH party AS (SELECT DISTINCT case_id, gwcode FROM case_party WHERE actor_kind = 'state' AND gwcode IS NOT NULL \
              AND role IN ('sponsor', 'partner', 'host', 'home', 'model')), \
              calendar AS (SELECT DISTINCT year FROM state_year), \
              years AS (SELECT c.case_id, y.year FROM \"case\" c JOIN calendar y ON y.year BETWEEN c.year_from AND \
              coalesce(greatest(c.year_to, c.year_from), c.year_from) WHERE c.kind = 'collaboration' AND c.year_from IS NOT NULL) \
              SELECT a.gwcode AS gwcode1, b.gwcode AS gwcode2, y.year, CAST(count(*) AS DOUBLE) AS weight, '' AS edition, \
              CAST(string_agg(a.case_id, ' ' ORDER BY a.case_id) AS VARCHAR) AS statement FROM party a JOIN party b ON b.case_id = a.case_id \
              JOIN years y ON y.case_id = a.case_id WHERE a.gwcode < b.gwcode GROUP BY a.gwcode, b.gwcode, y.year",
        why: ("case", "strpos(' {s} ', concat(' ', case_id, ' ')) > 0"),
    },
];

impl Layer {
    /// The table behind a row of this layer and the condition that picks its rows.
    pub(crate) fn behind(&self, gwcode1: &str, gwcode2: &str, year: &str, edition: &str, statement: &str) -> (&'static str, String) {
        let quoted = |text: &str| text.replace('\'', "''");
        let rows = self
            .why
            .1
            .replace("{1}", gwcode1)
            .replace("{2}", gwcode2)
            .replace("{y}", year)
            .replace("{e}", &quoted(edition))
            .replace("{s}", &quoted(statement));
        (self.why.0, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_declared_whole() {
        for l in LAYERS {
            assert!(l.doc.ends_with('.') && !l.unit.is_empty(), "{}", l.layer);
            let read = |t: &&str| {
                l.sql.contains(&format!("FROM {t}")) || l.sql.contains(&format!("FROM \"{t}\"")) || l.sql.contains(&format!("JOIN {t}"))
            };
            assert!(l.tables.iter().all(read), "{}: declares what it reads", l.layer);
            assert!(l.tables.contains(&l.why.0), "{}: why leads to what it reads", l.layer);
            assert!(blocwatch_sources::by_id(l.source).is_some() || l.source == "casebook", "{}: source {}", l.layer, l.source);
            assert_eq!(l.directed, matches!(l.hub, Hub::From(_) | Hub::To(_)) || l.directed && l.hub == Hub::None, "{}: hub", l.layer);
            if let Silence::None { table, .. } = l.silence {
                assert!(crate::steps::table(table).is_some(), "{}: {table}", l.layer);
            }
        }
        let sql: String = LAYERS.iter().map(|l| l.sql).collect();
        assert!(sql.contains(&format!(">= {LEAST_ROLLCALLS}")) && sql.contains(&format!("BETWEEN 2 AND {MOST_PARTIES}")));
    }
}
