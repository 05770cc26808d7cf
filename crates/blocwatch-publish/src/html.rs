//! A brief as one HTML page that needs nothing else: no script, no font, no image from outside, and a content policy inside the page
//! that refuses them even if something slipped in.
//!
//! The look lives in `templates/brief.css`, which other pages may reuse ([`STYLE`]); the order of things in `templates/brief.html`.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::doc::Brief;
use crate::error::Result;
use crate::view::{Target, View};

/// The style sheet, for pages that share the look.
pub const STYLE: &str = include_str!("../templates/brief.css");
/// How a brief and its parts are written.
const TEMPLATE: &str = concat!(include_str!("../templates/macros.html"), include_str!("../templates/brief.html"));
/// One chart of a brief, alone.
const FIGURE: &str = concat!(include_str!("../templates/macros.html"), "{{ figure(sections[0].blocks[0].chart) }}");

/// What surrounds a brief that is a page among others.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Address of the style sheet, which holds [`STYLE`]: such a page carries none of its own, and its server says what it may ask for.
    pub style_href: &'a str,
    /// What stands above the brief, as HTML that is ready to print: the menu of the site.
    pub head: &'a str,
    /// What stands at the end of the page, as HTML that is ready to print: data and scripts that make its charts livelier; may be empty.
    pub tail: &'a str,
    /// Where the numbers of a chart are, without the `/` and the id of the chart (`chart-1`) that follow; empty for nowhere.
    pub data_href: &'a str,
}

/// A chart as a figure for another page: the drawing for wide and narrow screens, its numbers as a table and at `data_href`, its source.
/// Its id is `chart-1`.
///
/// # Errors
/// As [`render`].
pub fn figure(chart: &crate::chart::Chart, data_href: &str) -> Result<String> {
    let mut brief = Brief::new(crate::doc::BriefKind::State, "");
    brief.sections.push(crate::doc::Section::new("chart", "").block(crate::doc::Block::Chart(chart.clone())));
    let view = View::new(&brief, Target::Page)?;
    write(FIGURE, &context! { data_href => data_href, many => false, cite_href => "/about#cite", ..Value::from(Serde(&view)) })
}

/// Renders a brief as a page that needs nothing else. The same brief gives the same bytes; the page ends with one newline.
///
/// # Errors
/// A chart that cannot be drawn, or a template that does not fit (a bug).
pub fn render(brief: &Brief) -> Result<String> {
    page(brief, None)
}

/// Renders a brief as a page among others.
///
/// # Errors
/// As [`render`].
pub fn render_in(brief: &Brief, frame: &Frame<'_>) -> Result<String> {
    page(brief, Some(frame))
}

fn page(brief: &Brief, frame: Option<&Frame<'_>>) -> Result<String> {
    let view = View::new(brief, Target::Page)?;
    let values = context! {
        css => STYLE, style_href => frame.map(|f| f.style_href), head => frame.map(|f| f.head), tail => frame.map_or("", |f| f.tail),
        data_href => frame.map_or("", |f| f.data_href), many => true, cite_href => "#cite", ..Value::from(Serde(&view))
    };
    let mut page = write(TEMPLATE, &values)?;
    page.truncate(page.trim_end().len());
    page.push('\n');
    Ok(page)
}

fn write(template: &str, values: &Value) -> Result<String> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    env.add_template("brief.html", template)?;
    Ok(env.get_template("brief.html")?.render(values)?)
}
