//! One table of made-up files: what is wrong with each, by rule and line.

use super::*;

fn problems(files: &[(&str, String)]) -> Vec<Problem> {
    let files: Vec<File<'_>> = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_str())).collect();
    let (book, errors) = Casebook::read(&files);
    assert!(errors.is_empty(), "{errors:?}");
    super::check(&book, Taxonomy::embedded().unwrap(), States::embedded().unwrap(), &files)
}

/// A work that was read, a work that was not, an organisation, an interruption and a case that uses it.
const WORKS: &str = r#"[[work]]
id = "made-2024-up"
kind = "report"
author = ["Made, U."]
year = 2024
title = "A report that was read"

[[work]]
id = "second-nd-hand"
kind = "news"
author = ["Second, H."]
title = "News that was not read"
cited_at = "made-2024-up, n. 3"
"#;

const ORGANISATION: &str = r#"id = "MUO"
name = "Made-Up Organisation"
aliases = ["The Made-Ups"]
kind = "formal"
type = "security"
purpose = "It stands for others in a test."
origin = "mixed"
from = "2001-06"
to = "open"
covered_to = 2024
cow_igo = "MUO"
source = [{ work = "made-2024-up", at = "p. 1" }]
member = [
  { state = "KGZ", from = "2001-06", to = "2010", status = "full", work = "made-2024-up" },
  { state = "KGZ", from = "2010", to = "open", status = "full", work = "made-2024-up" },
  { state = "KAZ", from = "2002", to = "open", status = "observer", work = "made-2024-up" },
]
membership_note = "made up"
"#;

const INTERRUPTION: &str = r#"id = "made-up-way"
kind = "capacity"
title = "A made-up way"
answers_responses = ["information-exchange"]
answers_tactics = ["law-copying"]
what = "It is made up."
fits_when = ["always"]
actors = ["anybody"]
record = [{ case = "way-used", outcome = "worked", note = "as made up" }]
adaptations = [{ says = "They waited.", case = "way-used" }]
do_no_harm = "Nobody is hurt by a test."
source = [{ work = "made-2024-up" }]
"#;

const USED: &str = r#"[[case]]
id = "way-used"
kind = "interruption"
title = "A coalition stops a copied bill"
statement = """
A coalition of groups had a copied bill withdrawn.
"""
channel = "informal-bilateral"
threat = "opposition"
response = "information-exchange"
tactic = "law-copying"
from = "2016"
claim = "reported"
grade = "C3"
party = [
  { role = "challenger", kind = "group", actor = "Coalition of groups" },
  { role = "target_state", kind = "state", actor = "KGZ" },
]
source = [{ work = "made-2024-up", at = "p. 2" }]
outcome = "worked"
interruption = "made-up-way"
"#;

const CASE: &str = r#"[[case]]
id = "kgz-copies-rus"
kind = "collaboration"
title = "Kyrgyzstan copies a law of Russia"
statement = """
A law passed by one parliament takes over the text of another's.
"""
channel = "informal-bilateral"
threat = "opposition"
response = "information-exchange"
tactic = "law-copying"
from = "2013"
to = "2016"
claim = "reported"
grade = "C3"
party = [
  { role = "partner", kind = "state", actor = "KGZ" },
  { role = "model", kind = "state", actor = "RUS" },
  { role = "venue", kind = "organisation", actor = "MUO" },
  { role = "enabler", kind = "agency", actor = "A made-up agency", of = "RUS" },
  { role = "target_group", kind = "group", actor = "NGOs" },
]
source = [
  { work = "made-2024-up", at = "p. 3" },
  { work = "second-nd-hand", via = "made-2024-up" },
]
"#;

const REGIMES: &str = "# made up\nstate,from,to,v2x_regime\nKGZ,1991,1999,1\nKGZ,2000,2024,1\n";

const FILES: [(&str, &str); 6] = [
    ("cases/information-exchange/kgz.toml", CASE),
    ("cases/information-exchange/used.toml", USED),
    ("interruptions/made-up-way.toml", INTERRUPTION),
    ("organisations/MUO.toml", ORGANISATION),
    ("regimes/row-spells.csv", REGIMES),
    ("works/made-up.toml", WORKS),
];

