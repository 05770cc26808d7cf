//! Chores.
fn main(){}
