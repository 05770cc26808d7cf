//! Addresses of pages, in one place.

/// Percent-encodes a part of an address: everything but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Text as it stands in HTML, in an element or in an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Rewrites the addresses within the site (beginning with `/`) of links, forms and what a page loads. `None` leaves an address as it is.
/// Text cannot be taken for an address: in text, quotes are escaped.
pub(crate) fn rewrite(html: &str, mut change: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 16);
    let mut rest = html;
    while let Some(at) = ADDRESSES.iter().filter_map(|a| rest.find(a).map(|i| i + a.len())).min() {
        // the slash itself belongs to the address
        let begin = at - 1;
        let Some(end) = rest[begin..].find('"').map(|e| begin + e) else { break };
        out.push_str(&rest[..begin]);
        match change(&rest[begin..end]) {
            Some(new) => out.push_str(&new),
            None => out.push_str(&rest[begin..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Where addresses stand.
const ADDRESSES: [&str; 3] = [" href=\"/", " action=\"/", " src=\"/"];

/// The page of a state.
pub(crate) fn state(id: &str) -> String {
    format!("/state/{}", encode(id))
}

/// The page of an organisation.
pub(crate) fn organisation(id: &str) -> String {
    format!("/organisation/{}", encode(id))
}

/// The page of a pair of states, the ids in alphabetical order, so that each pair has one address.
pub(crate) fn pair(a: &str, b: &str) -> String {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    format!("/pair/{}/{}", encode(a), encode(b))
}

/// The page of a region.
pub(crate) fn region(name: &str) -> String {
    format!("/region/{}", encode(name))
}

/// The page of a case.
pub(crate) fn case(id: &str) -> String {
    format!("/case/{}", encode(id))
}

/// The page of an interruption.
pub(crate) fn interruption(id: &str) -> String {
    format!("/interruption/{}", encode(id))
}

/// The page of a table.
pub(crate) fn table(name: &str) -> String {
    format!("/table/{}", encode(name))
}

/// The page of a frame of counter-norms.
pub(crate) fn frame(id: &str) -> String {
    format!("/texts/frame/{}", encode(id))
}

/// The page of a text: a speech, or what shares passages with a treaty.
pub(crate) fn text(kind: &str, id: &str) -> String {
    match kind {
        "speech" => format!("/texts/speech/{}", encode(id)),
        _ => format!("/texts/compare?a=treaty%3A{}", encode(id)),
    }
}

/// The page of a subject of a finding: kind and id as in the table `finding`.
pub(crate) fn subject(kind: &str, id: &str) -> String {
    match kind {
        "state" => state(id),
        "organisation" => organisation(id),
        "pair" => match id.split_once('-') {
            Some((a, b)) => pair(a, b),
            None => format!("/search?q={}", encode(id)),
        },
        _ => format!("/search?q={}", encode(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_nothing_that_breaks_them() {
        assert_eq!(state("KGZ"), "/state/KGZ");
        assert_eq!(organisation("A/B \"<é"), "/organisation/A%2FB%20%22%3C%C3%A9");
        assert_eq!(pair("RUS", "BLR"), pair("BLR", "RUS"));
        assert_eq!(subject("pair", "BLR-RUS"), "/pair/BLR/RUS");
        assert_eq!(region("South-East Asia"), "/region/South-East%20Asia");
    }

    #[test]
    fn only_addresses_within_the_site_are_rewritten() {
        let html =
            "<a href=\"/a?x=1&amp;y=2\">/a</a> <a href=\"https://x/\">x</a> <form action=\"/s\"> href=&quot;/no&quot; <a href=\"#t\">";
        let mut seen = Vec::new();
        let out = rewrite(html, |address| {
            seen.push(address.to_owned());
            (address == "/s").then(|| "/fr/s".to_owned())
        });
        assert_eq!(seen, ["/a?x=1&amp;y=2", "/s"]);
        assert_eq!(out, html.replace("action=\"/s\"", "action=\"/fr/s\""));
    }
}