/// The made-up files with one of them changed.
fn changed(path: &str, find: &str, put: &str) -> Vec<(&'static str, String)> {
    let mut found = false;
    let files = FILES.map(|(p, text)| {
        if p.ends_with(path) {
            found = text.contains(find);
            (p, text.replacen(find, put, 1))
        } else {
            (p, text.to_owned())
        }
    });
    assert!(found, "'{find}' does not occur in {path}");
    files.to_vec()
}

#[test]
fn what_holds_together_has_no_problems() {
    assert_eq!(problems(&FILES.map(|(p, t)| (p, t.to_owned()))), []);
}

/// Severity, rule and line.
type Found = (Severity, &'static str, usize);

#[test]
fn one_mistake_is_reported_by_rule_and_line() {
    use Severity::{Error as E, Warning as W};
    let long_title = format!("title = \"{}\"", "long ".repeat(19));
    let long_statement = "word ".repeat(141);
    // file, what is replaced, by what, then what is found
    let table: &[(&str, &str, &str, &[Found])] = &[
        // ids
        ("kgz.toml", "\"kgz-copies-rus\"", "\"Kgz_copies\"", &[(E, "id-shape", 2)]),
        ("kgz.toml", "\"kgz-copies-rus\"", &format!("\"{}\"", "a".repeat(61)), &[(E, "id-shape", 2)]),
        ("kgz.toml", "\"kgz-copies-rus\"", "\"way-used\"", &[(E, "duplicate-id", 2)]),
        ("kgz.toml", "[[case]]", "group = \"No id\"\n[[case]]", &[(E, "id-shape", 3)]),
        ("MUO.toml", "\"MUO\"", "\"muo\"", &[(E, "file-name", 1), (E, "id-shape", 1), (E, "unknown-organisation", 19)]),
        (
            "made-up-way.toml",
            "\"made-up-way\"",
            "\"another-way\"",
            &[(E, "file-name", 1), (E, "record-case", 9), (E, "unknown-interruption", 21)],
        ),
        (
            "made-up.toml",
            "\"second-nd-hand\"",
            "\"Second\"",
            &[(E, "id-shape", 9), (E, "unknown-work", 25), (W, "unused-work", 9), (W, "work-id", 9)],
        ),
        (
            "made-up.toml",
            "was read\"\n",
            "was read\"\n[[work]]\nid = \"made-2024-up\"\nkind = \"web\"\nauthor = [\"M\"]\nyear = 2024\ntitle = \"M\"\n",
            &[(E, "duplicate-id", 8)],
        ),
        // codes and axes
        ("kgz.toml", "kind = \"collaboration\"", "kind = \"colaboration\"", &[(E, "unknown-code", 3)]),
        ("kgz.toml", "informal-bilateral", "informal", &[(E, "unknown-code", 8)]),
        ("kgz.toml", "\"law-copying\"", "\"law-copy\"", &[(E, "unknown-code", 11)]),
        ("kgz.toml", "\"law-copying\"", "\"forced-return\"", &[(E, "axes-inconsistent", 10)]),
        ("kgz.toml", "threat = \"opposition\"", "threat = \"stigma\"", &[(E, "axes-inconsistent", 9)]),
        ("kgz.toml", "tactic = \"law-copying\"\n", "", &[(E, "axes-missing", 3)]),
        ("used.toml", "channel = \"informal-bilateral\"\n", "", &[(W, "axes-missing", 3)]),
        ("kgz.toml", "claim = \"reported\"", "claim = \"rumoured\"", &[(E, "unknown-code", 14)]),
        ("kgz.toml", "role = \"partner\"", "role = \"friend\"", &[(E, "unknown-code", 17)]),
        ("kgz.toml", "kind = \"agency\"", "kind = \"office\"", &[(E, "unknown-code", 20)]),
        // words
        ("kgz.toml", "Kyrgyzstan copies a law of Russia", "Kyrgyzstan copies a law.", &[(E, "title", 4)]),
        ("kgz.toml", "title = \"Kyrgyzstan copies a law of Russia\"", &long_title, &[(E, "title", 4)]),
        ("kgz.toml", "A law passed by one parliament takes over the text of another's.", "", &[(E, "empty", 5)]),
        ("kgz.toml", "A law passed", &long_statement, &[(E, "statement", 5)]),
        ("kgz.toml", "A law passed", "Under President Nobody a law passed", &[(E, "names-a-person", 5)]),
        ("kgz.toml", "A law passed", "For Crown Prince Nobody a law passed", &[(E, "names-a-person", 5)]),
        ("kgz.toml", "A law passed", "As Mr. Nobody wished, a law passed", &[(E, "names-a-person", 5)]),
        ("kgz.toml", "A law passed", "As the General Assembly met, a President of the EU and a law passed", &[]),
        ("kgz.toml", "\"NGOs\"", "\"Friends of General Nobody\"", &[(E, "names-a-person", 21)]),
        ("MUO.toml", "It stands for others", "King Nobody stands for others", &[(W, "names-a-person", 6)]),
        // dates
        ("kgz.toml", "to = \"2016\"", "to = \"2012\"", &[(E, "date-order", 13)]),
        ("kgz.toml", "from = \"2013\"", "from = \"~2013\"", &[(E, "date-note", 12)]),
        ("kgz.toml", "from = \"2013\"", "from = \"~2013\"\ndate_note = \"dated by the report\"", &[]),
        ("kgz.toml", "from = \"2013\"\nto = \"2016\"\n", "", &[(E, "date-note", 2)]),
        ("kgz.toml", "from = \"2013\"", "from = \"1985\"", &[(E, "state-not-then", 17), (E, "state-not-then", 18)]),
        ("kgz.toml", "to = \"2016\"", "to = \"open\"", &[]),
        // parties
        ("kgz.toml", "actor = \"KGZ\"", "actor = \"KGS\"", &[(E, "unknown-state", 17)]),
        ("kgz.toml", "actor = \"KGZ\"", "actor = \"HKG\"", &[]),
        ("kgz.toml", "actor = \"MUO\"", "actor = \"MOU\"", &[(E, "unknown-organisation", 19)]),
        ("kgz.toml", "of = \"RUS\"", "of = \"RSU\"", &[(E, "unknown-state", 20)]),
        ("kgz.toml", "actor = \"NGOs\"", "actor = \"NGOs\", of = \"RUS\"", &[(E, "of", 21)]),
        ("kgz.toml", "actor = \"NGOs\"", "actor = \"\"", &[(E, "empty", 16)]),
        ("kgz.toml", "kind = \"group\", actor = \"NGOs\"", "kind = \"state\", actor = \"KAZ\"", &[(E, "role-kind", 21)]),
        ("used.toml", "kind = \"state\", actor = \"KGZ\"", "kind = \"firm\", actor = \"A firm\"", &[(E, "role-kind", 17)]),
        (
            "kgz.toml",
            "role = \"model\", kind = \"state\", actor = \"RUS\"",
            "role = \"partner\", kind = \"state\", actor = \"KGZ\"",
            &[(E, "party-twice", 17)],
        ),
        ("used.toml", "{ role = \"challenger\", kind = \"group\", actor = \"Coalition of groups\" },", "", &[(E, "no-challenger", 15)]),
        // evidence
        ("kgz.toml", "grade = \"C3\"", "grade = \"G3\"", &[(E, "grade", 15)]),
        ("kgz.toml", "grade = \"C3\"", "grade = \"C33\"", &[(E, "grade", 15)]),
        ("kgz.toml", "claim = \"reported\"", "claim = \"established\"", &[(E, "claim-grade", 15)]),
        ("kgz.toml", "claim = \"reported\"\ngrade = \"C3\"", "claim = \"disputed\"\ngrade = \"B1\"", &[(E, "claim-grade", 15)]),
        ("kgz.toml", "work = \"made-2024-up\", at", "work = \"made-2042-up\", at", &[(E, "unknown-work", 24)]),
        ("kgz.toml", "via = \"made-2024-up\"", "via = \"made-2042-up\"", &[(E, "unknown-work", 25)]),
        ("kgz.toml", ", via = \"made-2024-up\"", "", &[(E, "via", 25)]),
        ("kgz.toml", "via = \"made-2024-up\"", "via = \"second-nd-hand\"", &[(E, "via", 25)]),
        ("used.toml", "source = [{ work = \"made-2024-up\", at = \"p. 2\" }]", "source = []", &[(E, "no-source", 19)]),
        (
            "kgz.toml",
            "grade = \"C3\"",
            "grade = \"C3\"\ncorrection = [{ date = \"2024\", says = \"no\", work = \"none-2024-such\" }]",
            &[(E, "unknown-work", 16)],
        ),
        // kinds of record
        ("kgz.toml", "grade = \"C3\"", "grade = \"C3\"\noutcome = \"worked\"", &[(E, "misplaced", 16)]),
        ("kgz.toml", "grade = \"C3\"", "grade = \"C3\"\nfinding = \"more\"", &[(E, "misplaced", 16)]),
        ("kgz.toml", "kind = \"collaboration\"", "kind = \"effect\"", &[(E, "finding-missing", 3)]),
        ("kgz.toml", "kind = \"collaboration\"", "kind = \"reversal\"", &[(E, "outcome-missing", 3)]),
        ("used.toml", "interruption = \"made-up-way\"\n", "", &[(E, "interruption-missing", 3), (E, "record-case", 9)]),
        (
            "used.toml",
            "interruption = \"made-up-way\"",
            "interruption = \"made-up-wax\"",
            &[(E, "unknown-interruption", 21), (E, "record-case", 9)],
        ),
        ("used.toml", "outcome = \"worked\"", "outcome = \"failed\"", &[(E, "record-outcome", 9)]),
        // twice
        (
            "kgz.toml",
            "A law passed by one parliament takes over the text of another's.",
            "A coalition of groups had a\n  copied bill withdrawn.",
            &[(E, "statement-twice", 5)],
        ),
        // interruptions
        ("made-up-way.toml", "\"capacity\"", "\"capacities\"", &[(E, "unknown-code", 2)]),
        ("made-up-way.toml", "[\"law-copying\"]", "[\"law-coping\"]", &[(E, "unknown-code", 5)]),
        ("made-up-way.toml", "[\"always\"]", "[]", &[(E, "empty", 7)]),
        ("made-up-way.toml", "\"Nobody is hurt by a test.\"", "\"\"", &[(E, "empty", 11)]),
        ("made-up-way.toml", "\"way-used\", outcome", "\"way-user\", outcome", &[(E, "record-case", 9), (E, "unknown-case", 9)]),
        (
            "made-up-way.toml",
            "record = [{ case = \"way-used\", outcome = \"worked\", note = \"as made up\" }]\n",
            "",
            &[(E, "no-record", 1), (E, "record-case", 1)],
        ),
        (
            "made-up-way.toml",
            "\"way-used\", outcome",
            "\"kgz-copies-rus\", outcome",
            &[(E, "record-case", 9), (E, "record-case", 9), (E, "record-outcome", 9)],
        ),
        ("made-up-way.toml", ", case = \"way-used\" }]\ndo", " }]\ndo", &[(E, "no-source", 10)]),
        // organisations
        ("MUO.toml", "type = \"security\"", "type = \"securty\"", &[(E, "unknown-code", 5)]),
        (
            "MUO.toml",
            "to = \"open\"",
            "to = \"1999\"",
            &[(E, "date-order", 9), (E, "outside-life", 14), (E, "outside-life", 14), (E, "outside-life", 16)],
        ),
        ("MUO.toml", "covered_to = 2024\n", "", &[(E, "covered-to", 12)]),
        ("MUO.toml", "covered_to = 2024", "covered_to = 2009", &[(E, "covered-to", 14)]),
        ("MUO.toml", "cow_igo = \"MUO\"", "cow_igo = \"Muo\"", &[(E, "cow-igo", 11)]),
        ("MUO.toml", "covered_to = 2024", "covered_to = 2024\nparent = \"NONE\"", &[(E, "unknown-organisation", 11)]),
        ("MUO.toml", "from = \"2010\", to = \"open\"", "from = \"2009\", to = \"open\"", &[(E, "spells-overlap", 14)]),
        (
            "MUO.toml",
            "from = \"2002\", to = \"open\", status = \"observer\"",
            "from = \"1985\", to = \"open\", status = \"guest\"",
            &[(E, "outside-life", 16), (W, "state-not-then", 16), (E, "unknown-code", 16)],
        ),
        ("MUO.toml", "from = \"2002\", to = \"open\"", "from = \"2002\", to = \"2001\"", &[(E, "date-order", 16)]),
        // works
        ("made-up.toml", "kind = \"report\"", "kind = \"reports\"", &[(E, "unknown-code", 3)]),
        ("made-up.toml", "author = [\"Made, U.\"]", "author = []", &[(E, "empty", 4)]),
        ("made-up.toml", "year = 2024", "year = 20244", &[(W, "work-id", 2), (E, "year", 5)]),
        ("made-up.toml", "cited_at = \"made-2024-up, n. 3\"", "cited_at = \"mad-2024-up\"", &[(E, "unknown-work", 13)]),
        ("made-up.toml", "title = \"A report that was read\"", "title = \"\"\ndoi = \"doi.org/10.1\"", &[(E, "doi", 7), (E, "empty", 6)]),
        // regimes
        ("row-spells.csv", "KGZ,2000", "KGZ,1999", &[(E, "spells-overlap", 4)]),
        ("row-spells.csv", "KGZ,2000,2024", "KGX,2024,2000", &[(E, "date-order", 4), (E, "unknown-state", 4)]),
    ];
    let mut wrong = Vec::new();
    for (path, find, put, expected) in table {
        let found = problems(&changed(path, find, put));
        let mut got: Vec<_> = found.iter().map(|p| (p.severity, p.rule, p.line)).collect();
        let mut expected = expected.to_vec();
        got.sort();
        expected.sort();
        if got != expected {
            wrong.push(format!("'{put}' for '{find}' in {path}: expected {expected:?}, found {:#?}", found));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn records_that_look_like_one_are_told() {
    let again = CASE
        .replace("kgz-copies-rus", "kgz-copies-rus-2")
        .replace("a law of Russia", "the law of Russia")
        .replace("A law passed", "Some law passed");
    let mut files = FILES.map(|(p, t)| (p, t.to_owned()));
    files[0].1 += &again;
    let got: Vec<_> = problems(&files).iter().map(|p| (p.rule, p.id.clone(), p.line)).collect();
    assert_eq!(got, [("possible-duplicate", "kgz-copies-rus-2".to_owned(), 30)]);
}

#[test]
fn a_collaboration_needs_somebody_who_collaborates() {
    let mut files = FILES.map(|(p, t)| (p, t.to_owned()));
    let start = CASE.find("  { role = \"partner\"").unwrap();
    let end = CASE.find("  { role = \"enabler\"").unwrap();
    files[0].1.replace_range(start..end, "");
    let got: Vec<_> = problems(&files).iter().map(|p| (p.rule, p.line)).collect();
    assert_eq!(got, [("no-actor", 16)]);
}

#[test]
fn a_problem_says_where_what_and_what_next() {
    let found = problems(&changed("kgz.toml", "actor = \"KGZ\"", "actor = \"Kirgizstan\""));
    assert_eq!(
        found[0].to_string(),
        "cases/information-exchange/kgz.toml:17: 'Kirgizstan' is no state; did you mean 'KGZ (Kyrgyzstan)'? [unknown-state]"
    );
    let found = problems(&changed("kgz.toml", "from = \"2013\"", "from = \"1985\""));
    assert_eq!(
        found[0].to_string(),
        "cases/information-exchange/kgz.toml:17: KGZ (Kyrgyzstan) did not exist in 1985; in 1985 it was SUN [state-not-then]"
    );
    let found = problems(&changed("kgz.toml", "\"law-copying\"", "\"law-copy\""));
    assert_eq!(
        found[0].to_string(),
        "cases/information-exchange/kgz.toml:11: 'law-copy' is no tactic; did you mean 'law-copying'? [unknown-code]"
    );
}

#[test]
fn people_are_found_and_bodies_are_not() {
    for named in ["President Nobody", "the late King Nobody", "Prime Minister Nobody said", "(Dr. Nobody)", "General Some Body"] {
        assert!(person(named).is_some(), "{named}");
    }
    for body in [
        "the General Assembly",
        "a president. Nobody came",
        "the President of the EU",
        "Minister UN",
        "General Secretariat",
        "King",
        "Prosecutor General's Office",
    ] {
        assert_eq!(person(body), None, "{body}");
    }
}

/// The embedded lists of events with one text replaced, as the rules that complain.
fn events_with(file: &str, from: &str, to: &str) -> Vec<(&'static str, usize)> {
    let mut files: Vec<(&str, String)> = crate::events::FILES.map(|(p, _)| (p, crate::knowledge::text(p).unwrap().to_owned())).into();
    let text = &mut files.iter_mut().find(|(p, _)| p.ends_with(file)).unwrap().1;
    assert!(from.is_empty() || text.contains(from), "{from}");
    *text = text.replacen(from, to, 1);
    files.push(("works/datasets.toml", crate::knowledge::text("works/datasets.toml").unwrap().to_owned()));
    problems(&files).iter().filter(|p| p.file.starts_with("events/")).map(|p| (p.rule, p.line)).collect()
}

#[test]
fn lists_of_events_that_do_not_hold_together_are_refused() {
    assert_eq!(events_with("tactics.csv", "", ""), []);
    let rules = |file: &str, from: &str, to: &str| events_with(file, from, to).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
    let tactics = |from: &str, to: &str| rules("tactics.csv", from, to);
    assert_eq!(tactics("symbolic-visit", "symbolic-visits"), ["unknown-code"]);
    assert_eq!(tactics("formal-bilateral", "formal-bilaterally"), ["unknown-code"]);
    assert_eq!(tactics("cameo,062", "cameo,99"), ["unknown-code"]);
    assert_eq!(tactics("cameo,062", "cameo,163"), ["code-of-two-senses"]);
    assert_eq!(tactics(",schrodt-2012-cameo", ",nobody-2012-nothing"), ["unknown-work"]);
    assert_eq!(tactics("events-1,cameo-visit", "events-2,cameo-visit"), ["mapping"]);
    assert_eq!(tactics("cameo-visit", "cameo-praise"), ["duplicate-id"]);
    // a visit by anybody would be a party's visit too, whose code is shorter: the longer speaks; of one length nobody does
    assert_eq!(tactics("042,none|government,none|government", "042,any,any"), Vec::<&str>::new());
    assert_eq!(tactics("072,none|government|military|police,police", "072,any,any"), ["ambiguous-rules"]);
    assert_eq!(tactics("042,none|government", "042,king"), ["list"]);
    assert_eq!(tactics("bilateral-finance,formal-bilateral,,", "bilateral-finance,formal-bilateral,1.5,"), ["share"]);
    assert_eq!(rules("cameo.csv", "\n042,04,1,", "\n042,04,2,"), ["event-code"]);
    assert_eq!(rules("cameo.csv", "\n042,", "\n041,"), ["unknown-code", "duplicate-id", "unknown-code"]);
    assert_eq!(rules("cameo-plover.csv", "042,CONSULT,visit", "042,CONSULT,vist"), ["unknown-code"]);
    assert_eq!(rules("plover.csv", "CONSULT,,1,", "CONSULT,,2,").len(), 4);
    assert_eq!(rules("roles.csv", "cameo,AGR", "cameos,AGR"), ["unknown-code"]);
    assert_eq!(rules("actors.csv", "ROM,state,ROU", "ROM,state,ROM"), ["unknown-state"]);
    assert_eq!(rules("actors.csv", "AFR,region,", "AFR,region,KGZ"), ["unknown-state"]);
}
