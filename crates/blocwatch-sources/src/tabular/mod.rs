//! Tolerant reading of tables, once for all sources.
//!
//! Files come as people have them: packed with gzip or zip under any name, with a byte-order mark, in Windows-1252, with CRLF, with
//! semicolons and decimal commas, with title rows above the header, with header rows repeated in the middle. All of that is read; what
//! a row cannot say is quarantined with its line; what would make every number wrong (a broken archive, a missing column) is an error.
//!
//! Neighbours: [`unpack`] gives decoded bytes, [`header`] finds the row of names, [`cell`] reads numbers, [`sheet`] hands rows to a
//! reader and keeps the account; [`records`] makes one form of delimited text (`fields`), JSON lines and Parquet. Non-goals: what the
//! columns mean, states, Arrow tables.

pub(crate) mod cell;
mod fields;
pub(crate) mod header;
pub(crate) mod records;
pub(crate) mod sheet;
pub(crate) mod unpack;

pub(crate) use sheet::{Bad, Row, Sheet, Tally, open};
