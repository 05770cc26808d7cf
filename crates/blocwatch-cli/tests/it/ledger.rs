//! Matches of texts in the ledger: from a folder of laws to a machine-found tie, and to the draft of a case. Every text is made up.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::compare::LAW;
use crate::run::{Home, number, text, whole};

/// The law with words changed.
fn copy(word: &str) -> String {
    LAW.replace("Article", "Section").replace("organisations", &format!("{word}s")).replace("an organisation", &format!("an {word}"))
}

struct Laws {
    folder: TempDir,
}

impl Laws {
    /// Laws of Russia and three copies, one of them by a democracy, one without a state; and laws on other things.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let laws = folder.path().join("laws");
        fs::create_dir(&laws).unwrap();
        let put = |name: &str, text: &str| fs::write(laws.join(name), text).unwrap();
        put("rus-2012.txt", LAW);
        put("kgz-2014.txt", &copy("association"));
        put("blr-2021.txt", &copy("establishment"));
        put("nor-2015.txt", &copy("undertaking"));
        put("unknown.txt", &copy("institution"));
        put(
            "roads.txt",
            "Road code\n\nArticle 1. Vehicles keep to the right, give way to trams and slow down where children play near the street.\n",
        );
        put(
            "bees.txt",
            "Act on bees\n\nArticle 1. Who keeps bees within a town tells the neighbours and sets the hives three metres from a fence.\n",
        );
        fs::write(
            folder.path().join("about.csv"),
            "text,state,date,title\nrus-2012.txt,RUS,2012-07-20,Made-up law of 2012\nkgz-2014.txt,Kyrgyzstan,2014-05,Made-up bill\n\
             blr-2021.txt,BLR,2021,\nnor-2015.txt,NOR,2015,\nroads.txt,FRA,1990,\nbees.txt,,1991,\n",
        )
        .unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.display().to_string()
    }
}

fn kept() -> (Home, Laws) {
    let (home, laws) = (Home::new(), Laws::new());
    let ran = home.run(["compare", &laws.path("laws"), "--about", &laws.path("about.csv"), "--ledger"]).ok();
    // five texts that share a law: ten pairs, four of them with the text of nobody
    assert!(ran.err.contains("6 matches kept as machine-found; left out: 4 whose texts do not both name a state; --about"), "{}", ran.err);
    (home, laws)
}

