//! Skeletons: a new people's file with every key, the codes that it may carry and what belongs where.
//!
//! A skeleton parses as it stands; what is still empty is reported by [`super::check`]. Keys that a record may do without are comments.

use std::fmt::Write;

use crate::taxonomy::Taxonomy;

/// A case to fill in.
pub fn case(id: &str, taxonomy: &Taxonomy) -> String {
    let mut tactics = String::new();
    for response in &taxonomy.response {
        let ids: Vec<&str> = taxonomy.tactic.iter().filter(|t| t.parent == response.id).map(|t| t.id.as_str()).collect();
        let line = format!("{} (threat {}): {}", response.id, response.parent, ids.join(", "));
        tactics.push_str(&comment(&line));
    }
    let list = |name: &str| comment(&format!("{}: {}", name.replace('_', " "), codes(taxonomy, name)));
    format!(
        r#"# A case for knowledge/cases/<response>/ or knowledge/cases/general/. Rules and an example: knowledge/README.md.
# Own words only; no person is named; nothing that the source does not say.
# group = "…"  # above the first [[case]]: ties the records of this file together

[[case]]
id = {id}
{kind}kind = ""
# at most 90 characters, no full stop, no verdict that the source does not give
title = ""
# what happened, one to three sentences
statement = """
"""
{channel}channel = ""
# a tactic stands under one response, a response under one threat
{tactics}threat = ""
response = ""
tactic = ""
# YYYY, YYYY-MM or YYYY-MM-DD, with a leading ~ if approximate; leave out what the source does not give
# from = "2024-01"
# to = "2024-06"  # left out for one date; "open" if standing when the source was written
date_note = ""  # why a date is missing or approximate
{claim}claim = ""
# letter for the source, figure for the information
{letter}{figure}grade = ""
# a collaboration needs a sponsor, partner, host, home or venue; an interruption a challenger
{role}{party_kind}# states by their id (KGZ), organisations by theirs (SCO); agencies, firms and parties may carry of = "CHN"
party = [
  # {{ role = "partner", kind = "state", actor = "" }},
]
# a work that was not read itself carries via = "…", the work that cites it
source = [
  {{ work = "", at = "" }},
]
# note = ""  # how it was coded where another coding was possible
# interruptions and reversals:
{outcome}# outcome = ""
# interruption = ""  # the entry of interruptions/ that was used
# finding = ""  # effects: direction and size as the study gives it, with its population
# correction = [{{ date = "2024-06", says = "", work = "", at = "" }}]
"#,
        id = text(id),
        kind = list("kind"),
        channel = list("channel"),
        claim = list("claim"),
        letter = list("admiralty_source"),
        figure = list("admiralty_information"),
        role = list("role"),
        party_kind = list("party_kind"),
        outcome = list("outcome"),
    )
}

/// One text of a match that a program found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchedText {
    /// State id.
    pub state: String,
    /// Date as precisely as known.
    pub date: String,
    /// Title; may be empty.
    pub title: String,
    /// Name of the text where it was compared.
    pub name: String,
    /// Address where it was published; may be empty.
    pub address: String,
    /// SHA-256 of its file.
    pub sha256: String,
    /// Article of the most telling passage; may be empty.
    pub article: String,
    /// Beginning of that passage.
    pub words: String,
}

impl MatchedText {
    fn year(&self) -> Option<&str> {
        self.date.trim_start_matches('~').get(..4)
    }
}

/// A match of two texts that a person is to judge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Match {
    /// Its id in `text_match`.
    pub id: String,
    /// Tactic that it would be an instance of.
    pub tactic: String,
    /// Whether the first text is the earlier one by date.
    pub in_order: bool,
    /// What a program says of how sure it is, one line.
    pub evidence: String,
    /// The two texts, the earlier one first if dates say so.
    pub texts: [MatchedText; 2],
}

