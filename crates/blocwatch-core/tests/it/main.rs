//! The embedded people's files as a whole, and the states against the published lists. One binary, one module per subject.

mod knowledge;
mod names;
mod shared;
mod states;