#[test]
fn laws_of_a_folder_become_machine_found_ties_until_a_case_says_so() {
    let (home, laws) = kept();
    let built = home.run(["build"]).ok();
    assert!(
        built.err.contains(
            "6 matches of texts, 4 are no machine-found ties: 3 formulas, quotations or words of a common ancestor, \
             1 of states not both rated as autocracies"
        ),
        "{}",
        built.err
    );
    let matches = home.rows("SELECT * FROM text_match ORDER BY gwcode_a, gwcode_b");
    assert_eq!(matches.len(), 6);
    let first = matches.iter().find(|m| whole(m, "gwcode_a") == 365 && whole(m, "gwcode_b") == 703).expect("Russia before Kyrgyzstan");
    assert_eq!((text(first, "order"), text(first, "tactic"), whole(first, "year_a")), ("a before b", "law-copying", 2012));
    assert_eq!((text(first, "date_a"), text(first, "date_b"), text(first, "title_a")), ("2012-07-20", "2014-05", "Made-up law of 2012"));
    assert_eq!(text(first, "text_a"), laws.path("laws/rus-2012.txt"));
    assert_eq!(text(first, "file_sha256_a"), blocwatch_texts::read::digest(laws.path("laws/rus-2012.txt").as_ref()).unwrap());
    assert!(text(first, "words_a").starts_with("Law on organisations") || text(first, "words_a").contains("foreign"), "{first:?}");
    assert!(number(first, "coverage_b").unwrap() > 0.5 && number(first, "score").unwrap() > 50.0 && number(first, "q").unwrap() < 1e-3);

    let ties = home.rows("SELECT * FROM machine_tie WHERE basis = 'text_match' ORDER BY year_from, gwcode1");
    let shown: Vec<(i64, i64, &str, i64, &str)> = ties
        .iter()
        .map(|t| (whole(t, "gwcode1"), whole(t, "gwcode2"), text(t, "direction"), whole(t, "year_from"), text(t, "status")))
        .collect();
    assert_eq!(
        shown,
        [
            // a case of law-copying names both in 2014
            (365, 703, "by date", 2014, "confirmed"),
            (365, 370, "by date", 2021, "machine-found"),
        ]
    );
    // both have it from Russia's, whoever wrote the text without a date
    let between = matches
        .iter()
        .find(|m| whole(m, "gwcode_a").min(whole(m, "gwcode_b")) == 370 && whole(m, "gwcode_a").max(whole(m, "gwcode_b")) == 703);
    assert_eq!(between.map(|m| text(m, "kind")), Some("common ancestor"));
    assert_eq!(text(&ties[0], "case_id"), "law-copying-rus-kgz-2014");
    for t in &ties {
        assert!(number(t, "p").unwrap() <= 0.05 && number(t, "share").unwrap() > 0.5 && number(t, "score").unwrap() > 50.0, "{t:?}");
    }
    // no sum over ties holds them
    assert_eq!(home.rows("SELECT layer FROM tie_layer WHERE source = 'text_matches'").len(), 0);

    // the way back ends at the file that holds the match, with its digest
    let why = home.run(["why", "machine_tie:gwcode1 = 365 AND gwcode2 = 370"]).ok().out;
    for part in ["text_match", "blr-2021.txt", "rus-2012.txt", "text_matches.csv", "sha256"] {
        assert!(why.contains(part), "'{part}' is not in {why}");
    }
    // briefs say what it is
    let brief = home.run(["brief", "RUS-BLR"]).ok().out;
    assert!(brief.contains("Machine-found") && brief.contains("no person has confirmed"), "{brief}");
    assert!(brief.contains("Russia before Belarus, by date") && brief.contains("2021"), "{brief}");
    let confirmed = home.run(["brief", "RUS-KGZ"]).ok().out;
    assert!(!confirmed.contains("no person has confirmed"), "a case has taken its place: {confirmed}");
    // the page of texts has all of them, and says of each what stands behind it
    let page = crate::serve::Server::over(home).get("/texts");
    assert_eq!(page.body.matches("Machine-found, confirmed by no person").count(), 5, "{}", page.body);
    assert!(page.body.contains("href=\"/case/law-copying-rus-kgz-2014\""), "{}", page.body);
    // texts by their titles, and by their files where they have none
    assert!(page.body.contains("Made-up law of 2012") && page.body.contains("nor-2015.txt"), "{}", page.body);
}

#[test]
fn a_comparison_replaces_its_own_matches_and_leaves_those_of_others() {
    let (home, laws) = kept();
    let other = laws.path("other");
    fs::create_dir(&other).unwrap();
    for (name, law) in [("kaz.md", LAW.replace("thirty", "sixty")), ("uzb.md", copy("cooperative"))] {
        fs::write(laws.folder.path().join("other").join(name), format!("---\nauthor: {}\ndate: 2016\n---\n{law}", &name[..3])).unwrap();
    }
    let compare = || home.run(["compare", &laws.path("laws"), "--about", &laws.path("about.csv"), "--ledger"]).ok();
    let ran = home.run(["compare", &other, "--ledger"]).ok();
    assert!(ran.err.contains("1 match kept as machine-found, beside 6 of other comparisons"), "{}", ran.err);
    home.run(["build"]).ok();
    // two texts of one year: the order is open, and the lesser number comes first
    let open = home.row("SELECT * FROM machine_tie WHERE direction = 'open'");
    assert_eq!((whole(&open, "gwcode1"), whole(&open, "gwcode2"), whole(&open, "year_from")), (704, 705, 2016));
    // the same again changes nothing
    let before = home.rows("SELECT * FROM text_match ORDER BY match_id");
    compare();
    home.run(["build"]).ok();
    assert_eq!(home.rows("SELECT * FROM text_match ORDER BY match_id"), before);
    // a law that is gone takes its matches with it, and only these
    fs::remove_file(laws.path("laws/nor-2015.txt")).unwrap();
    compare();
    home.run(["build"]).ok();
    let left = home.rows("SELECT match_id FROM text_match");
    assert_eq!(left.len(), 4, "three of the laws that are left, one of the other folder");
    // speeches are not laws
    home.run(["compare", &other, "--ledger=speeches"]).ok();
    home.run(["build"]).ok();
    assert_eq!(home.rows("SELECT DISTINCT tactic FROM machine_tie WHERE basis = 'text_match'").len(), 2);
}

