//! Why: from a cell of a panel to the row of the table that it shows.
