//! Archives: zip, tar and gzip, one member at a time. What unpacks to far more than it holds is refused, never unpacked whole.

use std::io::{self, Read, Seek};

use super::Limits;

/// How often larger than packed a member may be, once it is large at all.
const RATIO: u64 = 300;
/// Below this size no ratio is looked at: a page of spaces packs well too.
const SMALL: u64 = 32 << 20;

/// What a member was.
pub(crate) enum Member {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It was not unpacked: code and reason.
    Refused(&'static str, String),
}

/// Reads at most `limit` bytes, and tells whether there was more.
pub(crate) fn up_to(reader: impl Read, limit: u64) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    let more = bytes.len() as u64 > limit;
    Ok((bytes, more))
}

/// Unpacks one stream within the limits; `packed` is its size where known.
pub(crate) fn unpack(reader: impl Read, packed: Option<u64>, limits: &Limits) -> Member {
    let by_ratio = packed.map_or(u64::MAX, |p| (p.saturating_mul(RATIO)).max(SMALL));
    let limit = limits.document.min(by_ratio);
    match up_to(reader, limit) {
        Ok((bytes, false)) => Member::Bytes(bytes),
        Ok((_, true)) if by_ratio < limits.document => {
            Member::Refused("bomb", format!("unpacks to more than {RATIO} times its size, as archives made to fill memory do"))
        }
        Ok((_, true)) => Member::Refused("too-large", too_large(limits)),
        Err(e) => Member::Refused("broken-archive", format!("does not unpack: {e}")),
    }
}

pub(crate) fn too_large(limits: &Limits) -> String {
    format!("is larger than {} MiB, the most that one document may have", limits.document >> 20)
}

/// Every file of a zip archive, in order of names. `each` returns whether to go on.
pub(crate) fn zip(
    file: impl Read + Seek,
    limits: &Limits,
    mut each: impl FnMut(&str, Member) -> io::Result<bool>,
) -> Result<io::Result<()>, String> {
    let mut zip = zip::ZipArchive::new(file).map_err(|e| format!("no whole zip archive: {e}"))?;
    let mut members: Vec<(String, usize)> = Vec::new();
    for i in 0..zip.len() {
        let Ok(f) = zip.by_index_raw(i) else { continue };
        if f.is_file() {
            members.push((f.name().to_owned(), i));
        }
    }
    members.sort();
    for (name, i) in members {
        let member = match zip.by_index(i) {
            Ok(f) => {
                let packed = f.compressed_size();
                unpack(f, Some(packed), limits)
            }
            Err(zip::result::ZipError::UnsupportedArchive(why)) if why.contains("assword") => {
                Member::Refused("password", "is locked by a password".to_owned())
            }
            Err(e) => Member::Refused("broken-archive", format!("does not unpack: {e}")),
        };
        match each(&name, member) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Ok(Err(e)),
        }
    }
    Ok(Ok(()))
}

/// Every file of a tar archive, as it stands in it. Links and devices are no texts.
pub(crate) fn tar(
    reader: impl Read,
    limits: &Limits,
    mut each: impl FnMut(&str, Member) -> io::Result<bool>,
) -> Result<io::Result<()>, String> {
    let mut tar = tar::Archive::new(reader);
    let entries = tar.entries().map_err(|e| format!("no whole tar archive: {e}"))?;
    for entry in entries {
        let entry = entry.map_err(|e| format!("breaks off: {e}"))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match each(&name, unpack(entry, None, limits)) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Ok(Err(e)),
        }
    }
    Ok(Ok(()))
}
