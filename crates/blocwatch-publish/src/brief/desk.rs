//! What every section needs while it is written: the request, the results of the queries, the vocabulary and the notes.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use blocwatch_core::taxonomy::Taxonomy;

use super::frame::Frame;
use super::{Request, SourceNote};
use crate::error::Result;
use crate::note::{Note, NoteId, Notes};

pub(super) const VDEM: &str = "vdem";
pub(super) const STARTER: &str = "starter";
pub(super) const COW: &str = "cow_igo";
pub(super) const UNGA: &str = "unga_votes";
/// Source id of the speeches in the General Debate.
pub(super) const SPEECHES: &str = "general_debate";
pub(super) const CASEBOOK: &str = "casebook";

/// The desk at which a brief is written.
pub(super) struct Desk<'a> {
    pub(super) request: &'a Request,
    batches: &'a BTreeMap<&'static str, RecordBatch>,
    taxonomy: Option<&'static Taxonomy>,
    pub(super) notes: Notes,
}

/// One finding of the table `finding`.
#[derive(Debug, Clone)]
pub(super) struct Finding<'a> {
    pub(super) id: &'a str,
    pub(super) subject: &'a str,
    pub(super) kind: &'a str,
    pub(super) year: Option<i32>,
    pub(super) value: Option<f64>,
    pub(super) statement: &'a str,
    /// Source of the list of members that a finding on an organisation rests on.
    pub(super) list: Option<&'a str>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(request: &'a Request, batches: &'a BTreeMap<&'static str, RecordBatch>) -> Self {
        Self { request, batches, taxonomy: Taxonomy::embedded().ok(), notes: Notes::default() }
    }

    /// The result of a query.
    pub(super) fn frame(&self, name: &'static str) -> Frame<'a> {
        Frame::new(name, self.batches.get(name))
    }

    /// Name of a code of the vocabulary.
    pub(super) fn term<'t>(&self, list: &str, id: &'t str) -> &'t str {
        self.taxonomy.map_or(id, |t| t.name_of(list, id))
    }

    /// Definition of a code; empty for an unknown one.
    pub(super) fn definition(&self, list: &str, id: &str) -> &'static str {
        self.taxonomy.and_then(|t| t.term(list, id)).map_or("", |t| t.definition.as_str())
    }

    /// The codes of a list in the order of the vocabulary.
    pub(super) fn terms(&self, list: &str) -> &'static [blocwatch_core::taxonomy::Term] {
        self.taxonomy.map_or(&[], |t| t.list(list))
    }

    /// Whether a source is held. The casebook and the starter table are part of the program.
    pub(super) fn held(&self, source: &str) -> bool {
        matches!(source, CASEBOOK | STARTER) || self.request.sources.contains_key(source)
    }

    /// A note on a table of a source.
    pub(super) fn note(&mut self, source: &str, table: &str) -> NoteId {
        self.note_with(source, table, |_| {})
    }

    /// The same, with more said.
    pub(super) fn note_with(&mut self, source: &str, table: &str, more: impl FnOnce(&mut Note)) -> NoteId {
        let known = self.request.sources.get(source).cloned().unwrap_or_else(|| fallback(source));
        // a number comes from one file; the digests of several would name a wrong one
        let sha256 = if known.sha256.contains(',') { String::new() } else { known.sha256 };
        let mut note = Note {
            source: source.to_owned(),
            citation: known.citation,
            version: known.version,
            licence: known.licence,
            accessed: known.accessed,
            sha256,
            table: table.to_owned(),
            ..Note::default()
        };
        more(&mut note);
        self.notes.add(note)
    }

    /// A note on the observatory itself, for what was counted over several sources and for what is not held.
    pub(super) fn own_note(&mut self, table: &str, remark: &str) -> NoteId {
        let key: String = self.request.as_of.observatory.chars().take(12).collect();
        let citation = if key.is_empty() { "Blocwatch observatory".to_owned() } else { format!("Blocwatch observatory {key}") };
        self.notes.add(Note {
            source: "blocwatch".to_owned(),
            citation,
            version: self.request.as_of.program.clone(),
            table: table.to_owned(),
            remark: remark.to_owned(),
            ..Note::default()
        })
    }

    /// The note on regimes where many state-years are counted: the source and version that rate the newest of the rows at hand.
    pub(super) fn regime_note(&mut self) -> NoteId {
        let newest = [("regime", "source"), ("members", "rater"), ("states", "source")].into_iter().find_map(|(query, column)| {
            let f = self.frame(query);
            let (year, source, version) = (f.col("year").ok()?, f.col(column).ok()?, f.col("version").ok()?);
            let row = f.rows().filter(|i| source.text(*i).is_some()).max_by_key(|i| (year.year(*i), source.text(*i) == Some(VDEM)))?;
            Some((source.word(row), version.word(row)))
        });
        let (source, version) = newest.unwrap_or((if self.held(VDEM) { VDEM } else { STARTER }, ""));
        self.note_with(source, "regime_state_year", |n| {
            if !version.is_empty() {
                version.clone_into(&mut n.version);
            }
        })
    }

    /// The notes of a finding: its trace, and every source that it rests on.
    pub(super) fn finding_notes(&mut self, finding: &Finding<'_>) -> Vec<NoteId> {
        let of_layer = |layer: &str| match layer {
            l if l.starts_with("vote-kappa") => UNGA,
            l if l.starts_with("shared-organisation") => COW,
            "arms" => "sipri_arms",
            "defence-agreement" => "atop",
            "exercise" => "military_exercises",
            _ => "treaties",
        };
        let (source, others, rated): (&str, &[&str], bool) = match finding.kind {
            "regime-category" | "regime-change" | "autocratization-under-way" | "democratization-under-way" => ("", &[], true),
            "autocratic-majority-memberships" => (CASEBOOK, &[], true),
            "org-composition" | "org-majority-change" => (finding.list.unwrap_or(CASEBOOK), &[], true),
            "closest-voters"
            | "vote-shift"
            | "org-cohesion"
            | "org-cohesion-change"
            | "broke-ranks"
            | "voting-blocs"
            | "ideal-point-shift" => (UNGA, &[], false),
            "arms-reliance" => ("sipri_arms", &[], true),
            "other-lenders" => (CASEBOOK, &["aiddata_china"], true),
            "threat-exposure" => (VDEM, &["gsdb_sanctions", "hrc", UNGA, "freedom_house", "ucdp_acd"], false),
            "homophily" => (of_layer(finding.subject), &[], true),
            // the period of its id begins with the layer
            "tie-trend" => (of_layer(finding.id.rsplit('.').next().unwrap_or_default()), &[], false),
            "frames-beyond-others" => (SPEECHES, &[], false),
            _ => (CASEBOOK, &[], false),
        };
        let mut out = Vec::new();
        if rated {
            out.push(self.regime_note());
        }
        let traced = if source.is_empty() { out.pop().and_then(|id| self.notes.get(id)).cloned() } else { None };
        let id = match traced {
            // a finding on regimes alone: one note, with its trace
            Some(note) => self.notes.add(Note { table: "finding".to_owned(), finding_id: finding.id.to_owned(), ..note }),
            None => self.note_with(source, "finding", |n| finding.id.clone_into(&mut n.finding_id)),
        };
        out.insert(0, id);
        for other in others {
            if self.held(other) {
                out.push(self.note(other, "finding"));
            }
        }
        out
    }

    /// The findings of the query `finding`.
    pub(super) fn findings(&self) -> Result<Vec<Finding<'a>>> {
        let f = self.frame("finding");
        let (id, subject, kind) = (f.col("finding_id")?, f.col("subject")?, f.col("kind")?);
        let (year, value, statement, list) = (f.col("year")?, f.col("value")?, f.col("statement")?, f.col("list")?);
        let mut out: Vec<Finding<'a>> = f
            .rows()
            .map(|i| Finding {
                id: id.word(i),
                subject: subject.word(i),
                kind: kind.word(i),
                year: year.year(i),
                value: value.num(i),
                statement: statement.word(i),
                list: list.text(i),
            })
            .collect();
        out.sort_by(|a, b| a.id.cmp(b.id));
        out.dedup_by(|a, b| a.id == b.id);
        Ok(out)
    }
}

