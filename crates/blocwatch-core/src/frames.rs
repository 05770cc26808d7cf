//! Frames of counter-norms: the lexicon in `knowledge/frames/`, as types. What its patterns find is the business of others.

use serde::Deserialize;

use crate::casebook::SourceRef;
use crate::error::{CoreError, Result};
use crate::knowledge;

/// How often a frame's patterns were right in a sample that was read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precision {
    /// Who read the sample and how, and whether a person did.
    pub readers: String,
    /// Day on which it was read.
    pub read_on: String,
    /// What the sample was drawn from and how, so that it can be drawn again.
    pub drawn: String,
    /// Matches that are an instance of the frame, each as `SPEAKER-SESSION@BYTE`.
    pub right: Vec<String>,
    /// Matches that are none.
    pub wrong: Vec<String>,
    /// What the wrong ones are.
    #[serde(default)]
    pub note: String,
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Stable id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What an instance of it is, in our own words.
    pub definition: String,
    /// Works that describe it.
    pub source: Vec<SourceRef>,
    /// Patterns of words in English, any of which is a match.
    pub variants: Vec<String>,
    /// If not empty: one of these must stand in the same sentence.
    #[serde(default)]
    pub near: Vec<String>,
    /// A match that shares a word with one of these is none.
    #[serde(default)]
    pub unless: Vec<String>,
    /// What the reading of a sample says of the patterns.
    pub precision: Precision,
}

/// The frames, in the order of their ids.
///
/// # Errors
/// A file that does not parse, or whose name is not its id.
pub fn embedded() -> Result<Vec<Frame>> {
    let mut out = Vec::new();
    for (file, text) in knowledge::files("frames", ".toml") {
        let wrong = |message: String| CoreError::Knowledge { file: file.clone(), line: None, message };
        let frame: Frame = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if file != format!("frames/{}.toml", frame.id) {
            return Err(wrong(format!("the frame has the id '{}'; call the file so", frame.id)));
        }
        out.push(frame);
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casebook::Casebook;

    #[test]
    fn every_frame_cites_works_that_are_there_and_counts_a_sample() {
        let book = Casebook::embedded().unwrap();
        let frames = embedded().unwrap();
        assert!(frames.len() >= 14);
        for frame in frames {
            for s in &frame.source {
                assert!(book.work(&s.work).is_some(), "{}: no work {}", frame.id, s.work);
                assert!(s.via.is_empty() || book.work(&s.via).is_some(), "{}: no work {}", frame.id, s.via);
            }
            assert!(!frame.source.is_empty() && !frame.definition.trim().is_empty(), "{}", frame.id);
            let mut rows: Vec<&String> = frame.precision.right.iter().chain(&frame.precision.wrong).collect();
            // of rare frames all there are
            assert!(rows.len() >= 10, "{}: {} matches were read", frame.id, rows.len());
            rows.sort();
            rows.dedup();
            assert_eq!(rows.len(), frame.precision.right.len() + frame.precision.wrong.len(), "{}: a match stands twice", frame.id);
        }
    }
}
