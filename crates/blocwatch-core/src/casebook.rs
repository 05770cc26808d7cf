//! The casebook: people's coded records, organisations, interruptions and the works they cite, as types.
//!
//! The format is described in `knowledge/README.md`. Reading is strict (an unknown key is an error with file and line); whether the
//! content holds together is the business of [`check`].

pub mod as_of;
pub mod check;
pub mod skeleton;

use serde::Deserialize;

use crate::error::{CoreError, Result};
use crate::time::{End, FuzzyDate, Year};

/// A reference to a work, at a place, possibly read through another work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// Id of the work.
    pub work: String,
    /// Page, note or table.
    #[serde(default)]
    pub at: String,
    /// The work through which it is cited, if it was not read itself.
    #[serde(default)]
    pub via: String,
}

/// One party of a case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Role, kept apart from guilt: being a venue is not being a sponsor.
    pub role: String,
    /// `state`, `organisation`, `agency`, `firm`, `party` or `group`.
    pub kind: String,
    /// State id, organisation id, or a name.
    pub actor: String,
    /// State to which an agency or firm belongs.
    #[serde(default)]
    pub of: String,
}

/// A dated correction: what the source says is kept, and what is known against it stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// When the correction was made or published.
    pub date: FuzzyDate,
    /// What is corrected, in our own words.
    pub says: String,
    /// Id of the work that it rests on.
    pub work: String,
    /// Place in the work.
    #[serde(default)]
    pub at: String,
}

/// One coded record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Stable id.
    pub id: String,
    /// `collaboration`, `interruption`, `reversal`, `effect` or `context`.
    pub kind: String,
    /// At most 90 characters, own words.
    pub title: String,
    /// What happened, own words.
    pub statement: String,
    /// `formal-multilateral` … ; empty on records that do not speak to it.
    #[serde(default)]
    pub channel: String,
    /// Threat answered.
    #[serde(default)]
    pub threat: String,
    /// Response.
    #[serde(default)]
    pub response: String,
    /// Tactic.
    #[serde(default)]
    pub tactic: String,
    /// When it began or happened; `None` where the source gives no date.
    #[serde(default)]
    pub from: Option<FuzzyDate>,
    /// When it ended, `open` if standing when its source was written.
    #[serde(default)]
    pub to: Option<End>,
    /// Why a date is missing or approximate.
    #[serde(default)]
    pub date_note: String,
    /// How the statement stands.
    pub claim: String,
    /// Admiralty grade, letter and figure.
    pub grade: String,
    /// Parties with roles.
    #[serde(default)]
    pub party: Vec<Party>,
    /// Sources.
    pub source: Vec<SourceRef>,
    /// How it was coded where another coding was possible.
    #[serde(default)]
    pub note: String,
    /// Outcome of an interruption or reversal.
    #[serde(default)]
    pub outcome: String,
    /// The entry of `interruptions/` that was used.
    #[serde(default)]
    pub interruption: String,
    /// Direction and size of an effect as the study gives it, with its population.
    #[serde(default)]
    pub finding: String,
    /// Dated corrections.
    #[serde(default)]
    pub correction: Vec<Correction>,
    /// Id that ties records which the source names together; filled from the file.
    #[serde(default)]
    pub group: String,
    /// File below `knowledge/`; filled by the reader.
    #[serde(skip)]
    pub file: String,
    /// 1-based line of the record's id in its file; filled by the reader.
    #[serde(skip)]
    pub line: usize,
}

impl Case {
    /// First year, if dated.
    pub fn year_from(&self) -> Option<Year> {
        self.from.map(|d| d.year())
    }

    /// Last year: of `to`, or of `from` where no end is written; `None` while open or undated.
    pub fn year_to(&self) -> Option<Year> {
        match self.to {
            Some(end) => end.year(),
            None => self.year_from(),
        }
    }

    /// Whether the statement is anything less than established or reported as fact.
    pub fn is_claim(&self) -> bool {
        matches!(self.claim.as_str(), "alleged" | "self-claimed" | "disputed")
    }
}

