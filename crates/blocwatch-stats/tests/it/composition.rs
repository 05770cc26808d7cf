//! Composition of organisations against numbers computed independently from the episode data set and stated member lists.
