//! Similarity of votes: agreement, S, kappa and pi of every pair of states in every session, over all roll calls and by issue area
//! (METHODS, section 3): `agreement_dyad_session`, `agreement_dyad_session_issue`.
//!
//! Exact agreement for recognition; S (Signorino & Ritter 1999), Scott's pi and Cohen's kappa (Häge 2011) beside it, because raw agreement
//! takes a one-sided agenda for alignment. Rank by kappa; leave out pairs with fewer than 10 common votes.

pub(crate) mod ballots;

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Builder, Int32Array, RecordBatch, StringArray, UInt16Array, UInt32Array};
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_sources::ballots::{Ballots, ISSUES};
use blocwatch_stats::agreement::{Agreement, SessionVotes, session};
use blocwatch_stats::votes::SessionPair;

use self::ballots::{Choice, Record};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes};
use crate::step::{Context, Output};

const ONE: Column = col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state with the lower number");
const TWO: Column = col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state with the higher number");
const SESSION: Column = col("session", Kind::U16, "session", "session of the General Assembly");
const SESSION_YEAR: Column = col("year", Kind::I32, "year", "session + 1945: the calendar year in which the session opens");
const ROLLCALLS: Column = col("rollcalls", Kind::U32, "roll calls", "roll calls on which both voted yes, no or abstain");
const AGREEMENT_SHARE: Column = opt("agreement", Kind::F64, "share 0-1", "share of them with the same vote; null as reason says");
const S: Column = opt("s", Kind::F64, "-1 to 1", "Signorino-Ritter S, squared distance unless set otherwise; null as reason says");
const KAPPA: Column = opt(
    "kappa",
    Kind::F64,
    "at most 1",
    "chance-corrected agreement by the two margins (Cohen, squared distance unless set otherwise); null as reason says",
);
const PI: Column = opt("pi", Kind::F64, "at most 1", "chance-corrected agreement by the pooled margin (Scott); null as reason says");
const REASON: Column = opt(
    "reason",
    Kind::Text,
    "-",
    "why a value is null: zero_expected_disagreement (both cast one and the same vote throughout, so nothing is left to correct; kappa and \
     pi only), below_minimum (fewer common roll calls than were asked for), no_overlap (never on the same roll call); null where all are \
     there",
);

/// The table.
pub const AGREEMENT: TableSpec = TableSpec {
    name: "agreement_dyad_session",
    unit: Unit::UndirectedDyadSession,
    keys: &["gwcode1", "gwcode2", "session"],
    columns: &[
        ONE,
        TWO,
        SESSION,
        SESSION_YEAR,
        ROLLCALLS,
        AGREEMENT_SHARE,
        S,
        KAPPA,
        PI,
        col("in_system", Kind::Bool, "true/false", "whether both are in the Gleditsch-Ward system throughout their votes"),
        REASON,
    ],
    doc: "Similarity of votes in the UN General Assembly, for pairs with at least one common roll call. Contested votes only; absence is left out.",
};

/// The same by issue area.
pub const AGREEMENT_ISSUE: TableSpec = TableSpec {
    name: "agreement_dyad_session_issue",
    unit: Unit::UndirectedDyadSession,
    keys: &["issue", "gwcode1", "gwcode2", "session"],
    columns: &[
        col("issue", Kind::Text, "code", "issue area: co, di, ec, hr, me or nu; a roll call can have several or none"),
        ONE,
        TWO,
        SESSION,
        ROLLCALLS,
        AGREEMENT_SHARE,
        S,
        KAPPA,
        PI,
        REASON,
    ],
    doc: "Similarity of votes by issue area, for pairs with enough common roll calls on it in the session (10 unless set otherwise).",
};

