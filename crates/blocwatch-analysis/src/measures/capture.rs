//! Organisations over their life: whether they are alive, and how far autocracies have come in bodies that democracies founded:
//! `vitality_org_year`, `capture_org_year`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::{Headline, Measure, REGIME, Settings};
use crate::step::{Context, Input, Output};

/// Life of organisations.
pub const VITALITY: TableSpec = TableSpec {
    name: "vitality_org_year",
    unit: Unit::OrgYear,
    keys: &["org", "year"],
    columns: &[
        col("org", Kind::Text, "id", "organisation of COW IGO"),
        col("year", Kind::I32, "year", "calendar year"),
        col("vitality", Kind::Text, "alive, dead, replaced or integrated", "what COW IGO says of it in the year"),
        col("members", Kind::U32, "states", "full members"),
        opt("change_5y", Kind::I32, "states", "full members less those of five years before; null in its first five years"),
        opt(
            "zombie",
            Kind::Bool,
            "true/false",
            "alive in name only; null throughout, since no source that is held records what organisations do",
        ),
    ],
    doc: "Whether COW IGO has an organisation as alive, and how its membership moved. Whether a living organisation works (active or zombie) is in no source that is held.",
};

/// Autocracies in bodies of democratic or mixed origin.
pub const CAPTURE: TableSpec = TableSpec {
    name: "capture_org_year",
    unit: Unit::OrgYear,
    keys: &["org", "year"],
    columns: &[
        col("org", Kind::Text, "id", "organisation that the casebook says is of democratic or mixed origin"),
        col("year", Kind::I32, "year", "calendar year"),
        col("origin", Kind::Text, "democratic or mixed", "origin by the casebook"),
        opt(
            "members_rated",
            Kind::U32,
            "states",
            "full members that the regime measure rates; null where no list of members is held for the year",
        ),
        opt(
            "seats_from",
            Kind::Text,
            "members or recorded-votes",
            "whether seats are those of a list of members, or of the states that took a position in a recorded vote of the year; null as members_rated",
        ),
        opt("autocracies", Kind::U32, "states", "autocracies among them; null as members_rated"),
        opt("share_autocracies", Kind::F64, "share 0-1", "autocracies / members_rated; null if none is rated"),
        opt("share_at_start", Kind::F64, "share 0-1", "the same in the first year with a rated member; null if there is none"),
        opt("change", Kind::F64, "share points", "share_autocracies less share_at_start; null if either is"),
        col(
            "cases",
            Kind::U32,
            "cases",
            "coded cases up to the year in which the organisation was the venue of a capture tactic; counts what is coded",
        ),
    ],
    doc: "Share of seats held by autocracies in bodies of democratic or mixed origin, and the coded cases of capture in them. Offices within a body are known from cases only.",
};

/// Tactics by which a body is turned against its purpose.
pub(crate) const CAPTURE_TACTICS: &str = "'committee-capture', 'agenda-blocking', 'access-blocking', 'technical-norms', 'bloc-voting'";

