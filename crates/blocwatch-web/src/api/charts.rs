//! The numbers behind the charts of pages, as CSV.

use super::formats;
use crate::error::{Result, WebError};
use crate::figures;
use crate::pages::{frame_charts, frame_name, ideal_points, matrix_trend, numbered_chart, phrase_charts};
use crate::params::short;
use crate::server::{Answer, Ask};
use crate::site::Site;

/// The chart `chart-N` of the brief on a subject.
pub(super) fn of_brief(site: &Site, ask: &Ask) -> Result<Answer> {
    let since = ask.params.number("since", 1800, 2200)?.unwrap_or(2020);
    let brief = site.brief(ask.first(), i32::try_from(since).unwrap_or(2020))?;
    let charts = figures::charts(&brief);
    let asked = ask.path.get(1).map_or("", String::as_str);
    let n = asked.strip_prefix("chart-").and_then(|n| n.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
    let found = n.and_then(|n| charts.get(n)).ok_or_else(|| {
        let known = charts.len();
        WebError::NotFound(format!("there is no chart '{}' of '{}': there are chart-1 to chart-{known}", short(asked), short(ask.first())))
    })?;
    Ok(formats::ready_csv(figures::csv(found), &format!("{}-{asked}", ask.first())))
}

/// The ideal points that the page of votes draws.
pub(super) fn votes(site: &Site, ask: &Ask) -> Result<Answer> {
    let (_, chart) = ideal_points(site, ask.params.one("states"))?;
    let chart = chart.ok_or_else(|| WebError::NotFound("this observatory has no ideal points".to_owned()))?;
    Ok(formats::ready_csv(figures::csv(&chart), "ideal-points"))
}

/// The years of the cases that the matrix counts.
pub(super) fn matrix(site: &Site, ask: &Ask) -> Result<Answer> {
    Ok(formats::ready_csv(figures::csv(&matrix_trend(site, ask)?), "matrix-by-year"))
}

/// The curves of a counter-norm.
pub(super) fn frame(site: &Site, ask: &Ask) -> Result<Answer> {
    let id = ask.params.one("frame").ok_or_else(|| WebError::Bad("add the parameter 'frame', as in ?frame=multipolarity".to_owned()))?;
    let n = ask.params.number("chart", 1, 9)?.unwrap_or(1);
    let chart = numbered_chart(frame_charts(site, id, &frame_name(site, id)?)?, n)?;
    Ok(formats::ready_csv(figures::csv(&chart), &format!("{id}-{n}")))
}

/// The curves of a phrase that spread.
pub(super) fn phrase(site: &Site, ask: &Ask) -> Result<Answer> {
    let words = ask.params.one("phrase").ok_or_else(|| WebError::Bad("add the parameter 'phrase' with the words".to_owned()))?;
    if !site.has("echo_phrase") {
        return Err(WebError::NotFound("this observatory has no phrases: fetch the source general_debate and build".to_owned()));
    }
    let n = ask.params.number("chart", 1, 9)?.unwrap_or(1);
    Ok(formats::ready_csv(figures::csv(&numbered_chart(phrase_charts(site, words)?, n)?), &format!("phrase-{n}")))
}
