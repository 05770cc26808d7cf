//! Pieces of SQL that several kinds of brief share. All text from outside goes through [`quote`].

use blocwatch_core::state::{State, States};

use super::{Query, StateRef};

/// First year of the courses that a brief shows.
pub(super) const FIRST_YEAR: i32 = 1990;
/// The session that opened in that year.
pub(super) const FIRST_SESSION: i32 = FIRST_YEAR - 1945;
/// Fewer common roll calls say nothing about a pair of states.
pub(super) const ENOUGH: u32 = 10;

/// A text as an SQL literal.
pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The latest year in which any list of members of the casebook meets a regime category.
pub(super) const RATED: &str = "rated AS (SELECT year FROM brief_rated)";

/// Unbroken spells of years in which the columns `by` stay as they are: `by`, the last year and `since`, for a SELECT from `rows`, which have
/// these columns and `year`, once for each.
pub fn spells(rows: &str, by: &str) -> String {
    format!(
        "SELECT {by}, max(year) AS year, min(year) AS since FROM (SELECT {by}, year, CAST(year AS BIGINT) - CAST(row_number() OVER \
         (PARTITION BY {by} ORDER BY year) AS BIGINT) AS run FROM {rows}) u GROUP BY {by}, run"
    )
}

/// The condition under which a row with a state number and a year speaks of a state. A number that other entries of the list had at other
/// times (365 was the Soviet Union's) counts only in the state's own years.
pub(super) fn is_state(state: &StateRef, gwcode: &str, year: &str) -> String {
    let plain = format!("{gwcode} = {}", state.gwcode);
    let Ok(states) = States::embedded() else { return plain };
    let Some(entry) = states.by_id(&state.id) else { return plain };
    let mut parts: Vec<String> = Vec::new();
    for code in &entry.gw {
        let others = states.iter().any(|s| s.id != entry.id && s.gw.iter().any(|c| c.code == code.code));
        let mut part = format!("{gwcode} = {}", code.code);
        if others {
            // the year of a change belongs to the entry that has the number at its end
            let own = |y: i32| states.by_gw(code.code, y).is_some_and(|s| s.id == entry.id);
            let from = code.first_year();
            let from = if own(from) { from } else { from + 1 };
            part = match code.last_year().map(|to| if own(to) { to } else { to - 1 }) {
                None => format!("({part} AND {year} >= {from})"),
                Some(to) => format!("({part} AND {year} BETWEEN {from} AND {to})"),
            };
        }
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    match parts.as_slice() {
        [] => plain,
        [one] => one.clone(),
        many => format!("({})", many.join(" OR ")),
    }
}

/// The last year of a state that is gone.
pub(super) fn ended(state: &StateRef) -> Option<i32> {
    let entry: &State = States::embedded().ok()?.by_id(&state.id)?;
    if entry.gw.iter().any(|c| c.last_year().is_none()) {
        return None;
    }
    entry.gw.iter().filter_map(|c| c.last_year()).max()
}

/// Whether a state existed in a year; of a state that is in no list nothing is ruled out.
pub(super) fn exists(state: &StateRef, year: i32) -> bool {
    States::embedded().ok().and_then(|s| s.by_id(&state.id)).is_none_or(|s| s.exists_in(year))
}

/// Regime rows of one or two states, with the number of the side.
pub(super) fn regime(states: &[&StateRef]) -> Query {
    let sides = |gwcode: &str, year: &str| -> (String, String) {
        let all: Vec<String> = states.iter().map(|s| is_state(s, gwcode, year)).collect();
        let first = all.first().cloned().unwrap_or_default();
        (format!("CASE WHEN {first} THEN 1 ELSE 2 END"), all.join(" OR "))
    };
    let (side, all) = sides("gwcode", "year");
    Query::new(
        "regime",
        format!(
            "SELECT {side} AS side, year, v2x_regime, v2x_polyarchy, v2x_polyarchy_codelow, v2x_polyarchy_codehigh, in_system, source, \
             edition, version FROM brief_regime WHERE ({all}) AND year >= {FIRST_YEAR} ORDER BY side, year"
        ),
    )
}

/// Records, parties and works. `named` selects the ids of the records; `uses` adds the works of the playbook's own records.
pub(super) fn cases(named: &str) -> [Query; 3] {
    let known = format!(
        "named AS ({named}), wanted AS (SELECT case_id FROM named UNION SELECT case_id FROM interruption_use \
         UNION SELECT case_id FROM interruption_adaptation WHERE case_id IS NOT NULL)"
    );
    [
        Query::new(
            "cases",
            format!(
                "SELECT c.case_id, c.title, c.year_from, c.year_to, c.channel, c.response, c.tactic, c.grade, c.claim, c.kind, \
                 c.statement, c.date_from, c.date_to, c.date_note, c.outcome, c.finding, c.note, c.file, c.line FROM \"case\" c \
                 JOIN ({named}) n ON n.case_id = c.case_id ORDER BY c.case_id"
            ),
        ),
        Query::new(
            "parties",
            format!(
                "SELECT p.case_id, p.seq, p.role, p.actor_kind, p.actor, p.name, p.\"of\", s.name AS of_name FROM case_party p \
                 JOIN ({named}) n ON n.case_id = p.case_id LEFT JOIN state s ON s.state = p.\"of\" ORDER BY p.case_id, p.seq"
            ),
        ),
        Query::new(
            "works",
            format!(
                "WITH {known} SELECT 'source' AS part, s.case_id, s.seq, s.work, w.citation, w.url, w.licence, s.\"at\" AS place, \
                 s.via, v.citation AS via_citation, CAST(NULL AS VARCHAR) AS date, CAST(NULL AS VARCHAR) AS says FROM case_source s \
                 JOIN wanted n ON n.case_id = s.case_id LEFT JOIN work w ON w.work = s.work LEFT JOIN work v ON v.work = s.via \
                 UNION ALL SELECT 'correction', k.case_id, k.seq, k.work, w.citation, w.url, w.licence, k.\"at\", CAST(NULL AS VARCHAR), \
                 CAST(NULL AS VARCHAR), k.date, k.says FROM case_correction k JOIN wanted n ON n.case_id = k.case_id \
                 LEFT JOIN work w ON w.work = k.work"
            ),
        ),
    ]
}

/// The playbook in one result: entries, the tactics they answer, their uses and their adaptations.
pub(super) fn playbook() -> Query {
    const NONE: &str = "CAST(NULL AS VARCHAR)";
    let query = Query::new(
        "playbook",
        format!(
            "SELECT 'entry' AS part, interruption, kind AS a, title AS b, what AS c, fits_when AS d, actors AS e, do_no_harm AS f, \
             no_record AS g, file AS h FROM interruption \
             UNION ALL SELECT 'answer', interruption, response, tactic, {NONE}, {NONE}, {NONE}, {NONE}, {NONE}, {NONE} \
             FROM interruption_answer \
             UNION ALL SELECT 'use', u.interruption, u.case_id, u.outcome, u.note, c.title, c.date_from, c.date_to, c.claim, c.grade \
             FROM interruption_use u LEFT JOIN \"case\" c ON c.case_id = u.case_id \
             UNION ALL SELECT 'adaptation', a.interruption, a.case_id, a.work, a.says, c.title, w.citation, w.url, {NONE}, {NONE} \
             FROM interruption_adaptation a LEFT JOIN \"case\" c ON c.case_id = a.case_id LEFT JOIN work w ON w.work = a.work"
        ),
    );
    Query { common: true, ..query }
}

/// What the sources can know: of the tables as a whole, and of the states that `states` selects (a condition over `gwcode`).
pub(super) fn coverage(states: &str) -> Query {
    let query = Query::new(
        "coverage",
        format!(
            "SELECT source, \"table\" AS place, gwcode, state_of_knowledge, note, min(year_from) AS year_from, max(year_to) AS year_to \
             FROM coverage WHERE gwcode IS NULL OR ({states}) GROUP BY source, \"table\", gwcode, state_of_knowledge, note"
        ),
    );
    // of no state in particular: the same for every organisation and region
    Query { common: states == "FALSE", ..query }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: &str, gwcode: u16) -> StateRef {
        StateRef { id: id.to_owned(), name: id.to_owned(), gwcode }
    }

    #[test]
    fn a_number_counts_in_the_states_own_years() {
        assert_eq!(is_state(&state("KGZ", 703), "g", "y"), "g = 703");
        assert_eq!(is_state(&state("XYZ", 9), "g", "y"), "g = 9");
        let russia = is_state(&state("RUS", 365), "g", "y");
        assert_eq!(russia, "((g = 365 AND y BETWEEN 1816 AND 1921) OR (g = 365 AND y >= 1991))");
        let germany = is_state(&state("DEU", 260), "g", "y");
        assert!(germany.contains("255") && germany.contains("260"), "{germany}");
        assert_eq!(ended(&state("KGZ", 703)), None);
        assert!(ended(&state("SUN", 365)).is_some_and(|y| y == 1991));
    }

    #[test]
    fn text_cannot_end_a_literal() {
        assert_eq!(quote("Côte d'Ivoire"), "'Côte d''Ivoire'");
    }
}