const DISTANCE: Parameter = Parameter {
    name: "distance",
    takes: Takes::Choice(&["squared", "absolute"]),
    doc: "Distance between two votes: from yes to no it is four times, or twice, that to an abstention. S, kappa and pi depend on it.",
};
const MINIMUM: Parameter = Parameter {
    name: "minimum",
    takes: Takes::Count { default: 1, least: 1, most: 1000 },
    doc: "Common roll calls below which a pair's values are null, with the reason below_minimum.",
};
const EMPTY: Parameter = Parameter {
    name: "empty",
    takes: Takes::Flag(false),
    doc: "Whether pairs that both voted in a session but never on the same roll call are listed, with the reason no_overlap.",
};
const ISSUE_MINIMUM: Parameter = Parameter {
    name: "issue_minimum",
    takes: Takes::Count { default: 10, least: 1, most: 1000 },
    doc: "Common roll calls on an issue area below which a pair is left out of the table by issue area.",
};
const ISSUE_SINCE: Parameter = Parameter {
    name: "issue_since",
    takes: Takes::Count { default: 45, least: 1, most: 255 },
    doc: "First session of the table by issue area (45 opened in 1990); `issue` gives one area in all sessions.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "similarity",
    title: "Similarity of votes in the General Assembly",
    doc: "For every pair of states and every session, over the roll calls on which both voted yes, no or abstain (an abstention lies halfway, \
          an absence is no vote): the share with the same vote, S, kappa and pi. S is 1 minus twice the mean distance over the greatest \
          distance. Kappa and pi are 1 minus the mean distance over the distance expected by chance, from the two states' own shares of yes, \
          abstain and no (kappa) or from their pooled shares (pi).\n\n\
          Why it matters: most of the agenda is carried by large majorities, so that two states that vote yes on most of it agree on most of \
          it, whatever ties them. In 1991 Russia and China had an S of .75 and a kappa of -.07: S would have sold noise as alignment. Kappa is \
          therefore what findings and briefs use, and pi the stricter check: it also counts it as disagreement that one of the two votes yes \
          more readily than the other.\n\n\
          What it does not say. Most resolutions pass without a vote, so this is similarity over what was contested; the agenda changes from \
          session to session, and with it every value, which is why changes of a pair should be read beside the mean of all pairs. Under ten \
          common roll calls a value is noise. Editions differ: the library's holds adopted resolutions only, the others failed drafts, \
          paragraphs and amendments too, so a step between sessions 74 and 75 can be one of what is recorded.\n\n\
          Seats and states. Votes carry the Gleditsch-Ward number of the seat on the day, so Germany is 260 before and after 1990 and Yemen \
          678 before and after unification, where Correlates of War numbers change within a session; the Soviet seat is 365. Ukraine and \
          Belarus before 1991 and India in 1946 are in the table and have in_system = false; `seats=states` leaves them out, with the votes \
          recorded for the People's Republic of China before 15 November 1971. A seat that changes its number during a session (Serbia in June 2006) counts under \
          the number with which the session opened.\n\n\
          `blocwatch measure similarity --from VOTES ROLLCALLS -o FILE` computes the same straight from a publisher's files, without an \
          observatory.",
    citations: &[
        "Signorino, C. S. & Ritter, J. M. (1999). Tau-b or not tau-b: Measuring the similarity of foreign policy positions. International Studies Quarterly 43(1).",
        "Häge, F. M. (2011). Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement. Political Analysis 19(3).",
        "Cohen, J. (1968). Weighted kappa: Nominal scale agreement with provision for scaled disagreement or partial credit. Psychological Bulletin 70(4).",
        "Scott, W. A. (1955). Reliability of content analysis: The case of nominal scale coding. Public Opinion Quarterly 19(3).",
        "Häge, F. & Hug, S. (2016). Consensus decisions and similarity measures in international organizations. International Interactions 42(3).",
        "Bailey, M. A., Strezhnev, A. & Voeten, E. (2017). Estimating dynamic state preferences from United Nations voting data. Journal of Conflict Resolution 61(2).",
    ],
    interval: "None: within a session all roll calls are there, so nothing is sampled; what varies is the agenda. Compare three-session means \
               and the absolute distance (`distance=absolute`), and see trend for change points.",
    version: 2,
    parameters: &[
        DISTANCE,
        ballots::UNANIMOUS,
        ballots::IMPORTANT,
        ballots::PARTS,
        ballots::ISSUE,
        ballots::ABSENT_AS,
        ballots::SEATS,
        MINIMUM,
        EMPTY,
        ISSUE_MINIMUM,
        ISSUE_SINCE,
    ],
    inputs: &ballots::INPUTS,
    outputs: &[&AGREEMENT, &AGREEMENT_ISSUE],
    run,
    example,
    variants: &[
        ("absolute distance", &[("distance", "absolute")]),
        ("without unanimous roll calls", &[("unanimous", "no")]),
        ("important votes only", &[("important", "yes")]),
        ("without paragraphs and amendments", &[("parts", "no")]),
        ("human rights only", &[("issue", "hr")]),
        ("absence as abstention", &[("absent", "abstain")]),
    ],
    headline,
};

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let held = ballots::from_tables(context)?;
    let whole = overall(&held, settings)?;
    let issues = by_issue(&held, settings)?;
    Ok(Output::table(&AGREEMENT, concat_batches(&blocwatch_engine::table::schema(&AGREEMENT), &whole)?).and(&AGREEMENT_ISSUE, issues))
}

