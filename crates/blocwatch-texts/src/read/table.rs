//! Tables of texts: CSV, JSON lines, JSON and Parquet, one row at a time. Columns are found by the names that people give them, or named
//! by the user.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use arrow::array::{Array, RecordBatch};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Limits;

/// Columns as the user names them; the rest is found by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Columns {
    /// What tells rows apart.
    pub id: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Author, speaker or state: texts of one author are not compared as if independent.
    pub author: Option<String>,
    /// Date or year.
    pub date: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Address.
    pub address: Option<String>,
}

/// One row.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Row {
    pub(crate) id: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) address: Option<String>,
}

/// Fields in the order of [`Places`], with the names under which tables carry them.
#[rustfmt::skip]
const NAMES: [(&str, &[&str]); 7] = [
    ("id", &["id", "doc_id", "docid", "document_id", "identifier", "uuid", "key", "doi", "celex", "symbol", "bill_id", "treatyid", "filename", "file", "name"]),
    (
        "text",
        &[
            "text", "full_text", "fulltext", "body", "content", "contents", "document", "speech", "article", "raw_text", "clean_text", "bill_text", "doc",
            "texte", "contenu", "texto", "contenido", "текст", "содержание", "النص", "نص", "正文", "文本", "内容",
        ],
    ),
    ("title", &["title", "headline", "short_title", "titre", "título", "titulo", "название", "заголовок", "العنوان", "标题", "題名", "name"]),
    (
        "author",
        &["author", "speaker", "country", "state", "iso3", "iso3c", "country_code", "body", "organisation", "organization", "jurisdiction", "auteur", "autor", "país", "pays", "автор", "страна", "الدولة", "国家", "作者"],
    ),
    ("date", &["date", "adopted", "date_adopted", "adoption_date", "published", "signature", "signed", "in_force", "year", "fecha", "дата", "год", "التاريخ", "日期", "年份"]),
    ("language", &["language", "lang", "langue", "idioma", "язык", "اللغة", "语言"]),
    ("url", &["url", "address", "link", "source_url", "uri", "href", "ссылка"]),
];

/// Which column of a table is which field.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Places([Option<usize>; 7]);

impl Places {
    /// Finds the columns.
    pub(crate) fn find(header: &[String], asked: &Columns) -> Result<Self, String> {
        let plain: Vec<String> = header.iter().map(|h| h.trim().trim_start_matches('\u{feff}').to_lowercase()).collect();
        let given = [&asked.id, &asked.text, &asked.title, &asked.author, &asked.date, &asked.language, &asked.address];
        let mut places = [None; 7];
        for (i, name) in given.iter().enumerate() {
            let Some(name) = name else { continue };
            let wanted = name.trim().to_lowercase();
            places[i] = plain.iter().position(|h| *h == wanted);
            if places[i].is_none() {
                let near = plain.iter().zip(header).map(|(p, h)| (strsim::jaro_winkler(p, &wanted), h)).max_by(|a, b| a.0.total_cmp(&b.0));
                let near = near.filter(|(s, _)| *s > 0.7).map(|(_, h)| format!("; did you mean '{h}'?")).unwrap_or_default();
                return Err(format!("has no column '{name}' for the {}{near} its columns are {}", NAMES[i].0, list(header)));
            }
        }
        // the text first, so that a column called `body` is the text where there is no other and the author only beside one
        for i in [1, 0, 2, 3, 4, 5, 6] {
            if places[i].is_none() && given[i].is_none() {
                places[i] = NAMES[i].1.iter().find_map(|n| plain.iter().position(|h| h == n)).filter(|p| !places.contains(&Some(*p)));
            }
        }
        if places[1].is_none() {
            return Err(format!("has no column that is known to hold texts; name it with --text-column; its columns are {}", list(header)));
        }
        Ok(Self(places))
    }

    /// A row from its fields.
    fn row(&self, field: impl Fn(usize) -> Option<String>) -> Row {
        let get = |i: usize| self.0[i].and_then(&field).filter(|s| !s.trim().is_empty());
        Row { id: get(0), text: get(1), title: get(2), author: get(3), date: get(4), language: get(5), address: get(6) }
    }
}

fn list(header: &[String]) -> String {
    let shown: Vec<&str> = header.iter().take(20).map(String::as_str).collect();
    format!("{}{}", shown.join(", "), if header.len() > 20 { " …" } else { "" })
}

/// Why a table ends early.
pub(crate) enum Stop {
    /// The table is broken: what, where.
    Broken(String),
    /// The receiver of rows refused.
    Sink(io::Error),
}

impl From<io::Error> for Stop {
    fn from(e: io::Error) -> Self {
        Stop::Broken(format!("breaks off: {e}"))
    }
}

/// A row or what is wrong with it, with its number in the table (from 1, the header not counted).
pub(crate) type Each<'a> = &'a mut dyn FnMut(u64, Result<Row, String>) -> io::Result<()>;

/// Counts what was read since the last record, and refuses to go on without end.
struct Gauge<R> {
    inner: R,
    since: Rc<Cell<u64>>,
    most: u64,
}

impl<R: Read> Read for Gauge<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.since.get() > self.most {
            return Err(io::Error::other("one record is larger than a document may be; is a quotation mark left open?"));
        }
        let n = self.inner.read(out)?;
        self.since.set(self.since.get() + n as u64);
        Ok(n)
    }
}

