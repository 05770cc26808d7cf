//! What is known of each layer of ties: rows of the table `coverage` on `tie_dyad_year`, one set for each series.
//!
//! A layer takes over what its source's step says of the table it is made from, under the name of the series. Where the source looks at
//! one state's ties only, `tie_layer` names that state and the statement holds for pairs with it. A pair of covered states without a tie
//! has none; everywhere else nothing is known. Not here: how panels use it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use blocwatch_core::coverage::{CoverageSpan, Knowledge, spans};
use blocwatch_core::time::Years;
use blocwatch_sources::OPEN_END;

use super::layers::{Layer, Silence};
use super::{TIE, events};
use crate::step::StepReport;
use crate::steps::states::{FIRST_YEAR, LAST_YEAR};

/// A series of ties, as far as coverage needs it.
pub(super) struct Series<'a> {
    pub(super) layer: &'static Layer,
    pub(super) name: &'a str,
    /// First and last year with a tie; `None` if there is none.
    pub(super) years: Option<(i32, i32)>,
    /// States with a tie.
    pub(super) states: &'a BTreeSet<u16>,
    /// Partners and years of which something is recorded without a weight.
    pub(super) unmeasured: &'a BTreeSet<(u16, i32)>,
}

/// The step that says what a layer's source covers.
pub(super) fn said_by(layer: &Layer) -> &'static str {
    if layer.layer.starts_with(events::PREFIX) { events::COUNTED_BY } else { layer.source }
}

/// The note of a statement: the series, and after a colon the reason. A reader finds a series by [`is_of`].
fn note(series: &str, reason: &str) -> String {
    if reason.is_empty() { series.to_owned() } else { format!("{series}: {reason}") }
}

/// Whether a note of the table `coverage` is about a series.
pub(crate) fn is_of(note: &str, series: &str) -> bool {
    note.strip_prefix(series).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
}

/// What is known of one series. `rated` are the states whose regime is known, by state and year.
pub(super) fn of_series(
    series: &Series<'_>,
    reports: &BTreeMap<String, Arc<StepReport>>,
    rated: &BTreeMap<u16, BTreeSet<i32>>,
) -> Vec<CoverageSpan> {
    let whole = |(year_from, year_to): (i32, i32), knowledge, reason: &str| CoverageSpan {
        source: series.layer.source.to_owned(),
        table: TIE.name.to_owned(),
        gwcode: None,
        year_from,
        year_to,
        knowledge,
        note: note(series.name, reason),
    };
    let (table, by_edition, partners_only) = match series.layer.silence {
        Silence::Unknown(knowledge, reason) => {
            let Some((from, to)) = series.years else { return vec![nothing(series)] };
            let after = format!("the last tie is of {to}");
            return vec![whole((from, to), knowledge, reason), whole((to + 1, OPEN_END), Knowledge::Censored, &after)];
        }
        Silence::None { table, by_edition, partners_only } => (table, by_edition, partners_only),
    };
    let said = reports.get(said_by(series.layer)).map_or(&[][..], |r| &r.coverage);
    let said: Vec<&CoverageSpan> = said.iter().filter(|s| s.source == series.layer.source && s.table == table).collect();
    let is_event = series.layer.layer.starts_with(events::PREFIX);
    let held = said.iter().any(|s| s.knowledge != Knowledge::NotCovered) || series.years.is_some();
    if !held {
        return vec![nothing(series)];
    }
    let within = match (by_edition, series.years) {
        (true, None) => return vec![nothing(series)],
        (true, Some((from, to))) => Years { from, to },
        (false, _) => Years { from: i32::MIN, to: i32::MAX },
    };
    let mut out = Vec::new();
    let mut known: Option<(i32, i32)> = None;
    for span in &said {
        let (from, to) = (span.year_from.max(within.from), span.year_to.min(within.to));
        if from > to || span.knowledge == Knowledge::Censored && by_edition {
            continue;
        }
        if partners_only && span.gwcode.is_some_and(|g| !series.states.contains(&g)) {
            continue;
        }
        if span.knowledge == Knowledge::Covered {
            known = Some(known.map_or((from, to), |(a, b)| (from.min(a), to.max(b))));
        }
        let own = CoverageSpan { table: TIE.name.to_owned(), year_from: from, year_to: to, ..(*span).clone() };
        if is_event && span.knowledge == Knowledge::Covered {
            // a rule asks for the regimes of both: where one is not known, no rule can say no
            for (gwcode, years) in rated {
                let years = years.range(from..=to).map(|y| (*y, Knowledge::Covered));
                out.extend(spans(&own.source, TIE.name, Some(*gwcode), years, &note(series.name, &span.note)));
            }
        } else if let (Some(gwcode), Knowledge::Covered) = (own.gwcode, own.knowledge) {
            let word = |y: i32| if series.unmeasured.contains(&(gwcode, y)) { Knowledge::Missing } else { Knowledge::Covered };
            let years = (from..=to).map(|y| (y, word(y)));
            let mut own = spans(&own.source, TIE.name, Some(gwcode), years, &note(series.name, &span.note));
            own.iter_mut()
                .filter(|s| s.knowledge == Knowledge::Missing)
                .for_each(|s| s.note = note(series.name, "records without an amount"));
            out.append(&mut own);
        } else {
            out.push(CoverageSpan { note: note(series.name, &span.note), ..own });
        }
    }
    if by_edition {
        let reason = format!("this form ends in {}", within.to);
        out.push(whole((within.to + 1, OPEN_END), Knowledge::Censored, &reason));
    }
    // a source that follows one state need not list that state itself
    if let (Some(hub), Some(years)) = (series.layer.hub.state(), known) {
        let speaks_of_all = out.iter().any(|s| s.gwcode.is_none() && s.knowledge == Knowledge::Covered);
        if !speaks_of_all && !out.iter().any(|s| s.gwcode == Some(hub) && s.knowledge == Knowledge::Covered) {
            out.retain(|s| s.gwcode != Some(hub));
            out.push(CoverageSpan { gwcode: Some(hub), ..whole(years, Knowledge::Covered, "the state whose ties the source follows") });
        }
    }
    out
}

