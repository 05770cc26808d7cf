//! The brief on a political region.
use super::Query;
use super::desk::Desk;
use crate::doc::{Brief, BriefKind};
use crate::error::Result;

pub(super) fn queries(_name: &str) -> Vec<Query> {
    Vec::new()
}
pub(super) fn compose(_desk: &mut Desk<'_>, name: &str) -> Result<Brief> {
    Ok(Brief::new(BriefKind::Region, name))
}