#[test]
fn a_match_becomes_the_draft_of_a_case() {
    let (home, laws) = kept();
    home.run(["build"]).ok();
    let found = home.row("SELECT match_id FROM text_match WHERE gwcode_a = 365 AND gwcode_b = 370");
    let id = text(&found, "match_id");
    let draft = home.run(["casebook", "new", "case", "made-up-law-blr", "--from-match", id]).ok().out;
    for part in [
        "id = \"made-up-law-blr\"",
        "kind = \"collaboration\"",
        "tactic = \"law-copying\"",
        "response = \"information-exchange\"",
        "from = \"2021\"",
        "{ role = \"model\", kind = \"state\", actor = \"RUS\" }",
        "{ role = \"partner\", kind = \"state\", actor = \"BLR\" }",
        "claim = \"\"",
        "grade = \"\"",
        "kind = \"law\"",
        &laws.path("laws/blr-2021.txt"),
    ] {
        assert!(draft.contains(part), "'{part}' is not in {draft}");
    }
    // it parses as a case, and cannot pass for one that a person has judged
    let folder = laws.folder.path().join("knowledge");
    fs::create_dir_all(folder.join("cases/information-exchange")).unwrap();
    fs::write(folder.join("cases/information-exchange/made-up-law-blr.toml"), &draft).unwrap();
    let checked = home.run(["casebook", "check", folder.to_str().unwrap()]);
    assert_eq!(checked.code, 2, "{}", checked.out);
    assert!(checked.out.contains("claim") && checked.out.contains("grade") && checked.out.contains("title"), "{}", checked.out);
    assert!(!checked.out.contains("parse"), "{}", checked.out);

    home.run(["casebook", "new", "case", "x", "--from-match", "0123456789ab"]).refused(&["no match '0123456789ab'", "text_match"]);
    home.run(["casebook", "new", "work", "x-2024-y", "--from-match", id]).refused(&["--from-match", "case"]);
}

#[test]
fn a_title_that_is_markup_stays_text_on_every_page() {
    let (home, laws) = (Home::new(), Laws::new());
    let evil = "</script></title><script>alert(1)</script>' onload='alert(2)><img src=x onerror=alert(3)><!--{{ 7 * 7 }}";
    let about = fs::read_to_string(laws.path("about.csv")).unwrap().replace("Made-up law of 2012", evil).replace("Made-up bill", evil);
    fs::write(laws.path("about.csv"), about).unwrap();
    home.run(["compare", &laws.path("laws"), "--about", &laws.path("about.csv"), "--ledger"]).ok();
    home.run(["build"]).ok();
    let row = home.row("SELECT match_id, title_a FROM text_match WHERE gwcode_a = 365 AND gwcode_b = 703");
    assert_eq!(text(&row, "title_a"), evil);
    let server = crate::serve::Server::over(home);
    for path in [
        "/texts",
        "/search?q=alert",
        "/state/RUS",
        "/pair/BLR/RUS",
        "/changes",
        "/table/text_match",
        "/api/v1/tables/text_match",
        "/feed.xml",
    ] {
        let page = server.get(path);
        let markup = page.body.trim_start().starts_with('<');
        for part in ["<script>alert", "<img src=x", "<!--{{", "</title><script"] {
            assert!(!markup || !page.body.contains(part), "'{part}' stands in {path}");
        }
        assert_eq!(page.status, 200, "{path}");
    }
    let page = server.get("/texts").body;
    // whole, though a stroke is in it
    assert!(page.contains("&lt;/script&gt;&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;"), "{page}");
}

#[test]
fn mistakes_are_answered() {
    let (home, laws) = (Home::new(), Laws::new());
    fs::write(laws.path("bad.csv"), "text,date\nrus-2012.txt,soon\n").unwrap();
    home.run(["compare", &laws.path("laws"), "--about", &laws.path("bad.csv")]).refused(&["bad.csv", "line 2", "'soon' is no date"]);
    fs::write(laws.path("typo.csv"), "text,state\nrus-2013.txt,RUS\n").unwrap();
    let ran = home.run(["compare", &laws.path("laws"), "--about", &laws.path("typo.csv")]).ok();
    assert!(ran.err.contains("no text is called 'rus-2013.txt'; did you mean"), "{}", ran.err);
}
