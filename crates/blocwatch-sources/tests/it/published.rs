//! The real files beside the workspace, against published numbers.

use std::time::Instant;

use super::help::{cell, count, fetch, table};
use super::shared;

fn print(title: &str, reading: &blocwatch_sources::Reading) {
    eprintln!("== {title}");
    for a in &reading.accounts { eprintln!("{}: in {} kept {} dropped {:?} quarantined {:?} {:?}", a.file, a.rows_in, a.kept, a.dropped, a.quarantined, a.samples.iter().take(5).collect::<Vec<_>>()); }
    for (n, b) in &reading.tables { eprintln!("{n}: {} rows {} MB", b.num_rows(), b.get_array_memory_size()/1_000_000); }
    eprintln!("coverage {}", reading.coverage.len());
}

#[test]
fn published_explore() {
    for (id, folder) in [("vdem", "data/regime"), ("cow_igo", "data/cow_igo_v3"), ("unga_votes", "data/unga")] {
        let Some(path) = shared::path(folder) else { return };
        let f = fetch(&path, &[id]);
        eprintln!("{:#?}", f.report.left_alone);
        eprintln!("{:?}", f.report.taken.iter().map(|t| (&t.name, &t.role, &t.shape, &t.version)).collect::<Vec<_>>());
        let files = f.store.current(id).unwrap();
        for h in &files {
            let t = Instant::now();
            let r = super::help::source(id).read(std::slice::from_ref(h), super::help::states(), &mut Default::default());
            eprintln!("   {} {:?} {}", h.file.name, t.elapsed(), r.is_ok());
        }
        let t = Instant::now();
        let mut notices = Default::default();
        let r = super::help::source(id).read(&files, super::help::states(), &mut notices).unwrap();
        eprintln!("{id} {:?}", t.elapsed());
        let t = Instant::now();
        drop(r);
        eprintln!("drop {:?}", t.elapsed());
        let t = Instant::now();
        let r = super::help::source(id).read(&files, super::help::states(), &mut notices).unwrap();
        eprintln!("{id} {:?}", t.elapsed());
        print(id, &r);
        for n in notices.into_sorted() { eprintln!("{n}"); }
        super::help::check(id, &r);
    }
    let _ = (cell, count, table);
}
