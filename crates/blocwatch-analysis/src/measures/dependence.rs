//! From whom a state gets arms, protection, exercises and finance: `dependence_state_year`, `dependence_dyad_year`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::dependence::{self, Delivery, Dependence};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

/// Recipients.
pub const DEPENDENCE: TableSpec = TableSpec {
    name: "dependence_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "kind"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "the state that receives"),
        col("year", Kind::I32, "year", "last year of the window"),
        col("kind", Kind::Text, "arms, alliance, exercise or finance", "what is received"),
        col("unit", Kind::Text, "-", "what amounts count"),
        col("years", Kind::U32, "years", "years of the window"),
        col("deliveries", Kind::U32, "partner-years", "years in which a partner gave something, added up over partners"),
        col("few", Kind::Bool, "true/false", "fewer than three of them: shares say little"),
        col("total", Kind::F64, "unit of the row", "all amounts together, of unknown suppliers too"),
        opt(
            "suppliers",
            Kind::U32,
            "suppliers",
            "suppliers with an amount above 0, all unknown ones together as one; null for the reason in absent",
        ),
        opt(
            "main_supplier",
            Kind::U16,
            "Gleditsch-Ward number",
            "largest known supplier; null if it is no state, if none is known, or for the reason in absent",
        ),
        opt("main_share", Kind::F64, "share 0-1", "its share; null if no supplier is known or for the reason in absent"),
        opt("relies_half", Kind::Bool, "true/false", "whether a known supplier has half or more; null for the reason in absent"),
        opt("relies_nine_tenths", Kind::Bool, "true/false", "whether one has nine tenths or more; null for the reason in absent"),
        opt("hhi", Kind::F64, "0-1", "Herfindahl-Hirschman index with the unknown as one supplier; null for the reason in absent"),
        opt("hhi_low", Kind::F64, "0-1", "the same if the unknown were many small suppliers; null for the reason in absent"),
        opt(
            "hhi_normalised",
            Kind::F64,
            "0-1",
            "hhi less what equal shares give, rescaled; 1 with a single supplier; null for the reason in absent",
        ),
        opt("effective_suppliers", Kind::F64, "suppliers", "1 / hhi; null for the reason in absent"),
        opt("share_unknown", Kind::F64, "share 0-1", "share of unknown suppliers; null for the reason in absent"),
        opt(
            "share_autocracies",
            Kind::F64,
            "share 0-1",
            "share of suppliers that were autocracies in the year they gave, the unknown and unrated not among them; null if none is rated, or for the reason in absent",
        ),
        opt(
            "share_autocracies_high",
            Kind::F64,
            "share 0-1",
            "the same if all unknown and unrated suppliers were autocracies; null for the reason in absent",
        ),
        opt(
            "absent",
            Kind::Text,
            "no_imports, below_unit or one_supplier",
            "why there are no shares: nothing came, less than the unit came, or the source has one supplier only; null where there are shares",
        ),
    ],
    doc: "Concentration and regime of those who supply a state with arms, oblige themselves to it, exercise with it or finance it, over windows that end in the year. A state that received nothing depends on nobody in particular: its shares are null, not 0.",
};

/// Pairs.
pub const DEPENDENCE_DYAD: TableSpec = TableSpec {
    name: "dependence_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year", "kind"],
    columns: &[
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "the state that gives"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "the state that receives"),
        col("year", Kind::I32, "year", "last year of the window"),
        col("kind", Kind::Text, "arms, alliance or exercise", "what is given"),
        col("amount", Kind::F64, "unit of the kind", "how much in the window"),
        col("share", Kind::F64, "share 0-1", "share of all that the receiver got"),
        opt(
            "asymmetry",
            Kind::F64,
            "share points",
            "share less the share of the giver's own supplies that comes from the receiver; null where the giver has no shares",
        ),
    ],
    doc: "Shares of single suppliers behind dependence_state_year, and who of two depends more on the other.",
};

