//! The brief on two states.
use super::desk::Desk;
use super::{Query, StateRef};
use crate::doc::{Brief, BriefKind};
use crate::error::Result;

pub(super) fn queries(_a: &StateRef, _b: &StateRef) -> Vec<Query> {
    Vec::new()
}
pub(super) fn compose(_desk: &mut Desk<'_>, a: &StateRef, b: &StateRef) -> Result<Brief> {
    Ok(Brief::new(BriefKind::Pair, format!("{} and {}", a.name, b.name)))
}
