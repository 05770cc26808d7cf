//! From documents to scored pairs with their passages. What belongs here: the pipeline of a comparison. Kernels on slices are in
//! `blocwatch_stats`.
