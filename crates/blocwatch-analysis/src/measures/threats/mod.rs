//! How exposed a state is to each of the four threats (`threat_state_year`), from what ([`components`], `threat_component_state_year`,
//! `threat_component`), and which roll calls of the General Assembly name whose human rights situation (`situation_rollcall`).
//!
//! What belongs here: indices of exposure. What does not: what states do about it (`threat_response`).

pub mod components;

use std::collections::BTreeMap;

use blocwatch_core::situation;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::composite::{Pool, combine, standardise};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes};
use crate::step::{Context, Input, Output};
use components::{COMPONENTS, Component, WANTED};

const GWCODE: Column = col("gwcode", Kind::U16, "Gleditsch-Ward number", "state");
const YEAR: Column = col("year", Kind::I32, "year", "calendar year");
const THREAT: Column = col("threat", Kind::Text, "id", "opposition, stigma, conditionality or security");
const COMPONENT: Column = col("component", Kind::Text, "id", "component of the index");

/// Indices.
pub const THREAT_STATE_YEAR: TableSpec = TableSpec {
    name: "threat_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "threat"],
    columns: &[
        GWCODE,
        YEAR,
        THREAT,
        opt("value", Kind::F64, "standard deviations", "mean of the standardised components that are there; null where they are too few"),
        col("components", Kind::U32, "components", "components that are there"),
        col("made_of", Kind::Text, "-", "their ids, with commas between"),
        opt("absent", Kind::Text, "-", "why there is no value; null where there is one"),
    ],
    doc: "Exposure of states to each of the four threats: the mean of standardised components, with what it is made of. Indices of different threats have no common scale.",
};

/// Components by state-year.
pub const THREAT_COMPONENT_STATE_YEAR: TableSpec = TableSpec {
    name: "threat_component_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "component"],
    columns: &[
        GWCODE,
        YEAR,
        COMPONENT,
        THREAT,
        col("value", Kind::F64, "unit of the component", "value; 0 inside the years of the source is a zero that it could see"),
        opt(
            "standardised",
            Kind::F64,
            "standard deviations",
            "as it enters the index, counts as ln(1 + n); null where all values are equal",
        ),
        col("voice", Kind::Text, "-", "edition and version of the source; empty where it has one only"),
    ],
    doc: "What the threat indices are made of, as it was and as it enters.",
};

/// The list of components, held and wanted.
pub const THREAT_COMPONENT: TableSpec = TableSpec {
    name: "threat_component",
    unit: Unit::Entry,
    keys: &["threat", "component"],
    columns: &[
        THREAT,
        COMPONENT,
        col("doc", Kind::Text, "-", "what it is"),
        opt("unit", Kind::Text, "-", "unit of its value; null where no source gives it"),
        opt("source", Kind::Text, "source id", "who gives it; null where no source that is read does"),
        col("held", Kind::Bool, "true/false", "whether this observatory has it"),
        col("state_years", Kind::U32, "state-years", "state-years with a value"),
        opt("first_year", Kind::I32, "year", "first of them; null where there is none"),
        opt("last_year", Kind::I32, "year", "last of them; null where there is none"),
    ],
    doc: "What each threat index is made of, and what theory asks for that no source gives. An index says no more than what is held here.",
};

