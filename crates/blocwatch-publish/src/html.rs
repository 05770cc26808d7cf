//! A brief as one HTML page that needs nothing else: no script, no font, no image from outside, and a content policy inside the page
//! that refuses them even if something slipped in.
//!
//! The look lives in `templates/brief.css`, which other pages may reuse ([`STYLE`]); the order of things in `templates/brief.html`.

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::doc::Brief;
use crate::error::Result;
use crate::view::{Links, Target, View};

/// The style sheet, for pages that share the look.
pub const STYLE: &str = include_str!("../templates/brief.css");
/// How a brief and its parts are written.
const TEMPLATE: &str = concat!(include_str!("../templates/macros.html"), include_str!("../templates/brief.html"));
/// One chart of a brief, alone.
const FIGURE: &str = concat!(include_str!("../templates/macros.html"), "{{ figure(sections[0].blocks[at].chart) }}");

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
    /// Addresses of other pages of the site by the name of a state or organisation (`Belarus`) or the id of a record: a cell, party or
    /// title that is one of these becomes a link, so that a reader goes on from any table. Running text is left as it is.
    pub links: &'a BTreeMap<String, String>,
    /// Address of this page, to which none of these links leads.
    pub here: &'a str,
}

/// A chart as a figure for another page: the drawing for wide and narrow screens, its numbers as a table and at `data_href`, its source.
/// Its id is `chart-1`.
///
/// # Errors
/// As [`render`].
pub fn figure(chart: &crate::chart::Chart, data_href: &str) -> Result<String> {
    Ok(figures(&[(chart, data_href)])?.concat())
}

/// Charts as figures for one page, each with the address of its numbers. Their ids are `chart-1`, `chart-2` and so on.
///
/// # Errors
/// As [`render`].
pub fn figures(charts: &[(&crate::chart::Chart, &str)]) -> Result<Vec<String>> {
    let mut brief = Brief::new(crate::doc::BriefKind::State, "");
    let mut section = crate::doc::Section::new("chart", "");
    section.blocks = charts.iter().map(|(chart, _)| crate::doc::Block::Chart((*chart).clone())).collect();
    brief.sections.push(section);
    let view = View::new(&brief, Target::Page, None)?;
    let one = |(at, (_, data_href)): (usize, &(&crate::chart::Chart, &str))| {
        write(
            FIGURE,
            &context! { at => at, data_href => *data_href, many => false, sortable => false, cite_href => "/about#cite", ..Value::from(Serde(&view)) },
        )
    };
    charts.iter().enumerate().map(one).collect()
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
    let view = View::new(brief, Target::Page, frame.map(|f| Links { pages: f.links, here: f.here }))?;
    let values = context! {
        css => STYLE, style_href => frame.map(|f| f.style_href), head => frame.map(|f| f.head), tail => frame.map_or("", |f| f.tail),
        data_href => frame.map_or("", |f| f.data_href), many => true, sortable => frame.is_some_and(|f| !f.tail.is_empty()), cite_href => "#cite", ..Value::from(Serde(&view))
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
