//! Recognition: which file of which source, in which shape, is this? Decided by file name *and* header, never by one alone.
//!
//! Non-goals: reading rows; deciding which of two recognised files is used (see [`crate::store`]).

use std::path::Path;

use crate::error::Result;
use crate::meta::{FileMeta, Meta};
use crate::tabular::{header, unpack};

/// A published form of a file, as code knows it.
#[derive(Debug)]
pub struct Shape {
    /// Role, as in `source.toml`.
    pub role: &'static str,
    /// Name of the shape; becomes the column `edition` of harmonised tables.
    pub id: &'static str,
    /// Columns without which the file is not of this shape.
    pub required: &'static [&'static str],
    /// Columns that another shape has and this one has not.
    pub without: &'static [&'static str],
    /// Further columns that are read, or known and left aside on purpose. One that is read and not there is worth a notice.
    pub known: &'static [&'static str],
    /// Whether other columns are worth a notice; off where the publisher ships thousands.
    pub tell_unknown: bool,
    /// Where the version is written.
    pub version: Version,
}

/// Where a file says which version it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `v15` or `v14_1` in the file name.
    Marker,
    /// A date at the beginning of the file name, `2026_02_06_…`.
    LeadingDate,
    /// The version in which the shape is known; a successor of it may say another in its name.
    Fixed(&'static str),
}

/// What recognition looks at.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a> {
    /// File name as found, without folders.
    pub name: &'a str,
    /// Path inside a zip archive, where the file is one.
    pub member: Option<&'a str>,
    /// The first decoded bytes (at most 256 KiB), unpacked, without byte-order mark; the row of names where the table is no delimited
    /// text.
    pub head: &'a [u8],
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recognised {
    /// Role within its source.
    pub role: &'static str,
    /// Shape.
    pub shape: &'static str,
    /// Version as the name states it; empty if it states none.
    pub version: String,
}

impl Probe<'_> {
    /// The member's file name, else the file's.
    fn innermost(&self) -> &str {
        self.member.map_or(self.name, |m| m.rsplit('/').next().unwrap_or(m))
    }

    fn fits(&self, file: &FileMeta) -> bool {
        file.fits(self.name) || file.fits(self.innermost())
    }
}

impl Shape {
    fn holds(&self, head: &[u8]) -> Result<(), header::Missing> {
        let found = header::find(head, self.required)?;
        match self.without.iter().any(|c| found.position(c).is_some()) {
            true => Err(header::Missing { missing: Vec::new(), names: found.names }),
            false => Ok(()),
        }
    }

    /// Names that are no columns of the shape.
    pub(crate) fn new_among<'n>(&self, names: &'n [String]) -> Vec<&'n str> {
        let known = |n: &str| self.required.iter().chain(self.known).any(|k| k.eq_ignore_ascii_case(n));
        names.iter().map(String::as_str).filter(|n| !n.is_empty() && !known(n)).collect()
    }

    fn version_of(&self, probe: &Probe<'_>) -> String {
        let named = || marker(probe.innermost()).or_else(|| marker(probe.name));
        match self.version {
            Version::Fixed(known) => named().filter(|v| is_another(v, known)).unwrap_or_else(|| known.to_owned()),
            Version::Marker => named().unwrap_or_default(),
            Version::LeadingDate => leading_date(probe.innermost()).or_else(|| leading_date(probe.name)).unwrap_or_default(),
        }
    }
}

/// The general recognition by the shapes of a source and the name patterns of its metadata.
pub(crate) fn by_shapes(meta: &Meta, shapes: &'static [Shape], probe: &Probe<'_>) -> Option<Recognised> {
    let fitting = shapes.iter().filter(|s| meta.file(s.role, s.id).is_some_and(|f| probe.fits(f)));
    let shape = fitting.into_iter().find(|s| s.holds(probe.head).is_ok())?;
    Some(Recognised { role: shape.role, shape: shape.id, version: shape.version_of(probe) })
}

/// The shape whose columns a file has, whatever its name: for a file that a person names.
pub(crate) fn by_header(shapes: &'static [Shape], probe: &Probe<'_>) -> Option<Recognised> {
    let shape = shapes.iter().find(|s| s.holds(probe.head).is_ok())?;
    Some(Recognised { role: shape.role, shape: shape.id, version: shape.version_of(probe) })
}

