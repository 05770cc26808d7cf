//! Blocks as they are printed: tables with shared notes at their heads, charts drawn or told, cards with their grades.

use serde::Serialize;

use super::{Builder, Line, Piece, Target, one_line};
use crate::chart::{Chart, MatrixHeat, Plot, Size};
use crate::doc::{Block, CalloutKind, Card};
use crate::error::Result;
use crate::table::{Align, Cell, Column, ColumnKind, Table};
use crate::text::Figure;
use crate::words::Words;

/// A block.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum BlockView {
    /// A paragraph.
    Para { text: Line },
    /// A list.
    List { items: Vec<Line> },
    /// A table.
    Table { table: TableView },
    /// A chart.
    Chart { chart: ChartView },
    /// A boxed remark.
    Callout { callout: CalloutView },
    /// Cards.
    Cards { cards: Vec<CardView> },
}

/// A boxed remark.
#[derive(Debug, Serialize)]
pub(crate) struct CalloutView {
    /// `gap`, `claim`, `harm` or `correction`.
    pub(crate) class: &'static str,
    /// The kind in words.
    pub(crate) label: &'static str,
    /// The remark.
    pub(crate) text: Line,
}

/// A table.
#[derive(Debug, Default, Serialize)]
pub(crate) struct TableView {
    /// Unique id of the caption.
    pub(crate) id: String,
    /// Caption; may be empty.
    pub(crate) caption: Line,
    /// Caption or chart title as words, for the label of the scrolling region.
    pub(crate) label: String,
    /// Heads.
    pub(crate) columns: Vec<HeadView>,
    /// Rows.
    pub(crate) rows: Vec<RowView>,
    /// Below the table; may be empty.
    pub(crate) note: Line,
}

/// The head of a column.
#[derive(Debug, Serialize)]
pub(crate) struct HeadView {
    /// Name.
    pub(crate) name: String,
    /// Unit; may be empty.
    pub(crate) unit: String,
    /// `start`, `end` or `centre`.
    pub(crate) align: &'static str,
    /// Marks that all its cells share; may be empty.
    pub(crate) marks: Line,
}

/// A row; `group` begins a group of rows.
#[derive(Debug, Serialize)]
pub(crate) struct RowView {
    /// Heading of the group that begins here; may be empty.
    pub(crate) group: String,
    /// Cells.
    pub(crate) cells: Vec<CellView>,
}

/// A cell.
#[derive(Debug, Serialize)]
pub(crate) struct CellView {
    /// `start`, `end` or `centre`.
    pub(crate) align: &'static str,
    /// Whether it holds a year, session or id.
    pub(crate) key: bool,
    /// `h0` to `h5` in a shaded matrix; else empty.
    pub(crate) shade: &'static str,
    /// Content.
    pub(crate) line: Line,
    /// Address of the page on what the cell names; empty where it names nothing that has one.
    pub(crate) href: String,
}

/// A chart.
#[derive(Debug, Serialize)]
pub(crate) struct ChartView {
    /// Unique id.
    pub(crate) id: String,
    /// Title.
    pub(crate) title: String,
    /// Description.
    pub(crate) alt: String,
    /// SVG for wide screens; empty for matrices, empty charts and plain text.
    pub(crate) wide: String,
    /// SVG for narrow screens.
    pub(crate) narrow: String,
    /// Whether the table is the chart (matrices).
    pub(crate) matrix: bool,
    /// The word for why there is nothing to draw; empty if there is something.
    pub(crate) nothing: &'static str,
    /// The figures: all of them on a page, in short in plain text.
    pub(crate) table: TableView,
    /// Source.
    pub(crate) source: Line,
}

/// A card.
#[derive(Debug, Serialize)]
pub(crate) struct CardView {
    /// Unique id.
    pub(crate) id: String,
    /// Title.
    pub(crate) title: String,
    /// Address of its own page; empty where it has none.
    pub(crate) href: String,
    /// When, who, in which role.
    pub(crate) meta: Line,
    /// How it stands; may be empty.
    pub(crate) standing: String,
    /// Whether that is less than reported.
    pub(crate) claim: bool,
    /// Grade; may be empty.
    pub(crate) grade: String,
    /// Paragraphs, the last with the marks of the card.
    pub(crate) body: Vec<Line>,
    /// Named lists.
    pub(crate) facts: Vec<FactView>,
    /// Remarks.
    pub(crate) remarks: Vec<CalloutView>,
    /// Words of the matrix.
    pub(crate) tags: Vec<String>,
}

