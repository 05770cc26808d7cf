//! What a person says of texts in a table beside them: files such as PDF and plain text carry neither state nor date.

use std::path::Path;

use blocwatch_core::time::FuzzyDate;

use crate::document::Meta;

/// Names of its columns; the first that is there counts.
const COLUMNS: [(&str, &[&str]); 6] = [
    ("text", &["text", "file", "path", "name", "id"]),
    ("state", &["state", "author", "country", "iso3", "speaker"]),
    ("date", &["date", "adopted", "year"]),
    ("title", &["title"]),
    ("language", &["language", "lang"]),
    ("address", &["address", "url", "link"]),
];

/// What is said of texts, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About(Vec<Said>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Said {
    name: String,
    state: Option<String>,
    date: Option<FuzzyDate>,
    title: Option<String>,
    language: Option<String>,
    address: Option<String>,
}

impl About {
    /// Reads a CSV file with a header: `text` (a path or the end of one), and any of `state`, `date`, `title`, `language`, `address`.
    ///
    /// # Errors
    /// A message that names the file, the line and what to do.
    pub fn read(file: &Path) -> Result<Self, String> {
        let fail = |what: String| format!("{}: {what}", file.display());
        let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).map_err(|e| fail(e.to_string()))?;
        let header: Vec<String> =
            table.headers().map_err(|e| fail(e.to_string()))?.iter().map(|h| h.trim_start_matches('\u{feff}').to_lowercase()).collect();
        let places = COLUMNS.map(|(_, names)| names.iter().find_map(|n| header.iter().position(|h| h == n)));
        if places[0].is_none() || places[1..].iter().all(Option::is_none) {
            return Err(fail("give a header with 'text' and some of 'state', 'date', 'title', 'language', 'address'".to_owned()));
        }
        let mut out: Vec<Said> = Vec::new();
        for (n, row) in table.records().enumerate() {
            let row = row.map_err(|e| fail(e.to_string()))?;
            let get = |i: usize| places[i].and_then(|p| row.get(p)).filter(|c| !c.is_empty()).map(str::to_owned);
            let line = n + 2;
            let Some(name) = get(0) else { return Err(fail(format!("line {line} names no text"))) };
            if out.iter().any(|s| s.name == name) {
                return Err(fail(format!("line {line} names '{name}' a second time")));
            }
            let date = match get(2) {
                Some(said) => Some(super::date(&said).ok_or_else(|| {
                    fail(format!("line {line}: '{said}' is no date; write YYYY, YYYY-MM or YYYY-MM-DD, with ~ before it if approximate"))
                })?),
                None => None,
            };
            let language = match get(4) {
                Some(said) => {
                    Some(crate::language::code(&said).ok_or_else(|| fail(format!("line {line}: '{said}' is no language of ISO 639-1")))?)
                }
                None => None,
            };
            out.push(Said { name, state: get(1), date, title: get(3), language, address: get(5) });
        }
        Ok(Self(out))
    }

    /// The names that it speaks of, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|s| s.name.as_str())
    }

    /// Takes over what is said of the text `id`: it goes before what the file says. The longest name that fits counts.
    pub(super) fn apply(&self, id: &str, meta: &mut Meta) {
        let fits = |name: &str| {
            id.strip_suffix(name).is_some_and(|rest| rest.is_empty() || name.starts_with(['/', '#']) || rest.ends_with(['/', '#', '\\']))
        };
        let Some(said) = self.0.iter().filter(|s| fits(&s.name)).max_by_key(|s| s.name.len()) else { return };
        let Said { name: _, state, date, title, language, address } = said.clone();
        meta.author = state.or(meta.author.take());
        meta.date = date.or(meta.date.take());
        meta.title = title.or(meta.title.take());
        meta.language = language.or(meta.language.take());
        meta.address = address.or(meta.address.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(text: &str) -> Result<About, String> {
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let file = folder.path().join("about.csv");
        std::fs::File::create(&file).and_then(|mut f| std::io::Write::write_all(&mut f, text.as_bytes())).map_err(|e| e.to_string())?;
        About::read(&file)
    }

    #[test]
    fn the_longest_name_counts_and_goes_before_the_file() {
        let said = about("\u{feff}Text,State,Date\nlaw.txt,RUS,2012-07-20\nkgz/law.txt,KGZ,~2014\n").unwrap();
        let of = |id: &str| {
            let mut meta = Meta { author: Some("somebody".into()), title: Some("A law".into()), ..Meta::default() };
            said.apply(id, &mut meta);
            (meta.author.unwrap(), meta.date.map(|d| d.to_string()), meta.title.unwrap())
        };
        assert_eq!(of("laws/law.txt"), ("RUS".into(), Some("2012-07-20".into()), "A law".into()));
        assert_eq!(of("laws/kgz/law.txt"), ("KGZ".into(), Some("~2014".into()), "A law".into()));
        assert_eq!(of("laws/outlaw.txt"), ("somebody".into(), None, "A law".into()));
    }

    #[test]
    fn what_cannot_be_understood_is_named_with_its_line() {
        for (table, says) in [
            ("law,state\nx,RUS\n", "give a header with 'text'"),
            ("text\nx\n", "give a header with 'text'"),
            ("text,date\nx,2012\ny,soon\n", "line 3: 'soon' is no date"),
            ("text,state\n,RUS\n", "line 2 names no text"),
            ("text,state\nx,RUS\nx,KGZ\n", "line 3 names 'x' a second time"),
        ] {
            let e = about(table).unwrap_err();
            assert!(e.contains(says), "{e}");
        }
    }
}
