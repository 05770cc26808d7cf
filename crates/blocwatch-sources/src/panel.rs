//! State-year panels of the plain kind: one record is one state in one year, with published variables beside it.
//!
//! A source declares its variables ([`Var`]) and the forms it comes in ([`Form`]); here its files become one table, doubles are settled
//! by declared rules and coverage is drawn from what is coded. Non-goals: files whose record is anything else; merging editions.

use std::collections::{BTreeSet, HashSet};

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col};

use crate::columns::{GWCODE, IN_SYSTEM, LINE, YEAR};
use crate::cover::Cover;
use crate::error::Result;
use crate::resolve::Resolver;
use crate::rows::{Entry, Record, Rows, Take, Value, Var};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Source};

/// Role of a panel's files.
pub(crate) const ROLE: &str = "state_year";

/// A plain panel: what its table holds and how its files are read.
pub(crate) struct Panel {
    /// What it declares; its one table is made by [`table`].
    pub declaration: &'static Declaration,
    /// Variables in table order, between the leading columns and `source_row`; one of them is the unit as published.
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
    /// Published names of variables in this form, as (variable, published name), where they differ from the declared ones.
    pub renamed: &'static [(&'static str, &'static str)],
    /// Units that mean another state up to a year, as (unit, last year, state): where a publisher gives a state the past of another.
    pub until: &'static [(&'static str, i32, &'static str)],
}

impl Form {
    /// A form without anything particular.
    pub(crate) const fn new(shape: &'static str, unit: By, year: &'static str) -> Self {
        Self { shape, unit, year, outside: &[], renamed: &[], until: &[] }
    }
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

/// How many columns of a panel's table are no variables.
pub(crate) const FRAME: usize = 5;

/// The columns of a panel's table: key, variables, line.
pub(crate) const fn columns<const N: usize>(vars: &[Var]) -> [Column; N] {
    assert!(N == vars.len() + FRAME, "a panel's table has its variables and five columns more");
    let mut out = [GWCODE; N];
    out[1] = YEAR;
    out[2] = col("edition", Kind::Text, "-", "Published form");
    out[3] = IN_SYSTEM;
    let mut i = 0;
    while i < vars.len() {
        out[AT_VARIABLES + i] = vars[i].column;
        i += 1;
    }
    out[N - 1] = LINE;
    out
}

/// The table of a panel.
pub(crate) const fn table(name: &'static str, columns: &'static [Column], doc: &'static str) -> TableSpec {
    TableSpec { name, unit: Unit::StateYear, keys: &["gwcode", "year", "edition"], columns, doc }
}

const OUTSIDE: &str = "unit that no list of states has";
const EARLY: &str = "year before 1700, earlier than any state number";
const SUCCEEDED: &str = "succession: another unit of the same state goes on after the year";
const NO_VALUE: &str = "no value, where another unit of the same state has one";
const SPELL_OVER: &str = "spell that ended within the year: a later one of the same state follows";
const SPELL_TO_COME: &str = "spell that starts only after the year";

/// Columns of a panel's table before the variables.
const AT_GWCODE: usize = 0;
const AT_YEAR: usize = 1;
const AT_IN_SYSTEM: usize = 3;
const AT_VARIABLES: usize = 4;

impl Source for Panel {
    fn declaration(&self) -> &'static Declaration {
        self.declaration
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let (mut rows, mut accounts) = (Rows::new(self.table()), Vec::new());
        rows.read((self, files, ROLE), &mut accounts, notices, |record, take| self.record(record, take, &mut resolver))?;
        self.settle(&mut rows, &mut accounts);
        crate::tell_quarantined(&accounts, notices);
        let coverage = self.coverage(rows.entries(), states);
        Ok(Reading { tables: vec![(self.table().name, rows.batch()?)], accounts, coverage })
    }
}

