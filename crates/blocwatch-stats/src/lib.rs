//! Pure kernels on slices: numbers in, numbers out.
//!
//! What belongs here: the definitions of measures, exact and tested against published values. What does not: tables, files, state
//! names, years, the query engine. One file per family; a new one is a file and a line below.

pub mod agreement;
pub mod cohesion;
pub mod composite;
pub mod composition;
pub mod dependence;
pub mod diffusion;
pub mod echo;
pub mod episodes;
pub mod events;
pub mod homophily;
pub mod idealpoint;
pub mod joint;
pub mod leadlag;
pub mod majority;
pub mod multiple;
pub mod network;
pub mod parallel;
pub mod random;
pub mod rates;
pub mod substitution;
pub mod trend;
pub mod votes;
pub mod voting_blocs;
