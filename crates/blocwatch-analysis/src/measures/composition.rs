//! Composition of organisations by regime (METHODS, section 2): `composition_org_year`, the same for each source's membership
//! (`composition_claim_org_year`), and each member's company without itself (`composition_org_state_year`).
//!
//! Microstates that the regime measure does not rate are members and never in a share. `p_majority_autocratic` lets polyarchy vary within
//! its 68 % interval, independently between members; it is null where any rated member has no interval (the starter spells have none)
//! and under regime measures that have none.

use arrow::array::RecordBatch;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::composition::{Composition, Majority, Member, Rule, composition};

use crate::error::Result;
use crate::frame::{At, Columns, Rows, Value};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};
use crate::steps::regime_measure::RegimeRule;

const MEMBERS: Column = col("members", Kind::U32, "states", "full members");
const RATED: Column = col("members_rated", Kind::U32, "states", "full members that the regime measure rates: the denominator of shares");
const AUTOCRACIES: Column = col("autocracies", Kind::U32, "states", "autocracies among them (by default closed and electoral)");
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

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "composition",
    title: "Organisations by the regimes of their members",
    doc: "For every organisation and year: how many full members there are, how many of them the regime measure rates, how many of those \
          are autocracies, and whether they are the majority. A majority is strict; with `majority=two-thirds` it is two thirds or more, \
          which some call a club. Beside the share stand the mean and the spread of polyarchy, and for each member the same without \
          itself: in a regression that explains a member's regime, a mean that contains it would predict the outcome by itself.\n\n\
          Members that are not rated count as members and never in a share; nothing is imputed. Every member counts as one: no \
          table held has income, capabilities or budget shares by which members could be weighted. The members are those of the casebook's \
          dated spells, then of COW IGO; `composition_claim_org_year` has each source's own list. Formal membership is not \
          participation, and suspended members stay members in COW IGO.",
    citations: &[
        "Pevehouse, J. C. (2002). Democracy from the Outside-In? International Organizations and Democratization. International Organization 56(3).",
        "Debre, M. J. (2022). Clubs of autocrats: Regional organizations and authoritarian survival. The Review of International Organizations 17.",
        "Lührmann, A., Tannenberg, M. & Lindberg, S. I. (2018). Regimes of the World (RoW). Politics and Governance 6(1).",
    ],
    interval: "p_majority_autocratic: probability of the majority when each member's polyarchy varies within its 68 % interval, members \
               independent of each other. Coders' errors lean the same way, so the truth is less sure than it says.",
    version: 2,
    parameters: &[
        REGIME,
        Parameter { name: "majority", takes: Takes::Choice(&["half", "two-thirds"]), doc: "What makes an organisation autocratic." },
    ],
    inputs: &[
        Input::Table("membership_org_state_year"),
        Input::Table("membership_claim_org_state_year"),
        Input::Table("regime_state_year"),
        Input::Table("regime_measure_state_year"),
    ],
    outputs: &[&COMPOSITION, &COMPOSITION_CLAIM, &COMPOSITION_MEMBER],
    run,
    example,
    variants: &[
        ("two thirds instead of half", &[("majority", "two-thirds")]),
        ("closed autocracies only", &[("regime", "row:1")]),
        ("polyarchy below 0.4", &[("regime", "polyarchy:0.4")]),
        ("polyarchy below 0.5", &[("regime", "polyarchy")]),
        ("polyarchy below 0.6", &[("regime", "polyarchy:0.6")]),
    ],
    headline,
};

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
    let autocracy = c.bool("autocracy")?;
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
            g.members.push(Member { autocracy: autocracy.at(i), polyarchy: mean.at(i), low: low.at(i), high: high.at(i) });
        }
    }
    Ok(out)
}

/// The line in polyarchy that a regime measure can be held against: its own cut, or the one that the categories rest on.
fn line(regime: RegimeRule) -> Option<f64> {
    match regime.measure.id {
        "polyarchy" => Some(regime.cut),
        // closed autocracies only: no line in polyarchy parts them from the others
        "row" if regime.cut > 1.0 => Some(0.5),
        _ => None,
    }
}

/// The probability only where every rated member has an interval: a category alone says nothing of its uncertainty.
fn probability(g: &Group, c: &Composition, line: Option<f64>) -> Option<f64> {
    line?;
    let known = g.members.iter().filter(|m| m.autocracy.is_some()).all(|m| m.polyarchy.is_some() && m.low.is_some() && m.high.is_some());
    c.p_majority_autocratic.filter(|_| known)
}

