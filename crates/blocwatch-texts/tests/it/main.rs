//! Tests of texts against published and labelled values, and what must always hold.

mod reuse_properties;
mod reuse_reference;
#[path = "../../../blocwatch-core/tests/it/shared.rs"]
mod shared;
