//! Texts in the browser: counter-norms, speeches, phrases, two texts side by side, and search in them. Every speech is made up.

use std::fs;
use std::time::{Duration, Instant};

use crate::run::Home;
use crate::serve::Server;

/// A passage that two of the speeches share, the second with words changed.
const SHARED: &str = "The emergence of a multipolar world order is an objective process that nobody can stop, and every attempt to preserve the \
dominance of a single centre of power only multiplies the crises from which small and landlocked states suffer first";

fn speeches() -> String {
    let mut out = String::from("iso3,session,year,text\n");
    let topics = [
        "fisheries along the northern coast",
        "the repair of mountain roads",
        "schools in remote villages",
        "the price of cotton",
        "malaria in the lowlands",
    ];
    for (s, session) in (60..63).enumerate() {
        for (i, iso3) in ["RUS", "BLR", "KGZ", "FRA", "KEN", "BRA", "JPN", "NOR"].iter().enumerate() {
            let topic = topics[(i + 2 * s) % topics.len()];
            let mut text = format!(
                "Mr. President, we congratulate you on your election to this high office. My country wishes to speak of {topic}, to which our \
                 government gave {} million in the past year, and of number {} of our plan for {iso3}. Much remains to be done about {topic} in the years ahead.",
                17 * i + session,
                3 * i + s
            );
            if session == 60 && *iso3 == "RUS" {
                text = format!("{text} {SHARED}. I thank you.");
            }
            if session == 60 && *iso3 == "BLR" {
                text = format!("{text} {}. Thank you.", SHARED.replace("nobody can stop", "no one can halt"));
            }
            out.push_str(&format!("{iso3},{session},{},\"{text}\"\n", 1945 + session));
        }
    }
    out
}

fn served() -> Server {
    let home = Home::new();
    let files = home.path().join("files");
    fs::create_dir_all(&files).unwrap();
    fs::write(files.join("ungdc_made_up.csv"), speeches()).unwrap();
    home.run(["fetch", "general_debate", "--from", files.to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    Server::over(home)
}

#[test]
fn texts_are_shown_compared_and_found() {
    let server = served();
    let page = |path: &str| {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        for script in answer.body.split("<script ").skip(1) {
            assert!(
                script.starts_with("type=\"module\" src=\"/assets/") || script.starts_with("type=\"application/json\" id=\""),
                "{path}"
            );
        }
        assert!(!answer.body.contains("<script>") && !answer.body.contains(" style=\""), "{path}");
        answer.body
    };
    let all = page("/texts");
    assert!(all.contains("href=\"/texts/frame/multipolarity\"") && all.contains("speeches here: 24"), "{all}");
    let frame = page("/texts/frame/multipolarity");
    assert!(
        frame.contains("<svg") && frame.contains("sampled mentions are what the frame means") && frame.contains("a language model"),
        "{frame}"
    );
    assert!(frame.contains("2 states have used it") && frame.contains("/texts/speech/RUS-60#m"), "{frame}");
    let speech = page("/texts/speech/RUS-60");
    assert!(speech.contains("<h1>Russia, 2005</h1>") && speech.contains("<mark id=\"m"), "{speech}");
    assert!(speech.contains("CC0"));

    // by state and year, and by speaker and session: one page
    let pair = page("/texts/compare?a=Russia%202005&b=Belarus%202005");
    assert_eq!(pair, page("/texts/compare?a=RUS-60&b=BLR-60"));
    assert!(
        pair.contains("emergence of a multipolar world order is an objective process that ")
            && pair.contains("<u>nobody")
            && pair.contains("How to cite"),
        "{pair}"
    );
    assert!(!pair.contains("congratulate you on your election to this high office</"), "a formula of the house is no passage: {pair}");
    let shares = page("/texts/compare?a=RUS-60");
    assert!(shares.contains("/texts/compare?a=RUS-60&amp;b=BLR-60"), "{shares}");

    for (path, status, says) in [
        ("/texts/compare?a=nonsense", 400, "a state and a year"),
        ("/texts/compare?a=RUS-60&b=RUS-60", 400, "two different texts"),
        ("/texts/compare?a=RUS-99", 404, "no speech"),
        ("/texts/compare?a=treaty:X", 404, "no text of a treaty"),
        ("/texts/compare?a=Norway%201999", 404, "did not speak"),
        ("/texts/speech/..%2f", 404, "speaker and session"),
        ("/texts/frame/multipolarty", 404, "multipolarity"),
        ("/texts/phrase?phrase=x%27%20OR%201", 404, "no phrase"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(says), "{path}: {}", answer.body);
    }

    // the index of texts comes by itself, and stays
    let index = server.home().path().join("search").join(server.home().manifest()["key"].as_str().unwrap()).join("texts-2.bin");
    let begun = Instant::now();
    while !index.exists() {
        assert!(begun.elapsed() < Duration::from_secs(30), "no index of texts after 30 seconds");
        std::thread::sleep(Duration::from_millis(50));
    }
    std::thread::sleep(Duration::from_millis(200));
    let found = page("/search?q=%22mountain+roads%22&kind=text");
    assert!(found.contains("<mark>mountain</mark>") && found.contains("/texts/speech/"), "{found}");
    let found = server.get("/api/v1/search?q=multipolra").json();
    assert_eq!(found["texts"]["found"], 2, "{found}");
    assert_eq!(found["texts"]["instead"][0][1], "multipolar");
    for (q, id) in [
        ("Кыргыз", "/state/KGZ"),
        ("%E4%BF%84%E7%BD%97%E6%96%AF", "/state/RUS"),
        ("kyrgzstan", "/state/KGZ"),
        ("shangai", "/organisation/SCO"),
    ] {
        let found = server.get(&format!("/api/v1/suggest?q={q}")).json();
        assert_eq!(found["suggestions"][0]["href"], id, "{q}: {found}");
    }
}

/// What the list of one speech names is what the page of the two shows, though it is compared among more texts. The speech is one of the real
/// ones, whose only passage stands out among its own session and speaker and not beside all of the other speaker.
#[test]
fn a_pair_that_is_listed_is_shown() {
    let Some(home) = crate::real::home() else { return };
    let server = Server::over(Home::at(home.path().to_path_buf()));
    // a machine that does much else may need longer than the server lets a visitor wait; what was asked for is made all the same
    let get = |path: &str| {
        let mut answer = server.get(path);
        for _ in 0..6 {
            if answer.status == 200 {
                break;
            }
            assert!(answer.body.contains("longer than the server waits"), "{path}: {}", answer.body);
            std::thread::sleep(Duration::from_secs(10));
            answer = server.get(path);
        }
        answer
    };
    let list = get("/texts/compare?a=BLR-77").body;
    let pairs: Vec<&str> = list.split("href=\"").filter_map(|p| p.split('"').next()).filter(|h| h.contains("a=BLR-77&amp;b=")).collect();
    assert!(!pairs.is_empty(), "{list}");
    for href in pairs.iter().take(2) {
        let page = get(&href.replace("&amp;", "&")).body;
        assert!(
            page.contains("How to cite") && page.contains("<mark>") && page.contains("of the General Debate Corpus, SHA-256"),
            "{href}: {page}"
        );
    }
}
