//! Replications: the kernels against published and independently computed numbers. One binary, one module per family.

#![expect(clippy::unwrap_used, reason = "tests")]

mod agreement;
mod composition;
#[path = "../../../blocwatch-core/tests/it/shared.rs"]
mod shared;
mod votes;
