//! Finding the row of column names and the delimiter, in the first bytes of a table.

use blocwatch_core::name;

use crate::probe::Shape;

/// How many rows a title may take before the header is given up.
const TITLE_ROWS: usize = 20;

/// The row of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// Field delimiter.
    pub delimiter: u8,
    /// Rows above it.
    pub skipped: usize,
    /// Names, trimmed.
    pub names: Vec<String>,
}

/// No row holds all the names; the nearest row says what is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Required names that the nearest row lacks, in the order asked for.
    pub missing: Vec<&'static str>,
    /// Names of the nearest row; empty where there is no row at all.
    pub names: Vec<String>,
}

impl Header {
    /// Position of a column; ASCII case does not matter, the exact spelling wins.
    pub(crate) fn position(&self, wanted: &str) -> Option<usize> {
        let exact = self.names.iter().position(|n| n == wanted);
        exact.or_else(|| self.names.iter().position(|n| n.eq_ignore_ascii_case(wanted)))
    }
}

impl Missing {
    /// `the column 'ccode' is missing; did you mean 'ccodes'?` and the like, for the end of a message.
    ///
    /// A column that the shape knows is what it is and never the nearest to another.
    pub(crate) fn sentence(&self, shape: &Shape) -> String {
        let new = shape.new_among(&self.names);
        let one = |column: &&str| {
            let near = name::nearest(column, new.iter().copied(), 1);
            match near.as_slice() {
                [found] => format!("'{column}' (nearest: '{found}')"),
                _ => format!("'{column}'"),
            }
        };
        let listed: Vec<String> = self.missing.iter().take(6).map(one).collect();
        let more = self.missing.len().saturating_sub(listed.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        match self.missing.len() {
            1 => format!("the column {} is missing", listed.join(", ")),
            _ => format!("the columns {}{more} are missing", listed.join(", ")),
        }
    }

    /// `; new: 'a', 'b'` where the row has columns that the shape does not know; nothing where it has none, or where the shape lists only
    /// some of its columns.
    pub(crate) fn new_ones(&self, shape: &Shape) -> String {
        let new = if shape.tell_unknown { shape.new_among(&self.names) } else { Vec::new() };
        let listed: Vec<String> = new.iter().take(6).map(|n| format!("'{n}'")).collect();
        let more = if new.len() > 6 { format!(" and {} more", new.len() - 6) } else { String::new() };
        if new.is_empty() { String::new() } else { format!("; new: {}{more}", listed.join(", ")) }
    }
}

/// Finds the first row that holds all required names, trying comma, tab and semicolon.
pub(crate) fn find(head: &[u8], required: &[&'static str]) -> Result<Header, Missing> {
    let mut nearest = Missing { missing: required.to_vec(), names: Vec::new() };
    for delimiter in [b',', b'\t', b';'] {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(head);
        let mut record = csv::ByteRecord::new();
        for skipped in 0..=TITLE_ROWS {
            if !reader.read_byte_record(&mut record).unwrap_or(false) {
                break;
            }
            let names: Vec<String> = record.iter().map(|f| String::from_utf8_lossy(f).trim().to_owned()).collect();
            let row = Header { delimiter, skipped, names };
            let missing: Vec<&'static str> = required.iter().copied().filter(|c| row.position(c).is_none()).collect();
            if missing.is_empty() {
                return Ok(row);
            }
            if missing.len() < nearest.missing.len() || missing.len() == nearest.missing.len() && row.names.len() > nearest.names.len() {
                nearest = Missing { missing, names: row.names };
            }
        }
    }
    Err(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_found_below_titles_and_with_any_delimiter() {
        for (text, delimiter, skipped) in
            [("a,b\n1,2\n", b',', 0), ("Title\n\"made up, really\"\n\nA\tb\n1\t2\n", b'\t', 2), ("x;y\nb;a\n", b';', 1)]
        {
            let found = find(text.as_bytes(), &["a", "b"]).unwrap();
            assert_eq!((found.delimiter, found.skipped), (delimiter, skipped), "{text}");
        }
    }

    static SHAPE: Shape = Shape {
        role: "made",
        id: "up",
        required: &["rcid", "country_code"],
        without: &[],
        known: &["vote"],
        tell_unknown: true,
        version: crate::probe::Version::Marker,
    };

    #[test]
    fn a_renamed_column_is_named_with_its_neighbour() {
        let e = find(b"rcid,country_cod,vote\n", &["rcid", "country_code"]).unwrap_err();
        assert_eq!(e.sentence(&SHAPE), "the column 'country_code' (nearest: 'country_cod') is missing");
        assert_eq!(e.new_ones(&SHAPE), "; new: 'country_cod'");
        // a column that the shape knows is not what another was renamed to
        let e = find(b"rcid,vote\n", &["rcid", "votes"]).unwrap_err();
        assert_eq!(e.sentence(&SHAPE) + &e.new_ones(&SHAPE), "the column 'votes' is missing");
        assert!(find(b"", &["a"]).unwrap_err().names.is_empty());
    }
}
