//! Findings of change as an Atom feed (RFC 4287), for readers that look in on their own.

use super::super::pages::latest_changes;
use crate::error::Result;
use crate::server::{Answer, Ask};
use crate::site::Site;

/// Entries of the feed.
const MOST: i64 = 100;

/// Text within XML: the five characters, and nothing that XML 1.0 forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// The feed. Its date is the day on which the newest file was taken from its publisher: nothing here reads the clock.
pub(crate) fn atom(site: &Site, _: &Ask) -> Result<Answer> {
    let m = &site.observatory.manifest;
    let day = m.snapshots.iter().map(|s| s.accessed.as_str()).max().filter(|d| d.len() == 10).unwrap_or("1970-01-01");
    let updated = format!("{day}T00:00:00Z");
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    out.push_str(&format!(
        "<title>Blocwatch: what changed</title>\n<id>urn:blocwatch:{}</id>\n<updated>{updated}</updated>\n<author><name>Blocwatch</name></author>\n<link rel=\"self\" href=\"/feed.xml\"/>\n",
        escape(&m.key)
    ));
    for change in latest_changes(site, MOST)? {
        out.push_str(&format!(
            "<entry><id>urn:blocwatch:finding:{id}</id><title>{label}</title><updated>{updated}</updated><link href=\"{href}\"/><summary>{statement}</summary></entry>\n",
            id = escape(&change.id),
            label = escape(&format!("{} ({})", change.label, change.period)),
            href = escape(&change.href),
            statement = escape(&change.statement),
        ));
    }
    out.push_str("</feed>\n");
    Ok(Answer { kind: "application/atom+xml; charset=utf-8", bytes: out.into_bytes(), headers: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(escape("<a href='x'>&\u{0}\u{8}\n</a>"), "&lt;a href=&#39;x&#39;&gt;&amp; &lt;/a&gt;");
    }
}
