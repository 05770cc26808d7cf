//! What a file of results says of itself: its unit, its variables, the works to cite. Written as CSV, Markdown and BibTeX, and carried in
//! the metadata of formats that have some.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use blocwatch_core::provenance;
use blocwatch_core::table::Kind;

use super::csv_line;
use crate::error::{EngineError, Result};
use crate::table::data_type;

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Name in the file.
    pub name: String,
    /// Type.
    pub kind: Kind,
    /// Whether null occurs.
    pub nullable: bool,
    /// Unit or code list.
    pub unit: String,
    /// What it is.
    pub doc: String,
    /// What a null means, and a zero where it is not a value of the source; empty where there is neither.
    pub null: String,
    /// Codes with their words; empty where it is no code.
    pub labels: Vec<(i32, String)>,
    /// Table it comes from.
    pub table: String,
    /// Column of that table.
    pub column: String,
    /// Edition, source, layer or tool; empty where there is one statement per unit.
    pub variant: String,
    /// First and last year with a value in the table.
    pub years: Option<(i32, i32)>,
    /// Ids of the [`Reference`]s it rests on.
    pub sources: Vec<String>,
    /// How to ask where a value comes from.
    pub why: String,
}

/// One work or source to cite.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Id, as in [`Variable::sources`].
    pub id: String,
    /// Authors as they ask to be cited.
    pub authors: String,
    /// Year; `None` if undated.
    pub year: Option<i32>,
    /// Title.
    pub title: String,
    /// Journal, publisher or project.
    pub outlet: String,
    /// DOI without resolver, or empty.
    pub doi: String,
    /// Address, or empty.
    pub url: String,
    /// Licence, or empty where unknown.
    pub licence: String,
    /// Where the licence is written, or empty.
    pub licence_url: String,
    /// Versions that went in; empty where none is stated.
    pub versions: Vec<String>,
}

impl Reference {
    /// The citation in one line.
    pub fn cite(&self) -> String {
        let year = self.year.map_or_else(|| "n.d.".to_owned(), |y| y.to_string());
        let mut out = format!("{} ({year}). {}.", self.authors, self.title.trim_end_matches('.'));
        for part in [self.outlet.clone(), if self.doi.is_empty() { String::new() } else { format!("doi:{}", self.doi) }] {
            if !part.is_empty() {
                out.push_str(&format!(" {}.", part.trim_end_matches('.')));
            }
        }
        match self.versions.as_slice() {
            [] => {}
            [one] => out.push_str(&format!(" Version {one}.")),
            several => out.push_str(&format!(" Held in versions {}.", several.join(", "))),
        }
        out
    }
}

/// A file of results, described.
#[derive(Debug, Clone, PartialEq)]
pub struct Codebook {
    /// Short name, usable in file names.
    pub name: String,
    /// Title.
    pub title: String,
    /// What one row is and which rows there are.
    pub description: String,
    /// Unit of analysis, e.g. `directed_dyad_year`.
    pub unit: String,
    /// `gw`, `cow`, or empty where rows have no states.
    pub state_system: String,
    /// Columns that identify a row, in sort order.
    pub keys: Vec<String>,
    /// Rows.
    pub rows: u64,
    /// Version of Blocwatch.
    pub blocwatch: String,
    /// Key of the observatory.
    pub observatory: String,
    /// The day by which everything had been published, if one was asked for.
    pub as_of: Option<String>,
    /// Columns, in the order of the file.
    pub variables: Vec<Variable>,
    /// Works and sources, in the order in which they are first needed.
    pub references: Vec<Reference>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

impl Codebook {
    /// How to cite the file itself.
    pub fn citation(&self) -> String {
        let as_of = self.as_of.as_ref().map(|d| format!(", as of {d}")).unwrap_or_default();
        format!("{}. Blocwatch {} (observatory {}{as_of}).", self.title, self.blocwatch, short(&self.observatory))
    }

    /// The Arrow schema, with what the codebook says in its metadata.
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self
            .variables
            .iter()
            .map(|v| {
                let said = [("unit", v.unit.clone()), ("doc", v.doc.clone()), ("null", v.null.clone()), ("source", v.sources.join(", "))];
                let said =
                    said.into_iter().chain([("table", v.table.clone()), ("column", v.column.clone()), ("variant", v.variant.clone())]);
                let metadata: HashMap<String, String> =
                    said.filter(|(_, text)| !text.is_empty()).map(|(k, text)| (format!("blocwatch.{k}"), text)).collect();
                Field::new(&v.name, data_type(v.kind), v.nullable).with_metadata(metadata)
            })
            .collect();
        let citations: Vec<String> = self.references.iter().map(Reference::cite).collect();
        let said = [
            ("title", self.title.clone()),
            ("description", self.description.clone()),
            ("unit", self.unit.clone()),
            ("state_system", self.state_system.clone()),
            ("keys", self.keys.join(", ")),
            ("version", self.blocwatch.clone()),
            ("observatory", self.observatory.clone()),
            ("as_of", self.as_of.clone().unwrap_or_default()),
            ("citation", self.citation()),
            ("cites", citations.join("\n")),
            ("notes", self.notes.join("\n")),
        ];
        let metadata: HashMap<String, String> =
            said.into_iter().filter(|(_, text)| !text.is_empty()).map(|(k, text)| (format!("blocwatch.{k}"), text)).collect();
        Arc::new(Schema::new_with_metadata(fields, metadata))
    }