/// One membership spell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// State id.
    pub state: String,
    /// First year or date.
    pub from: FuzzyDate,
    /// Last year or date, or `open`.
    pub to: End,
    /// `full`, `associate`, `observer` or `suspended`.
    pub status: String,
    /// Work that gives it.
    pub work: String,
    /// Place in the work.
    #[serde(default)]
    pub at: String,
    /// Anything a reader of the spell should know.
    #[serde(default)]
    pub note: String,
}

/// One organisation or forum.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// Short upper-case id.
    pub id: String,
    /// English name.
    pub name: String,
    /// Other names, any language.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// `formal` or `informal`.
    pub kind: String,
    /// Field of work.
    #[serde(rename = "type")]
    pub field: String,
    /// What it is for, own words.
    pub purpose: String,
    /// `autocratic`, `democratic`, `mixed` or `unknown`.
    pub origin: String,
    /// When it began.
    #[serde(default)]
    pub from: Option<FuzzyDate>,
    /// When it ended, or `open`.
    #[serde(default)]
    pub to: Option<End>,
    /// Acronym in COW IGO v3.
    #[serde(default)]
    pub cow_igo: String,
    /// Organisation it followed.
    #[serde(default)]
    pub predecessor: String,
    /// Organisation that followed it.
    #[serde(default)]
    pub successor: String,
    /// Organisation it is part of.
    #[serde(default)]
    pub parent: String,
    /// About the founding.
    #[serde(default)]
    pub founding_note: String,
    /// Last year for which the spells hold.
    #[serde(default)]
    pub covered_to: Option<Year>,
    /// Sources of the description.
    pub source: Vec<SourceRef>,
    /// Membership spells.
    #[serde(default)]
    pub member: Vec<Member>,
    /// What the spells rest on, what is missing.
    #[serde(default)]
    pub membership_note: String,
    /// File below `knowledge/`; filled by the reader.
    #[serde(skip)]
    pub file: String,
}

/// A documented use of an interruption.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// The case that records it.
    pub case: String,
    /// `worked`, `partly`, `failed`, `reversed` or `unknown`.
    pub outcome: String,
    /// What to take from it.
    #[serde(default)]
    pub note: String,
}

/// How regimes adapted to an interruption.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adaptation {
    /// What they did, own words.
    pub says: String,
    /// The case that records it.
    #[serde(default)]
    pub case: String,
    /// Or the work that says so.
    #[serde(default)]
    pub work: String,
    /// Place in the work.
    #[serde(default)]
    pub at: String,
}

/// One way of interrupting collaboration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    /// Stable id.
    pub id: String,
    /// `capacity`, `civic-education` or `regulation`.
    pub kind: String,
    /// Title in sentence case.
    pub title: String,
    /// Responses it answers as a whole.
    #[serde(default)]
    pub answers_responses: Vec<String>,
    /// Tactics it answers.
    #[serde(default)]
    pub answers_tactics: Vec<String>,
    /// What it is.
    pub what: String,
    /// Preconditions.
    pub fits_when: Vec<String>,
    /// Who can do it.
    pub actors: Vec<String>,
    /// Documented uses.
    #[serde(default)]
    pub record: Vec<Use>,
    /// Said plainly where no use with a known outcome is documented.
    #[serde(default)]
    pub no_record: String,
    /// Known adaptations by regimes.
    #[serde(default)]
    pub adaptations: Vec<Adaptation>,
    /// Who can be hurt by it and how to avoid that.
    pub do_no_harm: String,
    /// Sources.
    pub source: Vec<SourceRef>,
    /// File below `knowledge/`; filled by the reader.
    #[serde(skip)]
    pub file: String,
}