/// Why a file that seems to belong to a source is not taken; `None` where nothing speaks for the source.
pub(crate) fn why_not(meta: &Meta, shapes: &'static [Shape], probe: &Probe<'_>) -> Option<String> {
    let mut nearest: Option<(usize, String)> = None;
    for shape in shapes {
        let Some(file) = meta.file(shape.role, shape.id) else { continue };
        match (probe.fits(file), shape.holds(probe.head)) {
            (true, Err(missing)) if missing.names.is_empty() => {
                nearest.get_or_insert((usize::MAX, format!("named like {} ({}), but it holds no table", meta.id, shape.role)));
            }
            (true, Err(missing)) => {
                let n = missing.missing.len();
                if nearest.as_ref().is_none_or(|(least, _)| n < *least) {
                    let but = if n == 0 {
                        "its columns are those of another shape".to_owned()
                    } else {
                        missing.sentence(shape) + &missing.new_ones(shape)
                    };
                    nearest = Some((n, format!("named like {} ({}, shape '{}'), but {but}", meta.id, shape.role, shape.id)));
                }
            }
            (false, Ok(())) => {
                let names = file.names.join(" or ");
                return Some(format!(
                    "its columns fit {} ({}, shape '{}'), but not its name; rename it to {names}",
                    meta.id, shape.role, shape.id
                ));
            }
            (true, Ok(())) | (false, Err(_)) => {}
        }
    }
    nearest.map(|(_, why)| why)
}

/// The archive member that a file was recognised by: the first that the source takes for this role and shape.
pub(crate) fn member_of(source: &dyn crate::Source, path: &Path, name: &str, role: &str, shape: &str) -> Result<Option<String>> {
    // a file that is no archive has no member; its first rows need not be looked at again
    if unpack::members(path)? == [None] {
        return Ok(None);
    }
    let heads = unpack::heads(path)?;
    let member = heads.into_iter().find(|h| {
        let probe = Probe { name, member: h.member.as_deref(), head: &h.bytes };
        source.recognise(&probe).is_some_and(|r| r.role == role && r.shape == shape)
    });
    Ok(member.and_then(|h| h.member))
}

/// Whether two versions of the kind `v5.1` differ; `v3` and `v3.0` do not, and a year is never compared with such a version.
fn is_another(version: &str, known: &str) -> bool {
    let parts = |v: &str| -> Option<Vec<u32>> {
        let mut parts: Vec<u32> = v.strip_prefix('v')?.split('.').map(|p| p.parse().ok()).collect::<Option<_>>()?;
        while parts.last() == Some(&0) {
            parts.pop();
        }
        Some(parts)
    };
    parts(known).is_some_and(|known| parts(version).is_some_and(|v| v != known))
}

/// `v15`, `v14_1`, `v11.1`: the last such marker in a name.
fn marker(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let start =
        (0..bytes.len()).rev().find(|&i| bytes[i].eq_ignore_ascii_case(&b'v') && bytes.get(i + 1).is_some_and(u8::is_ascii_digit))?;
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let major = start + 1 + digits(start + 1);
    let mut version = format!("v{}", &name[start + 1..major]);
    // `v14_1.csv` is 14.1, `v14_6indices` is 14
    if matches!(bytes.get(major), Some(b'.' | b'_')) {
        let minor = major + 1 + digits(major + 1);
        if minor > major + 1 && !bytes.get(minor).is_some_and(u8::is_ascii_alphabetic) {
            version = format!("{version}.{}", &name[major + 1..minor]);
        }
    }
    Some(version)
}

/// `2026_02_06_ga_voting.csv` and `2025_7_23_…` as `2026-02-06` and `2025-07-23`.
fn leading_date(name: &str) -> Option<String> {
    let mut parts = name.split(['_', '-']);
    let number = |text: Option<&str>, most: u32| text?.parse::<u32>().ok().filter(|n| (1..=most).contains(n));
    let (year, month, day) = (number(parts.next(), 2999)?, number(parts.next(), 12)?, number(parts.next(), 31)?);
    (year >= 1900).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_names() {
        assert_eq!(marker("V-Dem-CY-Full+Others-v15.csv").unwrap(), "v15");
        assert_eq!(marker("V-Dem-CY-FullOthers-v14_1.csv.zip").unwrap(), "v14.1");
        assert_eq!(marker("V-Dem-CY-Core-v11.1.csv").unwrap(), "v11.1");
        assert_eq!(marker("vdem_v15_main_indices.csv.gz").unwrap(), "v15");
        assert_eq!(marker("vdem_v14_6indices_demspaces.csv.gz").unwrap(), "v14");
        assert_eq!(marker("un_votes.csv"), None);
        assert!(is_another("v5.2", "v5.1") && is_another("v4", "v3.2") && !is_another("v3", "v3.0") && !is_another("v3", "2022"));
        assert_eq!(leading_date("2026_02_06_ga_voting.csv").unwrap(), "2026-02-06");
        assert_eq!(leading_date("2025_7_23_ga_voting.csv").unwrap(), "2025-07-23");
        assert_eq!(leading_date("ga_voting.csv"), None);
    }
}
