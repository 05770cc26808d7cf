//! `compare`: texts in, pairs with passages out. Every text is made up.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{Home, Ran};

/// A made-up law, its copy with changes, and laws on other things.
pub(crate) const LAW: &str = "Law on organisations with money from abroad\n\n\
Article 1. This law governs organisations that receive funds or other property from foreign states, their bodies, or persons acting for them.\n\
Article 2. An organisation that receives such funds and takes part in political activity on the territory of the republic shall apply for entry in the registry of \
organisations performing the functions of a foreign agent before it begins that activity.\n\
Article 3. The registry is kept by the ministry, which decides on an application within thirty days and may refuse entry where papers are missing or untrue.\n\
Article 4. Materials that such an organisation publishes shall carry the notice that they were published by an organisation performing the functions of a foreign agent.\n";
const COPY: &str = "Act concerning civic associations\n\n\
Section 1. This act governs associations that receive funds or other property from foreign states, their bodies, or persons acting for them.\n\
Section 2. An association that receives such funds and takes part in political activity on the territory of the kingdom shall apply for entry in the registry of \
associations performing the functions of a foreign representative before it begins that activity.\n\
Section 9. Materials that such an association publishes shall carry the notice that they were published by an association performing the functions of a foreign \
representative.\n";
const OTHER: &str = "Road code\n\nArticle 1. Vehicles keep to the right, give way to trams and slow down where children play near the street.\n\
Article 2. Whoever drives after dark switches on both lamps and keeps a distance of two lengths behind a lorry.\n\
Article 3. Cyclists ride in single file wherever a lane is narrower than three metres.\n";

struct Laws {
    _dir: TempDir,
    path: PathBuf,
}

fn laws() -> Laws {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("laws");
    fs::create_dir(&path).unwrap();
    put(&path, "first.txt", LAW);
    put(&path, "second.md", COPY);
    put(&path, "third.html", &format!("<html lang=en><title>Road code</title><nav>menu</nav><p>{}", OTHER.replace('\n', "<p>")));
    Laws { _dir: dir, path }
}

fn put(dir: &Path, name: &str, text: &str) -> String {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}", ran.out))
}

#[test]
fn a_folder_gives_its_pair_with_passages_and_what_is_known_of_every_text() {
    let (home, laws) = (Home::new(), laws());
    let folder = laws.path.to_str().unwrap();
    let ran = home.run(["compare", folder, "--format", "json"]).ok();
    let all = json(&ran);
    let pairs = all["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    let pair = &pairs[0];
    assert_eq!(pair["a"], format!("{folder}/first.txt"));
    assert_eq!(pair["b"], format!("{folder}/second.md"));
    assert!(pair["score"].as_f64().unwrap() > 20.0);
    let coverage = pair["coverage_b"].as_f64().unwrap();
    assert!((0.5..=1.0).contains(&coverage), "{coverage}");
    assert!(pair.get("p").is_some());
    let passages = pair["passages"].as_array().unwrap();
    assert!(!passages.is_empty());
    for p in passages {
        // places count characters of the file
        let (from, to) = (p["a_start"].as_u64().unwrap() as usize, p["a_end"].as_u64().unwrap() as usize);
        assert_eq!(LAW.chars().skip(from).take(to - from).collect::<String>(), p["a_text"].as_str().unwrap());
    }
    assert_eq!(passages[0]["a_article"], "Article 1");
    let documents = all["documents"].as_array().unwrap();
    assert_eq!(documents.len(), 3);
    assert_eq!(documents[2]["title"], "Road code");
    assert_eq!(documents[0]["language"], "en");
    assert_eq!(documents[0]["sha256"].as_str().unwrap().len(), 64);
    // standard output carries the result only
    assert!(ran.err.contains("3 texts compared, 1 pair found"), "{}", ran.err);
}

#[test]
fn the_same_inputs_are_not_compared_twice_and_give_the_same_bytes() {
    let (home, laws) = (Home::new(), laws());
    let folder = laws.path.to_str().unwrap();
    let first = home.run(["compare", folder, "--format", "json"]).ok();
    let kept = fs::read_dir(home.path().join("compare")).unwrap().next().unwrap().unwrap().path();
    let found = fs::read_dir(&kept)
        .unwrap()
        .map(|e| e.unwrap().path())
        .find(|p| p.file_name().unwrap().to_str().unwrap().starts_with("found-"))
        .unwrap();
    let made = fs::metadata(&found).unwrap().modified().unwrap();
    let second = home.run(["compare", folder, "--format", "json"]).ok();
    assert_eq!(first.out, second.out);
    assert_eq!(fs::metadata(&found).unwrap().modified().unwrap(), made);
    // cut off while reading: what is listed beyond the last note is read again
    fs::remove_file(&found).unwrap();
    fs::remove_file(kept.join("reading.json")).unwrap();
    assert_eq!(home.run(["compare", folder, "--format", "json"]).ok().out, first.out);
    // another text is another run
    put(&laws.path, "first.txt", &LAW.replace("thirty", "sixty"));
    assert_ne!(home.run(["compare", folder, "--format", "json"]).ok().out, first.out);
}

#[test]
fn tables_csv_and_pages_are_written_and_a_pair_is_shown_side_by_side() {
    let (home, laws) = (Home::new(), laws());
    let folder = laws.path.to_str().unwrap();
    let table = home.run(["compare", folder]).ok().out;
    assert!(table.contains("first.txt") && table.contains("second.md") && !table.contains("third.html"), "{table}");
    let csv = home.run(["compare", folder, "--format", "csv"]).ok().out;
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.starts_with("a,b,score,p,q,coverage_a,coverage_b,passages,kind,earlier,evidence"), "{csv}");
    let shown = home.run(["compare", folder, "--pair", "second.md", "first.txt"]).ok().out;
    for part in ["A  first.txt", "[organisations]", "[associations]", "Section 1", " │ ", "cite as: first.txt"] {
        assert!(shown.contains(part), "'{part}' is not in {shown}");
    }
    assert!(!shown.contains('\u{1b}'), "colour in a pipe");
    let page = laws.path.join("../out.html");
    home.run(["compare", folder, "-o", page.to_str().unwrap()]).ok();
    let html = fs::read_to_string(page).unwrap();
    for part in ["<u>organisations</u>", "<u>associations</u>", "How sure this is", "How to cite", "default-src 'none'"] {
        assert!(html.contains(part), "'{part}' is not in the page");
    }
    assert!(!html.contains("<script"));
}