/// Roll calls on situations.
pub const SITUATION_ROLLCALL: TableSpec = TableSpec {
    name: "situation_rollcall",
    unit: Unit::Entry,
    keys: &["rcid", "gwcode"],
    columns: &[
        col("rcid", Kind::I32, "id", "roll call"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state whose human rights situation its title names"),
        YEAR,
        col("session", Kind::U16, "session", "session of the General Assembly"),
    ],
    doc: "Roll calls of the General Assembly whose title names the human rights situation of a state. Resolutions that pass without a vote, and those that name a territory, are not in it.",
};

const WITHOUT: &[&str] = &[
    "none",
    "mass-mobilisation",
    "mobilisation-for-democracy",
    "anti-system-movements",
    "civil-society-involvement",
    "general-assembly-situations",
    "human-rights-council-situations",
    "freedom-rating-fall",
    "political-sanctions",
    "financial-sanctions",
    "armed-conflict",
    "attempted-coup",
    "territory-not-controlled",
    "non-state-violence",
];

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "threats",
    title: "Exposure of states to the four threats",
    doc: "Autocracies are said to work together against four threats: opposition at home (mobilisation, civil society), stigma (being named \
          for abuses), conditionality (finance with political strings) and insecurity (coups, armed conflict). For each the index is the \
          mean of the components held, each turned so that more is more threat and set on one scale: counts as ln(1 + n), then standard \
          deviations from the mean of all state-years, or of those of the same year (`pool=year`). A state-year with fewer components than \
          `least` has no index, and `made_of` says which it has: an index moves when its make-up does.\n\n\
          What is held is narrower than what is meant, and `threat_component` lists both. Opposition is what V-Dem's experts say of \
          movements and civil society, not counts of protest. Stigma is what bodies of the United Nations vote on in a state's name, and \
          falls of Freedom House's rating, not reports and campaigns. **Conditionality is pressure by sanctions with political aims and on \
          finance, not dependence on conditional lenders: no held source has programmes of the Monetary Fund, the World Bank or aid.** \
          Security is armed conflict, attempted coups and loss of territory. Components are not independent of regimes: a free civil \
          society is larger, and a body where autocracies have votes names their friends less.",
    citations: &[
        "Cottiero, C. (2024). Understanding and Interrupting Modern Day Autocratic Collaboration. IFES.",
        "Coppedge, M. et al. (2025). V-Dem Codebook v15. Varieties of Democracy Project.",
        "Powell, J. M. & Thyne, C. L. (2011). Global instances of coups from 1950 to 2010. Journal of Peace Research 48(2).",
        "Gleditsch, N. P., Wallensteen, P., Eriksson, M., Sollenberg, M. & Strand, H. (2002). Armed conflict 1946-2001. Journal of Peace Research 39(5).",
        "Felbermayr, G., Kirilakha, A., Syropoulos, C., Yalcin, E. & Yotov, Y. V. (2020). The Global Sanctions Data Base. European Economic Review 129.",
    ],
    interval: "None: the components have no common measure of error. `without` shows how much one component moves the index.",
    version: 1,
    parameters: &[
        Parameter { name: "pool", takes: Takes::Choice(&["all", "year"]), doc: "State-years against which a component is standardised." },
        Parameter {
            name: "least",
            takes: Takes::Count { default: 2, least: 1, most: 4 },
            doc: "Components without which there is no index.",
        },
        Parameter { name: "without", takes: Takes::Choice(WITHOUT), doc: "Leave this component out." },
    ],
    inputs: &[
        Input::Table("state_year"),
        Input::Table("vdem_state_year"),
        Input::Table("rollcall"),
        Input::Table("hrc_resolution"),
        Input::Table("freedom_house_state_year"),
        Input::Table("sanction_case"),
        Input::Table("sanction_party"),
        Input::Table("conflict_state_year"),
        Input::Table("conflict_year"),
        Input::Knowledge("states"),
        Input::Knowledge("taxonomy.toml"),
    ],
    outputs: &[&THREAT_STATE_YEAR, &THREAT_COMPONENT_STATE_YEAR, &THREAT_COMPONENT, &SITUATION_ROLLCALL],
    run,
    example,
    variants: &[
        ("against the same year", &[("pool", "year")]),
        ("one component is enough", &[("least", "1")]),
        ("without ratings of Freedom House", &[("without", "freedom-rating-fall")]),
        ("without the extent of civil society", &[("without", "civil-society-involvement")]),
        ("without control of territory", &[("without", "territory-not-controlled")]),
    ],
    headline,
};

/// State and year.
type Key = (u16, i32);

/// The values of one component.
struct Series {
    component: &'static Component,
    values: BTreeMap<Key, (f64, String)>,
}