/// One cited work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Stable id.
    pub id: String,
    /// Kind of work.
    pub kind: String,
    /// Authors, as cited.
    pub author: Vec<String>,
    /// Year; `None` if undated.
    #[serde(default)]
    pub year: Option<Year>,
    /// Title.
    pub title: String,
    /// Journal with volume and pages, publisher or newspaper.
    #[serde(default)]
    pub outlet: String,
    /// Full date of news and reports.
    #[serde(default)]
    pub date: Option<FuzzyDate>,
    /// Where we met it, when we have not read it ourselves.
    #[serde(default)]
    pub cited_at: String,
    /// Licence, for data.
    #[serde(default)]
    pub licence: String,
    /// Address.
    #[serde(default)]
    pub url: String,
    /// DOI without resolver.
    #[serde(default)]
    pub doi: String,
    /// Day on which a web page was read.
    #[serde(default)]
    pub accessed: Option<FuzzyDate>,
    /// Anything wrong with the citation as found.
    #[serde(default)]
    pub note: String,
    /// File below `knowledge/`; filled by the reader.
    #[serde(skip)]
    pub file: String,
}

impl Work {
    /// `Author (year). Title. Outlet.` in one line.
    pub fn cite(&self) -> String {
        let authors = match self.author.as_slice() {
            [] => "Anonymous".to_owned(),
            [one] => one.clone(),
            [most @ .., last] if last == "et al." => format!("{}, et al.", most.join(", ")),
            [most @ .., last] => format!("{} & {last}", most.join(", ")),
        };
        let year = self.year.map_or_else(|| "n.d.".to_owned(), |y| y.to_string());
        let mut out = format!("{authors} ({year}). {}", self.title);
        if !out.ends_with(['.', '?', '!']) {
            out.push('.');
        }
        if !self.outlet.is_empty() {
            out.push(' ');
            out.push_str(&self.outlet);
            if !out.ends_with('.') {
                out.push('.');
            }
        }
        out
    }
}

/// One spell of the Regimes of the World category, from the starter table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegimeSpell {
    /// State id.
    pub state: String,
    /// First year.
    pub from: Year,
    /// Last year.
    pub to: Year,
    /// `v2x_regime`, 0 to 3.
    pub v2x_regime: u8,
    /// 1-based line in `regimes/row-spells.csv`.
    pub line: usize,
}

/// Everything people wrote.
#[derive(Debug, Clone, Default)]
pub struct Casebook {
    /// All records, sorted by id.
    pub cases: Vec<Case>,
    /// All organisations, sorted by id.
    pub organisations: Vec<Organisation>,
    /// All interruptions, sorted by id.
    pub interruptions: Vec<Interruption>,
    /// All works, sorted by id.
    pub works: Vec<Work>,
    /// The starter table of regime spells.
    pub regimes: Vec<RegimeSpell>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    #[serde(default)]
    group: String,
    #[serde(default)]
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkFile {
    #[serde(default)]
    work: Vec<Work>,
}

/// A file of `knowledge/`: its path below that folder, and its text.
pub type File<'a> = (String, &'a str);

impl Casebook {
    /// The embedded casebook.
    ///
    /// # Errors
    /// The first file that does not parse.
    pub fn embedded() -> Result<Casebook> {
        let (book, mut errors) = Casebook::read(&Self::embedded_files());
        if errors.is_empty() { Ok(book) } else { Err(errors.remove(0)) }
    }

    /// Some folders of the embedded casebook, for those who need no more of it; the rest is empty.
    ///
    /// # Errors
    /// The first file that does not parse.
    pub fn embedded_part(folders: &[&str]) -> Result<Casebook> {
        let wanted = |path: &str| path.split('/').next().is_some_and(|folder| folders.contains(&folder));
        let files: Vec<File<'_>> = Self::embedded_files().into_iter().filter(|(path, _)| wanted(path)).collect();
        let (book, mut errors) = Casebook::read(&files);
        if errors.is_empty() { Ok(book) } else { Err(errors.remove(0)) }
    }