const WINDOW: Parameter = Parameter {
    name: "window",
    takes: Takes::Count { default: 5, least: 1, most: 20 },
    doc: "Years of arms, exercises and finance that are added up, the last included; obligations are those of the year.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "dependence",
    title: "From whom a state gets arms, protection, exercises and finance",
    doc: "For every state and year: how concentrated its suppliers are, the largest, whether it has half or nine tenths, and what share \
          autocracies supply, by the regime of the supplier in the year it gave. With shares s the Herfindahl-Hirschman index is hhi = Σ s², \
          the effective number of suppliers 1/hhi, and hhi_normalised (hhi - 1/n)/(1 - 1/n) with n suppliers. \
          Arms and exercises are added up over a window, since single years are lumpy; obligations are counted as they stand. Suppliers \
          that the publisher does not know are a bucket of their own, counted in the whole and never spread over the known: hhi_low and \
          share_autocracies_high say what they could change.\n\n\
          Arms are in trend-indicator values, which measure military capability and not money; licensed production and re-exports are not \
          told apart. Exercises are those that newspapers reported. Finance has no shares: the one source held speaks of China alone, so \
          that every share would be 1. A state that imports nothing has no shares; that is not independence. A window with \
          fewer than three deliveries is marked (`few`): one ship makes a supplier. None of this is an outside option in the sense of \
          Clark (2022), which asks whether another lender competes with the Monetary Fund; no held source has quotas of lenders.",
    citations: &[
        "SIPRI (2021). Arms Transfers Database. Stockholm International Peace Research Institute.",
        "Leeds, B. A., Ritter, J. M., Mitchell, S. M. & Long, A. G. (2002). Alliance treaty obligations and provisions, 1815-1944. International Interactions 28.",
        "Clark, R. (2022). Bargain down or shop around? Outside options and IMF conditionality. The Journal of Politics 84(3).",
        "Hirschman, A. O. (1964). The paternity of an index. American Economic Review 54(5).",
    ],
    interval: "Bounds from what is unknown or unrated (hhi_low, share_autocracies_high); no sampling interval, the records are not a sample.",
    version: 1,
    parameters: &[REGIME, WINDOW],
    inputs: &[
        Input::Table("arms_dyad_year"),
        Input::Table("tie_dyad_year"),
        Input::Table("state_year"),
        Input::Table("regime_measure_state_year"),
    ],
    outputs: &[&DEPENDENCE, &DEPENDENCE_DYAD],
    run,
    example,
    variants: &[
        ("window of one year", &[("window", "1")]),
        ("window of ten years", &[("window", "10")]),
        ("closed autocracies only", &[("regime", "row:1")]),
    ],
    headline,
};

