//! The error of this crate. A message says what, where and what next; lower case, no final stop, paths and addresses last.
//!
//! An error stops one source or one download because going on would publish a wrong number. What concerns single rows is never an
//! error: such rows are quarantined and counted (see `blocwatch_core::accounting`).

use std::path::{Path, PathBuf};

/// What can go wrong between a publisher's address and a harmonised table.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The file system refused.
    #[error("cannot {what}: {cause}: {}", path.display())]
    Io {
        /// The verb and its object, `read the snapshot`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: std::io::Error,
    },
    /// A file whose packing is broken: a gzip stream or zip archive that ends early or does not unpack.
    #[error("{what}; download it again or ask whoever sent it: {}", path.display())]
    Broken {
        /// What is broken and how far reading came.
        what: String,
        /// Where.
        path: PathBuf,
    },
    /// A file without content.
    #[error("the file is empty; download it again: {}", path.display())]
    Empty {
        /// Where.
        path: PathBuf,
    },
    /// A table whose header lacks columns that the reader needs.
    #[error("{message}: {}", path.display())]
    Columns {
        /// Which columns, and the nearest ones that are there.
        message: String,
        /// Where.
        path: PathBuf,
    },
    /// A file that is needed beside the ones at hand.
    #[error("{source_id} needs its '{role}' file{why}; fetch it with `blocwatch fetch {source_id} --from DIR`")]
    MissingFile {
        /// Source id.
        source_id: &'static str,
        /// Role of the missing file.
        role: String,
        /// Why it is needed, beginning with a space or a comma; may be empty.
        why: String,
    },
    /// The store holds something that does not fit its own record.
    #[error("the snapshot store is damaged: {what}; move the file away and fetch again: {}", path.display())]
    Store {
        /// What does not fit.
        what: String,
        /// Where.
        path: PathBuf,
    },
    /// A download that failed for good.
    #[error("{message}: {url}")]
    Download {
        /// What happened and what to do.
        message: String,
        /// Address.
        url: String,
    },
    /// Tables that do not fit together: a defect of this program, not of the data.
    #[error("the table {table} could not be put together ({cause}); please report this as a defect of blocwatch")]
    Frame {
        /// Table.
        table: &'static str,
        /// What Arrow said.
        cause: String,
    },
}

impl SourceError {
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |cause| Self::Io { what, path, cause }
    }
}

/// Result of this crate.
pub type Result<T, E = SourceError> = std::result::Result<T, E>;