impl Panel {
    fn table(&self) -> &'static TableSpec {
        &self.declaration.tables[0]
    }

    fn record(&self, record: &Record<'_>, take: &mut Take<'_>, resolver: &mut Resolver<'_>) -> Result<(), Bad> {
        let form = self.forms.iter().find(|f| f.shape == record.shape).unwrap_or(&self.forms[0]);
        let (By::Cow(unit_column) | By::CowNamed(unit_column, _) | By::Name(unit_column)) = form.unit;
        if (1500..1700).contains(&record.need(form.year)?) {
            take.drop_by(EARLY, 1);
            return Ok(());
        }
        let year = record.year(form.year)?;
        let unit = record.seen(unit_column);
        if form.outside.contains(&unit.as_ref()) {
            take.drop_by(OUTSIDE, 1);
            return Ok(());
        }
        let both = if let By::CowNamed(_, name) = form.unit { Some(format!("{unit} {}", record.seen(name))) } else { None };
        let raw = both.as_deref().into_iter().chain([unit.as_ref()]).find(|raw| resolver.has_lookup(raw));
        let past = form.until.iter().find(|(name, last, _)| *name == unit && year <= *last).map(|(_, _, state)| *state);
        let key = match (form.unit, past.or(raw)) {
            (_, Some(known)) => resolver.name(known, year),
            (By::Name(_), None) => resolver.name(&unit, year),
            (_, None) => resolver.cow(record.code(unit_column)?, year),
        };
        let key = key.ok_or_else(|| Bad::new("unknown state", format!("{unit_column} '{unit}' in {year}")))?;
        let mut values = vec![key.gwcode.into(), year.into(), key.in_system.into()];
        for var in self.vars {
            let renamed = form.renamed.iter().find(|(name, _)| *name == var.column.name).map(|(_, published)| *published);
            let var = var.published_as(if var.is_unit() { unit_column } else { renamed.unwrap_or(var.published) });
            record.read(&[var], &mut values)?;
        }
        take.keep(values);
        Ok(())
    }

    fn place(&self, fits: impl Fn(&Var) -> bool) -> Option<usize> {
        self.vars.iter().position(fits).map(|i| AT_VARIABLES + i)
    }

    /// One row per key. Of several, by declared rules: the unit that has a value, the unit that goes on after the year, the spell that
    /// goes on at its end; else the first in the file, and later ones go to quarantine.
    fn settle(&self, rows: &mut Rows, accounts: &mut [RowAccount]) {
        let main = self.place(|v| v.column.name == self.main);
        let spell_start = self.place(|v| Some(v.column.name) == self.spell_start);
        let unit_at = self.place(Var::is_unit);
        let unit = |r: &Entry| unit_at.and_then(|at| r.values[at].text()).unwrap_or_default().to_owned();
        let year = |r: &Entry| r.values[AT_YEAR].int().unwrap_or_default();
        let coded: HashSet<(usize, String, i64)> = rows.entries().iter().map(|r| (r.place.file, unit(r), year(r))).collect();
        let goes_on = |r: &Entry| coded.contains(&(r.place.file, unit(r), year(r) + 1));
        let has_value = |r: &Entry| main.is_some_and(|at| r.values[at] != Value::Null);
        let spell = |r: &Entry| spell_start.and_then(|at| r.values[at].text()).unwrap_or_default().to_owned();
        // days are written so that they sort as text
        rows.drop_where(accounts, SPELL_TO_COME, |r| spell(r) >= (year(r) + 1).to_string());
        rows.settle_by(
            accounts,
            true,
            |a, b| has_value(b).cmp(&has_value(a)).then_with(|| goes_on(b).cmp(&goes_on(a))).then_with(|| spell(b).cmp(&spell(a))),
            |first, row| {
                let same_unit = unit(first) == unit(row);
                if !same_unit && has_value(first) && !has_value(row) {
                    Some(NO_VALUE)
                } else if !same_unit && !goes_on(row) && goes_on(first) {
                    Some(SUCCEEDED)
                } else if same_unit && spell(first) > spell(row) {
                    Some(SPELL_OVER)
                } else {
                    None
                }
            },
        );
    }

    /// Covered where an edition gives the main variable, missing where an edition that has the variable leaves a state of the system
    /// without it.
    fn coverage(&self, rows: &[Entry], states: &States) -> Vec<CoverageSpan> {
        let Some(at) = self.place(|v| v.column.name == self.main) else { return Vec::new() };
        let carries: BTreeSet<usize> = rows.iter().filter(|r| r.values[at] != Value::Null).map(|r| r.place.file).collect();
        let mut cover = Cover::new(&self.declaration.meta().id, self.table().name);
        for row in rows.iter().filter(|r| carries.contains(&r.place.file)) {
            let [gwcode, year] = [AT_GWCODE, AT_YEAR].map(|at| row.values[at].int().unwrap_or_default());
            let (Ok(gwcode), Ok(year)) = (u16::try_from(gwcode), i32::try_from(year)) else { continue };
            match row.values[at] {
                Value::Null if row.values[AT_IN_SYSTEM] == Value::Flag(true) => cover.note(gwcode, year, Knowledge::Missing),
                Value::Null => {}
                _ => cover.note(gwcode, year, Knowledge::Covered),
            }
        }
        cover.finish(states, self.note)
    }
}
