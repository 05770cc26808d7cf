//! The numbers behind the charts of pages, as CSV.

use super::formats;
use crate::error::{Result, WebError};
use crate::figures;
use crate::pages::{ideal_points, matrix_trend};
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
