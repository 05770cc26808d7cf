//! Coded events: made-up samples counted and reviewed, the same events in any dress and with any number of threads, damaged bytes, and the
//! real samples beside the workspace.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::events::EventCodes;
use blocwatch_sources::events::{Actors, Cell, Limits, SOURCES, Wanted, code_text, count, letters_text, reports, root_text};
use blocwatch_sources::{Held, SourceError};
use proptest::prelude::*;
use tempfile::TempDir;

use super::dirt::{gzip, zip};
use super::help::{fetch, held, sample_folder, states};
use super::shared;

/// Everything that counting yields, in a form that compares and prints.
#[derive(Debug, Clone, PartialEq)]
struct All {
    cells: Vec<(i32, u8, Cell, String, u32)>,
    coded: BTreeMap<(i32, u8), [u64; 3]>,
    accounts: Vec<(&'static str, RowAccount)>,
    years: Vec<(&'static str, Vec<(i32, bool)>)>,
    notices: Vec<String>,
}

const FEW: Limits = Limits { threads: 2, records: 1_000 };

fn counted(files: &BTreeMap<&str, Vec<Held>>, actors: Actors, limits: Limits) -> Result<All, SourceError> {
    let work = TempDir::new().unwrap();
    let mut notices = Notices::new();
    let files: Vec<(&str, &[Held])> = files.iter().map(|(id, held)| (*id, held.as_slice())).collect();
    let (mut cells, mut coded) = (Vec::new(), BTreeMap::new());
    let result = count(&files, states(), actors, limits, work.path(), &mut notices, |month| {
        coded.insert((month.year, month.month), month.coded);
        for cell in &month.cells {
            let (file, line) = month.places.of(cell);
            let mut plain = *cell;
            // where it lies is told by the digest and the line
            (plain.file, plain.line) = (0, 0);
            cells.push((month.year, month.month, plain, file.to_owned(), line));
        }
        Ok::<(), SourceError>(())
    })?;
    for (_, account) in &result.accounts {
        assert!(account.balances(), "{account:?}");
    }
    let left = std::fs::read_dir(work.path()).unwrap().count();
    assert_eq!(left, 0, "the working folder is empty again");
    let notices = notices.into_sorted().iter().map(ToString::to_string).collect();
    Ok(All { cells, coded, accounts: result.accounts, years: result.years, notices })
}

/// What a folder holds of the sources named.
fn in_folder(folder: &Path, ids: &[&'static str]) -> (super::help::Fetched, BTreeMap<&'static str, Vec<Held>>) {
    let fetched = fetch(folder, ids);
    let files = ids.iter().map(|id| (*id, fetched.store.current(id).unwrap())).collect();
    (fetched, files)
}

fn show(all: &All) -> String {
    let codes = EventCodes::embedded().unwrap();
    let mut out = String::new();
    for (year, month, c, _, line) in &all.cells {
        let (role1, role2) = c.roles();
        let mean = if c.scored == 0 { "-".to_owned() } else { format!("{}", c.goldstein as f64 / 10_000.0 / f64::from(c.scored)) };
        writeln!(
            out,
            "{} {year}-{month:02} {} -> {} {} ({}) {} to {}: events {} of {} reports on days {:b}, goldstein {mean}, first in line {line}",
            SOURCES[usize::from(c.source)],
            c.actors.0,
            c.actors.1,
            code_text(c.source, c.code, codes),
            root_text(c.source, c.code, codes),
            role1.as_str(),
            role2.as_str(),
            c.events,
            c.reports,
            c.days,
        )
        .unwrap();
    }
    for (month, coded) in &all.coded {
        writeln!(out, "coded {month:?}: {coded:?}").unwrap();
    }
    for (source, a) in &all.accounts {
        writeln!(out, "{source} {}: {} in, {} kept, dropped {:?}, quarantined {:?}", a.file, a.rows_in, a.kept, a.dropped, a.quarantined)
            .unwrap();
        for s in &a.samples {
            writeln!(out, "  line {}: {}: {}", s.line, s.reason, s.text).unwrap();
        }
    }
    writeln!(out, "{:?}\n{}", all.years, all.notices.join("\n")).unwrap();
    out
}

#[test]
fn samples_of_events_count_as_reviewed() {
    for id in SOURCES {
        let (_fetched, files) = in_folder(&sample_folder(id), &[id]);
        let all = counted(&files, Actors::States, FEW).unwrap();
        let shown = show(&all);
        // the made-up files name somebody in every personal column
        assert!(!shown.to_lowercase().contains("somebody"), "{shown}");
        insta::assert_snapshot!(id, shown);
    }
}

#[test]
fn threads_and_memory_do_not_matter() {
    let folder = TempDir::new().unwrap();
    for id in SOURCES {
        for entry in std::fs::read_dir(sample_folder(id)).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let (_fetched, files) = in_folder(folder.path(), &SOURCES);
    let once = counted(&files, Actors::States, Limits { threads: 1, records: 1_000_000 }).unwrap();
    assert!(once.cells.len() > 10);
    for (threads, records) in [(1, 1), (2, 8), (3, 1000), (8, 3)] {
        assert_eq!(counted(&files, Actors::States, Limits { threads, records }).unwrap(), once, "{threads} threads, {records} records");
    }
    let mut reversed = files.clone();
    reversed.values_mut().for_each(|f| f.reverse());
    assert_eq!(counted(&reversed, Actors::States, FEW).unwrap(), once);
}

/// The cells of one file of a source, whatever it is called.
fn of_bytes(name: &str, bytes: &[u8], id: &'static str, shape: &str) -> Result<All, SourceError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    counted(&BTreeMap::from([(id, vec![held(&path, id, "events", shape)])]), Actors::States, FEW)
}

#[test]
fn dress_does_not_matter() {
    let plain = std::fs::read(sample_folder("events_gdelt").join("20200318120000.export.CSV")).unwrap();
    let (name, shape) = ("20200318120000.export.CSV", "export2");
    let clean = of_bytes(name, &plain, "events_gdelt", shape).unwrap();
    assert!(clean.cells.len() >= 3);
    let same = |dressed: Vec<u8>| {
        let all = of_bytes(name, &dressed, "events_gdelt", shape).unwrap();
        assert_eq!(all, clean);
    };
    same(gzip(&plain));
    same(zip(&[(name, &plain)]));
    same(zip(&[("20200318120000.export.CSV.gz", &gzip(&plain))]));
    same([b"\xef\xbb\xbf".to_vec(), plain.clone()].concat());
    let text = String::from_utf8(plain.clone()).unwrap();
    same(text.replace('\n', "\r\n").into_bytes());
    same(text.trim_end().as_bytes().to_vec());
    // the same rows below the published names, separated by tabs
    let names = "GLOBALEVENTID\tSQLDATE\tMonthYear\tYear\tFractionDate\tActor1Code\tActor1Name\tActor1CountryCode\tActor1KnownGroupCode\t\
        Actor1EthnicCode\tActor1Religion1Code\tActor1Religion2Code\tActor1Type1Code\tActor1Type2Code\tActor1Type3Code\tActor2Code\tActor2Name\t\
        Actor2CountryCode\tActor2KnownGroupCode\tActor2EthnicCode\tActor2Religion1Code\tActor2Religion2Code\tActor2Type1Code\tActor2Type2Code\t\
        Actor2Type3Code\tIsRootEvent\tEventCode\tEventBaseCode\tEventRootCode\tQuadClass\tGoldsteinScale\tNumMentions\tNumSources\tNumArticles\t\
        AvgTone\tA\tB\tC\tD\tActor1Geo_ADM2Code\tE\tF\tG\tH\tI\tJ\tK\tL\tM\tN\tO\tP\tQ\tR\tS\tT\tU\tV\tW\tDATEADDED\tSOURCEURL";
    let headed = of_bytes(name, format!("{names}\n{text}").as_bytes(), "events_gdelt", "v2").unwrap();
    let cells = |all: &All| all.cells.iter().map(|(y, m, c, _, line)| (*y, *m, *c, *line)).collect::<Vec<_>>();
    let below: Vec<_> = cells(&clean).into_iter().map(|(y, m, c, line)| (y, m, c, line + 1)).collect();
    assert_eq!(cells(&headed), below);
    // several members of one archive: a year by months, whose lines are counted on
    let half = text.split_inclusive('\n').take(4).collect::<String>();
    let members = zip(&[("20200318120000.export.CSV", half.as_bytes()), ("20200319120000.export.CSV", &text.as_bytes()[half.len()..])]);
    same(members);
}

#[test]
fn the_publishers_own_files_are_recognised_in_any_packing() {
    let folder = TempDir::new().unwrap();
    let plain = std::fs::read(sample_folder("events_gdelt").join("20200318120000.export.CSV")).unwrap();
    let old = std::fs::read(sample_folder("events_gdelt").join("1979.csv")).unwrap();
    std::fs::write(folder.path().join("20150218230000.export.CSV.zip"), zip(&[("20150218230000.export.CSV", &plain)])).unwrap();
    std::fs::write(folder.path().join("20130401.export.CSV.gz"), gzip(&old)).unwrap();
    std::fs::write(folder.path().join("2005.zip"), zip(&[("2005.csv", &old[..old.len() - 1])])).unwrap();
    // named alike, and something else
    std::fs::write(folder.path().join("20160101.export.CSV"), b"a\tb\tc\n").unwrap();
    std::fs::write(folder.path().join("2006.csv"), b"year,value\n2006,1\n").unwrap();
    let (fetched, files) = in_folder(folder.path(), &["events_gdelt"]);
    let shapes: Vec<_> = files["events_gdelt"].iter().map(|h| (h.file.name.as_str(), h.file.shape.as_str())).collect();
    assert_eq!(shapes, [("2005.zip", "export1"), ("20130401.export.CSV.gz", "export1"), ("20150218230000.export.CSV.zip", "export2")]);
    let why: Vec<_> = fetched.report.left_alone.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(why.len(), 2);
    assert!(why.iter().all(|w| w.contains("57, 58 or 61 fields")), "{why:?}");
    // two files with the same rows of 1979: each event counts once
    let all = counted(&files, Actors::States, FEW).unwrap();
    let in_1979: Vec<_> = all.cells.iter().filter(|c| c.0 == 1979).map(|c| (c.2.events, c.2.reports)).collect();
    assert!(in_1979.iter().all(|(events, reports)| 2 * events == *reports), "{in_1979:?}");
}

#[test]
fn one_file_in_two_packings_is_read_once() {
    let folder = TempDir::new().unwrap();
    let plain = std::fs::read(sample_folder("events_gdelt").join("20200318120000.export.CSV")).unwrap();
    std::fs::write(folder.path().join("20200318120000.export.CSV"), &plain).unwrap();
    let (_one, alone) = in_folder(folder.path(), &["events_gdelt"]);
    let once = counted(&alone, Actors::States, FEW).unwrap();
    std::fs::write(folder.path().join("20200318120000.export.CSV.zip"), zip(&[("20200318120000.export.CSV", &plain)])).unwrap();
    let (_two, both) = in_folder(folder.path(), &["events_gdelt"]);
    assert_eq!(both["events_gdelt"].len(), 2);
    let all = counted(&both, Actors::States, FEW).unwrap();
    assert_eq!(all.cells.iter().map(|c| c.2).collect::<Vec<_>>(), once.cells.iter().map(|c| c.2).collect::<Vec<_>>());
    assert!(all.notices.iter().any(|n| n.contains("another packing")), "{:?}", all.notices);
}

#[test]
fn many_files_have_one_account_a_year() {
    let folder = TempDir::new().unwrap();
    let text = std::fs::read_to_string(sample_folder("events_gdelt").join("20200318120000.export.CSV")).unwrap();
    for day in 0..101 {
        let name = format!("20{:02}0101{day:06}.export.CSV", 20 + day % 2);
        std::fs::write(folder.path().join(name), text.replace("example.org", &format!("example.org/{day}"))).unwrap();
    }
    let (_fetched, files) = in_folder(folder.path(), &["events_gdelt"]);
    let all = counted(&files, Actors::States, FEW).unwrap();
    let accounts: Vec<_> = all.accounts.iter().map(|(_, a)| (a.file.as_str(), a.rows_in)).collect();
    assert_eq!(accounts, [("export2 files 2020", 51 * 11), ("export2 files 2021", 50 * 11)]);
}

#[test]
fn the_rows_behind_a_cell_are_found() {
    for (id, name, most) in [
        ("events_gdelt", "20200318120000.export.CSV", 10),
        ("events_gdelt", "gdelt_events_61col_made_up.csv", 10),
        ("events_polecat", "", 1),
    ] {
        let (_fetched, files) = in_folder(&sample_folder(id), &[id]);
        let all = counted(&files, Actors::States, FEW).unwrap();
        let codes = EventCodes::embedded().unwrap();
        let mut found = 0;
        for (year, month, c, digest, line) in &all.cells {
            let held = files[id].iter().find(|h| h.file.sha256.starts_with(digest)).unwrap();
            if !name.is_empty() && held.file.name != name {
                continue;
            }
            let wanted = Wanted {
                source: id.to_owned(),
                year: *year,
                month: Some(*month),
                actors: c.actors,
                code: code_text(c.source, c.code, codes),
                root: false,
                roles: Some(c.roles()),
            };
            let (rows, n) = reports(&wanted, held, states(), most).unwrap();
            assert_eq!(n, u64::from(c.reports), "{wanted:?}");
            assert_eq!(rows.len() as u64, n.min(most as u64));
            assert_eq!(rows[0].line, *line);
            for (column, value) in &rows[0].fields {
                assert!(!value.to_lowercase().contains("somebody"), "{column}: {value}");
            }
            found += n;
            let root = Wanted { code: root_text(c.source, c.code, codes), root: true, roles: None, ..wanted };
            assert!(reports(&root, held, states(), most).unwrap().1 >= n);
        }
        assert!(found > 0, "{id}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_neither_panic_nor_lose_rows(which in 0usize..5, at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..4), 1..8)) {
        let samples = [
            ("events_gdelt", "20200318120000.export.CSV", "export2"),
            ("events_gdelt", "1979.csv", "export1"),
            ("events_gdelt", "gdelt_events_61col_made_up.csv", "v2"),
            ("events_icews", "events.2099.made_up.tab", "icews"),
            ("events_polecat", "ngecEvents.20990103.made_up.txt", "polecat"),
        ];
        let (id, name, shape) = samples[which];
        let mut bytes = std::fs::read(sample_folder(id).join(name)).unwrap();
        for (index, byte, what) in at {
            let i = index.index(bytes.len().max(1));
            match what {
                0 if i < bytes.len() => bytes[i] = byte,
                1 => bytes.truncate(i),
                2 if i < bytes.len() => { bytes.remove(i); }
                _ => bytes.insert(i.min(bytes.len()), b"\t\n\r\",0"[usize::from(byte) % 6]),
            }
        }
        let lines = bytes.split_inclusive(|b| *b == b'\n').count() as u64;
        if let Ok(all) = of_bytes(name, &bytes, id, shape) {
            let rows = all.accounts[0].1.rows_in;
            if shape.starts_with("export") {
                prop_assert_eq!(rows, lines);
            } else {
                // a sheet's rows may end in a carriage return alone
                prop_assert!(rows <= lines + bytes.iter().filter(|b| **b == b'\r').count() as u64);
            }
            let kept: u64 = all.cells.iter().map(|c| u64::from(c.2.events)).sum();
            prop_assert!(id == "events_polecat" || kept == all.accounts[0].1.kept);
        }
    }
}

#[test]
fn published_samples_of_events_are_counted() {
    let Some(folder) = shared::path("data/events") else { return };
    let (_fetched, files) = in_folder(&folder, &["events_gdelt", "events_icews"]);
    assert_eq!(files["events_gdelt"].len(), 3, "two samples of one format add up");
    let all = counted(&files, Actors::States, FEW).unwrap();
    // counted apart, row by row, with another program
    let account = |name: &str| &all.accounts.iter().find(|(_, a)| a.file.contains(name)).unwrap().1;
    let of = |name: &str| (account(name).rows_in, account(name).kept, account(name).quarantined_total());
    assert_eq!(of("events1_58col"), (100, 8, 0));
    assert_eq!(of("eventsT_61col"), (100, 9, 0));
    assert_eq!(of("events_61col"), (100, 5, 0));
    assert_eq!(of("icews"), (3705, 1613, 0));
    assert_eq!(account("icews").dropped["another report of the same event"], 128);
    assert_eq!(account("icews").dropped["both actors of one country"], 1596);
    assert_eq!(account("icews").dropped["an actor without a country"], 368);
    let icews: Vec<&Cell> = all.cells.iter().map(|c| &c.2).filter(|c| c.source == 1).collect();
    let pairs: std::collections::BTreeSet<_> = icews.iter().map(|c| c.actors).collect();
    assert_eq!(pairs.len(), 417);
    let sum: i64 = icews.iter().map(|c| c.goldstein).sum();
    assert_eq!(sum, 28_896_000);
    let codes = EventCodes::embedded().unwrap();
    let of_pair = icews.iter().filter(|c| c.actors == (365, 710));
    let mut russia_china: BTreeMap<String, u32> = BTreeMap::new();
    of_pair.for_each(|c| *russia_china.entry(code_text(c.source, c.code, codes)).or_default() += c.events);
    assert_eq!(russia_china, BTreeMap::from([("036".to_owned(), 2), ("040".to_owned(), 1), ("044".to_owned(), 1)]));
    // places are FIPS and no countries: an event in Switzerland (SZ) or China (CH) says nothing of either
    let gdelt = all.cells.iter().map(|c| &c.2).filter(|c| c.source == 0);
    assert_eq!(gdelt.map(|c| c.events).sum::<u32>(), 22);
    // no year is among the files day by day
    assert!(all.years.iter().all(|(_, years)| years.iter().all(|(_, whole)| !whole)));
    assert!(all.notices.is_empty(), "{:?}", all.notices);
}

#[test]
fn codes_as_they_are_keep_regions() {
    let (_fetched, files) = in_folder(&sample_folder("events_gdelt"), &["events_gdelt"]);
    let all = counted(&files, Actors::Codes, FEW).unwrap();
    let pairs: std::collections::BTreeSet<_> = all.cells.iter().map(|c| (letters_text(c.2.actors.0), letters_text(c.2.actors.1))).collect();
    assert!(pairs.contains(&("CHN".to_owned(), "WST".to_owned())), "{pairs:?}");
}