/// A case to be judged, from a match: what the two texts say of themselves is filled in; what only a reader of both can say is left empty, so
/// that [`super::check`] refuses it until somebody has.
pub fn case_from_match(id: &str, found: &Match, taxonomy: &Taxonomy) -> String {
    let [a, b] = &found.texts;
    let response = taxonomy.term("tactic", &found.tactic).map_or("", |t| t.parent.as_str());
    let threat = taxonomy.term("response", response).map_or("", |t| t.parent.as_str());
    let list = |name: &str| comment(&format!("{}: {}", name.replace('_', " "), codes(taxonomy, name)));
    let kind = if found.tactic == "law-copying" { "law" } else { "web" };
    let works = [work_id(a), work_id(b)];
    // two texts of one state, year and word would have one id
    let works = if works[0] == works[1] { [works[0].clone(), format!("{}-b", works[1])] } else { works };
    let (order, first) = if found.in_order {
        ("The first is the earlier by date.", "model")
    } else {
        ("Their dates leave the order open: say which is the model only if a source does.", "partner")
    };
    let mut out = String::new();
    let _ = write!(
        out,
        "# A draft from match {} of the table text_match, found by a program. Nobody has confirmed it: read both texts, then fill in what is\n\
         # empty or delete the file. Rules and an example: knowledge/README.md. It goes to knowledge/cases/{response}/.\n\
         {}{}",
        found.id,
        comment(&format!("What the program says: {}", found.evidence)),
        comment(order),
    );
    for (letter, t) in ["first", "second"].iter().zip(&found.texts) {
        let at = if t.article.is_empty() { String::new() } else { format!(", {}", t.article) };
        out.push_str(&comment(&format!(
            "The {letter}: {} ({}, {}), SHA-256 {}{at}: \u{201c}{}\u{201d}",
            t.name, t.state, t.date, t.sha256, t.words
        )));
    }
    let note = if b.date.starts_with('~') { "the date of the later text is approximate" } else { "" };
    let _ = write!(
        out,
        r#"
[[case]]
id = {id}
kind = "collaboration"
# at most 90 characters, own words, no verdict that the texts do not bear out
title = ""
# what the second text takes over from the first, and what it changes, one to three sentences
statement = """
"""
{channel}channel = ""
threat = {threat}
response = {response}
tactic = {tactic}
from = {from}
date_note = {note}  # why a date is missing or approximate
{claim}claim = ""
{letter}{figure}grade = ""
party = [
  {{ role = {role}, kind = "state", actor = {one} }},
  {{ role = "partner", kind = "state", actor = {two} }},
]
source = [
  {{ work = {work1}, at = {at1} }},
  {{ work = {work2}, at = {at2} }},
]
note = ""  # how it was coded where another coding was possible; whether both follow a third text

# For a file of knowledge/works/, when both texts have been read:
"#,
        id = text(id),
        channel = list("channel"),
        threat = text(threat),
        response = text(response),
        tactic = text(&found.tactic),
        from = text(&b.date),
        note = text(note),
        claim = list("claim"),
        letter = list("admiralty_source"),
        figure = list("admiralty_information"),
        role = text(first),
        one = text(&a.state),
        two = text(&b.state),
        work1 = text(&works[0]),
        work2 = text(&works[1]),
        at1 = text(&a.article),
        at2 = text(&b.article),
    );
    for (work, t) in works.iter().zip(&found.texts) {
        let title = if t.title.is_empty() { &t.name } else { &t.title };
        let url = if t.address.is_empty() { String::new() } else { format!("\n# url = {}", one_line(&t.address)) };
        let _ = write!(
            out,
            "#\n# [[work]]\n# id = {}\n# kind = {}\n# author = [{}]\n# year = {}\n# title = {}\n# outlet = \"\"{url}\n# note = {}\n",
            text(work),
            text(kind),
            text(&t.state),
            t.year().unwrap_or_default(),
            one_line(title),
            one_line(&format!("read as the file {} with SHA-256 {}", t.name, t.sha256)),
        );
    }
    out
}

