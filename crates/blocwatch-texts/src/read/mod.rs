//! From files to documents: one file per format, each yielding [`crate::document::Document`]s or a reason why not.
