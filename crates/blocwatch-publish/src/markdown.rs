//! A brief as Markdown: CommonMark with pipe tables and footnotes, for reading as it is, for git and for e-mail.
//!
//! Everything that comes from data is escaped, so that no name of a source becomes markup, a link or a broken table.

use std::fmt::Write as _;

use crate::doc::Brief;
use crate::error::Result;
use crate::view::blocks::{BlockView, CalloutView, CardView, ChartView, TableView};
use crate::view::{Line, Piece, Target, View};

/// Renders a brief. The same brief gives the same bytes; the text ends with one newline.
///
/// # Errors
/// None today; the result leaves room for plots that need drawing.
pub fn render(brief: &Brief) -> Result<String> {
    let view = View::new(brief, Target::Plain, None)?;
    let words = view.words;
    let mut out = Page(String::new());
    out.block(&format!("# {}", escape(&view.title)));
    let mut head = vec![format!("*{}*", escape(view.kind))];
    if !view.subtitle.is_empty() {
        head.push(format!("**{}**", escape(&view.subtitle)));
    }
    out.block(&head.join(" · "));
    if !view.as_of.is_empty() {
        out.block(&escape(&view.as_of.join(" · ")));
    }
    if !view.lead.is_empty() {
        out.heading(2, words.in_brief);
        out.list(&view.lead);
    }
    for section in &view.sections {
        out.heading(2, &section.title);
        out.line(&section.intro);
        for block in &section.blocks {
            match block {
                BlockView::Para { text } => out.line(text),
                BlockView::List { items } => out.list(items),
                BlockView::Table { table } => out.table(table),
                BlockView::Chart { chart } => out.chart(chart, words.source),
                BlockView::Callout { callout } => out.callout(callout),
                BlockView::Cards { cards } => cards.iter().for_each(|c| out.card(c, words.grade)),
            }
        }
    }
    let ends = &view.ends;
    out.heading(2, words.unknown);
    out.list(&ends.unknowns);
    if ends.unknowns.is_empty() && ends.gaps.is_empty() && ends.absences.is_empty() {
        out.block(words.unknown_empty);
    }
    if !ends.gaps.is_empty() {
        let titles: Vec<String> = ends.gaps.iter().map(|g| escape(&g.title)).collect();
        out.block(&format!("{} {}.", words.unknown_also, titles.join(", ")));
    }
    if !ends.absences.is_empty() {
        out.block(&format!("{} {}.", words.unknown_cells, ends.absences));
    }
    if ends.has_method() {
        out.heading(2, words.method);
        ends.method.iter().for_each(|l| out.line(l));
    }
    if !ends.grades.is_empty() {
        out.heading(3, words.grades_read);
        out.block(words.grades_intro);
        let grades: Vec<String> = ends.grades.iter().map(|g| format!("- **{}** {}", escape(&g.id), escape(&g.name))).collect();
        out.block(&grades.join("\n"));
    }
    out.heading(2, words.cite);
    out.block(words.cite_intro);
    out.block(&format!("> {}", escape(&ends.cite)));
    if !ends.sources.is_empty() {
        out.heading(3, words.cite_data);
        let sources: Vec<String> = ends.sources.iter().map(|s| format!("- {}", escape(s))).collect();
        out.block(&sources.join("\n"));
    }
    if !view.notes.is_empty() {
        out.heading(2, words.notes);
        for note in &view.notes {
            out.block(&format!("[^{}]: {}", note.n, line(&note.line).trim()));
        }
    }
    let text = out.0.trim_end().to_owned();
    Ok(text + "\n")
}

/// Blocks with one empty line between them.
struct Page(String);