/// One roll call on a situation.
struct Named {
    rcid: i32,
    gwcode: u16,
    year: i32,
    session: u16,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let pool = if settings.choice("pool")? == "all" { Pool::All } else { Pool::Period };
    let (least, without) = (settings.count("least")?, settings.choice("without")?);
    let situations = situations(context)?;
    let mut series = Vec::new();
    for component in COMPONENTS {
        series.push(Series { component, values: values(context, component, &situations)? });
    }
    let mut indices = Rows::new(&THREAT_STATE_YEAR);
    let mut parts = Rows::new(&THREAT_COMPONENT_STATE_YEAR);
    for threat in &context.taxonomy()?.threat {
        let held: Vec<&Series> = series.iter().filter(|s| s.component.threat == threat.id && s.component.id != without).collect();
        index(&threat.id, &held, pool, least, &mut indices, &mut parts)?;
    }
    let mut named = Rows::new(&SITUATION_ROLLCALL);
    for n in &situations {
        named.push([n.rcid.into(), n.gwcode.into(), n.year.into(), n.session.into()])?;
    }
    Ok(Output::table(&THREAT_STATE_YEAR, indices.finish()?)
        .and(&THREAT_COMPONENT_STATE_YEAR, parts.finish()?)
        .and(&THREAT_COMPONENT, list(&series)?.finish()?)
        .and(&SITUATION_ROLLCALL, named.finish()?))
}

/// Roll calls whose title names a state's human rights situation.
fn situations(context: &Context<'_>) -> Result<Vec<Named>> {
    let batch = context.sql(
        "SELECT rcid, session, year, short, descr FROM rollcall WHERE lower(descr) LIKE '%human rights%' OR lower(short) LIKE '%human rights%' \
         ORDER BY rcid",
    )?;
    let c = Columns(&batch);
    let (rcid, session, year) = (c.i32("rcid")?, c.u16("session")?, c.i32("year")?);
    let (short, descr) = (c.text("short")?, c.text("descr")?);
    let states = context.states()?;
    let mut out = Vec::new();
    for i in 0..batch.num_rows() {
        let of = |text: Option<&str>| situation::named(text.unwrap_or(""), year.value(i), states);
        // the long title where it names anybody: the short one is cut off
        let mut all = of(descr.at(i));
        if all.is_empty() {
            all = of(short.at(i));
        }
        let mut numbers: Vec<u16> = all.iter().map(|s| s.key_at(year.value(i))).collect();
        numbers.sort_unstable();
        numbers.dedup();
        out.extend(numbers.into_iter().map(|gwcode| Named { rcid: rcid.value(i), gwcode, year: year.value(i), session: session.value(i) }));
    }
    Ok(out)
}

fn values(context: &Context<'_>, component: &Component, situations: &[Named]) -> Result<BTreeMap<Key, (f64, String)>> {
    let mut out: BTreeMap<Key, (f64, String)> = BTreeMap::new();
    if let Some(sql) = component.sql() {
        let batch = context.sql(&sql)?;
        let c = Columns(&batch);
        let (gwcode, year, value, voice) = (c.u16("gwcode")?, c.i32("year")?, c.f64("value")?, c.text("voice")?);
        for i in 0..batch.num_rows() {
            if let Some(v) = value.at(i) {
                out.insert((gwcode.value(i), year.value(i)), (v, voice.value(i).to_owned()));
            }
        }
        return Ok(out);
    }
    let batch = context.sql(
        "SELECT gwcode, year FROM state_year WHERE year BETWEEN (SELECT min(year) FROM rollcall) AND (SELECT max(year) FROM rollcall)",
    )?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    for i in 0..batch.num_rows() {
        out.insert((gwcode.value(i), year.value(i)), (0.0, String::new()));
    }
    for n in situations {
        out.entry((n.gwcode, n.year)).or_default().0 += 1.0;
    }
    Ok(out)
}

