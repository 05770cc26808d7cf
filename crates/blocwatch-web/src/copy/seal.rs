//! Digests of all files, the signature over them, and the file that says how to check both.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use blocwatch_engine::{EngineError, atomic, parallel};
use minisign::{PublicKey, SecretKey, SecretKeyBox};

use super::{failed, write};
use crate::error::{Result, WebError};

/// A key to sign with, in the format of minisign.
pub struct Key(SecretKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    /// Reads a secret key as `minisign -G` writes it. A key under a password asks for it on the terminal; one made with `-W` has none.
    ///
    /// # Errors
    /// A file that cannot be read or is no such key; a wrong password.
    pub fn read(path: &Path) -> Result<Self> {
        let bad = |e: minisign::PError| WebError::Bad(format!("{} is no secret key of minisign that can be opened: {e}", path.display()));
        let text = fs::read_to_string(path).map_err(failed("cannot read", path))?;
        let open = |text: &str| SecretKeyBox::from_string(text).map_err(bad);
        let plain = open(&text)?.into_unencrypted_secret_key();
        Ok(Self(match plain {
            Ok(key) => key,
            Err(_) => open(&text)?.into_secret_key(None).map_err(bad)?,
        }))
    }

    fn public(&self) -> Result<String> {
        PublicKey::from_secret_key(&self.0).map(|k| k.to_base64()).map_err(broken)
    }

    fn sign(&self, bytes: &[u8], says: &str) -> Result<String> {
        let signed = minisign::sign(None, &self.0, Cursor::new(bytes), Some(says), Some("signature of a copy of a Blocwatch observatory"));
        signed.map(|s| s.into_string()).map_err(broken)
    }
}

fn broken(e: minisign::PError) -> WebError {
    WebError::Broken(format!("the copy cannot be signed: {e}"))
}

/// All files below a folder, relative, in order.
fn files(root: &Path) -> Result<Vec<String>> {
    fn walk(root: &Path, below: &str, out: &mut Vec<String>) -> Result<()> {
        let folder = root.join(below);
        for entry in fs::read_dir(&folder).map_err(failed("cannot read", &folder))? {
            let entry = entry.map_err(failed("cannot read", &folder))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if entry.path().is_dir() { walk(root, &path, out)? } else { out.push(path) }
        }
        Ok(())
    }
    let mut out = Vec::new();
    walk(root, "", &mut out)?;
    out.sort();
    Ok(out)
}

/// Writes `README.txt`, `SHA256SUMS` and the signature. Returns the number of files and their bytes.
pub(super) fn seal(root: &Path, observatory: &str, key: Option<&Key>) -> Result<(usize, u64)> {
    write(root, "README.txt", readme(observatory, key)?.as_bytes())?;
    let files = files(root)?;
    let lines = parallel::each(files.len(), |i| {
        let path = root.join(&files[i]);
        let size = fs::metadata(&path).map_err(EngineError::file("cannot read", &path))?.len();
        Ok((format!("{}  {}\n", atomic::digest_file(&path)?, files[i]), size))
    })?;
    let sums: String = lines.iter().map(|(line, _)| line.as_str()).collect();
    write(root, "SHA256SUMS", sums.as_bytes())?;
    let mut bytes = lines.iter().map(|(_, size)| size).sum::<u64>() + sums.len() as u64;
    let mut n = files.len() + 1;
    if let Some(key) = key {
        let signature = key.sign(sums.as_bytes(), &format!("observatory {observatory}"))?;
        write(root, "SHA256SUMS.minisig", signature.as_bytes())?;
        bytes += signature.len() as u64;
        n += 1;
    }
    Ok((n, bytes))
}

fn readme(observatory: &str, key: Option<&Key>) -> Result<String> {
    let signed = match key {
        Some(key) => format!(
            "This copy is signed. With minisign (https://jedisct1.github.io/minisign/), in this folder:\n\n    minisign -Vm SHA256SUMS -P {}\n\nThe key above came with the copy, so by itself it proves nothing: compare it with the one that the people who run\nthe observatory have given you in another way.\n",
            key.public()?
        ),
        None => "This copy is not signed: the digests show damage, not who made it.\n".to_owned(),
    };
    Ok(format!(
        "Blocwatch: a copy of an observatory as files\n\nObservatory {observatory}\n\nOpen index.html in any browser; no server and no network is needed. Pages load nothing from elsewhere.\nSearch, lists and links work; queries and free filters need the program: `blocwatch serve`.\n\ndata/         tables, codebook (codebook.csv, codebook.json), casebook, and the account of the build (manifest.json)\nfeed.xml      what changed, for feed readers\n\nTo check that nothing is damaged, in this folder:\n\n    sha256sum --check --quiet SHA256SUMS\n\n{signed}"
    ))
}
