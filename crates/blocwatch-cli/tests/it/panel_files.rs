//! A panel straight from publishers' files says what the observatory built from them says.

use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;
use arrow::compute::{cast, sum};
use arrow::datatypes::{DataType, UInt64Type};
use blocwatch_engine::table::read_parquet;

use crate::real;
use crate::run::Home;

/// A panel written by the program, and what it said beside it.
fn panel(home: &Home, name: &str, args: &[&str]) -> (RecordBatch, String) {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.parquet", std::process::id()));
    let mut all = vec!["panel"];
    all.extend(args);
    all.extend(["-o", out.to_str().unwrap()]);
    let ran = home.run(all).ok();
    let batch = read_parquet(&out).unwrap();
    std::fs::remove_file(out).unwrap();
    (batch, ran.err)
}

/// Row for row, column for column.
fn assert_same(one: &RecordBatch, two: &RecordBatch) {
    let names = |b: &RecordBatch| b.schema().fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>();
    assert_eq!(names(one), names(two));
    assert_eq!(one.num_rows(), two.num_rows());
    for (at, name) in names(one).iter().enumerate() {
        assert!(one.column(at) == two.column(at), "{name} differs");
    }
}

fn total(batch: &RecordBatch, column: &str) -> u64 {
    let values = cast(batch.column_by_name(column).unwrap(), &DataType::UInt64).unwrap();
    sum(arrow::array::AsArray::as_primitive::<UInt64Type>(&values)).unwrap()
}

fn sample(source: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../blocwatch-sources/src").join(source).join("sample");
    folder.canonicalize().unwrap().to_str().unwrap().to_owned()
}

#[test]
fn samples_give_the_rows_of_the_observatory_built_from_them() {
    let sources = ["cow_igo", "atop", "vdem", "sipri_arms", "polity5", "nuclear_cooperation"];
    let folders: Vec<String> = sources.iter().map(|s| sample(s)).collect();
    let home = Home::new();
    for folder in &folders {
        home.run(["fetch", "--all", "--from", folder]).ok();
    }
    home.run(["build"]).ok();
    let nothing = Home::new();
    let places: Vec<&str> = std::iter::once("--from").chain(folders.iter().map(String::as_str)).collect();
    for (name, asked) in [
        (
            "undirected",
            &[
                "dyad-year",
                "--undirected",
                "--system",
                "cow",
                "--years",
                "1980:2000",
                "--columns",
                "joint",
                "jaccard",
                "atop_*",
                "v2x_polyarchy",
            ][..],
        ),
        ("directed", &["dyad-year", "--years", "1990:2000", "--columns", "joint", "joint_autocratic", "alliance.*", "arms.value", "name"]),
        ("states", &["state-year", "--columns", "v2x_*", "polity2", "autocracy"]),
        ("layers", &["dyad-year", "--years", "2000:2010", "--columns", "arms.value", "--layers", "alliance"]),
        ("organisations", &["org-year", "--columns", "composition.members"]),
    ] {
        let built = panel(&home, &format!("{name}-built"), asked).0;
        let made = panel(&nothing, &format!("{name}-made"), &[asked, &places].concat()).0;
        assert!(made.num_rows() > 0, "{name}");
        assert_same(&built, &made);
    }
    assert!(!nothing.path().exists(), "nothing is written beside the panel");
}

#[test]
fn it_says_which_files_are_lacking_and_which_are_of_no_use() {
    let home = Home::new();
    let atop = sample("atop");
    let ran = home.run(["panel", "dyad-year", "--from", &atop, "--columns", "joint", "-o", "x.csv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("'joint' needs a file of cow_igo"), "{}", ran.err);
    let ran = home.run(["panel", "dyad-year", "--from", &atop, "--columns", "jont", "-o", "x.csv"]);
    assert!(ran.code == 2 && ran.err.contains("joint"), "{}", ran.err);
    let unused = format!("{}/cow_direct_contiguity_made_up.csv", sample("cow_contiguity"));
    let said = panel(&home, "unused", &["dyad-year", "--years", "1990", "--columns", "atop_defense", "--from", &atop, &unused]).1;
    assert!(said.contains("not read") && said.contains("cow_direct_contiguity"), "{said}");
}

#[test]
fn a_cell_names_only_what_it_rests_on() {
    // joint memberships rest on the organisations alone, although their table also counts by regime
    let home = Home::new();
    let folder = tempfile::TempDir::new().unwrap();
    let out = folder.path().join("joint.csv");
    let args = ["panel", "dyad-year", "--from", &sample("cow_igo"), "--years", "1990", "--columns", "joint", "-o", out.to_str().unwrap()];
    home.run(args).ok();
    let book = std::fs::read_to_string(folder.path().join("joint.codebook.md")).unwrap();
    assert!(book.contains("Pevehouse") && !book.contains("Coppedge"), "{book}");
}

#[test]
fn the_real_files_give_the_rows_of_the_observatory_and_the_counts_of_other_programs() {
    let (Some(home), Some(data)) = (real::home(), real::data()) else { return };
    let asked = ["dyad-year", "--undirected", "--system", "cow", "--years", "1816:2014", "--columns", "joint", "atop_*", "v2x_polyarchy"];
    let built = panel(home, "real-built", &asked).0;
    let nothing = Home::new();
    let from = data.to_str().unwrap();
    let made = panel(&nothing, "real-made", &[&asked[..], &["--from", from]].concat()).0;
    assert_same(&built, &made);
    // other programs join states by year: 918,345 pairs, 30 of which have no day in common
    assert_eq!(made.num_rows(), 918_345 - 30);
    // full members alone, as the publisher's rows give them
    let full = home.row(
        "SELECT sum(n * (n - 1) / 2) AS pairs FROM (SELECT org, year, count(*) AS n FROM igo_state_year WHERE status = 1 AND edition = \
         (SELECT min(edition) FROM igo_state_year) GROUP BY org, year)",
    );
    assert_eq!(full["pairs"].as_u64().or_else(|| full["pairs"].as_f64().map(|f| f as u64)), Some(20_491_026));
    // with associate members, which is what the column counts: 20,526,916 where states are joined by year, and 8,152 more where the rows
    // of a state with two numbers in the year stand under both, less what pairs without a common day would share
    assert_eq!(total(&made, "joint"), 20_535_068);
    // from the long form of the memberships alone, the file that other programs are given
    let files =
        ["cow_igo_v3/igo_membership_state_year_long.csv.gz", "alliances/atop_v5.1_dyad_year.csv.gz", "regime/vdem_v15_main_indices.csv.gz"];
    let files: Vec<String> = files.iter().map(|f| data.join(f).to_str().unwrap().to_owned()).collect();
    let places: Vec<&str> = std::iter::once("--from").chain(files.iter().map(String::as_str)).collect();
    let long = panel(&nothing, "real-long", &[&asked[..], &places].concat()).0;
    assert_eq!(long.num_rows(), made.num_rows());
    for column in ["joint", "atop_defense_12", "atop_consul_21"] {
        assert_eq!(total(&long, column), total(&made, column), "{column}");
    }
}
