//! Small words: lists, plurals, dates with the precision they have, numbers inside labels.

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", most.join(", "), last.as_ref())
        }
    }
}

/// The word for one or for many.
pub(super) fn plural<'w>(n: u64, one: &'w str, many: &'w str) -> &'w str {
    if n == 1 { one } else { many }
}

/// A count as a number of a text.
pub(super) fn count(n: usize) -> f64 {
    n as f64
}

/// With a capital first letter.
pub(super) fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// Two decimals and a true minus sign, for labels; numbers in running text are figures.
pub(super) fn two(value: f64) -> String {
    crate::words::ENGLISH.number(value, 2)
}

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// A date as the casebook writes it, in words: `~2013-02` becomes `about February 2013`. What is no date stays as it is.
pub(super) fn date(text: &str) -> String {
    let (about, rest) = text.strip_prefix('~').map_or(("", text), |r| ("about ", r));
    let parts: Vec<&str> = rest.split('-').collect();
    let month = |m: &str| m.parse::<usize>().ok().and_then(|m| MONTHS.get(m.wrapping_sub(1)));
    let body = match parts.as_slice() {
        [year, m, day] => month(m).map(|m| format!("{} {m} {year}", day.trim_start_matches('0'))),
        [year, m] => month(m).map(|m| format!("{m} {year}")),
        _ => None,
    };
    format!("{about}{}", body.unwrap_or_else(|| rest.to_owned()))
}

/// The span of a case in words.
pub(super) fn span(from: Option<&str>, to: Option<&str>) -> String {
    match (from, to) {
        (None, None) => "no date given by the source".to_owned(),
        (None, Some("open")) => "no beginning given; standing when the source was written".to_owned(),
        (None, Some(to)) => format!("until {}; no beginning given", date(to)),
        (Some(from), Some("open")) => format!("since {}, standing when the source was written", date(from)),
        (Some(from), Some(to)) if from != to => format!("{} to {}", date(from), date(to)),
        (Some(from), _) => date(from),
    }
}

/// Plain words of a membership status.
pub(super) fn status(code: Option<i64>) -> &'static str {
    match code {
        Some(1) => "full member",
        Some(2) => "associate member",
        Some(3) => "observer",
        Some(4) => "suspended",
        Some(_) => "status not known",
        None => "no member",
    }
}

/// The same with its article.
pub(super) fn a_status(code: Option<i64>) -> &'static str {
    match code {
        Some(1) => "a full member",
        Some(2) => "an associate member",
        Some(3) => "an observer",
        Some(4) => "a suspended member",
        _ => "a member of unknown status",
    }
}

/// A change of status from one year to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The first year of the new status.
    pub(super) year: i32,
    /// Status in the year before; `None` where there was none.
    pub(super) before: Option<i64>,
    /// Status now; `None` where there is none any more.
    pub(super) now: Option<i64>,
}

impl Change {
    /// What changed, in words.
    pub(super) fn words(&self) -> String {
        match (self.before, self.now) {
            (None, now) => format!("first year as {}", status(now)),
            (before, None) => format!("no longer listed; last year as {}: {}", status(before), self.year - 1),
            (before, now) => format!("{} instead of {}", status(now), status(before)),
        }
    }
}

/// The changes of a status by year in `first..=last`, each year against the one before.
pub(super) fn changes(years: &std::collections::BTreeMap<i32, Option<i64>>, first: i32, last: i32) -> Vec<Change> {
    let at = |y: i32| years.get(&y).copied().flatten();
    (first..=last).map(|year| Change { year, before: at(year - 1), now: at(year) }).filter(|c| c.before != c.now).collect()
}

/// `1991–2004`, or the one year.
pub(super) fn years(from: i32, to: i32) -> String {
    if from == to { from.to_string() } else { format!("{from}–{to}") }
}

/// The words of a regime category.
pub(super) fn regime(class: Option<i64>) -> Option<&'static str> {
    class.and_then(|c| u8::try_from(c).ok()).and_then(blocwatch_core::regime::label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_its_precision() {
        assert_eq!(date("2012"), "2012");
        assert_eq!(date("~2013-02"), "about February 2013");
        assert_eq!(date("2012-03-09"), "9 March 2012");
        assert_eq!(date("2012-13"), "2012-13");
        assert_eq!(span(Some("2001"), Some("open")), "since 2001, standing when the source was written");
        assert_eq!(span(Some("2001"), Some("2001")), "2001");
        assert_eq!(span(None, None), "no date given by the source");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