/// Who sits in the Human Rights Council, by year, as far as recorded votes show it.
const ELECTED: &str = "SELECT DISTINCT 'UNHRC' AS org, gwcode, year, 'recorded-votes' AS seats_from FROM hrc_position \
                       WHERE body LIKE '%Human Rights Council%'";

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "capture",
    title: "Capture of bodies of democratic origin, and the life of organisations",
    doc: "For bodies that the casebook says are of democratic or mixed origin: the share of full members that are autocracies, its change \
          since the first rated year, and how many coded cases up to the year have the body as the venue of a tactic of capture \
          (committee-capture, agenda-blocking, access-blocking, technical-norms, bloc-voting). A rising share is a changed membership, not \
          yet a changed purpose; cases say what was coded, not how often it happens. The Human Rights Council elects its \
          members and has no dated list here: its seats are those states that took a position in a recorded vote of the year, where a file \
          of positions is held (to 2012 terms ended in June, so that a year has more states than seats); where none is held the share is \
          null. Offices within a body are known from cases only.\n\n\
          The second table says what COW IGO says of the life of every organisation (alive, dead, replaced, integrated) and how its \
          membership moved in five years. It cannot tell an active organisation from a zombie (Gray 2018): that takes records of staff, \
          meetings and output that no held source has, so the column is null.",
    citations: &[
        "Gray, J. (2018). Life, death, or zombie? The vitality of international organizations. International Studies Quarterly 62(1).",
        "Cottiero, C. (2024). Understanding and interrupting authoritarian collaboration.",
    ],
    interval: "None: counts of recorded members and of coded cases; see composition for the probability of a majority.",
    version: 2,
    parameters: &[REGIME],
    inputs: &[
        Input::Table("organisation"),
        Input::Table("membership_org_state_year"),
        Input::Table("regime_measure_state_year"),
        Input::Table("case"),
        Input::Table("case_party"),
        Input::Table("igo_year"),
        Input::Table("membership_claim_org_state_year"),
        Input::Table("hrc_position"),
    ],
    outputs: &[&CAPTURE, &VITALITY],
    run,
    example,
    variants: &[("closed autocracies only", &[("regime", "row:1")])],
    headline,
};

/// Share of autocracies among rated members; `None` if none is rated.
fn share(autocracies: u32, rated: u32) -> Option<f64> {
    (rated > 0).then(|| f64::from(autocracies) / f64::from(rated))
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let seats = context.sql(&format!(
        "SELECT o.org, o.origin, m.year, max(m.seats_from) AS seats_from, CAST(count(a.autocracy) AS INT UNSIGNED) AS rated, \
         CAST(count(CASE WHEN a.autocracy THEN 1 END) AS INT UNSIGNED) AS autocracies FROM organisation o \
         JOIN (SELECT org, gwcode, year, 'members' AS seats_from FROM membership_org_state_year WHERE status = 1 UNION ALL {ELECTED}) m \
         ON m.org = o.org \
         LEFT JOIN ({}) a ON a.gwcode = m.gwcode AND a.year = m.year \
         WHERE o.origin IN ('democratic', 'mixed') GROUP BY o.org, o.origin, m.year ORDER BY o.org, m.year",
        settings.regime()?.sql()
    ))?;
    let cases = context.sql(&format!(
        "SELECT o.org, o.origin, c.case_id, c.year_from AS year FROM \"case\" c JOIN case_party p ON p.case_id = c.case_id AND p.role = 'venue' \
         AND p.actor_kind = 'organisation' JOIN organisation o ON o.org = p.actor WHERE c.kind = 'collaboration' \
         AND c.tactic IN ({CAPTURE_TACTICS}) AND c.year_from IS NOT NULL AND o.origin IN ('democratic', 'mixed') ORDER BY o.org, c.year_from"
    ))?;
    let c = Columns(&seats);
    let (org, origin, year) = (c.text("org")?, c.text("origin")?, c.i32("year")?);
    let (rated, autocracies, from) = (c.u32("rated")?, c.u32("autocracies")?, c.text("seats_from")?);
    let mut rows: BTreeMap<(String, i32), (String, Option<(u32, u32, &str)>)> = BTreeMap::new();
    for i in 0..seats.num_rows() {
        let counts = Some((rated.value(i), autocracies.value(i), from.value(i)));
        rows.insert((org.value(i).to_owned(), year.value(i)), (origin.value(i).to_owned(), counts));
    }
    let c = Columns(&cases);
    let (org, origin, year) = (c.text("org")?, c.text("origin")?, c.i32("year")?);
    let mut dated: BTreeMap<String, Vec<i32>> = BTreeMap::new();
    for i in 0..cases.num_rows() {
        dated.entry(org.value(i).to_owned()).or_default().push(year.value(i));
        rows.entry((org.value(i).to_owned(), year.value(i))).or_insert_with(|| (origin.value(i).to_owned(), None));
    }
    let mut capture = Rows::new(&CAPTURE);
    let mut start: (String, Option<f64>) = (String::new(), None);
    for ((org, year), (origin, counts)) in &rows {
        let now = counts.and_then(|(rated, autocracies, _)| share(autocracies, rated));
        if start.0 != *org {
            start = (org.clone(), None);
        }
        start.1 = start.1.or(now);
        let so_far = dated.get(org).map_or(0, |y| y.iter().filter(|c| *c <= year).count());
        capture.push([
            org.as_str().into(),
            (*year).into(),
            origin.as_str().into(),
            counts.map(|c| c.0).into(),
            counts.map(|c| c.2).into(),
            counts.map(|c| c.1).into(),
            now.into(),
            start.1.into(),
            now.zip(start.1).map(|(n, s)| n - s).into(),
            u32::try_from(so_far).unwrap_or(u32::MAX).into(),
        ])?;
    }
    Ok(Output::table(&CAPTURE, capture.finish()?).and(&VITALITY, vitality(context)?))
}