/// A named list.
#[derive(Debug, Serialize)]
pub(crate) struct FactView {
    /// Name.
    pub(crate) label: String,
    /// Items.
    pub(crate) items: Vec<Line>,
    /// Addresses of the pages on what the items name, one for each; empty where an item names nothing that has one.
    pub(crate) hrefs: Vec<String>,
}

impl Builder<'_> {
    /// A block.
    pub(crate) fn block(&mut self, block: &Block) -> Result<BlockView> {
        Ok(match block {
            Block::Para(text) => BlockView::Para { text: self.line(text) },
            Block::List(items) => BlockView::List { items: self.lines(items) },
            Block::Table(table) => BlockView::Table { table: self.table(table) },
            Block::Chart(chart) => BlockView::Chart { chart: self.chart(chart)? },
            Block::Callout { kind, text } => BlockView::Callout { callout: self.callout(*kind, text) },
            Block::Cards(cards) => BlockView::Cards { cards: cards.iter().map(|c| self.card(c)).collect() },
        })
    }

    fn callout(&mut self, kind: CalloutKind, text: &crate::text::Text) -> CalloutView {
        let (class, label) = match kind {
            CalloutKind::Gap => ("gap", self.words.gap),
            CalloutKind::Claim => ("claim", self.words.claim),
            CalloutKind::Harm => ("harm", self.words.harm),
            CalloutKind::Correction => ("correction", self.words.correction),
        };
        CalloutView { class, label, text: self.line(text) }
    }

    fn table(&mut self, table: &Table) -> TableView {
        let id = self.id("table", "caption");
        let caption = self.line(&table.caption);
        let shared = table.shared_notes();
        let columns: Vec<HeadView> = table
            .columns
            .iter()
            .zip(&shared)
            .map(|(column, note)| HeadView {
                name: one_line(&column.name),
                unit: one_line(&column.unit),
                align: align(column),
                marks: self.marks(*note).into_iter().collect(),
            })
            .collect();
        let mut rows = Vec::new();
        for row in &table.rows {
            let cells = table.columns.iter().enumerate().map(|(c, column)| {
                let line = match row.get(c) {
                    None => vec![self.absent(blocwatch_core::coverage::Knowledge::Missing)],
                    Some(cell) => self.cell(cell, column, shared[c].is_some()),
                };
                let href = self.page_of(&line);
                CellView { align: align(column), key: column.kind == ColumnKind::Key, shade: "", line, href }
            });
            rows.push(RowView { group: String::new(), cells: cells.collect() });
        }
        TableView { id, caption, label: one_line(&table.caption.to_string()), columns, rows, note: self.line(&table.note) }
    }

    fn cell(&mut self, cell: &Cell, column: &Column, shared: bool) -> Line {
        let (mut line, note) = match cell {
            Cell::Text(text) if text.is_empty() => return Line::new(),
            Cell::Text(text) => return self.line(text),
            Cell::Number { figure, note } if figure.value.is_finite() => {
                let line = if column.kind == ColumnKind::Key {
                    vec![Piece::Number { text: format!("{:.*}", usize::from(figure.decimals), figure.value) }]
                } else {
                    self::figure(self.words, figure)
                };
                (line, note)
            }
            Cell::Number { note, .. } => (vec![self.absent(blocwatch_core::coverage::Knowledge::Missing)], note),
            Cell::Missing { why, note } => (vec![self.absent(*why)], note),
        };
        if !shared {
            line.extend(self.marks(*note));
        }
        line
    }

    fn chart(&mut self, chart: &Chart) -> Result<ChartView> {
        let id = self.chart_id();
        let title = one_line(&chart.title);
        let page = self.target == Target::Page;
        let draw = |b: &Self, size: Size, suffix: &str| -> Result<String> {
            Ok(if page { chart.svg(&format!("{id}{suffix}"), size, b.words)?.unwrap_or_default() } else { String::new() })
        };
        let (wide, narrow) = (draw(self, Size::Wide, "w")?, draw(self, Size::Narrow, "n")?);
        let counted = self.absences.clone();
        let full = chart.table(self.words);
        let mut table = self.table(&full);
        if !page {
            // the gaps of all figures were counted; the short table must not count again
            let all = std::mem::replace(&mut self.absences, counted);
            table = self.table(&chart.digest(self.words));
            self.absences = all;
        }
        let matrix = if let Plot::MatrixHeat(heat) = &chart.plot {
            if page {
                shade(&mut table, heat);
            }
            true
        } else {
            false
        };
        table.label.clone_from(&title);
        let nothing = if chart.plot.has_values() { "" } else { self.words.absence(chart.gap) };
        let source = self.line(&chart.source);
        Ok(ChartView { id, title, alt: one_line(&chart.alt), wide, narrow, matrix, nothing, table, source })
    }

    fn card(&mut self, card: &Card) -> CardView {
        let meta = self.line(&card.meta);
        let mut body = self.lines(&card.body);
        let marks = self.marks(card.notes.iter().copied());
        match body.last_mut() {
            Some(last) => last.extend(marks),
            None => body.extend(marks.map(|m| vec![m])),
        }
        let standing = one_line(&card.standing);
        let grade = one_line(&card.grade);
        if !grade.is_empty() {
            self.grades.insert(grade.clone());
        }
        CardView {
            id: self.id("card", if card.id.is_empty() { &card.title } else { &card.id }),
            title: one_line(&card.title),
            href: self.page(&card.id),
            meta,
            claim: matches!(standing.to_lowercase().as_str(), "alleged" | "self-claimed" | "disputed"),
            standing,
            grade,
            body,
            facts: card
                .facts
                .iter()
                .filter(|f| !f.items.is_empty())
                .map(|f| {
                    let items = self.lines(&f.items);
                    let hrefs = items.iter().map(|i| self.page_of(i)).collect();
                    FactView { label: one_line(&f.label), hrefs, items }
                })
                .collect(),
            remarks: card.remarks.iter().map(|r| self.callout(r.kind, &r.text)).collect(),
            tags: card.tags.iter().map(|t| one_line(t)).collect(),
        }
    }
}

