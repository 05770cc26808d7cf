//! Texts side by side, as one HTML page that needs nothing else: passages that two texts share, word by word, with where both come from,
//! how sure the match is and how to cite it. Made to be read in a hearing: printed, on a telephone, in any direction of writing.
//!
//! What is compared and found is made elsewhere; this module words it and lays it out. The look is that of the briefs
//! ([`crate::html::STYLE`]) and `templates/texts.css`.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::error::Result;
use crate::html::{Frame, STYLE};
use crate::text::clean;
use crate::words::ENGLISH;

mod found;
mod view;

pub use found::{Text, pair};

const TEMPLATE: &str = include_str!("../templates/texts.html");
/// What texts side by side need beyond [`crate::html::STYLE`], for pages of a site that show them.
pub const TEXTS_STYLE: &str = include_str!("../templates/texts.css");

/// Pairs of texts that share passages.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// The pairs shown, strongest first.
    pub pairs: Vec<Pair>,
    /// Pairs found in all.
    pub found: usize,
    /// Texts compared.
    pub documents: usize,
    /// Inputs that could not be read: name and reason.
    pub unread: Vec<(String, String)>,
    /// Program and version.
    pub program: String,
    /// How the comparison was set, one line.
    pub settings: String,
}

/// Where a text comes from and what is known of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// Input path.
    pub id: String,
    /// Title.
    pub title: Option<String>,
    /// Who enacts or speaks.
    pub author: Option<String>,
    /// Date as precisely as known.
    pub date: Option<String>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// Whether the language was detected.
    pub language_detected: bool,
    /// Address where it was published.
    pub address: Option<String>,
    /// SHA-256 of the file.
    pub sha256: String,
    /// How it was read.
    pub format: String,
    /// Encoding where assumed.
    pub encoding_assumed: String,
    /// Words.
    pub words: usize,
    /// Share of its words in shared passages, 0-1.
    pub coverage: f64,
}

/// What a pair rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Evidence {
    /// The same words in the same language.
    #[default]
    Words,
    /// Numbers, names and legal terms that answer each other across languages: weaker.
    Anchors,
    /// The same words after one text was translated by a program: weaker.
    Translation,
    /// Nearness of sentences in a space of meaning: weaker.
    Embeddings,
}

/// Which text is the earlier one, by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// The first.
    A,
    /// The second.
    B,
}

/// Two texts and what they share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pair {
    /// First text.
    pub a: Side,
    /// Second text.
    pub b: Side,
    /// Evidence in bits.
    pub score: f64,
    /// Chance of such a score among unrelated texts.
    pub p: Option<f64>,
    /// False-discovery rate.
    pub q: Option<f64>,
    /// What it rests on.
    pub evidence: Evidence,
    /// Earlier text, if dates tell.
    pub earlier: Option<Earlier>,
    /// Passages in the order of the first text.
    pub passages: Vec<Passage>,
}

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Words no third text explains.
    #[default]
    Copy,
    /// Both from an earlier text at hand.
    CommonAncestor,
    /// Quoted or cited.
    Quotation,
    /// A formula many use.
    Boilerplate,
}

/// A passage of both texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Passage {
    /// In the first text.
    pub a: Place,
    /// In the second text.
    pub b: Place,
    /// Words that are the same at the same place.
    pub same: usize,
    /// Words of the longer side.
    pub words: usize,
    /// What it is.
    pub kind: Kind,
    /// Texts at hand that carry it, these two included.
    pub carried_by: usize,
}

/// A passage in one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    /// Article it stands in, or the first and the last, as labelled in the text; may be empty.
    pub article: String,
    /// Where it begins, as a share of the text, 0-1.
    pub from: f64,
    /// Where it ends, as a share of the text, 0-1.
    pub to: f64,
    /// A few words before it.
    pub before: String,
    /// Its words.
    pub runs: Vec<Run>,
    /// A few words after it.
    pub after: String,
}

/// A stretch of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The words.
    pub text: String,
    /// Whether the other side differs here.
    pub differs: bool,
}

/// Renders a page. The same comparison gives the same bytes; the page ends with one newline.
///
/// # Errors
/// A template that does not fit (a bug).
pub fn render(comparison: &Comparison) -> Result<String> {
    page(comparison, None)
}

/// Renders texts side by side as a page among others. The style sheet of the frame holds [`TEXTS_STYLE`] too.
///
/// # Errors
/// As [`render`].
pub fn render_in(comparison: &Comparison, frame: &Frame<'_>) -> Result<String> {
    page(comparison, Some(frame))
}

fn page(comparison: &Comparison, frame: Option<&Frame<'_>>) -> Result<String> {
    let view = view::view(comparison);
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    env.add_template("texts.html", TEMPLATE)?;
    let css = format!("{STYLE}{TEXTS_STYLE}");
    let mut page = env.get_template("texts.html")?.render(context! {
        css => css, style_href => frame.map(|f| f.style_href), head => frame.map(|f| f.head), ..Value::from(Serde(&view))
    })?;
    page.truncate(page.trim_end().len());
    page.push('\n');
    Ok(page)
}

/// How the comparison reads in one line, for a citation or a log.
pub fn citation(pair: &Pair, program: &str) -> String {
    let side = |s: &Side| {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(s.author.as_deref().map(clean));
        parts.extend(s.date.clone());
        let about = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) };
        let address = s
            .address
            .as_deref()
            .filter(|a| a.starts_with("https://") || a.starts_with("http://"))
            .map(|a| format!(", {}", clean(a)))
            .unwrap_or_default();
        format!("{}{about} [{}, SHA-256 {}{address}]", name(s), clean(&s.id), s.sha256.get(..16).unwrap_or(&s.sha256))
    };
    let n = pair.passages.len();
    format!(
        "{} and {}: {n} shared {}, {} of the first text and {} of the second{}. {}; compared with {}.",
        side(&pair.a),
        side(&pair.b),
        if n == 1 { "passage" } else { "passages" },
        percent(pair.a.coverage),
        percent(pair.b.coverage),
        pair.p.map(|p| format!(", {}", p_value(p))).unwrap_or_default(),
        match pair.evidence {
            Evidence::Words => "Evidence: the same words",
            Evidence::Anchors => "Evidence: anchors across languages (weaker than the same words)",
            Evidence::Translation => "Evidence: words after machine translation (weaker than the same words)",
            Evidence::Embeddings => "Evidence: nearness of sentences by embeddings (weaker than the same words)",
        },
        clean(program)
    )
}

/// The title, or else the last part of the path.
pub fn name(side: &Side) -> String {
    let title = side.title.as_deref().map(clean).map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
    title.unwrap_or_else(|| clean(side.id.rsplit('/').next().unwrap_or(&side.id)))
}

fn percent(share: f64) -> String {
    match share {
        s if s > 0.0 && s < 0.01 => "under 1%".to_owned(),
        s if s > 0.99 && s < 1.0 => "over 99%".to_owned(),
        s => format!("{}%", ENGLISH.number(s * 100.0, 0)),
    }
}

fn p_value(p: f64) -> String {
    if p < 0.0001 { "p < 0.0001".to_owned() } else { format!("p = {}", ENGLISH.number(p, 4)) }
}