    /// The embedded files that make up the casebook, as [`Casebook::read`] and [`check::check`] take them.
    pub fn embedded_files() -> Vec<File<'static>> {
        ["cases", "organisations", "interruptions", "works"]
            .into_iter()
            .flat_map(|folder| crate::knowledge::files(folder, ".toml"))
            .chain(crate::knowledge::files("regimes", ".csv"))
            .chain(crate::knowledge::files("events", ".csv"))
            .collect()
    }

    /// Reads a set of files by the folder their path begins with. A file that does not parse becomes an error; the rest is read on.
    pub fn read(files: &[File<'_>]) -> (Casebook, Vec<CoreError>) {
        let mut book = Casebook::default();
        let mut errors = Vec::new();
        for (path, text) in files {
            let outcome = match path.split('/').next() {
                Some("cases") => parse::<CaseFile>(path, text).map(|f| {
                    for mut case in f.case {
                        if case.group.is_empty() {
                            case.group.clone_from(&f.group);
                        }
                        case.line = line_of(text, &format!("id = \"{}\"", case.id));
                        case.file.clone_from(path);
                        book.cases.push(case);
                    }
                }),
                Some("organisations") => parse::<Organisation>(path, text).map(|mut o| {
                    o.file.clone_from(path);
                    book.organisations.push(o);
                }),
                Some("interruptions") => parse::<Interruption>(path, text).map(|mut i| {
                    i.file.clone_from(path);
                    book.interruptions.push(i);
                }),
                Some("works") => parse::<WorkFile>(path, text).map(|f| {
                    for mut work in f.work {
                        work.file.clone_from(path);
                        book.works.push(work);
                    }
                }),
                Some("regimes") => parse_regimes(path, text).map(|r| book.regimes.extend(r)),
                _ => Ok(()),
            };
            if let Err(e) = outcome {
                errors.push(e);
            }
        }
        book.cases.sort_by(|a, b| a.id.cmp(&b.id));
        book.organisations.sort_by(|a, b| a.id.cmp(&b.id));
        book.interruptions.sort_by(|a, b| a.id.cmp(&b.id));
        book.works.sort_by(|a, b| a.id.cmp(&b.id));
        (book, errors)
    }

    /// The work with an id.
    pub fn work(&self, id: &str) -> Option<&Work> {
        self.works.binary_search_by(|w| w.id.as_str().cmp(id)).ok().map(|i| &self.works[i])
    }

    /// The case with an id.
    pub fn case(&self, id: &str) -> Option<&Case> {
        self.cases.binary_search_by(|c| c.id.as_str().cmp(id)).ok().map(|i| &self.cases[i])
    }

    /// The organisation with an id.
    pub fn organisation(&self, id: &str) -> Option<&Organisation> {
        self.organisations.binary_search_by(|o| o.id.as_str().cmp(id)).ok().map(|i| &self.organisations[i])
    }
}

/// 1-based line of the first occurrence of a text; 1 if it does not occur.
pub(crate) fn line_of(text: &str, needle: &str) -> usize {
    text.find(needle).map_or(1, |at| text[..at].matches('\n').count() + 1)
}

fn parse<T: serde::de::DeserializeOwned>(path: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| CoreError::Knowledge {
        file: path.to_owned(),
        line: e.span().map(|s| text[..s.start.min(text.len())].matches('\n').count() + 1),
        message: e.message().replace('\n', " "),
    })
}

fn parse_regimes(path: &str, text: &str) -> Result<Vec<RegimeSpell>> {
    let mut out = Vec::new();
    let mut lines = text.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.trim().is_empty());
    let fail = |line: usize, message: String| CoreError::Knowledge { file: path.to_owned(), line: Some(line + 1), message };
    match lines.next() {
        Some((_, "state,from,to,v2x_regime")) => {}
        Some((i, other)) => return Err(fail(i, format!("the header must be 'state,from,to,v2x_regime', not '{other}'"))),
        None => return Ok(out),
    }
    for (i, line) in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let [state, from, to, regime] = fields.as_slice() else {
            return Err(fail(i, format!("expected 4 fields, found {}", fields.len())));
        };
        let number = |s: &str| s.parse::<i32>().map_err(|_| fail(i, format!("'{s}' is not a whole number")));
        let spell = RegimeSpell {
            state: (*state).to_owned(),
            from: number(from)?,
            to: number(to)?,
            v2x_regime: u8::try_from(number(regime)?)
                .ok()
                .filter(|r| *r <= 3)
                .ok_or_else(|| fail(i, format!("v2x_regime must be 0 to 3, not '{regime}'")))?,
            line: i + 1,
        };
        out.push(spell);
    }
    Ok(out)
}