/// A figure as pieces.
pub(crate) fn figure(words: &Words, figure: &Figure) -> Line {
    let (text, interval) = words.figure_parts(figure);
    let mut out = vec![Piece::Number { text }];
    if let Some(text) = interval {
        out.push(Piece::Plain { text: " ".to_owned() });
        out.push(Piece::Interval { text });
    }
    out
}

fn align(column: &Column) -> &'static str {
    match column.align {
        Align::Start => "start",
        Align::End => "end",
        Align::Centre => "centre",
    }
}

/// Groups and shades of a matrix. A shade is a fifth of the highest count; zero has a shade of its own, a gap has none.
fn shade(table: &mut TableView, heat: &MatrixHeat) {
    const SHADES: [&str; 5] = ["h1", "h2", "h3", "h4", "h5"];
    let most = heat.rows.iter().flat_map(|r| &r.counts).filter_map(|c| *c).max().unwrap_or(0).max(1);
    for head in table.columns.iter_mut().skip(1) {
        head.unit = String::new();
    }
    let mut before = "";
    for (view, row) in table.rows.iter_mut().zip(&heat.rows) {
        if row.group != before {
            view.group = one_line(&row.group);
        }
        before = &row.group;
        if let Some(first) = view.cells.first_mut() {
            first.line = vec![Piece::Plain { text: one_line(&row.label) }];
        }
        for (cell, count) in view.cells.iter_mut().skip(1).zip(&row.counts) {
            cell.shade = match count {
                None => "",
                Some(0) => "h0",
                Some(n) => SHADES[usize::try_from((n * 5).div_ceil(most)).unwrap_or(5).clamp(1, 5) - 1],
            };
        }
    }
}
