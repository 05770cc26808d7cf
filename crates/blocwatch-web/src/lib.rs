//! The observatory in a browser: pages that the server renders whole, and the JSON interface beside them.
//!
//! What belongs here: routes, what each page shows, limits and headers. What does not: how a brief is composed (whoever wires the program
//! hands that in as [`Briefs`]), how numbers are made (tables of the observatory), the look of a brief (`blocwatch-publish`, whose style
//! sheet the pages share). One file per page in `pages/`, one per part of the interface in `api/`.
//!
//! What always holds:
//!
//! - A page is complete without script, and asks nobody but this server for anything; the content policy refuses the rest.
//! - All text is data: templates escape every value.
//! - The program listens on this machine only unless told otherwise, and then answers only to names of this machine.
//! - Nothing a visitor sends can write, open a file or use the network: queries are read-only and bounded in rows, time and memory.
//! - The log holds no addresses.

pub mod copy;
pub mod error;

mod api;
mod assets;
mod atlas;
mod figures;
mod layout;
mod links;
mod listen;
mod locale;
mod made;
mod pages;
mod params;
mod patient;
mod search;
mod server;
mod site;
mod warm;

pub use error::{Result, WebError};
pub use server::{Config, serve};
pub use site::{Briefs, Compose, Site};
