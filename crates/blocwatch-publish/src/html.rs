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
const TEMPLATE: &str = include_str!("../templates/brief.html");

/// What surrounds a brief that is a page among others.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Address of the style sheet, which holds [`STYLE`]: such a page carries none of its own, and its server says what it may ask for.
    pub style_href: &'a str,
    /// What stands above the brief, as HTML that is ready to print: the menu of the site.
    pub head: &'a str,
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
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    env.add_template("brief.html", TEMPLATE)?;
    let mut page = env.get_template("brief.html")?.render(context! {
        css => STYLE, style_href => frame.map(|f| f.style_href), head => frame.map(|f| f.head), ..Value::from(Serde(&view))
    })?;
    page.truncate(page.trim_end().len());
    page.push('\n');
    Ok(page)
}