/// A TOML string without line breaks, which would end a comment.
fn one_line(value: &str) -> String {
    text(&value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `kgz-2014-foreign`: state, year and the first word of the title that says something; `text` where it has none in Latin letters.
fn work_id(of: &MatchedText) -> String {
    const SMALL: &[&str] = &["a", "an", "the", "on", "in", "of", "to", "for", "and", "by", "from", "with", "law", "act"];
    let words = of.title.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_ascii_lowercase);
    let word = words.filter(|w| w.len() > 2).find(|w| !SMALL.contains(&w.as_str())).unwrap_or_else(|| "text".to_owned());
    format!("{}-{}-{word}", of.state.to_ascii_lowercase(), of.year().unwrap_or("nd"))
}

/// An organisation to fill in.
pub fn organisation(id: &str) -> String {
    format!(
        r#"# An organisation for knowledge/organisations/{id}.toml. Rules and an example: knowledge/README.md.
id = {quoted}
name = ""
aliases = []  # other names, any language
kind = ""  # formal (treaty or charter) | informal (forum, grouping, arrangement)
# security | political | economic | finance | functional | forum | observer-group | rights-body | police | justice
type = ""
purpose = ""  # own words, one or two sentences
origin = ""  # who founded or led it at its start: autocratic | democratic | mixed | unknown
# from = "2001"
# to = "open"
# covered_to = 2024  # last year for which the spells below hold; needed where one is open
# cow_igo = ""  # its acronym in COW IGO v3, if it is there
# predecessor = ""
# successor = ""
# parent = ""
# founding_note = ""
source = [
  {{ work = "", at = "" }},
]
# status: full | associate | observer | suspended
member = [
  # {{ state = "", from = "2001", to = "open", status = "full", work = "", at = "" }},
]
membership_note = ""  # what the spells rest on, what is missing
"#,
        quoted = text(id),
    )
}

/// An interruption to fill in.
pub fn interruption(id: &str, taxonomy: &Taxonomy) -> String {
    let list = |name: &str| comment(&format!("{}: {}", name.replace('_', " "), codes(taxonomy, name)));
    format!(
        r#"# An interruption for knowledge/interruptions/{id}.toml. Rules and an example: knowledge/README.md.
id = {quoted}
{kind}kind = ""
title = ""
{response}answers_responses = []
{tactic}answers_tactics = []
what = ""  # what it is, own words
fits_when = []  # preconditions
actors = []  # who can do it
# documented uses; each points to a case that points back with interruption = {quoted}
{outcome}record = [
  # {{ case = "", outcome = "", note = "" }},
]
no_record = ""  # said plainly where no use with a known outcome is documented
# how regimes adapted, by a case or a work
adaptations = [
  # {{ says = "", case = "" }},
]
do_no_harm = ""  # who can be hurt by it and how to avoid that
source = [
  {{ work = "", at = "" }},
]
"#,
        quoted = text(id),
        kind = list("interruption_kind"),
        response = list("response"),
        tactic = list("tactic"),
        outcome = list("outcome"),
    )
}

/// A work to fill in.
pub fn work(id: &str) -> String {
    format!(
        r#"# A work for a file of knowledge/works/. Ids are surname-year-word; the rule is in knowledge/README.md.

[[work]]
id = {}
# article | book | chapter | report | news | working-paper | dataset | web | law | policy-paper
kind = ""
author = []
# year = 2024  # left out where there is none
title = ""
outlet = ""  # journal with volume and pages, publisher or newspaper
# date = "2024-01-31"
# cited_at = "cottiero-2024-understanding, n. 28"  # where we met it, until we have read it ourselves
# licence = ""  # of data
# url = ""
# doi = ""  # from "10." on
# accessed = "2024-01-31"
# note = ""  # anything wrong with the citation as found
"#,
        text(id),
    )
}

fn codes(taxonomy: &Taxonomy, list: &str) -> String {
    taxonomy.list(list).iter().map(|t| t.id.as_str()).collect::<Vec<_>>().join(" | ")
}

/// A TOML string.
fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

/// Comment lines of at most 130 characters.
fn comment(line: &str) -> String {
    // a line break of somebody's text would end the comment
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let mut length = 0;
    for word in line.split(' ') {
        if length == 0 || length + word.chars().count() > 127 {
            let _ = write!(out, "{}# {word}", if length == 0 { "" } else { "\n" });
            length = 2 + word.chars().count();
        } else {
            let _ = write!(out, " {word}");
            length += 1 + word.chars().count();
        }
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casebook::Casebook;

    fn read(path: &str, text: &str) -> Casebook {
        let (book, errors) = Casebook::read(&[(path.to_owned(), text)]);
        assert!(errors.is_empty(), "{errors:?}\n{text}");
        book
    }

    #[test]
    fn skeletons_parse_as_they_stand() {
        let taxonomy = Taxonomy::embedded().unwrap();
        assert_eq!(read("cases/general/x.toml", &case("a-case", taxonomy)).cases[0].id, "a-case");
        assert_eq!(read("organisations/X.toml", &organisation("X")).organisations[0].id, "X");
        assert_eq!(read("interruptions/x.toml", &interruption("x", taxonomy)).interruptions[0].id, "x");
        assert_eq!(read("works/x.toml", &work("x-2024-word")).works[0].id, "x-2024-word");
    }

    #[test]
    fn a_draft_from_a_match_parses_whatever_the_texts_are_called() {
        let taxonomy = Taxonomy::embedded().unwrap();
        let mut found = Match { id: "0123456789ab".into(), tactic: "law-copying".into(), in_order: true, ..Match::default() };
        found.evidence = "211 bits \"quoted\"\nand a second line".to_owned();
        for (t, state) in found.texts.iter_mut().zip(["RUS", "BLR"]) {
            *t = MatchedText {
                state: state.into(),
                date: "~2021-05".into(),
                title: "On \"agents\"\nand others".into(),
                name: "laws/a \"b\".txt".into(),
                words: "x\ny = 1\n[[case]]".into(),
                ..MatchedText::default()
            };
        }
        let book = read("cases/information-exchange/x.toml", &case_from_match("a-case", &found, taxonomy));
        let case = &book.cases[0];
        assert_eq!((book.cases.len(), case.tactic.as_str(), case.response.as_str()), (1, "law-copying", "information-exchange"));
        let parties: Vec<(&str, &str)> = case.party.iter().map(|p| (p.role.as_str(), p.actor.as_str())).collect();
        assert_eq!(parties, [("model", "RUS"), ("partner", "BLR")]);
        assert_eq!(case.source[1].work, "blr-2021-agents");
        found.in_order = false;
        let open = read("cases/information-exchange/x.toml", &case_from_match("a-case", &found, taxonomy));
        assert!(open.cases[0].party.iter().all(|p| p.role == "partner"));
    }

    #[test]
    fn skeletons_parse_with_every_comment_of_a_key_taken_in() {
        let taxonomy = Taxonomy::embedded().unwrap();
        let fill = |text: String| {
            let keep = |l: &str| match l.trim_start().strip_prefix("# ") {
                Some(rest)
                    if rest.starts_with('{')
                        || rest.split_once(" = ").is_some_and(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')) =>
                {
                    rest.to_owned()
                }
                _ => l.to_owned(),
            };
            text.lines().map(keep).map(|l| l + "\n").collect::<String>()
        };
        let filled = fill(case("a-case", taxonomy));
        let book = read("cases/general/x.toml", &filled);
        let case = &book.cases[0];
        assert_eq!((case.party.len(), case.correction.len(), case.group.as_str()), (1, 1, "…"), "{filled}");
        assert!(case.from.is_some() && case.to.is_some());
        assert_eq!(read("organisations/X.toml", &fill(organisation("X"))).organisations[0].member.len(), 1);
        assert_eq!(read("interruptions/x.toml", &fill(interruption("x", taxonomy))).interruptions[0].record.len(), 1);
        assert_eq!(read("works/x.toml", &fill(work("x-2024-word"))).works[0].year, Some(2024));
    }

    #[test]
    fn every_code_of_a_case_is_listed() {
        let taxonomy = Taxonomy::embedded().unwrap();
        let skeleton = case("a-case", taxonomy);
        for (list, terms) in taxonomy.lists().into_iter().filter(|(list, _)| *list != "interruption_kind") {
            for term in terms {
                assert!(skeleton.contains(&term.id), "{list} '{}'", term.id);
            }
        }
        assert!(skeleton.lines().all(|l| l.chars().count() <= 132), "{skeleton}");
    }
}