/// `agreement_dyad_session` from votes in memory, in parts that follow each other in the order of the table.
///
/// # Errors
/// Parts that do not fit the declared table, which would be a defect.
pub fn overall(held: &Ballots, settings: &Settings) -> Result<Vec<RecordBatch>> {
    let record = ballots::record(held, Choice::of(settings)?);
    let values = Values::of(settings)?;
    let empty = settings.flag(EMPTY.name)?;
    let schema = blocwatch_engine::table::schema(&AGREEMENT);
    let add = |rows: &mut Rows, pairs: &[SessionPair]| {
        pairs.iter().filter(|p| empty || p.similarity.is_some()).for_each(|p| rows.push(p, &record, values));
    };
    let parts = record.votes.by_first(Rows::default, add, |rows| rows.batch(&schema, true));
    let mut out = parts.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>>>()?;
    if out.is_empty() {
        out.push(RecordBatch::new_empty(schema));
    }
    Ok(out)
}

/// `agreement_dyad_session_issue` from votes in memory.
///
/// # Errors
/// As [`overall`].
pub fn by_issue(held: &Ballots, settings: &Settings) -> Result<RecordBatch> {
    let (least, since) = (settings.count(ISSUE_MINIMUM.name)?, settings.count(ISSUE_SINCE.name)?);
    let (choice, values) = (Choice::of(settings)?, Values::of(settings)?);
    let schema = blocwatch_engine::table::schema(&AGREEMENT_ISSUE);
    let without: SchemaRef = Arc::new(schema.project(&(1..schema.fields().len()).collect::<Vec<_>>())?);
    let mut all: Vec<RecordBatch> = Vec::new();
    let asked = |issue: &usize| choice.issue.is_none_or(|i| i == *issue);
    for issue in ballots::issues(held).into_iter().filter(asked) {
        let record = ballots::record(held, Choice { issue: Some(issue), ..choice });
        let kept = |p: &&SessionPair| {
            u32::from(record.sessions[p.session as usize]) >= since && p.similarity.is_some_and(|s| s.rollcalls >= least)
        };
        let add = |rows: &mut Rows, pairs: &[SessionPair]| pairs.iter().filter(kept).for_each(|p| rows.push(p, &record, values));
        let parts = record.votes.by_first(Rows::default, add, |rows| rows.batch(&without, false));
        for part in parts.into_iter().filter_map(Result::transpose) {
            let part = part?;
            let code: ArrayRef = Arc::new(StringArray::from_iter_values(std::iter::repeat_n(ISSUES[issue], part.num_rows())));
            let columns = std::iter::once(code).chain(part.columns().iter().cloned()).collect();
            all.push(RecordBatch::try_new(Arc::clone(&schema), columns)?);
        }
    }
    Ok(concat_batches(&schema, &all)?)
}

/// Which values a pair has.
#[derive(Clone, Copy)]
struct Values {
    squared: bool,
    minimum: u32,
}

impl Values {
    fn of(settings: &Settings) -> Result<Self> {
        Ok(Self { squared: settings.choice(DISTANCE.name)? == "squared", minimum: settings.count(MINIMUM.name)? })
    }

    /// S, kappa and pi.
    fn chosen(self, a: &Agreement) -> (f64, Option<f64>, Option<f64>) {
        if self.squared { (a.s, a.kappa, a.pi) } else { (a.s_abs, a.kappa_abs, a.pi_abs) }
    }
}

/// Rows of pairs that follow each other, column by column.
#[derive(Default)]
struct Rows {
    one: Vec<u16>,
    two: Vec<u16>,
    session: Vec<u16>,
    rollcalls: Vec<u32>,
    agreement: Float64Builder,
    s: Float64Builder,
    kappa: Float64Builder,
    pi: Float64Builder,
    in_system: Vec<bool>,
    /// Why a value is null, with the row; most rows have all.
    reasons: Vec<(usize, &'static str)>,
}

impl Rows {
    fn push(&mut self, pair: &SessionPair, record: &Record, values: Values) {
        let (at, a, b) = (pair.session as usize, pair.a as usize, pair.b as usize);
        let chosen = pair.similarity.as_ref().filter(|p| p.rollcalls >= values.minimum).map(|p| (p.agreement, values.chosen(p)));
        let why = match chosen {
            Some((_, (_, kappa, _))) => kappa.is_none().then_some("zero_expected_disagreement"),
            None if pair.similarity.is_none() => Some("no_overlap"),
            None => Some("below_minimum"),
        };
        self.reasons.extend(why.map(|why| (self.one.len(), why)));
        self.one.push(record.states[a]);
        self.two.push(record.states[b]);
        self.session.push(record.sessions[at]);
        self.rollcalls.push(pair.similarity.map_or(0, |p| p.rollcalls));
        self.agreement.append_option(chosen.map(|c| c.0));
        self.s.append_option(chosen.map(|c| c.1.0));
        self.kappa.append_option(chosen.and_then(|c| c.1.1));
        self.pi.append_option(chosen.and_then(|c| c.1.2));
        self.in_system.push(record.in_system(at, a) && record.in_system(at, b));
    }

