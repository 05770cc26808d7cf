//! The words of the interface, and how numbers are written. One [`Words`] per language; English is the only one so far.
//!
//! To add a language: fill in one more constant and name it in [`Words::of`].

use blocwatch_core::coverage::Knowledge;

use crate::text::Figure;

/// Fixed words of a brief in one language, sentence case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[expect(missing_docs, reason = "each field is named after the English words it stands for")]
pub struct Words {
    /// BCP 47 tag of these words; it differs from the language of a brief for which there are no words yet.
    pub lang: &'static str,
    pub state: &'static str,
    pub organisation: &'static str,
    pub pair: &'static str,
    pub region: &'static str,
    pub rollcall: &'static str,
    pub skip: &'static str,
    pub contents: &'static str,
    pub in_brief: &'static str,
    pub gap: &'static str,
    pub claim: &'static str,
    pub harm: &'static str,
    pub correction: &'static str,
    pub grade: &'static str,
    pub source: &'static str,
    pub chart_as_table: &'static str,
    pub chart_as_csv: &'static str,
    pub unknown: &'static str,
    pub unknown_empty: &'static str,
    pub unknown_also: &'static str,
    pub unknown_cells: &'static str,
    pub method: &'static str,
    pub grades_read: &'static str,
    pub grades_intro: &'static str,
    pub cite: &'static str,
    pub cite_data: &'static str,
    pub cite_intro: &'static str,
    pub notes: &'static str,
    pub note: &'static str,
    pub note_unknown: &'static str,
    pub back: &'static str,
    pub as_note: &'static str,
    pub version: &'static str,
    pub accessed: &'static str,
    pub table: &'static str,
    pub trace: &'static str,
    pub observatory: &'static str,
    pub data_until: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    /// Between two bounds of which one is negative.
    pub between: &'static str,
    pub first: &'static str,
    pub last: &'static str,
    pub lowest: &'static str,
    pub highest: &'static str,
    pub course: &'static str,
    pub series: &'static str,
    pub regime: &'static str,
    pub year: &'static str,
    /// Names of the Regimes of the World categories 0 to 3.
    pub regimes: [&'static str; 4],
    pub not_covered: &'static str,
    pub censored: &'static str,
    pub not_public: &'static str,
    pub missing: &'static str,
    pub none_recorded: &'static str,
    /// Decimal mark.
    pub decimal: char,
    /// Between groups of three digits, from five digits on.
    pub group: char,
}

/// English.
pub const ENGLISH: Words = Words {
    lang: "en",
    state: "State brief",
    organisation: "Organisation brief",
    pair: "Pair brief",
    region: "Region brief",
    rollcall: "Roll-call brief",
    skip: "Skip to the text",
    contents: "Contents",
    in_brief: "In brief",
    gap: "Gap in the record",
    claim: "A claim, not an established fact",
    harm: "Do no harm",
    correction: "Correction",
    grade: "Grade",
    source: "Source",
    chart_as_table: "Description and figures of this chart",
    chart_as_csv: "Data as CSV",
    unknown: "What this brief does not know",
    unknown_empty: "No gap was recorded for this brief. That says something about the record, not about the world.",
    unknown_also: "Gaps are also marked where they matter:",
    unknown_cells: "Values without a number in the tables and charts:",
    method: "How this brief was made",
    grades_read: "How the grades read",
    grades_intro: "The letter speaks of the source, the figure of the information; the two are never averaged.",
    cite: "How to cite",
    cite_data: "Data used",
    cite_intro: "Cite a number by the source in its note, with the version given there; cite this brief as:",
    notes: "Notes",
    note: "Note",
    note_unknown: "The source of this statement was not recorded.",
    back: "Back to the text",
    as_note: "as in note",
    version: "version",
    accessed: "accessed",
    table: "Table",
    trace: "Trace",
    observatory: "Observatory",
    data_until: "Data until",
    from: "From",
    to: "To",
    between: "to",
    first: "First",
    last: "Last",
    lowest: "Lowest",
    highest: "Highest",
    course: "Course",
    series: "Series",
    regime: "Regime",
    year: "Year",
    regimes: ["Closed autocracy", "Electoral autocracy", "Electoral democracy", "Liberal democracy"],
    not_covered: "not covered",
    censored: "censored",
    not_public: "not public",
    missing: "missing",
    none_recorded: "none recorded",
    decimal: '.',
    group: ',',
};

impl Words {
    /// The words for a language tag; English where there are none yet.
    pub fn of(_lang: &str) -> &'static Words {
        &ENGLISH
    }

    /// The word for why a value is not there.
    pub const fn absence(&self, why: Knowledge) -> &'static str {
        match why {
            Knowledge::NotCovered => self.not_covered,
            Knowledge::Censored => self.censored,
            Knowledge::NotPublic => self.not_public,
            Knowledge::Missing => self.missing,
            Knowledge::Covered => self.none_recorded,
        }
    }

    /// A number with `decimals` decimals and a true minus sign. From five digits on, digits are grouped; four are not, so that a
    /// year is never broken. What is not a number prints as the word for missing.
    pub fn number(&self, value: f64, decimals: u8) -> String {
        if !value.is_finite() {
            return self.missing.to_owned();
        }
        let plain = format!("{:.*}", usize::from(decimals), value.abs());
        let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut out = String::with_capacity(plain.len() + 8);
        // -0.001 with two decimals is 0.00, not a negative nothing
        if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
            out.push('\u{2212}');
        }
        for (i, c) in whole.chars().enumerate() {
            if whole.len() > 4 && i > 0 && (whole.len() - i) % 3 == 0 {
                out.push(self.group);
            }
            out.push(c);
        }
        if !rest.is_empty() {
            out.push(self.decimal);
            out.push_str(rest);
        }
        out
    }

    /// A figure with its interval in brackets: `0.29 (0.21–0.36)`, `83.3%`.
    pub fn figure(&self, figure: &Figure) -> String {
        match self.figure_parts(figure) {
            (value, Some(interval)) => format!("{value} {interval}"),
            (value, None) => value,
        }
    }

    /// A figure and its interval apart: `0.29` and `(0.21–0.36)`.
    pub(crate) fn figure_parts(&self, figure: &Figure) -> (String, Option<String>) {
        if !figure.value.is_finite() {
            return (self.missing.to_owned(), None);
        }
        let (scale, sign) = if figure.share { (100.0, "%") } else { (1.0, "") };
        let one = |v: f64| self.number(v * scale, figure.decimals);
        let interval = figure.interval.filter(|(l, h)| l.is_finite() && h.is_finite()).map(|(low, high)| {
            // a dash before a minus sign cannot be read
            let between = if low < 0.0 || high < 0.0 { format!(" {} ", self.between) } else { "–".to_owned() };
            format!("({}{between}{}{sign})", one(low), one(high))
        });
        (format!("{}{sign}", one(figure.value)), interval)
    }
}

/// The direction of writing of a language tag: `rtl` for Arabic, Hebrew, Persian, Urdu and their neighbours, else `ltr`.
pub fn direction(lang: &str) -> &'static str {
    let mut parts = lang.split(['-', '_']);
    let base = parts.next().unwrap_or_default().to_ascii_lowercase();
    if parts.any(|p| p.eq_ignore_ascii_case("latn") || p.eq_ignore_ascii_case("cyrl")) {
        return "ltr";
    }
    match base.as_str() {
        "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ps" | "sd" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// A language tag fit for an attribute: letters, digits and hyphens; `und` where nothing is left.
pub fn language_tag(lang: &str) -> String {
    let tag: String = lang.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(35).collect();
    if tag.is_empty() { "und".to_owned() } else { tag }
}
