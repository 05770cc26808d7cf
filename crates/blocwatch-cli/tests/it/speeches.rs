//! Frames, echoes and diffusion in the observatory of the real files: what a person read is what the program finds.

use std::collections::BTreeSet;

use blocwatch_core::frames;

use crate::real;
use crate::run::{Home, number, text, whole};

#[test]
fn every_mention_that_was_read_is_one_that_is_found() {
    let Some(home) = real::home() else { return };
    let rows = home.rows("SELECT frame, iso3, session, byte FROM frame_mention");
    let found: BTreeSet<String> =
        rows.iter().map(|r| format!("{} {}-{}@{}", text(r, "frame"), text(r, "iso3"), whole(r, "session"), whole(r, "byte"))).collect();
    assert!(found.len() > 5_000, "{}", found.len());
    for frame in frames::embedded().unwrap() {
        for read in frame.precision.right.iter().chain(&frame.precision.wrong) {
            assert!(found.contains(&format!("{} {read}", frame.id)), "{}: {read} was read and is not found: read again", frame.id);
        }
    }
}

#[test]
fn the_shared_future_began_with_one_speaker() {
    let Some(home) = real::home() else { return };
    let lexicon = home.rows("SELECT * FROM frame_lexicon");
    assert_eq!(lexicon.len(), frames::embedded().unwrap().len());
    assert!(lexicon.iter().all(|r| number(r, "low").unwrap() < number(r, "precision").unwrap() + 1e-9));
    let before = whole(&home.row("SELECT count(*) AS n FROM frame_mention WHERE frame = 'shared-destiny' AND words LIKE '%shared future%' AND gwcode <> 710 AND year < 2016"), "n");
    assert_eq!(before, 0);
    // the same of a phrase of one's own, by a state
    let ran = home
        .run([
            "measure",
            "frames",
            "--set",
            "phrase=community with a shared future",
            "--table",
            "frame_state",
            "--state",
            "CHN",
            "--format",
            "json",
        ])
        .ok();
    let asked: Vec<crate::run::Row> = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((asked.len(), whole(&asked[0], "first_year"), whole(&asked[0], "rank")), (1, 2016, 1));
    assert!(number(&asked[0], "p").unwrap() < 1e-6, "{asked:?}");
    // shares and rates are those of their counts
    let wrong = home.rows(
        "SELECT * FROM frame_year WHERE uses > speeches OR uses > mentions OR abs(share - CAST(uses AS DOUBLE) / speeches) > 1e-12 OR low > share OR high < share",
    );
    assert!(wrong.is_empty(), "{wrong:?}");
    let sums = home.row(
        "SELECT (SELECT sum(mentions) FROM frame_state_year) AS a, (SELECT count(*) FROM frame_mention WHERE gwcode IS NOT NULL) AS b",
    );
    assert_eq!(sums["a"], sums["b"]);
}

#[test]
fn adoptions_make_networks_and_hazards() {
    let Some(home) = real::home() else { return };
    for kind in ["membership", "treaty", "frame"] {
        let edges = home.rows(&format!("SELECT * FROM influence_edge WHERE kind = '{kind}' AND period = 'all' ORDER BY rank"));
        assert!(edges.len() >= 100, "{kind}: {}", edges.len());
        assert!(edges.windows(2).all(|p| number(&p[0], "gain") >= number(&p[1], "gain")), "{kind}: gains fall");
        assert!(edges.iter().all(|e| whole(e, "support") <= whole(e, "possible") && number(e, "p").is_none_or(|p| p > 0.0)));
    }
    let hazards = home.rows("SELECT * FROM diffusion_hazard WHERE kind <> 'practice'");
    assert_eq!(hazards.len(), 3 * (5 + 8));
    for h in &hazards {
        let (low, estimate, high) = (number(h, "low"), number(h, "estimate"), number(h, "high"));
        assert!(low < estimate && estimate < high || h["absent"].is_string(), "{h:?}");
    }
    // every layer of ties is tested once for each kind, or says why not
    let layers = home.rows("SELECT * FROM diffusion_layer");
    let series = home.rows("SELECT directed FROM tie_layer WHERE year_from IS NOT NULL");
    let ways = series.iter().map(|s| if s["directed"] == true { 2 } else { 1 }).sum::<usize>();
    assert_eq!(layers.len(), 4 * ways);
    for l in &layers {
        let (low, estimate, high) = (number(l, "low"), number(l, "estimate"), number(l, "high"));
        assert_eq!(estimate.is_none(), l["absent"].is_string(), "{l:?}");
        assert!(estimate.is_none() || (low < estimate && estimate < high && number(l, "p") <= number(l, "p_corrected")), "{l:?}");
        assert!(whole(l, "tied") <= whole(l, "fitted") && whole(l, "fitted") <= whole(l, "observations"), "{l:?}");
    }
    let tested = |kind: &str| layers.iter().filter(|l| l["kind"] == kind && l["absent"].is_null()).count();
    assert!(tested("membership") >= 15 && tested("treaty") >= 15, "{} {}", tested("membership"), tested("treaty"));
    assert_eq!(tested("practice"), 0, "one adoption is too few");
    // what the model of three layers says of defence has the sign of what this says of it
    let defence =
        layers.iter().find(|l| l["kind"] == "membership" && l["layer"] == "defence-agreement" && l["direction"] == "out").unwrap();
    assert!(number(defence, "low").unwrap() > 0.0, "{defence:?}");
    traced(home, "diffusion_layer:kind = 'membership' AND layer = 'exercise' AND edition = 'jme'");
    traced(home, "influence_edge:kind = 'frame' AND period = 'all' AND rank = 1");
}

#[test]
fn echoes_lead_back_to_speeches() {
    let Some(home) = real::home() else { return };
    let phrases = home.rows("SELECT * FROM echo_phrase");
    assert!(phrases.len() > 100, "{}", phrases.len());
    assert!(phrases.iter().all(|p| whole(p, "first_year") > 1990 && whole(p, "speakers") >= 15));
    let pairs = home.rows("SELECT * FROM echo_dyad");
    assert!(pairs.iter().all(|p| whole(p, "echoes") <= whole(p, "shared") && number(p, "p").is_some_and(|p| p > 0.0)));
    let ties = home.rows("SELECT * FROM machine_tie");
    assert!(ties.iter().all(|t| t["status"] == "confirmed" || t["case_id"].is_null()));
    let finding = home.rows("SELECT finding_id FROM finding WHERE kind = 'frames-beyond-others' AND subject = 'CUB'");
    traced(home, text(&finding[0], "finding_id"));
}

/// The walk ends at a file with its digest.
fn traced(home: &Home, id: &str) {
    let ran = home.run(["why", id]).ok();
    assert!(ran.out.contains("sha256"), "{id}: {}", ran.out);
}