fn by_index(g: &Group) -> Option<bool> {
    let values: Vec<f64> = g.members.iter().filter_map(|m| m.polyarchy).collect();
    let below = values.iter().filter(|v| **v < 0.5).count();
    (!values.is_empty()).then_some(below * 2 > values.len())
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let regime = settings.regime()?;
    let line = line(regime);
    let rule = Rule {
        majority: if settings.choice("majority")? == "half" { Majority::Half } else { Majority::TwoThirds },
        line: line.unwrap_or(regime.cut),
    };
    let select = |table: &str| {
        format!(
            "SELECT m.org, m.year, m.source, m.gwcode, a.autocracy, r.v2x_polyarchy, r.v2x_polyarchy_codelow, r.v2x_polyarchy_codehigh \
             FROM {table} m LEFT JOIN regime_state_year r ON r.gwcode = m.gwcode AND r.year = m.year \
             LEFT JOIN ({}) a ON a.gwcode = m.gwcode AND a.year = m.year \
             WHERE m.status = 1 ORDER BY m.org, m.year, m.source, m.gwcode",
            regime.sql()
        )
    };
    let resolved = groups(&context.sql(&select("membership_org_state_year"))?)?;
    let claimed = groups(&context.sql(&select("membership_claim_org_state_year"))?)?;
    let mut table = Rows::new(&COMPOSITION);
    let mut members = Rows::new(&COMPOSITION_MEMBER);
    for g in &resolved {
        let c = composition(&g.members, rule);
        let (p, index) = (probability(g, &c, line), by_index(g));
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
        let c = composition(&g.members, rule);
        claims.push([
            g.org.as_str().into(),
            g.year.into(),
            g.source.as_str().into(),
            c.members.into(),
            c.members_rated.into(),
            c.autocracies.into(),
            c.share_autocracies.into(),
            c.majority_autocratic.into(),
            Value::from(probability(g, &c, line)),
            c.polyarchy.map(|s| s.mean).into(),
        ])?;
    }
    Ok(Output::table(&COMPOSITION, table.finish()?).and(&COMPOSITION_CLAIM, claims.finish()?).and(&COMPOSITION_MEMBER, members.finish()?))
}

/// Organisations with an autocratic majority in three periods, and whether some much discussed ones have it, in years in which at least half
/// of an organisation's members are rated.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(COMPOSITION.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (org, year, majority) = (c.text("org")?, c.i32("year")?, c.bool("majority_autocratic")?);
    let (members, rated) = (c.u32("members")?, c.u32("members_rated")?);
    let told = || (0..batch.num_rows()).filter(|i| 2 * rated.value(*i) >= members.value(*i)).filter_map(|i| Some((i, majority.at(i)?)));
    let share = |from: i32, to: i32| {
        let (mut n, mut yes) = (0_u32, 0_u32);
        for (_, m) in told().filter(|(i, _)| (from..=to).contains(&year.value(*i))) {
            n += 1;
            yes += u32::from(m);
        }
        (n > 0).then(|| f64::from(yes) / f64::from(n))
    };
    let periods = [(1946, 1989), (1990, 2009), (2010, 2024)].into_iter();
    let shares =
        periods.map(|(a, b)| Headline::run(format!("share of organisation-years with an autocratic majority, {a}-{b}"), share(a, b)));
    let asked = ["SCO", "CSTO", "EAEU", "CIS", "GCC", "ASEAN"].into_iter().map(|asked| {
        let years = told().filter(|(i, _)| org.value(*i) == asked).map(|(i, m)| (year.value(i), f64::from(u8::from(m))));
        Headline::years(format!("{asked} has an autocratic majority (1 yes)"), years)
    });
    Ok(shares.chain(asked).collect())
}

fn example() -> Result<String> {
    let member = |autocracy, polyarchy: f64| Member {
        autocracy: Some(autocracy),
        polyarchy: Some(polyarchy),
        low: Some(polyarchy - 0.05),
        high: Some(polyarchy + 0.05),
    };
    let members = [member(true, 0.20), member(true, 0.48), member(false, 0.55), Member::default()];
    let c = composition(&members, Rule::default());
    let spread = c.polyarchy.map_or(0.0, |s| s.mean);
    Ok(format!(
        "Four members: polyarchy 0.20 and 0.48 (autocracies), 0.55 (a democracy), each with an interval of 0.05 to either side, and one \
         that is not rated. Then members = {}, members_rated = {}, autocracies = {}, share_autocracies = {:.3}, majority_autocratic = {}, \
         mean_polyarchy = {spread:.3}. The second member lies close to the line and the third not far above it, so \
         p_majority_autocratic = {:.3}. Without the first member the share of autocracies is {:.3}.",
        c.members,
        c.members_rated,
        c.autocracies,
        c.share_autocracies.unwrap_or(f64::NAN),
        c.majority_autocratic.unwrap_or(false),
        c.p_majority_autocratic.unwrap_or(f64::NAN),
        c.without[0].share_autocracies.unwrap_or(f64::NAN),
    ))
}
