//! One folder per source: metadata, reader, made-up sample; the snapshot store and fetching.
