//! Layers of coded events, one for each tactic that the mapping in `knowledge/events/tactics.csv` knows and each source of events.
//!
//! `event_tactic_dyad_year` holds the detail (reports, share expected to be right, rules); a tie is its count of events under the name of
//! its tactic. An event fits one rule and so stands in one layer of one source; sources are never added up. What is no tactic is no tie.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use blocwatch_core::events::EventCodes;
use blocwatch_core::taxonomy::Taxonomy;
use blocwatch_sources::events::{SOURCES, scheme};

use super::layers::{Hub, Layer, Silence};
use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns};
use crate::step::Context;
use crate::steps::event_tactic::EVENT_TACTIC_DYAD_YEAR;
use crate::steps::events::EVENT_CODE_DYAD_YEAR;

/// What the ids of these layers begin with; the tactic follows.
pub const PREFIX: &str = "event-";

/// The step that reads the publishers' files and says what they cover.
pub(super) const COUNTED_BY: &str = "event_dyad_month";

struct Texts {
    layer: String,
    source: &'static str,
    doc: String,
    sql: String,
    why: String,
}

static TEXTS: LazyLock<Vec<Texts>> = LazyLock::new(|| {
    let (Ok(codes), Ok(taxonomy)) = (EventCodes::embedded(), Taxonomy::embedded()) else { return Vec::new() };
    let mut out = Vec::new();
    let tactics: BTreeSet<&str> = codes.rules.iter().map(|r| r.tactic.as_str()).collect();
    for tactic in tactics {
        let name = taxonomy.term("tactic", tactic).map_or_else(|| tactic.to_owned(), |t| t.name.to_lowercase());
        for (at, source) in SOURCES.into_iter().enumerate() {
            let of = |r: &&blocwatch_core::events::Rule| r.tactic == tactic && r.scheme == scheme(at as u8);
            if !codes.rules.iter().any(|r| of(&r)) {
                continue;
            }
            let doc = format!(
                "Reports by machines of what would be {name} by the first state towards the second, in the mapping {}: an upper bound, not a \
                 finding of fact.",
                codes.mapping()
            );
            let rows = format!("source = '{source}' AND tactic = '{tactic}'");
            out.push(Texts {
                layer: format!("{PREFIX}{tactic}"),
                source,
                doc,
                sql: format!("SELECT * FROM {} WHERE {rows}", EVENT_TACTIC_DYAD_YEAR.name),
                why: format!("gwcode1 = {{1}} AND gwcode2 = {{2}} AND year = {{y}} AND {rows}"),
            });
        }
    }
    out
});

/// The layers; none if an embedded file does not parse, which the steps that need it tell.
pub(super) fn layers() -> impl Iterator<Item = Layer> {
    TEXTS.iter().map(|t| Layer {
        layer: &t.layer,
        source: t.source,
        doc: &t.doc,
        unit: "events",
        directed: true,
        flow: true,
        tables: &[EVENT_TACTIC_DYAD_YEAR.name],
        silence: Silence::None { table: EVENT_CODE_DYAD_YEAR.name, by_edition: false, partners_only: false },
        hub: Hub::None,
        unmeasured: "",
        sql: &t.sql,
        why: (EVENT_TACTIC_DYAD_YEAR.name, &t.why),
    })
}

/// What the mapping says of a layer as a whole.
#[derive(Debug, Default, Clone)]
pub(super) struct Mapped {
    /// Version of the mapping.
    pub(super) version: String,
    events: f64,
    right: f64,
    unknown: bool,
}

impl Mapped {
    /// Share of the events that is expected to be right; `None` where it is not known of all of them.
    pub(super) fn share_right(&self) -> Option<f64> {
        (!self.unknown && self.events > 0.0).then(|| self.right / self.events)
    }
}

/// A tie of coded events.
pub(super) struct EventTie {
    pub(super) layer: &'static Layer,
    pub(super) states: (u16, u16),
    pub(super) year: i32,
    pub(super) events: u32,
    /// Rules with the version of the mapping, with blanks between them.
    pub(super) statement: String,
}

/// All ties of coded events, and what the mapping says of each layer, by layer and source.
pub(super) type Read = (Vec<EventTie>, BTreeMap<(&'static str, &'static str), Mapped>);

/// Reads the detailed table.
pub(super) fn read(context: &Context<'_>) -> Result<Read> {
    let batch = context.sql(&format!(
        "SELECT gwcode1, gwcode2, year, tactic, source, events, share_right, rules, mapping_version FROM {} WHERE gwcode1 <> gwcode2 \
         ORDER BY gwcode1, gwcode2, year, tactic, source",
        EVENT_TACTIC_DYAD_YEAR.name
    ))?;
    let c = Columns(&batch);
    let (gwcode1, gwcode2, year) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("year")?);
    let (tactic, source, events) = (c.text("tactic")?, c.text("source")?, c.u32("events")?);
    let (right, rules, version) = (c.f64("share_right")?, c.text("rules")?, c.text("mapping_version")?);
    let mut ties = Vec::with_capacity(batch.num_rows());
    let mut mapped: BTreeMap<(&'static str, &'static str), Mapped> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let of = |l: &&Layer| l.source == source.value(i) && l.layer.strip_prefix(PREFIX) == Some(tactic.value(i));
        let Some(layer) = super::layers().iter().find(of) else {
            return Err(AnalysisError::Defect(format!("no layer holds the tactic '{}' of {}", tactic.value(i), source.value(i))));
        };
        let sum = mapped.entry((layer.layer, layer.source)).or_default();
        version.value(i).clone_into(&mut sum.version);
        sum.events += f64::from(events.value(i));
        match right.at(i) {
            Some(share) => sum.right += share * f64::from(events.value(i)),
            None => sum.unknown = true,
        }
        let statement: Vec<String> = rules.value(i).split(", ").map(|rule| format!("{}/{rule}", version.value(i))).collect();
        ties.push(EventTie {
            layer,
            states: (gwcode1.value(i), gwcode2.value(i)),
            year: year.value(i),
            events: events.value(i),
            statement: statement.join(" "),
        });
    }
    Ok((ties, mapped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tactic_of_the_mapping_has_a_layer_for_each_source_that_can_have_it() {
        let codes = EventCodes::embedded().unwrap();
        for (at, source) in SOURCES.into_iter().enumerate() {
            let of_scheme = codes.rules.iter().filter(|r| r.scheme == scheme(at as u8));
            let wanted: BTreeSet<String> = of_scheme.map(|r| format!("{PREFIX}{}", r.tactic)).collect();
            let have: Vec<String> = layers().filter(|l| l.source == source).map(|l| l.layer.to_owned()).collect();
            assert_eq!(have, wanted.into_iter().collect::<Vec<_>>(), "{source}");
        }
        assert!(layers().all(|l| l.directed && l.flow && l.doc.ends_with('.') && l.doc.contains(codes.mapping())));
        let behind = layers().next().unwrap().behind("365", "710", "2018", "", "");
        assert!(behind.1.starts_with("gwcode1 = 365 AND gwcode2 = 710 AND year = 2018 AND source = 'events_"), "{behind:?}");
    }

    #[test]
    fn a_share_that_is_unknown_of_some_events_is_unknown() {
        let known = Mapped { version: "events-1".to_owned(), events: 4.0, right: 3.0, unknown: false };
        assert_eq!(known.share_right(), Some(0.75));
        assert_eq!(Mapped { unknown: true, ..known }.share_right(), None);
        assert_eq!(Mapped::default().share_right(), None);
    }
}
