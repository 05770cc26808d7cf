//! The made-up samples, read whole and reviewed as text; and that every source is documented.

use blocwatch_sources::registry;

use super::help::{fetch, sample_folder, show};

#[test]
fn a_sample_of_every_source_reads_as_reviewed() {
    // sources of events yield no tables of their own; their samples are counted in `events`
    for source in registry().iter().filter(|s| !s.tables().is_empty()) {
        let id = &source.meta().id;
        let fetched = fetch(&sample_folder(id), &[id]);
        let left: Vec<String> = fetched
            .report
            .left_alone
            .iter()
            .map(|(path, why)| format!("left alone: {}: {why}", path.file_name().unwrap().to_string_lossy()))
            .collect();
        let (reading, notices) = fetched.read(id);
        insta::assert_snapshot!(id.clone(), format!("{}\n{}", left.join("\n"), show(&reading.unwrap(), notices)));
    }
}

#[test]
fn reading_twice_and_in_another_order_gives_the_same() {
    for source in registry() {
        let id = &source.meta().id;
        let fetched = fetch(&sample_folder(id), &[id]);
        let mut files = fetched.store.current(id).unwrap();
        let once = source.read(&files, super::help::states(), &mut Default::default()).unwrap();
        files.reverse();
        let again = source.read(&files, super::help::states(), &mut Default::default()).unwrap();
        assert_eq!(once.tables, again.tables);
        assert_eq!(once.coverage, again.coverage);
    }
}

#[test]
fn every_source_is_documented() {
    for source in registry() {
        let meta = source.meta();
        let said =
            [&meta.name, &meta.publisher, &meta.what, &meta.homepage, &meta.licence, &meta.redistribution, &meta.unit, &meta.personal_note];
        assert!(said.iter().all(|s| !s.trim().is_empty()), "{}: something is not said", meta.id);
        assert!(meta.what.ends_with('.') && meta.personal_note.ends_with('.'), "{}: sentences end with a full stop", meta.id);
        assert!(!meta.citation.authors.is_empty() && !meta.citation.title.is_empty() && meta.citation.year > 1900);
        for shape in source.shapes() {
            let file = meta
                .file(shape.role, shape.id)
                .unwrap_or_else(|| panic!("{}: no [[files]] entry for {} {}", meta.id, shape.role, shape.id));
            assert!(!file.names.is_empty() && file.expected_rows[0] <= file.expected_rows[1]);
        }
        for file in &meta.files {
            assert!(
                source.shapes().iter().any(|s| s.role == file.role && s.id == file.shape),
                "{}: {} {} has no shape",
                meta.id,
                file.role,
                file.shape
            );
        }
        for lookup in &meta.lookups {
            assert!(super::help::states().by_id(&lookup.state).is_some(), "{}: no state '{}'", meta.id, lookup.state);
        }
        for table in source.tables() {
            assert!(meta.unlocks.iter().any(|u| u == table.name), "{}: {} is not under unlocks", meta.id, table.name);
            assert!(table.columns.iter().all(|c| !c.doc.is_empty() && !c.unit.is_empty()));
            assert!(table.keys.iter().all(|k| table.columns.iter().any(|c| c.name == *k && !c.nullable)));
            assert!(table.columns.iter().any(|c| c.name == "edition") && table.columns.iter().any(|c| c.name == "source_row"));
        }
        let readme = std::fs::read_to_string(sample_folder(&meta.id).join("README.md")).unwrap();
        assert!(readme.contains("invented"), "{}: the sample does not say that it is made up", meta.id);
    }
}