/// Reads comma- or tab-separated values.
pub(crate) fn csv(reader: impl Read, delimiter: u8, asked: &Columns, limits: &Limits, each: Each<'_>) -> Result<(), Stop> {
    let since = Rc::new(Cell::new(0));
    let gauge = Gauge { inner: reader, since: Rc::clone(&since), most: limits.document.saturating_mul(2) };
    // a sheet of a European office separates by semicolons and calls itself csv all the same
    let mut buffered = io::BufReader::with_capacity(1 << 16, gauge);
    let delimiter = {
        let head = buffered.fill_buf()?;
        let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
        let count = |d: u8| line.iter().filter(|b| **b == d).count();
        if delimiter == b',' && count(b',') < count(b';').max(count(b'\t')) {
            if count(b';') >= count(b'\t') { b';' } else { b'\t' }
        } else {
            delimiter
        }
    };
    let mut csv = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(buffered);
    let header: Vec<String> = match csv.headers() {
        Ok(h) => h.iter().map(str::to_owned).collect(),
        Err(e) => return Err(Stop::Broken(format!("has no header that can be read: {e}"))),
    };
    let places = Places::find(&header, asked).map_err(Stop::Broken)?;
    let mut record = csv::StringRecord::new();
    let mut n = 0;
    loop {
        since.set(0);
        match csv.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                n += 1;
                let row = if record.len() == header.len() {
                    Ok(places.row(|i| record.get(i).map(str::to_owned)))
                } else {
                    Err(format!("has {} fields where the header has {}", record.len(), header.len()))
                };
                each(n, row).map_err(Stop::Sink)?;
            }
            Err(e) if e.is_io_error() => return Err(Stop::Broken(format!("breaks off after row {n}: {e}"))),
            Err(e) => {
                n += 1;
                each(n, Err(format!("cannot be read: {e}"))).map_err(Stop::Sink)?;
            }
        }
    }
}

/// Reads JSON lines.
pub(crate) fn json_lines(reader: impl Read, asked: &Columns, limits: &Limits, each: Each<'_>) -> Result<(), Stop> {
    let mut reader = io::BufReader::with_capacity(1 << 16, reader);
    let most = limits.document.saturating_mul(2);
    let mut line = Vec::new();
    let mut n = 0;
    loop {
        line.clear();
        reader.by_ref().take(most + 1).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        if line.len() as u64 > most {
            return Err(Stop::Broken(format!("has a line of more than {} MiB after row {n}", most >> 20)));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        n += 1;
        let row = match serde_json::from_slice::<serde_json::Value>(&line) {
            Ok(value) => object(&value, asked),
            Err(e) => Err(format!("is no JSON: {e}")),
        };
        each(n, row).map_err(Stop::Sink)?;
    }
}

/// Reads one JSON value: an array of objects, an object with such an array in it, or one object.
pub(crate) fn json(bytes: &[u8], asked: &Columns, each: Each<'_>) -> Result<(), Stop> {
    let text = super::encoding::decode(bytes, None).0;
    let value: serde_json::Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| Stop::Broken(format!("is no JSON: {e}")))?;
    let rows = match &value {
        serde_json::Value::Array(rows) => rows.as_slice(),
        serde_json::Value::Object(map) => {
            match map.values().find_map(|v| v.as_array().filter(|a| a.iter().any(serde_json::Value::is_object))) {
                Some(rows) if object(&value, asked).is_err() => rows.as_slice(),
                _ => std::slice::from_ref(&value),
            }
        }
        _ => return Err(Stop::Broken("holds neither an object nor a list of objects".to_owned())),
    };
    for (i, row) in rows.iter().enumerate() {
        each(i as u64 + 1, object(row, asked)).map_err(Stop::Sink)?;
    }
    Ok(())
}

fn object(value: &serde_json::Value, asked: &Columns) -> Result<Row, String> {
    let serde_json::Value::Object(map) = value else { return Err("is no JSON object".to_owned()) };
    let header: Vec<String> = map.keys().cloned().collect();
    let places = Places::find(&header, asked)?;
    Ok(places.row(|i| match &map[&header[i]] {
        serde_json::Value::Null => None,
        serde_json::Value::String(s) => Some(s.clone()),
        // paragraphs as a list
        serde_json::Value::Array(parts) if parts.iter().all(serde_json::Value::is_string) => {
            Some(parts.iter().filter_map(|p| p.as_str()).collect::<Vec<_>>().join("\n"))
        }
        other => Some(other.to_string()),
    }))
}

/// Reads Parquet; only the columns needed, a few hundred rows at a time.
pub(crate) fn parquet<R: parquet::file::reader::ChunkReader + 'static>(file: R, asked: &Columns, each: Each<'_>) -> Result<(), Stop> {
    let broken = |e: &dyn std::fmt::Display| Stop::Broken(format!("is no Parquet file that can be read: {e}"));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| broken(&e))?;
    let header: Vec<String> = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
    let places = Places::find(&header, asked).map_err(Stop::Broken)?;
    let mut wanted: Vec<usize> = places.0.iter().flatten().copied().collect();
    wanted.sort_unstable();
    let order: BTreeMap<usize, usize> = wanted.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
    let reader = builder.with_projection(mask).with_batch_size(256).build().map_err(|e| broken(&e))?;
    let mut n = 0;
    for batch in reader {
        let batch: RecordBatch = batch.map_err(|e| Stop::Broken(format!("breaks off after row {n}: {e}")))?;
        let options = FormatOptions::default();
        let columns: Vec<ArrayFormatter<'_>> = batch
            .columns()
            .iter()
            .map(|c| ArrayFormatter::try_new(c.as_ref(), &options))
            .collect::<Result<_, _>>()
            .map_err(|e| broken(&e))?;
        for r in 0..batch.num_rows() {
            n += 1;
            let row = places.row(|i| {
                let c = order[&i];
                (!batch.column(c).is_null(r)).then(|| columns[c].value(r).to_string())
            });
            each(n, Ok(row)).map_err(Stop::Sink)?;
        }
    }
    Ok(())
}
