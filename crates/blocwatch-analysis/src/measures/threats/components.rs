//! What each threat index is made of, and what theory asks for that no held source gives.
//!
//! A component is one line of [`COMPONENTS`]: the threat, a SELECT of `gwcode`, `year`, `value` and `voice` (edition and version where a
//! source has several), and the way back to the rows behind a value. More is more threat. A component is 0 only inside the years of its
//! source; outside there is no row.

/// One component.
#[derive(Debug, Clone, Copy)]
pub struct Component {
    /// Threat, by the ids of the matrix.
    pub threat: &'static str,
    /// Id.
    pub id: &'static str,
    /// What the value is, for people.
    pub doc: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// Source id.
    pub source: &'static str,
    /// Whether it is a count, which enters the index as ln(1 + n): the step from none to one says more than that from ten to eleven.
    pub count: bool,
    /// Where it comes from.
    pub(super) from: From,
    /// The rows behind a value, as table and condition on `{g}` (the state) and `{y}` (the year).
    pub(super) why: (&'static str, &'static str),
}

/// Where a component comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum From {
    /// A variable of V-Dem: of the full file where it has the variable, else of the panel of Demspaces, in its latest version.
    Vdem(&'static str),
    /// A SELECT.
    Sql(&'static str),
    /// Roll calls of the General Assembly that name the state, read from their titles.
    Situations,
}

/// All components.
pub const COMPONENTS: &[Component] = &[
    Component {
        threat: "opposition",
        id: "mass-mobilisation",
        doc: "How frequent and large mass mobilisation is (V-Dem's full file only).",
        unit: "measurement-model scale",
        source: "vdem",
        count: false,
        from: From::Vdem("v2cagenmob"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND v2cagenmob IS NOT NULL"),
    },
    Component {
        threat: "opposition",
        id: "mobilisation-for-democracy",
        doc: "How frequent and large mass mobilisation for democracy is (V-Dem's full file only).",
        unit: "measurement-model scale",
        source: "vdem",
        count: false,
        from: From::Vdem("v2cademmob"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND v2cademmob IS NOT NULL"),
    },
    Component {
        threat: "opposition",
        id: "anti-system-movements",
        doc: "How much activity of movements there is that want to change the political system.",
        unit: "measurement-model scale",
        source: "vdem",
        count: false,
        from: From::Vdem("v2csantimv"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND v2csantimv IS NOT NULL"),
    },
    Component {
        threat: "opposition",
        id: "civil-society-involvement",
        doc: "How many people take part in how many civil society organisations.",
        unit: "measurement-model scale",
        source: "vdem",
        count: false,
        from: From::Vdem("v2csprtcpt"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND v2csprtcpt IS NOT NULL"),
    },
    Component {
        threat: "stigma",
        id: "general-assembly-situations",
        doc: "Roll calls of the General Assembly on the human rights situation in the state, by its name in the title; what passes without a vote is not in it.",
        unit: "roll calls",
        source: "unga_votes",
        count: true,
        from: From::Situations,
        why: ("situation_rollcall", "gwcode = {g} AND year = {y}"),
    },
    Component {
        threat: "stigma",
        id: "human-rights-council-situations",
        doc: "Adopted resolutions of the Human Rights Council on the human rights situation in the state, by its name in the title.",
        unit: "resolutions",
        source: "hrc",
        count: true,
        from: From::Sql(
            "SELECT s.gwcode, s.year, CAST(count(h.year) AS DOUBLE) AS value, '' AS voice FROM state_year s LEFT JOIN hrc_resolution h \
             ON h.situation_gwcode = s.gwcode AND h.year = s.year AND h.status = 'Adopted' \
             WHERE s.year BETWEEN (SELECT min(year) FROM hrc_resolution) AND (SELECT max(year) FROM hrc_resolution) GROUP BY s.gwcode, s.year",
        ),
        why: ("hrc_resolution", "situation_gwcode = {g} AND year = {y} AND status = 'Adopted'"),
    },
    Component {
        threat: "stigma",
        id: "freedom-rating-fall",
        doc: "Points by which Freedom House's two ratings together got worse since the year before; 0 where they did not.",
        unit: "points of 12",
        source: "freedom_house",
        count: true,
        from: From::Sql(
            "SELECT a.gwcode, a.year, CAST(greatest(a.fh_total - b.fh_total, 0) AS DOUBLE) AS value, '' AS voice \
             FROM freedom_house_state_year a JOIN freedom_house_state_year b ON b.gwcode = a.gwcode AND b.year = a.year - 1 \
             AND b.edition = a.edition WHERE a.edition = 'ratings' AND a.fh_total IS NOT NULL AND b.fh_total IS NOT NULL",
        ),
        why: ("freedom_house_state_year", "gwcode = {g} AND year IN ({y} - 1, {y}) AND edition = 'ratings'"),
    },
    Component {
        threat: "conditionality",
        id: "political-sanctions",
        doc: "Cases of sanctions in force against the state whose declared aims include democracy or human rights.",
        unit: "cases",
        source: "gsdb_sanctions",
        count: true,
        from: From::Sql(
            "SELECT s.gwcode, s.year, CAST(count(DISTINCT c.case_id) AS DOUBLE) AS value, '' AS voice FROM state_year s LEFT JOIN \
             (SELECT p.gwcode, k.case_id, y.year FROM sanction_party p JOIN sanction_case k ON k.case_id = p.case_id \
             AND k.edition = p.edition JOIN (SELECT DISTINCT year FROM state_year) y ON y.year BETWEEN k.\"begin\" AND k.\"end\" WHERE p.role = 'target' AND p.gwcode IS NOT NULL \
             AND (k.objective LIKE '%democracy%' OR k.objective LIKE '%human_rights%')) c \
             ON c.gwcode = s.gwcode AND c.year = s.year \
             WHERE s.year BETWEEN (SELECT min(\"begin\") FROM sanction_case) AND (SELECT max(\"end\") FROM sanction_case) \
             GROUP BY s.gwcode, s.year",
        ),
        why: (
            "sanction_case",
            "\"begin\" <= {y} AND \"end\" >= {y} AND (objective LIKE '%democracy%' OR objective LIKE '%human_rights%') \
             AND case_id IN (SELECT case_id FROM sanction_party WHERE role = 'target' AND gwcode = {g})",
        ),
    },
    Component {
        threat: "conditionality",
        id: "financial-sanctions",
        doc: "Cases of sanctions in force against the state that cut it off from finance: frozen assets, no loans, no aid.",
        unit: "cases",
        source: "gsdb_sanctions",
        count: true,
        from: From::Sql(
            "SELECT s.gwcode, s.year, CAST(count(DISTINCT c.case_id) AS DOUBLE) AS value, '' AS voice FROM state_year s LEFT JOIN \
             (SELECT p.gwcode, k.case_id, y.year FROM sanction_party p JOIN sanction_case k ON k.case_id = p.case_id \
             AND k.edition = p.edition JOIN (SELECT DISTINCT year FROM state_year) y ON y.year BETWEEN k.\"begin\" AND k.\"end\" WHERE p.role = 'target' AND p.gwcode IS NOT NULL AND k.financial = 1) c \
             ON c.gwcode = s.gwcode AND c.year = s.year \
             WHERE s.year BETWEEN (SELECT min(\"begin\") FROM sanction_case) AND (SELECT max(\"end\") FROM sanction_case) \
             GROUP BY s.gwcode, s.year",
        ),
        why: (
            "sanction_case",
            "\"begin\" <= {y} AND \"end\" >= {y} AND financial = 1 \
             AND case_id IN (SELECT case_id FROM sanction_party WHERE role = 'target' AND gwcode = {g})",
        ),
    },
    Component {
        threat: "security",
        id: "armed-conflict",
        doc: "Greatest intensity of armed conflicts within the state in which its government is a side: 0 none, 1 from 25, 2 from 1,000 battle deaths in the year.",
        unit: "0, 1, 2",
        source: "ucdp_acd",
        count: false,
        from: From::Sql(
            "SELECT s.gwcode, s.year, CAST(coalesce(max(c.intensity_level), 0) AS DOUBLE) AS value, '' AS voice FROM state_year s LEFT JOIN \
             (SELECT p.gwcode, p.year, k.intensity_level FROM conflict_state_year p JOIN conflict_year k ON k.conflict_id = p.conflict_id \
             AND k.year = p.year AND k.edition = p.edition WHERE p.side = 'a' AND k.type_of_conflict IN ('intrastate', 'II')) c \
             ON c.gwcode = s.gwcode AND c.year = s.year \
             WHERE s.year BETWEEN (SELECT min(year) FROM conflict_year) AND (SELECT max(year) FROM conflict_year) GROUP BY s.gwcode, s.year",
        ),
        why: (
            "conflict_year",
            "year = {y} AND type_of_conflict IN ('intrastate', 'II') AND conflict_id IN (SELECT conflict_id FROM conflict_state_year \
             WHERE gwcode = {g} AND year = {y} AND side = 'a')",
        ),
    },
    Component {
        threat: "security",
        id: "attempted-coup",
        doc: "Whether a coup was attempted in the year (Powell and Thyne's list, as the panel of Demspaces carries it).",
        unit: "0 no, 1 yes",
        source: "vdem",
        count: false,
        from: From::Vdem("CASE WHEN years_since_last_pt_attempt = 0 THEN 1.0 WHEN years_since_last_pt_attempt > 0 THEN 0.0 END"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND years_since_last_pt_attempt IS NOT NULL"),
    },
    Component {
        threat: "security",
        id: "territory-not-controlled",
        doc: "Share of the territory over which the state has no effective control.",
        unit: "percent, turned",
        source: "vdem",
        count: false,
        from: From::Vdem("100 - v2svstterr"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND v2svstterr IS NOT NULL"),
    },
    Component {
        threat: "security",
        id: "non-state-violence",
        doc: "Political violence by actors other than the state (V-Dem's full file only).",
        unit: "measurement-model scale",
        source: "vdem",
        count: false,
        from: From::Vdem("v2caviol"),
        why: ("vdem_state_year", "gwcode = {g} AND year = {y} AND v2caviol IS NOT NULL"),
    },
];

/// What theory asks for and no source that the observatory reads gives, by threat.
pub const WANTED: &[(&str, &str, &str)] = &[
    ("opposition", "protest-events", "Counts of protests and of people in them (Mass Mobilization, NAVCO, ACLED)."),
    ("opposition", "foreign-support", "Support from abroad for opposition and civil society."),
    ("stigma", "reports", "Reports and campaigns of rights organisations that name the state, and how the press takes them up."),
    ("stigma", "review", "Recommendations in the Universal Periodic Review and letters of special procedures."),
    ("conditionality", "programmes", "Programmes of the International Monetary Fund and the World Bank with their conditions."),
    ("conditionality", "aid", "Aid and loans of democracies, in proportion to the state's income: how much it would lose."),
    ("security", "plots", "Plots and mutinies that did not become attempts."),
    ("security", "deaths", "Deaths by place and month, and violence below 25 battle deaths a year."),
];

impl Component {
    /// The SELECT; `None` for roll calls, which are read from their titles.
    pub(super) fn sql(&self) -> Option<String> {
        match self.from {
            From::Sql(sql) => Some(sql.to_owned()),
            From::Vdem(value) => Some(format!(
                "SELECT d.gwcode, d.year, {value} AS value, d.edition || ' ' || d.version AS voice FROM vdem_state_year d JOIN \
                 (SELECT edition, version FROM vdem_state_year WHERE {value} IS NOT NULL GROUP BY edition, version \
                 ORDER BY CASE edition WHEN 'full' THEN 0 ELSE 1 END, version DESC LIMIT 1) v \
                 ON v.edition = d.edition AND v.version = d.version WHERE d.in_system AND {value} IS NOT NULL"
            )),
            From::Situations => None,
        }
    }

    /// The table behind a value and the condition that picks its rows.
    pub(crate) fn behind(&self, gwcode: &str, year: &str) -> (&'static str, String) {
        (self.why.0, self.why.1.replace("{g}", gwcode).replace("{y}", year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blocwatch_core::taxonomy::Taxonomy;

    #[test]
    fn components_are_declared_whole() {
        let taxonomy = Taxonomy::embedded().expect("the embedded vocabulary parses");
        for (k, c) in COMPONENTS.iter().enumerate() {
            assert!(c.doc.ends_with('.') && !c.unit.is_empty(), "{}", c.id);
            assert!(taxonomy.threat.iter().any(|t| t.id == c.threat), "{}: threat {}", c.id, c.threat);
            assert!(blocwatch_sources::by_id(c.source).is_some(), "{}: source {}", c.id, c.source);
            assert!(COMPONENTS[..k].iter().all(|other| other.id != c.id), "{} stands twice", c.id);
            assert!(c.sql().is_none_or(|sql| sql.contains(c.why.0)), "{}: why leads to what it reads", c.id);
        }
        for (threat, id, doc) in WANTED {
            assert!(taxonomy.threat.iter().any(|t| t.id == *threat) && doc.ends_with('.'), "{id}");
            assert!(COMPONENTS.iter().all(|c| c.id != *id), "{id} is there");
        }
    }
}
