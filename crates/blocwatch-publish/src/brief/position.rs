//! Where one state or two stand in the General Assembly: ideal points over sessions, and the distance between two.

use super::desk::{Desk, UNGA};
use super::sql::is_state;
use super::{Query, StateRef, say};
use crate::chart::{Chart, Lines, Plot, Point, Series};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::text::{Figure, Text};

/// Drawn beside the state: the United States, Russia, China.
const ALWAYS: [u16; 3] = [2, 365, 710];
/// Sessions over which a change is told.
const SPAN: i32 = 10;
/// Half the width of a 90 % interval in standard errors.
const NINETY: f64 = 1.644_853_626_951_472_7;

/// The caution that goes with every ideal point.
const CAUTION: &str = "An ideal point is a state's place on the one dimension that best accounts for how states vote: mean 0 and standard \
     deviation 1 over all states and sessions, the United States at the upper end. It tells distance from the US-led order in what came to a \
     vote, not the kind of regime; it rests on contested resolutions only, absence tells nothing, and points of recent sessions still move as \
     votes come in.";

/// One state in one session.
struct At<'a> {
    code: i64,
    name: &'a str,
    own: bool,
    session: i32,
    point: f64,
    interval: Option<(f64, f64)>,
    votes: f64,
}

/// Ideal points of a state and of those drawn beside it.
pub(super) fn query(state: &StateRef) -> Query {
    let own = is_state(state, "i.gwcode", "i.year");
    // a number of the state's own in years of another entry (365 was the Soviet Union's) is no other state to compare with
    let others: Vec<String> = ALWAYS.iter().filter(|code| **code != state.gwcode).map(u16::to_string).collect();
    Query::new(
        "position",
        format!(
            "SELECT i.gwcode, state_name(i.gwcode, i.year) AS name, CASE WHEN {own} THEN true ELSE false END AS own, i.session, i.votes, \
             i.idealpoint, i.q05, i.q95 FROM brief_point i WHERE ({own} OR i.gwcode IN ({}))",
            others.join(", ")
        ),
    )
}

/// Ideal points of two states, and the standard error of their difference within draws.
pub(super) fn pair_query(a: &StateRef, b: &StateRef) -> Query {
    let is = |s: &StateRef, alias: &str| is_state(s, &format!("{alias}.gwcode"), &format!("(CAST({alias}.session AS INT) + 1945)"));
    Query::new(
        "positions",
        format!(
            "WITH x AS (SELECT session, draw, idealpoint FROM brief_draw d WHERE {}), \
             y AS (SELECT session, draw, idealpoint FROM brief_draw d WHERE {}), \
             e AS (SELECT x.session, round(stddev(x.idealpoint - y.idealpoint), 12) AS se FROM x JOIN y ON y.session = x.session AND y.draw = x.draw \
               GROUP BY x.session) \
             SELECT p.session, p.idealpoint AS one, q.idealpoint AS two, e.se FROM (SELECT * FROM brief_point d WHERE {}) p \
             JOIN (SELECT * FROM brief_point d WHERE {}) q ON q.session = p.session LEFT JOIN e ON e.session = p.session",
            is(a, "d"),
            is(b, "d"),
            is(a, "d"),
            is(b, "d")
        ),
    )
}

fn read<'a>(desk: &Desk<'a>) -> Result<Vec<At<'a>>> {
    let f = desk.frame("position");
    let (code, name, own, session) = (f.col("gwcode")?, f.col("name")?, f.col("own")?, f.col("session")?);
    let (point, low, high, votes) = (f.col("idealpoint")?, f.col("q05")?, f.col("q95")?, f.col("votes")?);
    let mut out: Vec<At<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(At {
                code: code.int(i)?,
                name: name.text(i)?,
                own: own.yes(i) == Some(true),
                session: session.year(i)?,
                point: point.num(i)?,
                interval: low.num(i).zip(high.num(i)),
                votes: votes.num(i)?,
            })
        })
        .collect();
    out.sort_by_key(|a| (!a.own, a.code, a.session));
    Ok(out)
}

fn note(desk: &mut Desk<'_>) -> NoteId {
    desk.note_with(UNGA, "idealpoint_state_session", |n| {
        "Model of Bailey, Strezhnev & Voeten (2017); intervals hold 90 % and are a bootstrap's".clone_into(&mut n.remark);
    })
}

/// The section on where a state stands; `None` where there is no point of it.
pub(super) fn section(desk: &mut Desk<'_>, name: &str) -> Result<Option<Section>> {
    let all = read(desk)?;
    let own: Vec<&At<'_>> = all.iter().filter(|a| a.own).collect();
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return Ok(None) };
    let id = note(desk);
    let mut text =
        Text::plain(format!("In session {}, which opened in {}, the ideal point of {name} was ", last.session, last.session + 1945))
            .figure(figure(last.point, last.interval))
            .then(" on ")
            .number(last.votes, 0)
            .then(" votes")
            .note(id)
            .then(".");
    if let Some(before) = own.iter().find(|a| a.session == last.session - SPAN) {
        text = text.then(format!(" {SPAN} sessions before it was ")).figure(figure(before.point, before.interval)).note(id).then(".");
    }
    let mut section = Section::new("position", "Position in the General Assembly").intro(CAUTION).block(text);
    let stale = all.iter().map(|a| a.session).max().is_some_and(|newest| newest > last.session);
    if stale {
        section = section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!("{name} has no ideal point after session {}: it has no votes there that count.", last.session)).note(id),
        ));
    }
    Ok(Some(section.block(chart(name, &all, first, id))))
}

