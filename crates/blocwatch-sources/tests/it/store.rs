//! The snapshot store: written once, verified, current.

use blocwatch_core::{Notices, Severity};
use blocwatch_sources::Store;
use blocwatch_sources::fetch::{Silent, from_folder};
use tempfile::TempDir;

use super::help::{TODAY, fetch, sample, sample_folder};

#[test]
fn the_same_bytes_are_held_once_and_the_first_day_stays() {
    let fetched = fetch(&sample_folder("cow_igo"), &["cow_igo"]);
    assert_eq!(fetched.report.taken.len(), 3);
    let before = fetched.store.all().unwrap();
    let mut notices = Notices::new();
    let again = from_folder(&fetched.store, &sample_folder("cow_igo"), &[], "2027-01-01", &Silent, &mut notices).unwrap();
    assert_eq!((again.taken.len(), again.unchanged.len()), (0, 3));
    assert_eq!(fetched.store.all().unwrap(), before);
    assert!(again.unchanged.iter().all(|f| f.accessed == TODAY));
    assert_eq!(fetched.store.current("cow_igo").unwrap().len(), 3);
    assert!(Store::open(fetched.home.path()).unwrap().current("vdem").unwrap().is_empty());
    // nothing is left over
    let left: Vec<_> = std::fs::read_dir(fetched.store.root().join(".tmp")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn the_layout_is_source_digest_name() {
    let fetched = fetch(&sample_folder("cow_igo"), &["cow_igo"]);
    for held in fetched.store.all().unwrap() {
        let below = held.path.strip_prefix(fetched.home.path()).unwrap();
        let expected = format!("snapshots/cow_igo/{}/{}", &held.file.sha256[..12], held.file.name);
        assert_eq!(below.to_str().unwrap(), expected);
        assert_eq!(std::fs::metadata(&held.path).unwrap().len(), held.file.bytes);
    }
}

#[test]
fn a_changed_or_lost_file_is_found_and_replaced_on_the_next_fetch() {
    let fetched = fetch(&sample_folder("cow_igo"), &["cow_igo"]);
    let mut notices = Notices::new();
    assert_eq!(fetched.store.verify(&mut notices).unwrap(), 3);
    assert!(notices.is_empty());
    let held = fetched.store.all().unwrap();
    std::fs::write(&held[0].path, b"tampered").unwrap();
    std::fs::remove_file(&held[1].path).unwrap();
    fetched.store.verify(&mut notices).unwrap();
    let codes: Vec<_> = notices.iter().map(|n| (n.severity, n.code.as_str())).collect();
    assert_eq!(codes, [(Severity::Error, "digest-mismatch"), (Severity::Error, "missing-file")]);
    let mut notices = Notices::new();
    let again = from_folder(&fetched.store, &sample_folder("cow_igo"), &[], TODAY, &Silent, &mut notices).unwrap();
    assert_eq!((again.taken.len(), again.unchanged.len()), (2, 1));
    assert_eq!(notices.iter().filter(|n| n.code == "damaged-snapshot").count(), 2);
    let mut notices = Notices::new();
    fetched.store.verify(&mut notices).unwrap();
    assert!(notices.is_empty(), "{notices:?}");
}

#[test]
fn a_newer_version_takes_over_and_the_older_stays_in_the_store() {
    let folder = TempDir::new().unwrap();
    let (_, bytes) = sample("vdem", "country_year", "row");
    let newer = String::from_utf8(bytes.clone()).unwrap().replace("0.101", "0.111");
    std::fs::write(folder.path().join("vdem_v9_regimes_of_the_world.csv"), &bytes).unwrap();
    let fetched = fetch(folder.path(), &["vdem"]);
    std::fs::write(folder.path().join("vdem_v10_regimes_of_the_world.csv"), newer).unwrap();
    let report = from_folder(&fetched.store, folder.path(), &[], TODAY, &Silent, &mut Notices::new()).unwrap();
    assert_eq!(report.taken.len(), 1, "v10 is newer than v9, also by number");
    assert!(report.left_alone[0].1.contains("is used for vdem"), "{:?}", report.left_alone);
    let current = fetched.store.current("vdem").unwrap();
    assert_eq!(current.iter().map(|h| h.file.version.as_str()).collect::<Vec<_>>(), ["v10"]);
    assert_eq!(fetched.store.all().unwrap().len(), 2);
}

/// Made-up days of events as the publisher names them.
fn days(folder: &std::path::Path, names: &[&str]) {
    let text = std::fs::read_to_string(sample_folder("events_gdelt").join("20200318120000.export.CSV")).unwrap();
    for name in names {
        let day = &name[..8];
        std::fs::write(folder.join(name), text.replace("20200318", day)).unwrap();
    }
}

#[test]
fn days_of_events_add_up_and_each_digest_counts_once() {
    let folder = TempDir::new().unwrap();
    days(folder.path(), &["20200318120000.export.CSV", "20200319120000.export.CSV"]);
    let fetched = fetch(folder.path(), &["events_gdelt"]);
    assert_eq!((fetched.report.taken.len(), fetched.report.left_alone.len()), (2, 0));
    let in_use = || {
        let held = fetched.store.current("events_gdelt").unwrap();
        held.into_iter().map(|h| h.file.name).collect::<Vec<_>>()
    };
    assert_eq!(in_use(), ["20200318120000.export.CSV", "20200319120000.export.CSV"]);
    // another day comes from another folder, with bytes that are held already under another name
    let later = TempDir::new().unwrap();
    days(later.path(), &["20200320120000.export.CSV"]);
    std::fs::copy(folder.path().join("20200318120000.export.CSV"), later.path().join("20200318.export.CSV")).unwrap();
    let mut notices = Notices::new();
    let report = from_folder(&fetched.store, later.path(), &[], TODAY, &Silent, &mut notices).unwrap();
    assert_eq!((report.taken.len(), report.unchanged.len()), (1, 1), "{report:?}");
    assert!(notices.is_empty(), "{notices:?}");
    assert_eq!(in_use(), ["20200318120000.export.CSV", "20200319120000.export.CSV", "20200320120000.export.CSV"]);
    // a file of another shape replaces none of them, and a second one of a shape that does not add up replaces the first
    from_folder(&fetched.store, &sample_folder("events_gdelt"), &[], TODAY, &Silent, &mut Notices::new()).unwrap();
    assert_eq!(in_use().len(), 6);
    assert_eq!(fetched.store.all().unwrap().len(), 6);
}
