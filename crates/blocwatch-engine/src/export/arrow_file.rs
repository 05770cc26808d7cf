//! A [`Wide`] as an Arrow file (IPC, also known as Feather 2).

use std::io::Write;

use arrow_ipc::writer::FileWriter;

use crate::error::Result;
use crate::wide::Wide;

/// Writes a wide table, batch after batch, with the metadata of its schema. The same table gives the same bytes.
///
/// # Errors
/// The writer fails, or a source of values does.
pub fn write(out: impl Write, wide: &Wide<'_>) -> Result<()> {
    let opened = wide.open()?;
    let mut writer = FileWriter::try_new(out, opened.schema())?;
    for n in 0..opened.count() {
        writer.write(&opened.batch(n)?)?;
    }
    writer.finish()?;
    Ok(())
}