impl Page {
    fn block(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.0.push_str(text);
            self.0.push_str("\n\n");
        }
    }

    fn heading(&mut self, level: usize, title: &str) {
        self.block(&format!("{} {}", "#".repeat(level), escape(title)));
    }

    fn line(&mut self, pieces: &[Piece]) {
        self.block(&paragraph(pieces));
    }

    fn list(&mut self, items: &[Line]) {
        let items: Vec<String> = items.iter().map(|i| format!("- {}", paragraph(i))).collect();
        self.block(&items.join("\n"));
    }

    fn table(&mut self, table: &TableView) {
        if !table.caption.is_empty() {
            self.block(&format!("**{}**{}", bare(&table.caption), marks(&table.caption)));
        }
        if table.columns.is_empty() {
            return;
        }
        let mut text = String::from("|");
        for column in &table.columns {
            let unit = if column.unit.is_empty() { String::new() } else { format!(" ({})", cell(&escape(&column.unit))) };
            let _ = write!(text, " {}{unit}{} |", cell(&escape(&column.name)), line(&column.marks));
        }
        text.push_str("\n|");
        for column in &table.columns {
            text.push_str(match column.align {
                "end" => " ---: |",
                "centre" => " :---: |",
                _ => " --- |",
            });
        }
        for row in &table.rows {
            text.push_str("\n|");
            for c in &row.cells {
                let _ = write!(text, " {} |", cell(line(&c.line).trim()));
            }
        }
        self.block(&text);
        self.line(&table.note);
    }

    fn chart(&mut self, chart: &ChartView, source: &str) {
        self.block(&format!("**{}**", escape(&chart.title)));
        self.block(&escape_start(&escape(&chart.alt)));
        if chart.nothing.is_empty() {
            self.table(&chart.table);
        } else {
            self.block(&format!("*{}*", chart.nothing));
        }
        if !chart.source.is_empty() {
            self.block(&format!("{source}: {}", line(&chart.source).trim()));
        }
    }

    fn callout(&mut self, callout: &CalloutView) {
        self.block(&format!("> **{}.** {}", callout.label, line(&callout.text).trim()));
    }

    fn card(&mut self, card: &CardView, grade: &str) {
        self.heading(3, &card.title);
        let mut meta = Vec::new();
        if !card.standing.is_empty() {
            meta.push(format!("**{}**", escape(&card.standing)));
        }
        if !card.grade.is_empty() {
            meta.push(format!("{grade} {}", escape(&card.grade)));
        }
        if !card.meta.is_empty() {
            meta.push(line(&card.meta));
        }
        self.block(&meta.join(" · "));
        card.body.iter().for_each(|l| self.line(l));
        for fact in &card.facts {
            self.block(&format!("**{}**", escape(&fact.label)));
            self.list(&fact.items);
        }
        card.remarks.iter().for_each(|r| self.callout(r));
        if !card.tags.is_empty() {
            let tags: Vec<String> = card.tags.iter().map(|t| escape(t)).collect();
            self.block(&format!("*{}*", tags.join(" · ")));
        }
    }
}

/// A line that stands at the beginning of a block.
fn paragraph(pieces: &[Piece]) -> String {
    escape_start(line(pieces).trim())
}

/// A line in the middle of something.
fn line(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain { text } => out.push_str(&escape(text)),
            Piece::Number { text } | Piece::Interval { text } => out.push_str(&text.replace('\u{2212}', "-")),
            Piece::Strong { text } => wrapped(&mut out, "**", text),
            Piece::Em { text } | Piece::Absent { text } => wrapped(&mut out, "*", text),
            Piece::Code { text } => out.push_str(&code(text)),
            Piece::Link { text } => {
                let _ = write!(out, "<{text}>");
            }
            Piece::ToNote { text, n } => {
                let _ = write!(out, "{text} {n}");
            }
            Piece::Marks { .. } => out.push_str(&marks(std::slice::from_ref(piece))),
        }
    }
    out
}

/// The marks of a line alone.
fn marks(pieces: &[Piece]) -> String {
    let all = pieces.iter().filter_map(|p| if let Piece::Marks { marks } = p { Some(marks) } else { None }).flatten();
    all.map(|m| format!("[^{}]", m.n)).collect()
}

/// A line without marks and without markup of its own.
fn bare(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain { text } | Piece::Strong { text } | Piece::Em { text } | Piece::Code { text } => out.push_str(&escape(text)),
            Piece::Number { text } | Piece::Interval { text } | Piece::Absent { text } => out.push_str(&text.replace('\u{2212}', "-")),
            Piece::Link { .. } | Piece::ToNote { .. } | Piece::Marks { .. } => {}
        }
    }
    out.trim().to_owned()
}

/// Emphasis must touch its words: spaces go outside.
fn wrapped(out: &mut String, sign: &str, text: &str) {
    let inner = text.trim();
    if inner.is_empty() {
        out.push_str(text);
        return;
    }
    if text.starts_with(' ') {
        out.push(' ');
    }
    let _ = write!(out, "{sign}{}{sign}", escape(inner));
    if text.ends_with(' ') {
        out.push(' ');
    }
}

/// A code span, fenced by more backticks than it holds.
fn code(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A cell must not end early. A backslash before the bar is understood inside code, too.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Text as text. An underscore inside a word is left alone (it means nothing there), so that variable names stay readable.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().collect();
    for (i, c) in chars.iter().enumerate() {
        let inside_word = || i > 0 && chars[i - 1].is_alphanumeric() && chars.get(i + 1).is_some_and(|n| n.is_alphanumeric());
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' => true,
            '_' => !inside_word(),
            '~' => chars.get(i + 1) == Some(&'~') || (i > 0 && chars[i - 1] == '~'),
            '&' => chars.get(i + 1).is_some_and(|n| n.is_ascii_alphanumeric() || *n == '#'),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(*c);
    }
    out
}

/// What would begin a heading, a list, a table or a rule at the beginning of a line begins with a backslash instead.
fn escape_start(text: &str) -> String {
    let first = text.chars().next().unwrap_or(' ');
    if matches!(first, '#' | '+' | '-' | '=' | '|' | '~') {
        return format!("\\{text}");
    }
    // a mark followed by a colon would be read as the note itself
    if let Some((mark, rest)) = text.split_once("]:").filter(|(mark, _)| mark.starts_with("[^") && !mark.contains(' ')) {
        return format!("{mark}]\\:{rest}");
    }
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if digits > 0 && matches!(text.as_bytes().get(digits), Some(b'.' | b')')) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    text.to_owned()
}
