//! Composition of organisations by regime (METHODS, section 2): `composition_org_year`, the same for each source's membership
//! (`composition_claim_org_year`), and each member's company without itself (`composition_org_state_year`).
//!
//! Full members count. A majority is strict (more than half of the rated members); microstates that V-Dem does not rate are members and
//! never in a share. `p_majority_autocratic` lets polyarchy vary within its 68 % interval, independently between members, and cuts at
//! 0.5; it is null where any rated member has no interval (the starter spells have none).

use arrow::array::RecordBatch;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::composition::{Composition, Member, composition};

use crate::error::Result;
use crate::frame::{At, Columns, Rows, Value};
use crate::step::{Context, Input, Output, Step};

const MEMBERS: Column = col("members", Kind::U32, "states", "full members");
const RATED: Column = col("members_rated", Kind::U32, "states", "full members with a regime category: the denominator of shares");
const AUTOCRACIES: Column = col("autocracies", Kind::U32, "states", "closed and electoral autocracies among them");
const SHARE: Column =
    opt("share_autocracies", Kind::F64, "share of rated members 0-1", "autocracies / members_rated; null if no member is rated");
const MAJORITY: Column =
    opt("majority_autocratic", Kind::Bool, "true/false", "more than half of the rated members are autocracies; null if no member is rated");
const BY_INDEX: Column = opt(
    "majority_below_half_polyarchy",
    Kind::Bool,
    "true/false",
    "the same question by another measure: more than half of the members with a polyarchy value lie below 0.5; null if none has one",
);
const PROBABILITY: Column = opt(
    "p_majority_autocratic",
    Kind::F64,
    "probability 0-1",
    "probability of that majority when polyarchy varies within its 68 % interval; null where an interval is not held",
);
const SENSITIVE: Column = opt(
    "sensitive",
    Kind::Bool,
    "true/false",
    "whether the yes or no depends on the measure (the two flags differ) or on the interval (probability between 0.05 and 0.95); null where only categories are held, so that neither can be asked",
);
const MEAN: Column = opt("mean_polyarchy", Kind::F64, "index 0-1", "mean polyarchy of full members with a value; null if none has one");
const MIN: Column = opt("min_polyarchy", Kind::F64, "index 0-1", "lowest; null if none has a value");
const MAX: Column = opt("max_polyarchy", Kind::F64, "index 0-1", "highest; null if none has a value");
const SD: Column = opt("sd_polyarchy", Kind::F64, "index 0-1", "sample standard deviation; null with fewer than two values");
const ORG: Column = col("org", Kind::Text, "id", "organisation");
const YEAR: Column = col("year", Kind::I32, "year", "calendar year");
const SOURCE: Column = col("source", Kind::Text, "source id", "source of the membership: casebook or cow_igo");

/// Composition by the preferred membership.
pub const COMPOSITION: TableSpec = TableSpec {
    name: "composition_org_year",
    unit: Unit::OrgYear,
    keys: &["org", "year"],
    columns: &[ORG, YEAR, MEMBERS, RATED, AUTOCRACIES, SHARE, MAJORITY, PROBABILITY, MEAN, MIN, MAX, SD, BY_INDEX, SENSITIVE, SOURCE],
    doc: "How many of an organisation's full members are autocracies, whether they are the majority and how sure that is, and their mean polyarchy.",
};

/// Composition by each source's membership.
pub const COMPOSITION_CLAIM: TableSpec = TableSpec {
    name: "composition_claim_org_year",
    unit: Unit::OrgYear,
    keys: &["org", "year", "source"],
    columns: &[ORG, YEAR, SOURCE, MEMBERS, RATED, AUTOCRACIES, SHARE, MAJORITY, PROBABILITY, MEAN],
    doc: "The same composition for each source's list of members, side by side.",
};

/// Each member's company.
pub const COMPOSITION_MEMBER: TableSpec = TableSpec {
    name: "composition_org_state_year",
    unit: Unit::OrgStateYear,
    keys: &["org", "gwcode", "year"],
    columns: &[
        ORG,
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "full member"),
        YEAR,
        opt(
            "share_autocracies_others",
            Kind::F64,
            "share 0-1",
            "share of autocracies among the other rated members; null if none is rated",
        ),
        opt("mean_polyarchy_others", Kind::F64, "index 0-1", "mean polyarchy of the other members; null if none has a value"),
    ],
    doc: "An organisation as one of its full members finds it, leaving the member itself out.",
};

/// The step.
pub fn step() -> Step {
    Step {
        name: "composition",
        version: 1,
        inputs: vec![
            Input::Table("membership_org_state_year"),
            Input::Table("membership_claim_org_state_year"),
            Input::Table("regime_state_year"),
        ],
        outputs: vec![&COMPOSITION, &COMPOSITION_CLAIM, &COMPOSITION_MEMBER],
        run,
    }
}

