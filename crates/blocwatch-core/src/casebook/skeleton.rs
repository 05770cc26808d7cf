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
