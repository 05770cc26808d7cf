//! State-year panels of the plain kind: one record is one state in one year, with published variables beside it.
//!
//! A source declares its variables ([`Var`]) and the forms it comes in ([`Form`]); here its files become one table, doubles are settled
//! by declared rules and coverage is drawn from what is coded. Non-goals: files whose record is anything else; merging editions.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Column, Kind, TableSpec, col, opt};

use crate::cover::Cover;
use crate::error::Result;
use crate::frame;
use crate::meta::Lookup;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Row, Sheet, sheet::quarantine_kept};
use crate::{Held, Reading, Source, open_held};

/// A plain panel: what its table holds and how its files are read.
pub(crate) struct Panel {
    /// Role of its files.
    pub role: &'static str,
    /// The table.
    pub table: &'static TableSpec,
    /// Variables in table order, between the leading columns and `source_row`.
    pub vars: &'static [Var],
    /// One per shape.
    pub forms: &'static [Form],
    /// Variable whose presence means that a state-year is covered.
    pub main: &'static str,
    /// Variable with the day (`YYYY-MM-DD`) on which a spell starts, where one state-year may have several spells: the last one stays.
    pub spell_start: Option<&'static str>,
    /// Note on covered spans; may be empty.
    pub note: &'static str,
}

/// How one shape names its states and years.
pub(crate) struct Form {
    /// Shape, which becomes the edition.
    pub shape: &'static str,
    /// How a state is named.
    pub unit: By,
    /// Column of the year.
    pub year: &'static str,
    /// Published units that no list of states has, left out by a declared rule.
    pub outside: &'static [&'static str],
    /// Units that mean another state up to a year, as (unit, last year, state): where a publisher gives a state the past of another.
    pub until: &'static [(&'static str, i32, &'static str)],
}

/// The column that names a state, and what it holds.
#[derive(Clone, Copy)]
pub(crate) enum By {
    /// Correlates of War number, or the source's own where `lookups` says so.
    Cow(&'static str),
    /// The same beside a name; `lookups` may speak of both, `100 Gran Colombia`.
    CowNamed(&'static str, &'static str),
    /// Name.
    Name(&'static str),
}

/// A published variable.
#[derive(Clone, Copy)]
pub(crate) struct Var {
    column: Column,
    published: &'static str,
    check: Check,
}

#[derive(Clone, Copy)]
enum Check {
    /// The state as the file names it.
    Unit,
    Text,
    /// Words of a closed list; anything else is a fault, never a default.
    Word(&'static [&'static str]),
    Whole(i32, i32, &'static [i32]),
    Decimal(f64, f64),
    Truth,
}

/// The state as the file names it.
pub(crate) const fn unit(name: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::Text, "-", doc), published: name, check: Check::Unit }
}

/// A published text.
pub(crate) const fn text(name: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::Text, "-", doc), published: name, check: Check::Text }
}

/// A published category out of a closed list.
pub(crate) const fn word(name: &'static str, words: &'static [&'static str], unit: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::Text, unit, doc), published: name, check: Check::Word(words) }
}

/// A whole number within a range.
pub(crate) const fn whole(name: &'static str, (from, to): (i32, i32), unit: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::I32, unit, doc), published: name, check: Check::Whole(from, to, &[]) }
}

/// A whole number within a range, or one of the publisher's codes outside it.
pub(crate) const fn coded(name: &'static str, (from, to): (i32, i32), also: &'static [i32], unit: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::I32, unit, doc), published: name, check: Check::Whole(from, to, also) }
}

/// A published 0 or 1.
pub(crate) const fn flag(name: &'static str, doc: &'static str) -> Var {
    whole(name, (0, 1), "0 no, 1 yes", doc)
}

/// A number within a range.
pub(crate) const fn decimal(name: &'static str, (from, to): (f64, f64), unit: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::F64, unit, doc), published: name, check: Check::Decimal(from, to) }
}

