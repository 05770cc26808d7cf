//! Replications: the kernels against published and independently computed numbers. One binary, one module per family.

mod agreement;
mod ballots;
mod composition;
mod diffusion;
mod episodes;
mod ert;
mod idealpoint;
mod network;
#[path = "../../../blocwatch-core/tests/it/shared.rs"]
mod shared;
mod votes;
