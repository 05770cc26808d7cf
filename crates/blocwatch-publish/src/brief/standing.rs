//! What measures of dependence, threats, trends and networks say of a state or a pair: their findings, in a fixed order.

use super::desk::{Desk, Finding};
use crate::doc::{Block, Section};
use crate::text::Text;

/// Kinds in the order in which they are told, what readers ask for first; and how many of each at most: those of the greatest value.
const KINDS: [(&str, usize); 5] = [("arms-reliance", 1), ("other-lenders", 1), ("tie-trend", 4), ("threat-exposure", 1), ("homophily", 8)];

/// Condition on the table `finding` (as `f`) for what concerns all states: of each layer of ties, the latest period.
pub(super) const OF_ALL: &str = "SELECT subject, max(year) AS year FROM finding WHERE kind = 'homophily' GROUP BY subject";

/// The section; `None` where there is no such finding. `concerns` picks the findings of the subject.
pub(super) fn section<'a>(desk: &mut Desk<'a>, findings: &[Finding<'a>], concerns: impl Fn(&Finding<'a>) -> bool) -> Option<Section> {
    let (mut own, mut all) = (Vec::new(), Vec::new());
    for (kind, most) in KINDS {
        let mut of: Vec<&Finding<'a>> = findings.iter().filter(|f| f.kind == kind && (kind == "homophily" || concerns(f))).collect();
        let size = |f: &Finding<'_>| f.value.map_or(0.0, f64::abs);
        of.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.id.cmp(b.id)));
        if kind == "homophily" {
            of.sort_by(|a, b| a.id.cmp(b.id));
        }
        if kind == "tie-trend" {
            // as many that draw together as that drift apart
            let (up, down): (Vec<_>, Vec<_>) = of.into_iter().partition(|f| f.value.is_some_and(|v| v > 0.0));
            of = up.into_iter().take(most / 2).chain(down.into_iter().take(most / 2)).collect();
        }
        let into = if kind == "homophily" { &mut all } else { &mut own };
        for f in of.into_iter().take(most) {
            let notes = desk.finding_notes(f);
            into.push(Text::plain(f.statement).notes(notes));
        }
    }
    if own.is_empty() {
        return None;
    }
    let mut section = Section::new("standing", "Dependence, trends and threats").intro(
        "What the measures say, each with the last year that its sources cover. The pages on measures define them and say what they cannot tell.",
    );
    section = section.block(Block::List(own));
    if !all.is_empty() {
        section = section
            .block(Text::plain("For comparison, whether autocracies as a group were tied to one another more than chance makes likely:"))
            .block(Block::List(all));
    }
    Some(section)
}