/// A published `True` or `False`.
pub(crate) const fn truth(name: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, Kind::Bool, "-", doc), published: name, check: Check::Truth }
}

impl Var {
    /// The published name where it cannot be a column name here.
    pub(crate) const fn published_as(mut self, name: &'static str) -> Self {
        self.published = name;
        self
    }
}

/// How many columns of a panel's table are no variables.
pub(crate) const FRAME: usize = 5;

/// The columns of a panel's table: key, variables, line.
pub(crate) const fn columns<const N: usize>(vars: &[Var]) -> [Column; N] {
    assert!(N == vars.len() + FRAME, "a panel's table has its variables and five columns more");
    let mut out = [col("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year"); N];
    out[1] = col("year", Kind::I32, "year", "Calendar year");
    out[2] = col("edition", Kind::Text, "-", "Published form");
    out[3] = col("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the year");
    let mut i = 0;
    while i < vars.len() {
        out[4 + i] = vars[i].column;
        i += 1;
    }
    out[N - 1] = col("source_row", Kind::U32, "line", "Line of the unpacked file on which the row starts; the header is line 1");
    out
}

#[derive(Clone, PartialEq)]
enum Value {
    Null,
    Whole(i32),
    Decimal(f64),
    Word(&'static str),
    Text(Box<str>),
    Truth(bool),
}

struct Entry {
    key: Key,
    year: i32,
    edition: &'static str,
    unit: Box<str>,
    values: Box<[Value]>,
    line: u32,
    file: usize,
}

const OUTSIDE: &str = "unit that no list of states has";
const EARLY: &str = "year before 1700, earlier than any state number";
const SUCCEEDED: &str = "succession: another unit of the same state goes on after the year";
const NO_VALUE: &str = "no value, where another unit of the same state has one";
const SPELL_OVER: &str = "spell that ended within the year: a later one of the same state follows";
const SPELL_TO_COME: &str = "spell that starts only after the year";

impl Panel {
    /// Reads all files of the panel's role.
    pub(crate) fn read(&self, source: &dyn Source, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let files = crate::of_role(files, self.role);
        let mut resolver = Resolver::new(states);
        let mut rows: Vec<Entry> = Vec::new();
        let mut accounts = Vec::new();
        for (i, held) in files.iter().enumerate() {
            let account = open_held(source, held, notices, |sheet, shape, notices| {
                let form = self.forms.iter().find(|f| f.shape == shape.id).unwrap_or(&self.forms[0]);
                self.read_file(sheet, form, i, &mut resolver, &source.meta().lookups, &mut rows, notices)
            })?;
            accounts.push(account);
        }
        let rows = self.without_doubles(rows, &mut accounts);
        crate::tell_quarantined(&accounts, notices);
        let coverage = self.coverage(&source.meta().id, &rows, states);
        Ok(Reading { tables: vec![(self.table.name, self.batch(&rows)?)], accounts, coverage })
    }

