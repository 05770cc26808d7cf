//! Plain text and Markdown; and what every reader does to characters at the end.

/// One document's characters made fit: line ends as `\n`, no characters that steer devices or the direction of writing, at most one empty
/// line in a row, no space at the ends of lines.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // ends of lines owed: written before the next visible character
    let mut owed = 0_usize;
    let mut space = false;
    while let Some(c) = chars.next() {
        let c = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => '\n',
            c => c,
        };
        match c {
            '\n' => {
                owed += 1;
                space = false;
            }
            ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => space = true,
            // soft hyphen, zero-width marks, embeddings and isolates
            '\u{ad}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => {}
            c if c.is_control() || ('\u{e0000}'..='\u{e007f}').contains(&c) => {}
            c => {
                if owed > 0 && !out.is_empty() {
                    out.push_str(if owed > 1 { "\n\n" } else { "\n" });
                } else if space && !out.is_empty() {
                    out.push(' ');
                }
                owed = 0;
                space = false;
                out.push(c);
            }
        }
    }
    out.shrink_to_fit();
    out
}

/// Markdown as text: marks of headings, lists, quotes, emphasis and links dropped, what they mark kept. Front matter gives metadata.
pub(crate) fn markdown(text: &str) -> (String, Vec<(String, String)>) {
    let (front, body) = front_matter(text);
    let mut out = String::with_capacity(body.len());
    let mut fenced = false;
    for line in body.lines() {
        let bare = line.trim_start();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        if !bare.is_empty() && bare.len() >= 3 && bare.chars().all(|c| matches!(c, '-' | '=' | '*' | '_' | '|' | ':' | ' ')) {
            out.push('\n');
            continue;
        }
        let mut rest = bare;
        let mut heading = false;
        loop {
            let cut = rest.trim_start_matches('>').trim_start();
            let hashes = cut.len() - cut.trim_start_matches('#').len();
            let next = if (1..=6).contains(&hashes) && cut[hashes..].starts_with(' ') {
                heading = true;
                cut[hashes..].trim().trim_end_matches('#')
            } else if let Some(r) = cut.strip_prefix("- ").or_else(|| cut.strip_prefix("* ")).or_else(|| cut.strip_prefix("+ ")) {
                r
            } else {
                cut
            };
            if next.len() == rest.len() {
                break;
            }
            rest = next;
        }
        if heading {
            out.push('\n');
        }
        inline(rest, &mut out);
        out.push('\n');
        if heading {
            out.push('\n');
        }
    }
    (out, front)
}

/// `key: value` lines between two `---` at the very beginning.
fn front_matter(text: &str) -> (Vec<(String, String)>, &str) {
    let text = text.trim_start_matches('\u{feff}');
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return (Vec::new(), text) };
    let mut at = 0;
    let mut found = Vec::new();
    for line in rest.split_inclusive('\n') {
        at += line.len();
        let line = line.trim_end();
        if line == "---" || line == "..." {
            return (found, &rest[at..]);
        }
        if let Some((key, value)) = line.split_once(':').filter(|(k, _)| !k.starts_with(' ')) {
            found.push((key.trim().to_lowercase(), value.trim().trim_matches(['"', '\'']).to_owned()));
        }
    }
    // never closed: it was no front matter
    (Vec::new(), text)
}

/// Emphasis, code, links and escapes of one line.
fn inline(line: &str, out: &mut String) {
    let chars: Vec<char> = line.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        match chars[i] {
            '\\' if chars.get(i + 1).is_some_and(char::is_ascii_punctuation) => {
                out.push(chars[i + 1]);
                i += 1;
            }
            '*' | '`' => {}
            '_' if i == 0 || i + 1 == chars.len() || !(chars[i - 1].is_alphanumeric() && chars[i + 1].is_alphanumeric()) => {}
            '!' if chars.get(i + 1) == Some(&'[') => {}
            '|' => out.push(' '),
            '[' => {}
            ']' if chars.get(i + 1) == Some(&'(') => match chars[i..].iter().position(|c| *c == ')') {
                Some(end) => i += end,
                None => out.push(']'),
            },
            ']' => {}
            c => out.push(c),
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_and_spaces_are_made_regular() {
        assert_eq!(tidy("\u{feff}a \r\n\r\n\r\n b\u{a0}\tc\u{202e}d\0\r\n"), "a\n\nb cd");
        assert_eq!(tidy(" \n\t"), "");
    }

    #[test]
    fn markdown_keeps_words_and_drops_marks() {
        let (text, front) = markdown(
            "---\ntitle: \"A law\"\ndate: 2014-01-02\n---\n# Article 1\n> - The **agent** [registers](http://x.example/a).\n\n| a | b |\n|---|---|\nsnake_case _em_ \\* end\n",
        );
        assert_eq!(tidy(&text), "Article 1\n\nThe agent registers.\n\na b\n\nsnake_case em * end");
        assert_eq!(front, [("title".to_owned(), "A law".to_owned()), ("date".to_owned(), "2014-01-02".to_owned())]);
    }

    proptest! {
        #[test]
        fn tidy_twice_is_tidy_once(text in "\\PC*|[ \\n\\r\\t\\u{a0}a-c]*") {
            let once = tidy(&text);
            prop_assert_eq!(tidy(&once), once);
        }

        #[test]
        fn any_markdown_is_read(text in "[\\-#>*_`\\[\\]()!|\\\\ \\na-c:]{0,200}") {
            let (plain, _) = markdown(&text);
            prop_assert!(plain.len() <= 3 * text.len() + 3);
        }
    }
}