/// One kind of supply.
struct Of {
    kind: &'static str,
    unit: &'static str,
    /// Whether years are added up.
    flow: bool,
    /// Whether the source has more than one supplier.
    shares: bool,
    /// `supplier` (a number; null if not known), `body` (the name of a supplier that is no state), `gwcode`, `year`, `amount`.
    sql: &'static str,
    /// The rows behind, as table, condition on `{g}` (who receives), and condition on `{f}` (who gives).
    why: [&'static str; 3],
}

const KINDS: &[Of] = &[
    Of {
        kind: "arms",
        unit: "million trend-indicator values",
        flow: true,
        shares: true,
        sql: "SELECT gwcode1 AS supplier, CASE WHEN supplier_kind IN ('state', 'unknown') THEN '' ELSE supplier END AS body, \
              gwcode2 AS gwcode, year, value AS amount FROM arms_dyad_year WHERE edition = '360info' AND recipient_kind = 'state' \
              AND gwcode2 IS NOT NULL AND value IS NOT NULL AND (gwcode1 IS NULL OR gwcode1 <> gwcode2)",
        why: [
            "arms_dyad_year",
            "edition = '360info' AND recipient_kind = 'state' AND value IS NOT NULL AND (gwcode1 IS NULL OR gwcode1 <> gwcode2) AND gwcode2 = {g}",
            "gwcode1 = {f}",
        ],
    },
    Of {
        kind: "alliance",
        unit: "kinds of obligation in force",
        flow: false,
        shares: true,
        sql: "SELECT gwcode1 AS supplier, '' AS body, gwcode2 AS gwcode, year, weight AS amount FROM tie_dyad_year \
              WHERE layer = 'alliance' AND in_system",
        why: ["tie_dyad_year", "layer = 'alliance' AND in_system AND gwcode2 = {g}", "gwcode1 = {f}"],
    },
    Of {
        kind: "exercise",
        unit: "exercises",
        flow: true,
        shares: true,
        sql: "SELECT gwcode1 AS supplier, '' AS body, gwcode2 AS gwcode, year, weight AS amount FROM tie_dyad_year \
              WHERE layer = 'exercise' AND edition = 'mme' UNION ALL SELECT gwcode2 AS supplier, '' AS body, gwcode1 AS gwcode, year, \
              weight AS amount FROM tie_dyad_year WHERE layer = 'exercise' AND edition = 'mme'",
        why: [
            "tie_dyad_year",
            "layer = 'exercise' AND edition = 'mme' AND (gwcode1 = {g} OR gwcode2 = {g})",
            "(gwcode1 = {f} OR gwcode2 = {f})",
        ],
    },
    Of {
        kind: "finance",
        unit: "constant US dollars of 2021, committed by China",
        flow: true,
        shares: false,
        sql: "SELECT gwcode1 AS supplier, '' AS body, gwcode2 AS gwcode, year, weight AS amount FROM tie_dyad_year \
              WHERE layer = 'finance' AND edition = 'gcdf3'",
        why: ["tie_dyad_year", "layer = 'finance' AND edition = 'gcdf3' AND gwcode2 = {g}", "gwcode1 = {f}"],
    },
];

/// What a state got of a kind in the window that ends in a year, from all or from one, and the regimes of who gave it.
pub(crate) fn behind(kind: &str, window: &str, gwcode: &str, giver: Option<&str>, year: &str) -> Vec<(&'static str, String)> {
    let Some(of) = KINDS.iter().find(|k| k.kind == kind) else { return Vec::new() };
    let [table, got, gave] = of.why;
    let from = if of.flow { format!("{year} - {window} + 1") } else { year.to_owned() };
    let mut rows = format!("{} AND year BETWEEN {from} AND {year}", got.replace("{g}", gwcode));
    if let Some(giver) = giver {
        rows.push_str(&format!(" AND {}", gave.replace("{f}", giver)));
    }
    let givers = format!("SELECT gwcode1 FROM {table} WHERE {rows}");
    let regimes = format!("regime = 'row' AND year BETWEEN {from} AND {year} AND gwcode <> {gwcode} AND gwcode IN ({givers})");
    let also = giver.is_none().then_some(("regime_measure_state_year", regimes));
    std::iter::once((table, rows)).chain(also).collect()
}

/// Suppliers that are no states are numbered from here.
const BODIES: u32 = 1 << 16;

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let window = settings.count(WINDOW.name)?;
    let autocracies = settings.regime()?.autocracies(context)?;
    let batch = context.sql("SELECT gwcode, year FROM state_year ORDER BY gwcode, year")?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let mut system: BTreeMap<u16, Vec<i32>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        system.entry(gwcode.value(i)).or_default().push(year.value(i));
    }
    let (mut states, mut pairs) = (Rows::new(&DEPENDENCE), Rows::new(&DEPENDENCE_DYAD));
    for of in KINDS {
        let length = if of.flow { window } else { 1 };
        let batch = context.sql(&format!("SELECT * FROM ({}) ORDER BY gwcode, year, supplier, body", of.sql))?;
        let c = Columns(&batch);
        let (supplier, body, gwcode, year, amount) =
            (c.u16("supplier")?, c.text("body")?, c.u16("gwcode")?, c.i32("year")?, c.f64("amount")?);
        let mut bodies: Vec<&str> = (0..batch.num_rows()).map(|i| body.value(i)).filter(|b| !b.is_empty()).collect();
        bodies.sort_unstable();
        bodies.dedup();
        let mut deliveries: BTreeMap<u16, Vec<Delivery>> = BTreeMap::new();
        let (mut first, mut last) = (i32::MAX, i32::MIN);
        for i in 0..batch.num_rows() {
            let year = year.value(i);
            (first, last) = (first.min(year), last.max(year));
            let known = supplier.at(i).map(u32::from).or_else(|| bodies.binary_search(&body.value(i)).ok().map(|at| BODIES + at as u32));
            let autocratic = supplier.at(i).and_then(|s| autocracies.get(&(s, year)).copied());
            deliveries.entry(gwcode.value(i)).or_default().push(Delivery { year, supplier: known, amount: amount.value(i), autocratic });
        }
        // what each state gets, by the last year of the window
        let mut all: BTreeMap<(u16, i32), Dependence> = BTreeMap::new();
        for (state, years) in &system {
            let own = deliveries.get(state).map_or(&[][..], Vec::as_slice);
            // spells in the system, each with windows of its own
            for spell in years.chunk_by(|a, b| a + 1 == *b) {
                let (from, to) = (spell[0].max(first), spell[spell.len() - 1].min(last));
                for (year, got) in dependence::windows(own, length, from, from, to) {
                    if let Some(got) = got {
                        all.insert((*state, year), got);
                    }
                }
            }
        }
        for ((state, year), d) in &all {
            let part = d.of_total.as_ref().filter(|_| of.shares);
            let main = part.and_then(|p| p.main);
            let absent = if of.shares || d.absent.is_some() { d.absent.map(|a| a.name()) } else { Some("one_supplier") };
            states.push([
                (*state).into(),
                (*year).into(),
                of.kind.into(),
                of.unit.into(),
                length.into(),
                d.deliveries.into(),
                d.few.into(),
                d.total.into(),
                part.map(|p| p.concentration.suppliers).into(),
                main.and_then(|m| u16::try_from(m.supplier).ok()).into(),
                main.map(|m| m.share).into(),
                part.map(|p| p.relies(0.5)).into(),
                part.map(|p| p.relies(0.9)).into(),
                part.map(|p| p.concentration.hhi).into(),
                part.map(|p| p.hhi_low).into(),
                part.map(|p| p.concentration.normalised).into(),
                part.map(|p| p.concentration.effective).into(),
                part.map(|p| p.unknown).into(),
                part.and_then(|p| p.autocratic).into(),
                part.map(|p| p.autocratic_high).into(),
                absent.into(),
            ])?;
            if part.is_none() {
                continue;
            }
            for s in &d.shares {
                let Ok(giver) = u16::try_from(s.supplier) else { continue };
                // what the giver gets from the receiver; a known 0 where it gets something, from others
                let back = all
                    .get(&(giver, *year))
                    .filter(|g| g.of_total.is_some())
                    .map(|g| g.shares.iter().find(|back| back.supplier == u32::from(*state)).map_or(0.0, |back| back.share));
                pairs.push([
                    giver.into(),
                    (*state).into(),
                    (*year).into(),
                    of.kind.into(),
                    s.amount.into(),
                    s.share.into(),
                    back.map(|back| s.share - back).into(),
                ])?;
            }
        }
    }
    Ok(Output::table(&DEPENDENCE, states.finish()?).and(&DEPENDENCE_DYAD, pairs.finish()?))
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(DEPENDENCE.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (kind, year) = (c.text("kind")?, c.i32("year")?);
    let (share, high, relies) = (c.f64("share_autocracies")?, c.f64("share_autocracies_high")?, c.bool("relies_half")?);
    let mut out = Vec::new();
    for of in KINDS.iter().filter(|k| k.shares) {
        // by year: states, their shares from the least to the most that they can be, and how many have a main supplier
        let mut years: BTreeMap<i32, (f64, f64, f64, f64)> = BTreeMap::new();
        for i in (0..batch.num_rows()).filter(|i| kind.value(*i) == of.kind && relies.at(*i).is_some()) {
            let sums = years.entry(year.value(i)).or_default();
            let low = share.at(i).unwrap_or(0.0);
            sums.0 += 1.0;
            sums.1 += low;
            sums.2 += high.at(i).unwrap_or(1.0) - low;
            sums.3 += f64::from(u8::from(relies.value(i)));
        }
        // a mean of bounds says something where they lie close on average
        let shares = years.iter().filter(|(_, (n, _, open, _))| *open <= n / 2.0).map(|(y, (n, low, _, _))| (*y, low / n));
        out.push(Headline::years(format!("mean share of autocracies in {}", of.kind), shares));
        let relying = years.iter().map(|(y, (n, _, _, relying))| (*y, relying / n));
        out.push(Headline::years(format!("share of states with a main supplier of half or more in {}", of.kind), relying));
    }
    Ok(out)
}

fn example() -> Result<String> {
    let of = |supplier, amount, autocratic| Delivery { year: 2020, supplier, amount, autocratic };
    let d = dependence::dependence(&[of(Some(1), 50.0, Some(true)), of(Some(2), 30.0, Some(false)), of(Some(3), 20.0, Some(true))]);
    Ok(d.of_total.map_or_else(String::new, |p| {
        format!(
            "In five years a state gets 50 from one autocracy, 30 from a democracy and 20 from another autocracy. Shares are .5, .3 and .2, \
             so hhi = {:.2}, effective suppliers {:.4}, normalised {:.2}; share_autocracies = {:.2}; it relies on its main supplier for half: {}.",
            p.concentration.hhi,
            p.concentration.effective,
            p.concentration.normalised,
            p.autocratic.unwrap_or(f64::NAN),
            if p.relies(0.5) { "yes" } else { "no" }
        )
    }))
}