    #[allow(clippy::too_many_arguments, reason = "one call, all of it needed")]
    fn read_file(
        &self,
        sheet: Sheet<'_>,
        form: &Form,
        file: usize,
        resolver: &mut Resolver<'_>,
        lookups: &[Lookup],
        rows: &mut Vec<Entry>,
        notices: &mut Notices,
    ) -> Result<RowAccount> {
        let (By::Cow(unit_column) | By::CowNamed(unit_column, _) | By::Name(unit_column)) = form.unit;
        let (unit_at, year_at) = (sheet.required(unit_column)?, sheet.required(form.year)?);
        let name_at = if let By::CowNamed(_, name) = form.unit { Some(sheet.required(name)?) } else { None };
        let places: Vec<Option<usize>> =
            self.vars.iter().map(|v| if matches!(v.check, Check::Unit) { Some(unit_at) } else { sheet.column(v.published) }).collect();
        sheet.each(notices, |row, tally| {
            let year: i64 = row.need(year_at)?;
            if (1500..1700).contains(&year) {
                tally.drop_by(EARLY, 1);
                return Ok(());
            }
            let year = row.year(year_at)?;
            let unit = row.verbatim(unit_at);
            if form.outside.contains(&unit.as_ref()) {
                tally.drop_by(OUTSIDE, 1);
                return Ok(());
            }
            let both = name_at.map(|at| format!("{unit} {}", row.verbatim(at)));
            let raw = both.as_deref().into_iter().chain([unit.as_ref()]).find(|raw| lookups.iter().any(|l| l.raw == *raw));
            let past = form.until.iter().find(|(name, last, _)| *name == unit && year <= *last).map(|(_, _, state)| *state);
            let key = match (form.unit, past.or(raw)) {
                (_, Some(known)) => resolver.name(known, year, lookups),
                (By::Name(_), None) => resolver.name(&unit, year, lookups),
                (_, None) => resolver.cow(row.need(unit_at)?, year),
            };
            let key = key.ok_or_else(|| Bad::new("unknown state", format!("{unit_column} '{unit}' in {year}")))?;
            let mut values = Vec::with_capacity(places.len());
            for (var, place) in self.vars.iter().zip(&places) {
                values.push(match place {
                    Some(at) => value(row, *at, var)?,
                    None => Value::Null,
                });
            }
            let unit = unit.into_owned().into_boxed_str();
            rows.push(Entry { key, year, edition: form.shape, unit, values: values.into(), line: row.line, file });
            tally.keep(1);
            Ok(())
        })
    }

    /// Rows in table order, one per key. Of several, by declared rules: the unit that has a value, the unit that goes on after the year,
    /// the spell that goes on at its end; else the first in the file, and later ones go to quarantine.
    fn without_doubles(&self, mut rows: Vec<Entry>, accounts: &mut [RowAccount]) -> Vec<Entry> {
        let place = |name: &str| self.vars.iter().position(|v| v.column.name == name);
        let (main, spell_start) = (place(self.main), self.spell_start.and_then(place));
        let coded: HashSet<(usize, Box<str>, i32)> = rows.iter().map(|r| (r.file, r.unit.clone(), r.year)).collect();
        let goes_on = |r: &Entry| coded.contains(&(r.file, r.unit.clone(), r.year + 1));
        let has_value = |r: &Entry| main.is_some_and(|at| r.values[at] != Value::Null);
        let spell = |r: &Entry| match spell_start.map(|at| &r.values[at]) {
            Some(Value::Text(day)) => day.to_string(),
            _ => String::new(),
        };
        rows.retain(|r| {
            // days are written so that they sort as text
            let to_come = spell(r) >= (r.year + 1).to_string();
            if to_come {
                accounts[r.file].kept -= 1;
                *accounts[r.file].dropped.entry(SPELL_TO_COME.to_owned()).or_default() += 1;
            }
            !to_come
        });
        let key = |r: &Entry| (r.key.gwcode, r.year, r.edition);
        rows.sort_by(|a, b| {
            key(a)
                .cmp(&key(b))
                .then_with(|| has_value(b).cmp(&has_value(a)))
                .then_with(|| goes_on(b).cmp(&goes_on(a)))
                .then_with(|| spell(b).cmp(&spell(a)))
                .then_with(|| (a.file, a.line).cmp(&(b.file, b.line)))
        });
        let mut kept: Vec<Entry> = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(first) = kept.last().filter(|first| key(first) == key(&row)) else {
                kept.push(row);
                continue;
            };
            let account = &mut accounts[row.file];
            let same_unit = row.unit == first.unit;
            let rule = if !same_unit && has_value(first) && !has_value(&row) {
                Some(NO_VALUE)
            } else if !same_unit && !goes_on(&row) && goes_on(first) {
                Some(SUCCEEDED)
            } else if same_unit && spell(first) > spell(&row) {
                Some(SPELL_OVER)
            } else {
                None
            };
            if let Some(rule) = rule {
                account.kept -= 1;
                *account.dropped.entry(rule.to_owned()).or_default() += 1;
            } else {
                quarantine_kept(account, u64::from(row.line), "same state and year as an earlier row", || {
                    format!("line {} has the same key as line {}: {} and {}, {}", row.line, first.line, row.unit, first.unit, row.year)
                });
            }
        }
        kept
    }