fn vitality(context: &Context<'_>) -> Result<arrow::array::RecordBatch> {
    let batch = context.sql(
        "SELECT o.org, y.year, max(y.dead) AS dead, max(y.replaced) AS replaced, max(y.integrated) AS integrated FROM igo_year y \
         JOIN organisation o ON coalesce(o.cow_igo, o.org) = y.org GROUP BY o.org, y.year ORDER BY o.org, y.year",
    )?;
    let members = context.sql(
        "SELECT org, year, CAST(count(*) AS INT UNSIGNED) AS members FROM membership_claim_org_state_year WHERE source = 'cow_igo' AND status = 1 \
         GROUP BY org, year",
    )?;
    let c = Columns(&members);
    let (org, year, n) = (c.text("org")?, c.i32("year")?, c.u32("members")?);
    let counts: BTreeMap<(&str, i32), u32> = (0..members.num_rows()).map(|i| ((org.value(i), year.value(i)), n.value(i))).collect();
    let c = Columns(&batch);
    let (org, year) = (c.text("org")?, c.i32("year")?);
    let (dead, replaced, integrated) = (c.i32("dead")?, c.i32("replaced")?, c.i32("integrated")?);
    let mut table = Rows::new(&VITALITY);
    for i in 0..batch.num_rows() {
        let (org, year) = (org.value(i), year.value(i));
        let state = if replaced.at(i) == Some(1) {
            "replaced"
        } else if integrated.at(i) == Some(1) {
            "integrated"
        } else if dead.at(i) == Some(1) {
            "dead"
        } else {
            "alive"
        };
        let at = |y: i32| counts.get(&(org, y)).copied();
        let now = at(year).unwrap_or(0);
        let change = at(year - 5).map(|before| i64::from(now) - i64::from(before)).and_then(|d| i32::try_from(d).ok());
        table.push([org.into(), year.into(), state.into(), now.into(), change.into(), Option::<bool>::None.into()])?;
    }
    table.finish()
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(CAPTURE.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (org, year, rated, now) = (c.text("org")?, c.i32("year")?, c.u32("members_rated")?, c.f64("share_autocracies")?);
    let mut of: BTreeMap<&str, Vec<(i32, u32, Option<f64>)>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let years = of.entry(org.value(i)).or_default();
        years.extend(rated.at(i).map(|rated| (year.value(i), rated, now.at(i))));
    }
    Ok(of.into_iter().map(|(org, years)| Headline::rated(format!("share of autocracies in {org}"), years.into_iter())).collect())
}

fn example() -> Result<String> {
    let (first, last) = (share(5, 20), share(12, 24));
    Ok(format!(
        "A body founded by democracies had 20 rated members in its first year, 5 of them autocracies: share_at_start = {:.2}. Later it has \
         24 rated members, 12 of them autocracies: share_autocracies = {:.2}, change = {:.2}. Two coded cases up to that year have it as the \
         venue of a blocked agenda: cases = 2. A body with no rated member has no share: {:?}.",
        first.unwrap_or(f64::NAN),
        last.unwrap_or(f64::NAN),
        last.zip(first).map_or(f64::NAN, |(l, f)| l - f),
        share(0, 0)
    ))
}