    /// As a part of [`AGREEMENT`], or of [`AGREEMENT_ISSUE`] without the issue; none if there is no row.
    fn batch(mut self, schema: &SchemaRef, overall: bool) -> Result<Option<RecordBatch>> {
        let rows = self.one.len();
        if rows == 0 {
            return Ok(None);
        }
        let year = overall.then(|| Arc::new(self.session.iter().map(|s| i32::from(*s) + 1945).collect::<Int32Array>()) as ArrayRef);
        let in_system = overall.then(|| Arc::new(BooleanArray::from(self.in_system)) as ArrayRef);
        let mut reasons = self.reasons.into_iter().peekable();
        let reason: StringArray = (0..rows).map(|row| reasons.next_if(|(at, _)| *at == row).map(|(_, why)| why)).collect();
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(UInt16Array::from(self.one)), Arc::new(UInt16Array::from(self.two)), Arc::new(UInt16Array::from(self.session))];
        columns.extend(year);
        columns.push(Arc::new(UInt32Array::from(self.rollcalls)));
        for column in [&mut self.agreement, &mut self.s, &mut self.kappa, &mut self.pi] {
            columns.push(Arc::new(column.finish()));
        }
        columns.extend(in_system);
        columns.push(Arc::new(reason));
        Ok(Some(RecordBatch::try_new(Arc::clone(schema), columns)?))
    }
}

/// Pairs that a reader knows, and the means of three spans of sessions.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(AGREEMENT.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (one, two, session) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.u16("session")?);
    let (rollcalls, kappa, in_system) = (c.u32("rollcalls")?, c.f64("kappa")?, c.bool("in_system")?);
    let rows: Vec<usize> =
        (0..batch.num_rows()).filter(|i| rollcalls.value(*i) >= 10 && in_system.value(*i) && kappa.at(*i).is_some()).collect();
    let last = rows.iter().map(|i| session.value(*i)).max().unwrap_or(0);
    let mean = |wanted: &dyn Fn(usize) -> bool| {
        let values: Vec<f64> = rows.iter().filter(|i| wanted(**i)).filter_map(|i| kappa.at(*i)).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let mut out = Vec::new();
    for (a, b, name) in
        [(365, 710, "Russia and China"), (2, 365, "the United States and Russia"), (2, 200, "the United States and the United Kingdom")]
    {
        let pair = |i: usize| (one.value(i), two.value(i)) == (a, b) && session.value(i) + 3 > last;
        out.push(Headline::run(format!("mean kappa of {name}, last three sessions"), mean(&pair)));
    }
    for (from, to) in [(1, 44), (45, 64), (65, 255)] {
        out.push(Headline::run(
            format!("mean kappa of all pairs, sessions {from} to {to}"),
            mean(&|i| (from..=to).contains(&session.value(i))),
        ));
    }
    Ok(out)
}

fn example() -> Result<String> {
    // ten roll calls: both mostly yes; they differ on two
    let votes = SessionVotes::from_codes(2, 10, &[1, 1, 1, 1, 1, 1, 1, 1, 2, 3, /* second */ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    let pair = session(&votes)[0];
    let other = SessionVotes::from_codes(2, 10, &[1, 1, 1, 1, 3, 3, 3, 3, 2, 3, /* second */ 1, 1, 1, 1, 3, 3, 3, 3, 1, 1]);
    let torn = session(&other)[0];
    let number = |v: Option<f64>| v.map_or_else(|| "undefined".to_owned(), |v| format!("{v:.3}"));
    Ok(format!(
        "Two states vote on ten roll calls. The first votes yes eight times, abstains once and votes no once; the second always votes yes. \
         Agreement is {:.1}; the mean squared distance is (1 + 4)/10 = 0.5, so S = 1 - 2 x 0.5/4 = {:.3}. By chance nothing else was to be \
         expected, as the second never varies: the expected distance is 0.5 too, and kappa = {}, pi = {}. A second pair agrees as often and \
         has the same S ({:.3}), but both vote no four times, on the same roll calls: the expected distance is {:.2}, and kappa = {}, \
         pi = {}.",
        pair.agreement,
        pair.s,
        number(pair.kappa),
        number(pair.pi),
        torn.s,
        0.5 / (1.0 - torn.kappa.unwrap_or(f64::NAN)),
        number(torn.kappa),
        number(torn.pi)
    ))
}