/// A series of which there is no tie and no statement.
fn nothing(series: &Series<'_>) -> CoverageSpan {
    CoverageSpan {
        source: series.layer.source.to_owned(),
        table: TIE.name.to_owned(),
        gwcode: None,
        year_from: FIRST_YEAR,
        year_to: LAST_YEAR,
        knowledge: Knowledge::NotCovered,
        note: note(series.name, "nothing is held"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steps::ties::layers;

    fn span(source: &str, table: &str, gwcode: Option<u16>, years: (i32, i32), knowledge: Knowledge) -> CoverageSpan {
        let (source, table) = (source.to_owned(), table.to_owned());
        CoverageSpan { source, table, gwcode, year_from: years.0, year_to: years.1, knowledge, note: "why".to_owned() }
    }

    fn said(step: &str, coverage: Vec<CoverageSpan>) -> BTreeMap<String, Arc<StepReport>> {
        BTreeMap::from([(step.to_owned(), Arc::new(StepReport { coverage, ..StepReport::default() }))])
    }

    fn layer(id: &str, source: &str, nth: usize) -> &'static Layer {
        layers().iter().filter(|l| l.layer == id && l.source == source).nth(nth).unwrap()
    }

    fn short(all: &[CoverageSpan]) -> Vec<(Option<u16>, i32, i32, Knowledge)> {
        all.iter().map(|s| (s.gwcode, s.year_from, s.year_to, s.knowledge)).collect()
    }

    #[test]
    fn a_form_is_covered_in_its_own_years_only() {
        use Knowledge::{Censored, Covered};
        let reports = said(
            "sipri_arms",
            vec![
                span("sipri_arms", "arms_dyad_year", Some(365), (1950, 2023), Covered),
                span("sipri_arms", "arms_dyad_year", None, (2024, OPEN_END), Censored),
                span("sipri_arms", "other_table", Some(2), (1950, 2023), Covered),
            ],
        );
        let arms = layer("arms", "sipri_arms", 0);
        let (none, some) = (BTreeSet::new(), BTreeSet::from([365, 710]));
        let of = |years, states| {
            of_series(&Series { layer: arms, name: "arms@dodl", years, states, unmeasured: &BTreeSet::new() }, &reports, &BTreeMap::new())
        };
        let got = of(Some((1970, 2014)), &some);
        assert_eq!(short(&got), [(Some(365), 1970, 2014, Covered), (None, 2015, OPEN_END, Censored)]);
        assert!(got.iter().all(|s| is_of(&s.note, "arms@dodl") && !is_of(&s.note, "arms") && s.table == "tie_dyad_year"));
        assert_eq!(short(&of(None, &none)), [(None, FIRST_YEAR, LAST_YEAR, Knowledge::NotCovered)]);
    }

    #[test]
    fn a_state_that_is_followed_is_covered_where_its_partners_are() {
        use Knowledge::Covered;
        let states = BTreeSet::from([101, 710]);
        let finance = layer("finance", "aiddata_china", 1);
        let rows = vec![
            span("aiddata_china", "china_finance_project", Some(101), (2000, 2017), Covered),
            span("aiddata_china", "china_finance_project", Some(110), (2000, 2017), Covered),
        ];
        let unmeasured = BTreeSet::from([(101, 2007), (110, 2007)]);
        let (name, years) = ("finance@official_finance", Some((2000, 2014)));
        let series = Series { layer: finance, name, years, states: &states, unmeasured: &unmeasured };
        let got = of_series(&series, &said("aiddata_china", rows), &BTreeMap::new());
        // 110 has no project of this form: of it the form says nothing
        let of_101 = [(2000, 2006, Covered), (2007, 2007, Knowledge::Missing), (2008, 2014, Covered)];
        assert_eq!(short(&got[..3]), of_101.map(|(a, b, word)| (Some(101), a, b, word)));
        assert!(got.iter().any(|s| s.gwcode == Some(710) && (s.year_from, s.year_to, s.knowledge) == (2000, 2014, Covered)), "{got:?}");
        assert!(got.iter().all(|s| s.gwcode != Some(110)));
    }

    #[test]
    fn silence_on_votes_is_no_share_of_zero() {
        let votes = layer("vote-agreement", "unga_votes", 0);
        let series = Series {
            layer: votes,
            name: "vote-agreement",
            years: Some((1946, 2024)),
            states: &BTreeSet::new(),
            unmeasured: &BTreeSet::new(),
        };
        let got = of_series(&series, &BTreeMap::new(), &BTreeMap::new());
        assert_eq!(short(&got), [(None, 1946, 2024, Knowledge::Missing), (None, 2025, OPEN_END, Knowledge::Censored)]);
    }

    #[test]
    fn no_event_is_known_to_be_none_where_a_regime_is_not_known() {
        use Knowledge::{Censored, Covered, NotCovered};
        let table = "event_code_dyad_year";
        let rows = vec![
            span("events_gdelt", table, None, (2015, 2016), Covered),
            span("events_gdelt", table, None, (2017, 2017), NotCovered),
            span("events_gdelt", table, None, (2018, OPEN_END), Censored),
        ];
        let rated = BTreeMap::from([(365, BTreeSet::from([2014, 2015, 2016, 2017])), (710, BTreeSet::from([2016]))]);
        let praise = layer("event-praise-statement", "events_gdelt", 0);
        let series = Series {
            layer: praise,
            name: "event-praise-statement@events_gdelt",
            years: None,
            states: &BTreeSet::new(),
            unmeasured: &BTreeSet::new(),
        };
        let got = of_series(&series, &said("event_dyad_month", rows), &rated);
        let expected = [(Some(365), 2015, 2016, Covered), (Some(710), 2016, 2016, Covered), (None, 2017, 2017, NotCovered)];
        assert_eq!(short(&got[..3]), expected);
        assert_eq!(got[3].knowledge, Censored);
    }
}