fn figure(value: f64, interval: Option<(f64, f64)>) -> Figure {
    interval.map_or(Figure::new(value, 2), |(low, high)| Figure::new(value, 2).between(low, high))
}

fn chart(name: &str, all: &[At<'_>], first: &At<'_>, id: NoteId) -> Chart {
    let mut series = Vec::new();
    let mut ends = Vec::new();
    // one line for each number; a state may have had several
    for line in all.chunk_by(|a, b| a.own == b.own && (a.own || a.code == b.code)) {
        let shown = line.iter().filter(|a| a.session >= first.session);
        let points: Vec<Point> = shown
            .map(|a| {
                let point = Point::new(a.session, a.point);
                a.interval.map_or(point, |(low, high)| point.between(low, high))
            })
            .collect();
        let label = if line[0].own { name } else { line[line.len() - 1].name };
        if let (Some(a), Some(b)) = (points.first(), points.last()) {
            let of = |p: &Point| p.value.map_or_else(String::new, say::two);
            ends.push(format!("{label}: {} in session {}, {} in session {}", of(a), a.x, of(b), b.x));
        }
        series.push(Series::new(label, points));
    }
    let others: Vec<&str> = series.iter().skip(1).map(|s| s.name.as_str()).collect();
    let beside = if others.is_empty() { String::new() } else { format!(" beside {}", say::list(&others)) };
    Chart::new(
        format!("Ideal point of {name} in the General Assembly{beside}"),
        format!("{}.", ends.join("; ")),
        Text::plain("Ribbons: 90 % intervals. The scale has no natural zero: 0 is the mean of all states over all sessions.").note(id),
        Plot::Lines(Lines {
            series,
            x_name: "Session".to_owned(),
            unit: "Ideal point, standard deviations".to_owned(),
            decimals: 2,
            range: None,
        }),
    )
}

/// What the pair's section on votes says of the distance of their ideal points.
pub(super) fn distance(desk: &mut Desk<'_>, name: &str) -> Result<Vec<Block>> {
    let f = desk.frame("positions");
    let (session, one, two, se) = (f.col("session")?, f.col("one")?, f.col("two")?, f.col("se")?);
    let mut rows: Vec<(i32, f64, Option<f64>)> =
        f.rows().filter_map(|i| Some((session.year(i)?, one.num(i)? - two.num(i)?, se.num(i)))).collect();
    rows.sort_by_key(|r| r.0);
    let Some(last) = rows.last().copied() else { return Ok(Vec::new()) };
    let id = note(desk);
    let point = |(session, difference, se): (i32, f64, Option<f64>)| {
        let point = Point::new(session, difference.abs());
        se.map_or(point, |se| {
            let (low, high) = bounds(difference, se);
            point.between(low, high)
        })
    };
    let text = Text::plain(format!("In session {} the ideal points of {name} lay ", last.0))
        .figure(figure(last.1.abs(), last.2.map(|se| bounds(last.1, se))))
        .then(" standard deviations apart")
        .note(id)
        .then(format!(". {CAUTION}"));
    let points: Vec<Point> = rows.iter().map(|r| point(*r)).collect();
    let alt = points.first().zip(points.last()).map_or_else(String::new, |(a, b)| {
        let of = |p: &Point| p.value.map_or_else(String::new, say::two);
        format!("{} in session {}, {} in session {}.", of(a), a.x, of(b), b.x)
    });
    let chart = Chart::new(
        format!("Distance of the ideal points of {name}"),
        alt,
        Text::plain("Ribbon: 90 % interval of the distance, from joint draws.").note(id),
        Plot::Lines(Lines {
            series: vec![Series::new("Distance", points)],
            x_name: "Session".to_owned(),
            unit: "Standard deviations".to_owned(),
            decimals: 2,
            range: None,
        }),
    );
    Ok(vec![text.into(), chart.into()])
}

/// The 90 % interval of a distance: that of the difference, folded where it holds zero.
fn bounds(difference: f64, se: f64) -> (f64, f64) {
    let (low, high) = (difference - NINETY * se, difference + NINETY * se);
    if low <= 0.0 && high >= 0.0 { (0.0, high.max(-low)) } else { (low.abs().min(high.abs()), low.abs().max(high.abs())) }
}

#[cfg(test)]
mod tests {
    use super::bounds;

    #[test]
    fn a_distance_is_never_below_zero() {
        let near = |(a, b): (f64, f64), (c, d): (f64, f64)| (a - c).abs() < 1e-3 && (b - d).abs() < 1e-3;
        assert!(near(bounds(1.0, 0.1), (0.836, 1.164)));
        assert!(near(bounds(-1.0, 0.1), (0.836, 1.164)));
        assert!(near(bounds(-0.1, 0.1), (0.0, 0.264)));
    }
}