    /// One row per variable, as CSV.
    ///
    /// # Errors
    /// Never in practice.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut out = String::new();
        let mut line = |cells: Vec<String>| out.push_str(&csv_line(cells.into_iter()));
        let head = [
            "name",
            "stata_name",
            "label",
            "unit",
            "kind",
            "null_meaning",
            "value_labels",
            "table",
            "column",
            "variant",
            "year_from",
            "year_to",
            "source",
            "citation",
            "why",
        ];
        line(head.iter().map(|h| (*h).to_owned()).collect());
        for (v, stata) in self.variables.iter().zip(super::dta::names(&self.variables)) {
            let labels: Vec<String> = v.labels.iter().map(|(code, word)| format!("{code} = {word}")).collect();
            let year = |pick: fn((i32, i32)) -> i32| v.years.map(|y| pick(y).to_string()).unwrap_or_default();
            let cited: Vec<String> = v.sources.iter().filter_map(|id| self.reference(id)).map(Reference::cite).collect();
            line(vec![
                v.name.clone(),
                stata,
                v.doc.clone(),
                v.unit.clone(),
                kind(v.kind).to_owned(),
                v.null.clone(),
                labels.join("; "),
                v.table.clone(),
                v.column.clone(),
                v.variant.clone(),
                year(|y| y.0),
                year(|y| y.1),
                v.sources.join(", "),
                cited.join(" | "),
                v.why.clone(),
            ]);
        }
        Ok(out.into_bytes())
    }

    /// The codebook for reading.
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n\n{}\n\n", self.title, self.description);
        out.push_str(&format!("- Rows: {}, one for each {}; sorted by {}.\n", self.rows, self.unit, self.keys.join(", ")));
        if !self.state_system.is_empty() {
            let system = match self.state_system.as_str() {
                "cow" => "Correlates of War",
                _ => "Gleditsch and Ward",
            };
            out.push_str(&format!("- State system: {system} (`{}`).\n", self.state_system));
        }
        out.push_str(&format!("- Made by Blocwatch {} from observatory `{}`.\n", self.blocwatch, self.observatory));
        if let Some(day) = &self.as_of {
            out.push_str(&format!("- As of {day}: only what had been published by then takes part.\n"));
        }
        for note in &self.notes {
            out.push_str(&format!("- {note}\n"));
        }
        out.push_str("\n## Variables\n");
        for v in &self.variables {
            out.push_str(&format!("\n### `{}`\n\n{}\n\n", v.name, sentence(&v.doc)));
            let mut item = |name: &str, text: &str| {
                if !text.is_empty() && text != "-" {
                    out.push_str(&format!("- {name}: {text}\n"));
                }
            };
            item("type", kind(v.kind));
            item("unit", &v.unit);
            for (code, word) in &v.labels {
                item(&format!("`{code}`"), word);
            }
            item("null", &v.null);
            if !v.table.is_empty() {
                let variant = if v.variant.is_empty() { String::new() } else { format!(", {}", v.variant) };
                item("from", &format!("`{}.{}`{variant}", v.table, v.column));
            }
            if let Some((from, to)) = v.years {
                item("years", &format!("{from}-{to}"));
            }
            item("sources", &v.sources.join(", "));
            if !v.why.is_empty() {
                item("ask", &format!("`{}`", v.why));
            }
        }
        out.push_str("\n## References\n\n");
        for r in &self.references {
            let licence = if r.licence.is_empty() { String::new() } else { format!(" Licence: {}.", r.licence.trim_end_matches('.')) };
            out.push_str(&format!("- `{}` {}{licence}\n", r.id, r.cite()));
        }
        out
    }

    /// All references as BibTeX, the file itself first.
    pub fn bibtex(&self) -> String {
        let title = format!("{} (observatory {})", self.title, short(&self.observatory));
        let outlet = format!("Blocwatch {}", self.blocwatch);
        let mut out = provenance::bibtex("blocwatch", "Blocwatch contributors", None, &title, &outlet, "", "");
        for r in &self.references {
            out.push_str(&provenance::bibtex(&r.id, &r.authors, r.year, &r.title, &r.outlet, &r.doi, &r.url));
        }
        out
    }

    /// The reference with an id.
    pub fn reference(&self, id: &str) -> Option<&Reference> {
        self.references.iter().find(|r| r.id == id)
    }

    /// Checks that names are unique and that every variable's references are there.
    ///
    /// # Errors
    /// A defect of whoever made it.
    pub fn check(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        for v in &self.variables {
            let lacking = v.sources.iter().find(|s| self.reference(s).is_none());
            if !seen.insert(&v.name) || lacking.is_some() {
                return Err(EngineError::Engine(format!("the codebook does not hold together at '{}'", v.name)));
            }
        }
        Ok(())
    }
}

/// The word for a type.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::U16 | Kind::U32 | Kind::I32 => "integer",
        Kind::F64 => "number",
        Kind::Text => "text",
        Kind::Bool => "true or false",
    }
}

fn short(key: &str) -> &str {
    key.get(..12).unwrap_or(key)
}

/// A text with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}
