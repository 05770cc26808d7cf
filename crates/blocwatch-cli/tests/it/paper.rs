//! `docs/replication.md`: every result that the page prints is what its query returns on the publishers' real files.

use std::path::Path;

use crate::real;

/// The queries of the page with the results printed below them.
fn printed(page: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for part in page.split("```sql\n").skip(1) {
        let (sql, rest) = part.split_once("```").unwrap();
        let (_, rest) = rest.split_once("```csv\n").unwrap_or_else(|| panic!("no result below {sql}"));
        let (result, _) = rest.split_once("```").unwrap();
        out.push((sql.split_whitespace().collect::<Vec<_>>().join(" "), result.trim().to_owned()));
    }
    out
}

#[test]
fn published_numbers_of_the_paper_are_those_that_the_page_prints() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/replication.md")).unwrap();
    let printed = printed(&page);
    assert!(printed.len() >= 10, "{}", printed.len());
    let Some(home) = real::home() else { return };
    for (sql, result) in printed {
        let got = home.run(["query", &sql, "--format", "csv"]).ok().out;
        assert_eq!(got.trim(), result, "{sql}");
    }
}

/// METHODS, section 7, homophily by session: equal where no pair has fewer than ten common roll calls; the page explains the others.
#[test]
fn published_homophily_of_a_session_stands_in_the_observatory() {
    let Some(home) = real::home() else { return };
    let row = home.row("SELECT * FROM homophily_layer_year WHERE layer = 'vote-kappa' AND year = 2019");
    for (column, expected) in [("within", 0.328494), ("outside", 0.26505), ("between", 0.125248), ("t", 0.153168)] {
        let got = crate::run::number(&row, column).unwrap();
        assert!((got - expected).abs() < 1e-6, "{column}: {got} is not {expected}");
    }
    assert_eq!((crate::run::whole(&row, "states"), crate::run::whole(&row, "autocracies")), (172, 81));
    let z = crate::run::number(&row, "z").unwrap();
    // a thousand draws on either side
    assert!((z - 8.87416).abs() < 4.0 * (2.0 * (1.0 + z * z / 2.0) / 1000.0).sqrt(), "{z}");
}