/// One index and its components.
fn index(threat: &str, held: &[&Series], pool: Pool, least: u32, indices: &mut Rows, parts: &mut Rows) -> Result<()> {
    let keys: Vec<Key> =
        held.iter().flat_map(|s| s.values.keys().copied()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let years: Vec<i32> = keys.iter().map(|k| k.1).collect();
    let mut standardised = Vec::new();
    for s in held {
        let enters = |v: f64| if s.component.count { v.ln_1p() } else { v };
        let values: Vec<Option<f64>> = keys.iter().map(|k| s.values.get(k).map(|v| enters(v.0))).collect();
        let z = standardise(&values, &years, pool);
        for (key, z) in keys.iter().zip(&z) {
            let Some((value, voice)) = s.values.get(key) else { continue };
            parts.push([
                key.0.into(),
                key.1.into(),
                s.component.id.into(),
                threat.into(),
                (*value).into(),
                (*z).into(),
                voice.as_str().into(),
            ])?;
        }
        standardised.push(z);
    }
    for (i, (key, c)) in keys.iter().zip(combine(&standardised, least as usize)).enumerate() {
        let there: Vec<&str> = held.iter().zip(&standardised).filter(|(_, z)| z[i].is_some()).map(|(s, _)| s.component.id).collect();
        let absent = c.value.is_none().then(|| format!("{} of at least {least} components", c.components));
        indices.push([
            key.0.into(),
            key.1.into(),
            threat.into(),
            c.value.into(),
            c.components.into(),
            there.join(", ").into(),
            absent.into(),
        ])?;
    }
    Ok(())
}

fn list(series: &[Series]) -> Result<Rows> {
    let mut table = Rows::new(&THREAT_COMPONENT);
    for Series { component, values } in series {
        let years = || values.keys().map(|k| k.1);
        table.push([
            component.threat.into(),
            component.id.into(),
            component.doc.into(),
            component.unit.into(),
            component.source.into(),
            (!values.is_empty()).into(),
            u32::try_from(values.len()).unwrap_or(u32::MAX).into(),
            years().min().into(),
            years().max().into(),
        ])?;
    }
    for (threat, id, doc) in WANTED {
        table.push([
            (*threat).into(),
            (*id).into(),
            (*doc).into(),
            None::<&str>.into(),
            None::<&str>.into(),
            false.into(),
            0_u32.into(),
            None::<i32>.into(),
            None::<i32>.into(),
        ])?;
    }
    Ok(table)
}

/// How many state-years have an index, and its mean in three spans of years.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(THREAT_STATE_YEAR.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (threat, year, value) = (c.text("threat")?, c.i32("year")?, c.f64("value")?);
    let mut of: BTreeMap<&str, Vec<(i32, f64)>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let all = of.entry(threat.value(i)).or_default();
        all.extend(value.at(i).map(|v| (year.value(i), v)));
    }
    let mut out = Vec::new();
    for (threat, values) in of {
        out.push(Headline::run(format!("{threat}: state-years with an index"), Some(values.len() as f64)));
        for (from, to) in [(1975, 1989), (1990, 2004), (2005, 2021)] {
            let here: Vec<f64> = values.iter().filter(|(y, _)| (from..=to).contains(y)).map(|(_, v)| *v).collect();
            let mean = (!here.is_empty()).then(|| here.iter().sum::<f64>() / here.len() as f64);
            out.push(Headline::run(format!("{threat}: mean index {from}-{to}"), mean));
        }
    }
    Ok(out)
}

fn example() -> Result<String> {
    let years = [2000; 4];
    let conflict = standardise(&[Some(0.0), Some(0.0), Some(1.0), Some(2.0)], &years, Pool::All);
    let coup = standardise(&[Some(0.0), Some(0.0), Some(0.0), Some(1.0)], &years, Pool::All);
    let lost = standardise(&[None, Some(0.0), Some(10.0), Some(40.0)], &years, Pool::All);
    let c = combine(&[conflict, coup, lost], 3);
    Ok(format!(
        "Four states in one year: armed conflict of intensity 0, 0, 1 and 2; an attempted coup in the fourth; no control over 0, 10 and 40 \
         percent of the territory of the second to fourth, and no estimate for the first. Standardised and averaged with `least=3`, the \
         index of security is {:.2}, {:.2} and {:.2} for the second to fourth; the first has {} of 3 components, so it has no value.",
        c[1].value.unwrap_or(f64::NAN),
        c[2].value.unwrap_or(f64::NAN),
        c[3].value.unwrap_or(f64::NAN),
        c[0].components,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_can_be_left_out() {
        let ids: Vec<&str> = std::iter::once("none").chain(COMPONENTS.iter().map(|c| c.id)).collect();
        assert_eq!(WITHOUT, ids);
    }
}
