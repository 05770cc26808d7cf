//! Phrases in large bodies of text: words and sentences ([`words`]), patterns of words ([`pattern`]) and what spreads ([`spread`]).
//!
//! What belongs here: finding fixed or patterned phrases of a few words. What does not: passages that two texts share
//! ([`crate::reuse`]), what a phrase means, who speaks.

pub mod pattern;
pub mod spread;
pub mod words;