struct Group {
    org: String,
    year: i32,
    source: String,
    states: Vec<u16>,
    members: Vec<Member>,
}

fn groups(batch: &RecordBatch) -> Result<Vec<Group>> {
    let c = Columns(batch);
    let (org, year, source, gwcode) = (c.text("org")?, c.i32("year")?, c.text("source")?, c.u16("gwcode")?);
    let regime = c.i32("v2x_regime")?;
    let (mean, low, high) = (c.f64("v2x_polyarchy")?, c.f64("v2x_polyarchy_codelow")?, c.f64("v2x_polyarchy_codehigh")?);
    let mut out: Vec<Group> = Vec::new();
    for i in 0..batch.num_rows() {
        let fresh = out.last().is_none_or(|g| g.org != org.value(i) || g.year != year.value(i) || g.source != source.value(i));
        if fresh {
            out.push(Group {
                org: org.value(i).to_owned(),
                year: year.value(i),
                source: source.value(i).to_owned(),
                states: Vec::new(),
                members: Vec::new(),
            });
        }
        if let Some(g) = out.last_mut() {
            g.states.push(gwcode.value(i));
            g.members.push(Member {
                regime: regime.at(i).and_then(|r| u8::try_from(r).ok()),
                polyarchy: mean.at(i),
                low: low.at(i),
                high: high.at(i),
            });
        }
    }
    Ok(out)
}

/// The probability only where every rated member has an interval: a category alone says nothing of its uncertainty.
fn probability(g: &Group, c: &Composition) -> Option<f64> {
    let known = g.members.iter().filter(|m| m.regime.is_some()).all(|m| m.polyarchy.is_some() && m.low.is_some() && m.high.is_some());
    c.p_majority_autocratic.filter(|_| known)
}

fn by_index(g: &Group) -> Option<bool> {
    let values: Vec<f64> = g.members.iter().filter_map(|m| m.polyarchy).collect();
    let below = values.iter().filter(|v| **v < 0.5).count();
    (!values.is_empty()).then_some(below * 2 > values.len())
}

fn run(context: &Context<'_>) -> Result<Output> {
    let select = |table: &str| {
        format!(
            "SELECT m.org, m.year, m.source, m.gwcode, r.v2x_regime, r.v2x_polyarchy, r.v2x_polyarchy_codelow, r.v2x_polyarchy_codehigh \
             FROM {table} m LEFT JOIN regime_state_year r ON r.gwcode = m.gwcode AND r.year = m.year \
             WHERE m.status = 1 ORDER BY m.org, m.year, m.source, m.gwcode"
        )
    };
    let resolved = groups(&context.sql(&select("membership_org_state_year"))?)?;
    let claimed = groups(&context.sql(&select("membership_claim_org_state_year"))?)?;
    let mut table = Rows::new(&COMPOSITION);
    let mut members = Rows::new(&COMPOSITION_MEMBER);
    for g in &resolved {
        let c = composition(&g.members);
        let (p, index) = (probability(g, &c), by_index(g));
        // with nothing but categories there is no second measure to ask
        let asked = c.majority_autocratic.filter(|_| index.is_some() || p.is_some());
        let sensitive = asked.map(|m| index.is_some_and(|i| i != m) || p.is_some_and(|p| (0.05..=0.95).contains(&p)));
        let spread = c.polyarchy;
        table.push([
            g.org.as_str().into(),
            g.year.into(),
            c.members.into(),
            c.members_rated.into(),
            c.autocracies.into(),
            c.share_autocracies.into(),
            c.majority_autocratic.into(),
            p.into(),
            spread.map(|s| s.mean).into(),
            spread.map(|s| s.min).into(),
            spread.map(|s| s.max).into(),
            spread.and_then(|s| s.sd).into(),
            index.into(),
            sensitive.into(),
            g.source.as_str().into(),
        ])?;
        for (state, others) in g.states.iter().zip(&c.without) {
            members.push([
                g.org.as_str().into(),
                (*state).into(),
                g.year.into(),
                others.share_autocracies.into(),
                others.mean_polyarchy.into(),
            ])?;
        }
    }
    let mut claims = Rows::new(&COMPOSITION_CLAIM);
    for g in &claimed {
        let c = composition(&g.members);
        claims.push([
            g.org.as_str().into(),
            g.year.into(),
            g.source.as_str().into(),
            c.members.into(),
            c.members_rated.into(),
            c.autocracies.into(),
            c.share_autocracies.into(),
            c.majority_autocratic.into(),
            Value::from(probability(g, &c)),
            c.polyarchy.map(|s| s.mean).into(),
        ])?;
    }
    Ok(Output::table(&COMPOSITION, table.finish()?).and(&COMPOSITION_CLAIM, claims.finish()?).and(&COMPOSITION_MEMBER, members.finish()?))
}
