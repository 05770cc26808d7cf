//! Pure kernels on slices: numbers in, numbers out.
//!
//! What belongs here: the definitions of measures, exact and tested against published values. What does not: tables, files, state
//! names, years, the query engine. One file per family; a new one is a file and a line below.

pub mod agreement;
pub mod composition;
pub mod events;
pub mod joint;
pub mod majority;