/// What is said of a source of which the request says nothing.
fn fallback(source: &str) -> SourceNote {
    let (citation, licence) = match source {
        CASEBOOK => ("Blocwatch casebook", "CC BY 4.0"),
        STARTER => ("Regimes of the World categories carried over from V-Dem v15 in compact form (knowledge/regimes)", "CC BY-SA 4.0"),
        other => (source_name(other), ""),
    };
    SourceNote { citation: citation.to_owned(), licence: licence.to_owned(), ..SourceNote::default() }
}

/// Name of a source as people say it.
pub(super) fn source_name(source: &str) -> &str {
    match source {
        VDEM => "V-Dem",
        STARTER => "the embedded starter table",
        COW => "COW IGO",
        UNGA => "the General Assembly roll calls",
        SPEECHES => "the speeches of the General Debate",
        "text_matches" => "the texts that were compared",
        "atop" => "ATOP",
        "sipri_arms" => "SIPRI arms transfers",
        "military_exercises" => "the lists of military exercises",
        "aiddata_china" => "AidData",
        "china_investment" => "the China Global Investment Tracker",
        "leader_visits" => "the lists of visits",
        "treaties" => "the treaty databases",
        "nuclear_cooperation" => "the nuclear cooperation agreements",
        "events_gdelt" => "GDELT",
        "events_icews" => "ICEWS",
        "events_polecat" => "POLECAT",
        CASEBOOK => "the casebook",
        other => other,
    }
}
