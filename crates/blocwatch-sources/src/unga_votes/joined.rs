//! Tables with one row per vote that repeat the roll call in every row.

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::time::FuzzyDate;

use super::rollcalls::{self, Columns, Rollcall, Rollcalls, year_of};
use super::votes::{ABSENT, ABSTAIN, NO, Names, Votes, YES, numeric_vote};
use crate::error::Result;
use crate::resolve::Resolver;
use crate::tabular::{Bad, Row, Sheet};

/// Voeten's `completeVotes`: the roll call is taken from the first row that votes on it.
pub(super) fn read_complete(
    sheet: Sheet<'_>,
    edition: u8,
    file: usize,
    calls: &mut Rollcalls,
    votes: &mut Votes,
    resolver: &mut Resolver<'_>,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let columns = Columns::of(&sheet)?;
    let (ccode, vote) = (sheet.required("ccode")?, sheet.required("vote")?);
    sheet.each(notices, |row, tally| {
        let rcid = columns.rcid(row)?;
        let new = match calls.get(edition, rcid) {
            Some(_) => None,
            None => Some(columns.rollcall(row, edition, file)?),
        };
        let year = new.as_ref().map(|(c, _)| c.year).or_else(|| calls.get(edition, rcid).map(|c| c.year)).unwrap_or_default();
        let code: u16 = row.need(ccode)?;
        let key = resolver.cow(code, year).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {year}")))?;
        let vote = numeric_vote(row.need(vote)?).ok_or_else(|| row.not_a("unknown vote code", vote))?;
        votes.add(edition, rcid, key, vote, file, row.line)?;
        if let Some((call, issues)) = new {
            calls.add(call, &issues);
        }
        tally.keep(1);
        Ok(())
    })
}

struct Undl {
    undl_id: usize,
    date: usize,
    session: usize,
    resolution: usize,
    title: Option<usize>,
    agenda_title: Option<usize>,
    subjects: Option<usize>,
}

/// The library's table. `X`, non-voting, is read as absent; the library lists members only.
pub(super) fn read_undl(
    sheet: Sheet<'_>,
    edition: u8,
    file: usize,
    calls: &mut Rollcalls,
    votes: &mut Votes,
    resolver: &Resolver<'_>,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let columns = Undl {
        undl_id: sheet.required("undl_id")?,
        date: sheet.required("date")?,
        session: sheet.required("session")?,
        resolution: sheet.required("resolution")?,
        title: sheet.column("title"),
        agenda_title: sheet.column("agenda_title"),
        subjects: sheet.column("subjects"),
    };
    let (ms_code, ms_name, ms_vote) = (sheet.required("ms_code")?, sheet.required("ms_name")?, sheet.required("ms_vote")?);
    let mut names = Names::new(resolver);
    let mut last: Option<(i32, i32)> = None;
    sheet.each(notices, |row, tally| {
        let rcid: i32 = row.need(columns.undl_id)?;
        let known = last.filter(|(id, _)| *id == rcid).or_else(|| calls.get(edition, rcid).map(|c| (rcid, c.year)));
        let new = match known {
            Some(_) => None,
            None => Some(columns.rollcall(row, rcid, edition, file)?),
        };
        let year = known.map(|(_, y)| y).or_else(|| new.as_ref().map(|c| c.year)).unwrap_or_default();
        let asked = || vec![row.verbatim(ms_code).into_owned(), row.verbatim(ms_name).into_owned()];
        let id = if row.bytes(ms_code).is_empty() { row.bytes(ms_name) } else { row.bytes(ms_code) };
        let key = names.key(id, year, asked)?;
        let vote = match row.bytes(ms_vote) {
            b"Y" | b"y" => YES,
            b"N" | b"n" => NO,
            b"A" | b"a" => ABSTAIN,
            b"X" | b"x" | b"NV" => ABSENT,
            _ => return Err(row.not_a("unknown vote code", ms_vote)),
        };
        votes.add(edition, rcid, key, vote, file, row.line)?;
        last = Some((rcid, year));
        if let Some(call) = new {
            if let Some(subjects) = columns.subjects.and_then(|at| row.text(at)) {
                for subject in subjects.split('|').map(str::trim).filter(|s| !s.is_empty()) {
                    calls.add_issue(&call, "subject", subject);
                }
            }
            calls.add(call, &[]);
        }
        tally.keep(1);
        Ok(())
    })
}

impl Undl {
    fn rollcall(&self, row: &Row<'_>, rcid: i32, edition: u8, file: usize) -> Result<Rollcall, Bad> {
        let date = rollcalls::date(row, self.date)?;
        let label = row.verbatim(self.session).into_owned();
        let session = regular_session(&label, date.as_deref()).ok_or_else(|| row.not_a("unknown session", self.session))?;
        let text = |place: Option<usize>| place.and_then(|at| row.text(at)).map(|t| t.into_owned());
        Ok(Rollcall {
            edition,
            rcid,
            session,
            session_label: label,
            year: year_of(date.as_deref(), session),
            date,
            unres: text(Some(self.resolution)),
            short: text(self.agenda_title),
            descr: text(self.title),
            line: row.line,
            file,
            ..Rollcall::default()
        })
    }
}

/// The regular session of a published session: `79` as it is; special (`S-18`, `18sp`) and emergency special sessions (`ES-10`, `10emsp`)
/// count with the regular session in whose time the vote fell. Regular sessions open in mid-September.
fn regular_session(label: &str, date: Option<&str>) -> Option<u16> {
    if let Some(number) = crate::tabular::cell::whole(label.as_bytes()) {
        return u16::try_from(number).ok().filter(|n| (1..=255).contains(n));
    }
    let folded = label.to_ascii_lowercase();
    let number = folded
        .strip_prefix("es-")
        .or_else(|| folded.strip_prefix("s-"))
        .or_else(|| folded.strip_suffix("emsp"))
        .or_else(|| folded.strip_suffix("sp"))?;
    number.parse::<u16>().ok()?;
    let date = date?;
    let year = u16::try_from(FuzzyDate::parse(date).ok()?.year()).ok()?;
    let opened = date.get(5..)? >= "09-15";
    year.checked_sub(if opened { 1945 } else { 1946 }).filter(|n| *n >= 1)
}

#[cfg(test)]
mod tests {
    use super::regular_session;

    #[test]
    fn special_sessions_count_with_the_regular_session_of_their_time() {
        assert_eq!(regular_session("79", None), Some(79));
        assert_eq!(regular_session("79.0", Some("2024-12-01")), Some(79));
        assert_eq!(regular_session("ES-11", Some("2022-03-02")), Some(76));
        assert_eq!(regular_session("11emsp", Some("2022-10-12")), Some(77));
        assert_eq!(regular_session("S-18", Some("1990-05-01")), Some(44));
        assert_eq!(regular_session("18sp", None), None);
        assert_eq!(regular_session("autumn", Some("2022-10-12")), None);
    }
}
