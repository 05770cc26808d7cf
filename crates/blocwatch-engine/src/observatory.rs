//! An observatory: a folder of finished tables with a manifest, published by renaming it into place.
//!
//! `<home>/observatories/<key>/` holds `manifest.json` and `tables/<name>.parquet`; `<home>/current` names the one in use. The key is
//! the digest of all steps' keys, so the same inputs give the same folder with the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::datatypes::FieldRef;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::notice::Notice;
use blocwatch_core::provenance::SnapshotFile;
use serde::{Deserialize, Serialize};

use crate::error::{EngineError, Result};
use crate::{atomic, table};

/// One table of an observatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Step that made it.
    pub step: String,
    /// Key of that step.
    pub key: String,
    /// Rows.
    pub rows: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// What an observatory says about itself. Deterministic: timings are kept apart, in `<home>/timings/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the manifest's format.
    pub format: u32,
    /// Version of Blocwatch that built it.
    pub blocwatch: String,
    /// Digest of the code that the steps ran.
    pub code: String,
    /// Digest of the embedded knowledge.
    pub knowledge: String,
    /// Key of the observatory.
    pub key: String,
    /// The day by which everything in it had been published, if it was built as of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Publishers' files that went in.
    pub snapshots: Vec<SnapshotFile>,
    /// Tables by name.
    pub tables: BTreeMap<String, TableEntry>,
    /// Row accounts by source.
    pub accounts: BTreeMap<String, Vec<RowAccount>>,
    /// Notices of all steps, sorted.
    pub notices: Vec<Notice>,
}

/// A finished observatory on disk, or some tables made for one purpose that lie in memory and never become one.
#[derive(Debug, Clone)]
pub struct Observatory {
    /// Its folder; empty where its tables lie in memory.
    pub path: PathBuf,
    /// Its manifest.
    pub manifest: Manifest,
    memory: BTreeMap<String, RecordBatch>,
}

/// The folder of all observatories below a home.
pub fn folder(home: &Path) -> PathBuf {
    home.join("observatories")
}

impl Observatory {
    /// Opens the observatory in use.
    ///
    /// # Errors
    /// [`EngineError::NoObservatory`] if none has been built, [`EngineError::Manifest`] if it cannot be read.
    pub fn current(home: &Path) -> Result<Self> {
        let pointer = home.join("current");
        let key = fs::read_to_string(&pointer).map_err(|_| EngineError::NoObservatory(home.to_path_buf()))?;
        Self::open(&folder(home).join(key.trim()))
    }

    /// Opens an observatory by its folder.
    ///
    /// # Errors
    /// [`EngineError::Manifest`] if its manifest is missing or broken.
    pub fn open(path: &Path) -> Result<Self> {
        let file = path.join("manifest.json");
        let broken = |what: String| EngineError::Manifest { path: file.clone(), what };
        let text = fs::read_to_string(&file).map_err(|e| broken(e.to_string()))?;
        let manifest = serde_json::from_str(&text).map_err(|e| broken(e.to_string()))?;
        Ok(Self::at(path.to_path_buf(), manifest))
    }

    /// An observatory in a folder, with the manifest that the folder has.
    pub fn at(path: PathBuf, manifest: Manifest) -> Self {
        Self { path, manifest, memory: BTreeMap::new() }
    }

    /// Tables in memory. The manifest names no table; what it says of each is found here.
    pub fn of_tables(mut manifest: Manifest, memory: BTreeMap<String, RecordBatch>) -> Self {
        let entry = |batch: &RecordBatch| TableEntry {
            step: String::new(),
            key: String::new(),
            rows: batch.num_rows() as u64,
            bytes: 0,
            sha256: String::new(),
        };
        manifest.tables = memory.iter().map(|(name, batch)| (name.clone(), entry(batch))).collect();
        Self { path: PathBuf::new(), manifest, memory }
    }

    /// Whether it has a table.
    pub fn has(&self, name: &str) -> bool {
        self.manifest.tables.contains_key(name)
    }

    /// A table, if it lies in memory.
    pub fn in_memory(&self, name: &str) -> Option<&RecordBatch> {
        self.memory.get(name)
    }

    /// Some columns of a table, in the order of the table; names that it does not have are left out.
    ///
    /// # Errors
    /// The file of the table is missing or damaged.
    pub fn read_columns(&self, name: &str, columns: &[&str]) -> Result<RecordBatch> {
        let Some(batch) = self.memory.get(name) else { return table::read_columns(&self.table_path(name), columns) };
        let asked = |(at, field): (usize, &FieldRef)| columns.contains(&field.name().as_str()).then_some(at);
        let places: Vec<usize> = batch.schema().fields().iter().enumerate().filter_map(asked).collect();
        Ok(batch.project(&places)?)
    }

    /// The same in parts of so many rows at most; in one part where the table lies in memory anyway.
    ///
    /// # Errors
    /// As [`Observatory::read_columns`].
    pub fn parts(&self, name: &str, columns: &[&str], rows: usize) -> Result<Box<dyn Iterator<Item = Result<RecordBatch>>>> {
        if self.memory.contains_key(name) {
            return Ok(Box::new(std::iter::once(self.read_columns(name, columns))));
        }
        Ok(Box::new(table::parts(&self.table_path(name), columns, rows)?))
    }

    /// The file of a table.
    pub fn table_path(&self, name: &str) -> PathBuf {
        self.path.join("tables").join(format!("{name}.parquet"))
    }

    /// Makes this observatory the one in use.
    ///
    /// # Errors
    /// A failure of the file system; the one in use before stays in use.
    pub fn make_current(&self, home: &Path) -> Result<()> {
        atomic::write_file(&home.join("current"), format!("{}\n", self.manifest.key).as_bytes())
    }

    /// Recomputes the digests of all tables. Returns the names whose bytes differ or are gone, each with what was found.
    pub fn verify(&self) -> Vec<(String, String)> {
        let mut wrong = Vec::new();
        for (name, entry) in &self.manifest.tables {
            match atomic::digest_file(&self.table_path(name)) {
                Ok(found) if found == entry.sha256 => {}
                Ok(found) => wrong.push((name.clone(), format!("expected sha256 {}, found {found}", entry.sha256))),
                Err(e) => wrong.push((name.clone(), e.to_string())),
            }
        }
        wrong
    }
}

/// The manifest as bytes, with one newline at its end.
///
/// # Errors
/// Never in practice; a value that JSON cannot hold would be a defect.
pub fn manifest_bytes(manifest: &Manifest) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(manifest).map_err(|e| EngineError::Engine(e.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}