#[test]
fn a_draft_is_compared_with_a_collection_and_filters_hold() {
    let (home, laws) = (Home::new(), laws());
    let folder = laws.path.to_str().unwrap();
    let draft = put(laws.path.parent().unwrap(), "draft.txt", COPY);
    let all = json(&home.run(["compare", &draft, "--against", folder, "--format", "json"]).ok());
    let pairs = all["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 2, "{pairs:?}");
    assert!(pairs.iter().all(|p| p["a"] == draft.as_str()));
    let one = json(&home.run(["compare", &draft, "--against", folder, "--format", "json", "--top", "1"]).ok());
    assert_eq!(one["pairs"].as_array().unwrap().len(), 1);
    let none = json(&home.run(["compare", &draft, "--against", folder, "--format", "json", "--min-score", "1e9"]).ok());
    assert_eq!(none["pairs"].as_array().unwrap().len(), 0);
}

#[test]
fn tables_of_texts_carry_authors_and_one_author_can_be_left_out() {
    let (home, laws) = (Home::new(), laws());
    let quoted = |t: &str| format!("\"{}\"", t.replace('"', "\"\""));
    let csv = format!(
        "key,wording,state,year\n1,{},RUS,2012\n2,{},RUS,2022\n3,{},KGZ,2024\n",
        quoted(LAW),
        quoted(COPY),
        quoted(&COPY.replace("kingdom", "khanate"))
    );
    let table = put(&laws.path, "t.csv", &csv);
    let args = [
        "compare",
        &table,
        "--format",
        "json",
        "--text-column",
        "wording",
        "--id-column",
        "key",
        "--author-column",
        "state",
        "--date-column",
        "year",
    ];
    let pairs = |extra: &[&str]| {
        let all = json(&home.run(args.iter().chain(extra)).ok());
        let ids = |p: &Value| {
            format!("{}-{}", p["a"].as_str().unwrap().rsplit('#').next().unwrap(), p["b"].as_str().unwrap().rsplit('#').next().unwrap())
        };
        let mut out: Vec<(String, Value)> = all["pairs"].as_array().unwrap().iter().map(|p| (ids(p), p["earlier"].clone())).collect();
        out.sort_by(|a, b| a.0.cmp(&b.0));
        out
    };
    let a = || Value::from("a");
    assert_eq!(pairs(&[]), [("1-2".to_owned(), a()), ("1-3".to_owned(), a()), ("2-3".to_owned(), a())]);
    let between = pairs(&["--between-authors"]);
    assert_eq!(between.iter().map(|p| p.0.as_str()).collect::<Vec<_>>(), ["1-3", "2-3"]);
}

#[test]
fn what_is_not_read_is_named_and_turns_the_exit_code_and_the_rest_goes_on() {
    let (home, laws) = (Home::new(), laws());
    fs::write(laws.path.join("scan.pdf"), b"%PDF-1.4\nbroken").unwrap();
    put(&laws.path, "empty.txt", "");
    let ran = home.run(["compare", laws.path.to_str().unwrap(), "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(json(&ran)["pairs"].as_array().unwrap().len(), 1);
    let codes: Vec<String> = json(&ran)["unread"].as_array().unwrap().iter().map(|u| u["code"].as_str().unwrap().to_owned()).collect();
    assert_eq!(codes, ["empty", "broken-pdf"]);
    assert!(ran.err.contains("scan.pdf' is no whole PDF; open it in the program that made it"), "{}", ran.err);
    assert!(ran.err.contains("2 inputs not read"), "{}", ran.err);
}

#[test]
fn mistakes_are_answered() {
    let (home, laws) = (Home::new(), laws());
    let folder = laws.path.to_str().unwrap();
    home.run(["compare", &format!("{folder}/frist.txt")]).refused(&["no file or folder", "did you mean", "first.txt"]);
    home.run(["compare", folder, "-o", "out.docx"]).refused(&[".docx", "--format"]);
    let missing = home.run(["compare", folder, "--pair", "frst.txt", "second.md"]);
    assert_eq!(missing.code, 2);
    assert!(missing.err.contains("no text is called 'frst.txt'; did you mean") && missing.err.contains("first.txt"), "{}", missing.err);
    let failing = home.run(["compare", folder, "--translate-with", "cat"]);
    assert_eq!(failing.code, 0, "all texts are in English: nothing is sent: {}", failing.err);
}

#[test]
fn languages_are_set_against_each_other_on_request_and_marked_as_weaker() {
    let home = Home::new();
    let dir = TempDir::new().unwrap();
    put(
        dir.path(),
        "en.txt",
        "Article 1. This law regulates organisations that receive foreign funding.\nArticle 2. A foreign agent shall register with the ministry within 30 days.\n\
         Article 3. The ministry keeps a public registry on its website.\nArticle 4. A foreign agent submits a report on its property every six months.\n\
         Article 5. Violation is punished by a fine of 500 units.\nArticle 6. A court may dissolve the organisation.\nArticle 7. This law enters into force in 90 days.\n",
    );
    put(
        dir.path(),
        "ru.txt",
        "Статья 1. Настоящий закон регулирует организации, получающие иностранное финансирование.\nСтатья 2. Иностранный агент обязан зарегистрироваться в министерстве в течение 30 дней.\n\
         Статья 3. Министерство ведёт на сайте открытый реестр.\nСтатья 4. Иностранный агент представляет отчёт об имуществе каждые шесть месяцев.\n\
         Статья 5. Нарушение наказывается штрафом в 500 единиц.\nСтатья 6. Суд может ликвидировать организацию.\nСтатья 7. Закон вступает в силу через 90 дней.\n",
    );
    let folder = dir.path().to_str().unwrap();
    assert!(json(&home.run(["compare", folder, "--format", "json"]).ok())["pairs"].as_array().unwrap().is_empty());
    let across = json(&home.run(["compare", folder, "--format", "json", "--across"]).ok());
    assert_eq!(across["pairs"][0]["evidence"], "anchors");
    // a command that answers each Russian line with the English one at the same place
    let english = dir.path().join("lines.txt");
    let lines: String = fs::read_to_string(dir.path().join("en.txt")).unwrap().lines().map(|l| format!("{l}\n")).collect();
    fs::write(&english, lines).unwrap();
    let command = format!("test $BLOCWATCH_FROM = ru && cat >/dev/null && cat {}", english.display());
    let translated =
        home.run(["compare", &format!("{folder}/en.txt"), &format!("{folder}/ru.txt"), "--format", "json", "--translate-with", &command]);
    let translated = json(&translated.ok());
    assert_eq!(translated["pairs"][0]["evidence"], "translation", "{translated}");
    let page = home.run(["compare", folder, "--format", "html", "--across"]).ok().out;
    assert!(page.contains("Weaker evidence") && page.contains("lang=\"ru\""));
    let failing = home.run(["compare", folder, "--translate-with", "exit 3"]);
    assert_eq!(failing.code, 2);
    assert!(failing.err.contains("--translate-with ended with"), "{}", failing.err);
}