    fn batch(&self, rows: &[Entry]) -> Result<RecordBatch> {
        let mut out: Vec<ArrayRef> = vec![
            frame::u16s(rows.iter().map(|r| r.key.gwcode)),
            frame::i32s(rows.iter().map(|r| r.year)),
            frame::texts(rows.iter().map(|r| r.edition)),
            frame::bools(rows.iter().map(|r| r.key.in_system)),
        ];
        for (i, var) in self.vars.iter().enumerate() {
            let values = rows.iter().map(|r| &r.values[i]);
            out.push(match var.column.kind {
                Kind::I32 => frame::i32s_or_null(values.map(|v| if let Value::Whole(n) = v { Some(*n) } else { None })),
                Kind::F64 => frame::f64s_or_null(values.map(|v| if let Value::Decimal(x) = v { Some(*x) } else { None })),
                Kind::Bool => {
                    let truths = values.map(|v| if let Value::Truth(b) = v { Some(*b) } else { None });
                    Arc::new(truths.collect::<BooleanArray>())
                }
                _ => frame::texts_or_null(values.map(|v| match v {
                    Value::Word(w) => Some(*w),
                    Value::Text(t) => Some(t.as_ref()),
                    _ => None,
                })),
            });
        }
        out.push(frame::u32s(rows.iter().map(|r| r.line)));
        frame::batch(self.table, out)
    }

    /// Covered where an edition gives the main variable, missing where an edition that has the variable leaves a state of the system
    /// without it.
    fn coverage(&self, source: &'static str, rows: &[Entry], states: &States) -> Vec<CoverageSpan> {
        let Some(at) = self.vars.iter().position(|v| v.column.name == self.main) else { return Vec::new() };
        let carries: BTreeSet<usize> = rows.iter().filter(|r| r.values[at] != Value::Null).map(|r| r.file).collect();
        let mut cover = Cover::new(source, self.table.name);
        for row in rows.iter().filter(|r| carries.contains(&r.file)) {
            match row.values[at] {
                Value::Null if row.key.in_system => cover.note(row.key.gwcode, row.year, Knowledge::Missing),
                Value::Null => {}
                _ => cover.note(row.key.gwcode, row.year, Knowledge::Covered),
            }
        }
        cover.finish(states, self.note)
    }
}

fn value(row: &Row<'_>, at: usize, var: &Var) -> Result<Value, Bad> {
    let value = match var.check {
        Check::Unit => Some(Value::Text(row.verbatim(at).into_owned().into())),
        Check::Text => row.text(at).map(|t| Value::Text(t.into_owned().into())),
        Check::Word(words) => match row.text(at) {
            None => None,
            Some(t) => match words.iter().find(|w| **w == t) {
                Some(w) => Some(Value::Word(w)),
                None => return Err(row.not_a("unknown label", at)),
            },
        },
        Check::Whole(from, to, also) => match row.whole(at)?.map(i32::try_from) {
            None => None,
            Some(Ok(n)) if (from..=to).contains(&n) || also.contains(&n) => Some(Value::Whole(n)),
            Some(_) => return Err(row.not_a("number out of range", at)),
        },
        Check::Decimal(from, to) => match row.decimal(at)? {
            None => None,
            Some(x) if (from..=to).contains(&x) => Some(Value::Decimal(x)),
            Some(_) => return Err(row.not_a("number out of range", at)),
        },
        Check::Truth => match row.text(at).as_deref() {
            None => None,
            Some("True" | "TRUE" | "true") => Some(Value::Truth(true)),
            Some("False" | "FALSE" | "false") => Some(Value::Truth(false)),
            Some(_) => return Err(row.not_a("neither true nor false", at)),
        },
    };
    Ok(value.unwrap_or(Value::Null))
}
