//! Characters of a PDF put together into words, lines and one text, by where they stand.

/// Where a character stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
    /// Direction of the line of writing, of the length of one em.
    pub(super) direction: (f64, f64),
    pub(super) height: f64,
    pub(super) width: f64,
}

/// Characters put together into lines, in the order drawn.
#[derive(Default)]
pub(super) struct Lines {
    done: Vec<String>,
    line: Vec<(String, f64)>,
    last: Option<Spot>,
    pub(super) drawn: usize,
    pub(super) unknown: usize,
}

impl Lines {
    pub(super) fn glyph(&mut self, text: &str, at: Spot) {
        self.drawn += 1;
        if text.is_empty() {
            self.unknown += 1;
        }
        let em = at.direction.0.hypot(at.direction.1).max(at.height).max(1e-6);
        let (ux, uy) = (at.direction.0 / em, at.direction.1 / em);
        if let Some(last) = self.last {
            let (dx, dy) = (at.x - last.x, at.y - last.y);
            let along = dx * ux + dy * uy;
            let across = (dx * -uy + dy * ux).abs();
            let size = em.max(last.height);
            if across > 0.5 * size {
                // a wide step down is a paragraph
                self.end_line();
                if across > 2.2 * size {
                    self.done.push(String::new());
                }
            } else if along < -3.0 * size && !self.right_to_left() && across > 0.05 * size {
                self.end_line();
            } else {
                let gap = if along >= 0.0 { along - last.width } else { -along - at.width };
                if gap > 0.2 * size && !self.line.last().is_some_and(|(t, _)| t.ends_with(' ')) {
                    self.line.push((" ".to_owned(), at.x));
                }
            }
        }
        self.line.push((text.to_owned(), at.x));
        self.last = Some(at);
    }

    fn right_to_left(&self) -> bool {
        self.line.iter().rev().take(12).any(|(t, _)| t.chars().any(is_rtl))
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let rtl = line.iter().filter(|(t, _)| t.chars().any(is_rtl)).count();
        let words = line.iter().filter(|(t, _)| t.chars().any(char::is_alphanumeric)).count();
        let rising = line.windows(2).filter(|w| w[1].1 > w[0].1).count();
        let text =
            if rtl * 2 > words && rising * 2 > line.len() { visual_to_logical(&line) } else { line.into_iter().map(|(t, _)| t).collect() };
        self.done.push(text);
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        self.end_line();
        self.done
    }
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// A line of Arabic or Hebrew drawn from left to right, turned into the order of reading; numbers and Latin words keep theirs.
fn visual_to_logical(line: &[(String, f64)]) -> String {
    let mut pieces: Vec<&str> = line.iter().map(|(t, _)| t.as_str()).collect();
    pieces.reverse();
    let keeps = |t: &str| t.chars().any(|c| c.is_ascii_alphanumeric() || ('\u{660}'..='\u{669}').contains(&c));
    let mut i = 0;
    while i < pieces.len() {
        if keeps(pieces[i]) {
            let mut end = i + 1;
            while end < pieces.len()
                && (keeps(pieces[end])
                    || (matches!(pieces[end], "." | "," | "/" | "-" | ":") && pieces.get(end + 1).is_some_and(|p| keeps(p))))
            {
                end += 1;
            }
            pieces[i..end].reverse();
            i = end;
        } else {
            i += 1;
        }
    }
    pieces.concat()
}

/// Lines that return at the head or foot of most pages, and page numbers, are no text.
pub(super) fn drop_running_heads(pages: &mut [Vec<String>]) {
    let shape = |l: &str| l.chars().filter(|c| !c.is_whitespace()).map(|c| if c.is_numeric() { '0' } else { c }).collect::<String>();
    for foot in [false, true] {
        let pick =
            |p: &[String]| if foot { p.iter().rposition(|l| !l.trim().is_empty()) } else { p.iter().position(|l| !l.trim().is_empty()) };
        let shapes: Vec<Option<(usize, String)>> = pages.iter().map(|p| pick(p).map(|i| (i, shape(&p[i])))).collect();
        let mut counts = std::collections::BTreeMap::<&str, usize>::new();
        for (_, s) in shapes.iter().flatten() {
            *counts.entry(s).or_default() += 1;
        }
        let many = pages.len();
        let drops: Vec<Option<usize>> = shapes
            .iter()
            .map(|s| {
                s.as_ref().filter(|(_, s)| {
                    let number = !s.is_empty() && s.chars().all(|c| matches!(c, '0' | '-' | '–' | '—' | '/'));
                    (number && many > 1) || (many >= 4 && counts[s.as_str()] * 2 > many)
                })
            })
            .map(|s| s.map(|(i, _)| *i))
            .collect();
        for (page, drop) in pages.iter_mut().zip(drops) {
            if let Some(i) = drop {
                page.remove(i);
            }
        }
    }
}

/// Lines as one text. A word broken at the end of a line is joined.
pub(super) fn join(lines: impl Iterator<Item = String>) -> String {
    let mut out = String::new();
    for line in lines {
        let line = line.trim();
        let broken = out.ends_with(['-', '\u{ad}', '\u{2010}'])
            && out.chars().rev().nth(1).is_some_and(char::is_lowercase)
            && line.chars().next().is_some_and(char::is_lowercase);
        if broken {
            out.pop();
        } else if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}
