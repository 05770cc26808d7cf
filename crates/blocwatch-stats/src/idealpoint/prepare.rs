//! From ballots to the data of the model: what is left out, which repeated resolutions are one item, who comes after whom.
//!
//! After Bailey, Strezhnev & Voeten (2017) and the program that goes with it: votes on paragraphs and amendments after 1989, session 19,
//! Zanzibar and South Africa's single vote in session 48 are left out; repeated resolutions are chained to one item; items in which all
//! votes are alike are dropped. What does not belong here: reading, state names, estimation.

use std::collections::{BTreeMap, BTreeSet};

/// Yes, abstain or no.
pub const ANSWERS: [u8; 3] = [1, 2, 3];

/// One vote of one seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ballot {
    /// Number of the seat: what is followed over sessions.
    pub seat: u16,
    /// Session.
    pub session: u16,
    /// Number of the roll call.
    pub rollcall: i32,
    /// Whether it was a vote on a paragraph or an amendment.
    pub part: bool,
    /// 1 yes, 2 abstain, 3 no; anything else is no vote and left out.
    pub answer: u8,
}

/// What is left out before the model sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// From this session on, votes on paragraphs and amendments are left out; `None` keeps all.
    pub parts_out_from: Option<u16>,
    /// Sessions left out.
    pub sessions_out: Vec<u16>,
    /// Seats left out.
    pub seats_out: Vec<u16>,
    /// Seats left out in one session.
    pub seat_sessions_out: Vec<(u16, u16)>,
}

impl Rules {
    /// The published rules. Seats are numbered as by Gleditsch & Ward or Correlates of War, which agree on these.
    pub fn published() -> Self {
        // session + 1945 > 1989; one roll call took place in session 19; Zanzibar voted twice; South Africa came back with one vote
        Self { parts_out_from: Some(45), sessions_out: vec![19], seats_out: vec![511], seat_sessions_out: vec![(560, 48)] }
    }

    /// Nothing but unanimous resolutions is left out.
    pub fn none() -> Self {
        Self { parts_out_from: None, sessions_out: Vec::new(), seats_out: Vec::new(), seat_sessions_out: Vec::new() }
    }

    fn keep(&self, b: &Ballot) -> bool {
        let part_out = b.part && self.parts_out_from.is_some_and(|from| b.session >= from);
        let left_out = part_out
            || self.sessions_out.contains(&b.session)
            || self.seats_out.contains(&b.seat)
            || self.seat_sessions_out.contains(&(b.seat, b.session));
        ANSWERS.contains(&b.answer) && !left_out
    }
}

/// A seat in a session: what has an ideal point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Session.
    pub session: u16,
    /// Seat.
    pub seat: u16,
    /// Votes that count.
    pub votes: u32,
    /// The seat's last session before, as a position in [`Data::cells`].
    pub before: Option<u32>,
    /// The seat's next session.
    pub after: Option<u32>,
}

/// One roll call within an item: its voters, yes first, then abstentions, then no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Number of the roll call.
    pub rollcall: i32,
    /// Session.
    pub session: u16,
    pub(super) start: u32,
    pub(super) abstain: u32,
    pub(super) no: u32,
    pub(super) end: u32,
}

/// A resolution, with all its repetitions: what has a discrimination and cutpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Number of its first roll call.
    pub rollcall: i32,
    pub(super) first: u32,
    pub(super) last: u32,
}

/// The data of the model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Data {
    pub(super) cells: Vec<Cell>,
    pub(super) calls: Vec<Call>,
    pub(super) items: Vec<Item>,
    /// Cell of each vote, in the order of calls.
    pub(super) voters: Vec<u32>,
    /// Cells of each seat in the order of sessions.
    pub(super) seats: Vec<Vec<u32>>,
}

/// The item of every roll call that is a repetition: chained from the highest number down, each to its earliest partner.
///
/// ```
/// use blocwatch_stats::idealpoint::linked;
/// let items = linked([470, 512, 545, 577, 600], &[(470, 512), (512, 545), (545, 577), (544, 577)]);
/// // 577 repeats both 544 and 545, of which the earlier counts, though nobody voted under that number
/// assert_eq!(items[&577], 544);
/// assert_eq!((items[&545], items[&512], items[&470], items[&600]), (470, 470, 470, 600));
/// ```
pub fn linked(rollcalls: impl IntoIterator<Item = i32>, matches: &[(i32, i32)]) -> BTreeMap<i32, i32> {
    let mut earliest: BTreeMap<i32, i32> = BTreeMap::new();
    for (one, two) in matches {
        earliest.entry(*two).and_modify(|e| *e = (*e).min(*one)).or_insert(*one);
    }
    // working from the highest number down, a partner with a lower number is met later; one with a higher number has been passed
    let follow = |id: i32| {
        let mut at = id;
        while let Some(next) = earliest.get(&at) {
            let passed = *next >= at;
            at = *next;
            if passed {
                break;
            }
        }
        at
    };
    rollcalls.into_iter().map(|id| (id, follow(id))).collect()
}

impl Data {
    /// The data of the model from all votes.
    pub fn new(ballots: &[Ballot], matches: &[(i32, i32)], rules: &Rules) -> Self {
        let mut kept: Vec<Ballot> = ballots.iter().copied().filter(|b| rules.keep(b)).collect();
        let items = linked(kept.iter().map(|b| b.rollcall).collect::<BTreeSet<_>>(), matches);
        let item = |b: &Ballot| items.get(&b.rollcall).copied().unwrap_or(b.rollcall);
        let mut answers: BTreeMap<i32, u8> = BTreeMap::new();
        for b in &kept {
            *answers.entry(item(b)).or_default() |= 1 << b.answer;
        }
        kept.retain(|b| answers.get(&item(b)).is_some_and(|seen| seen.count_ones() > 1));
        kept.sort_unstable_by_key(|b| (item(b), b.session, b.rollcall, b.answer, b.seat));
        let mut votes: BTreeMap<(u16, u16), u32> = BTreeMap::new();
        for b in &kept {
            *votes.entry((b.session, b.seat)).or_default() += 1;
        }
        let mut data = Self::of_cells(votes.iter().map(|((session, seat), votes)| (*session, *seat, *votes)));
        let place: BTreeMap<(u16, u16), u32> = votes.keys().copied().zip(0..).collect();
        for of_item in kept.chunk_by(|a, b| item(a) == item(b)) {
            let first = data.calls.len() as u32;
            for call in of_item.chunk_by(|a, b| a.rollcall == b.rollcall && a.session == b.session) {
                let start = data.voters.len() as u32;
                data.voters.extend(call.iter().map(|b| place.get(&(b.session, b.seat)).copied().unwrap_or_default()));
                let below = |answer: u8| start + call.partition_point(|b| b.answer < answer) as u32;
                let (rollcall, session) = (call[0].rollcall, call[0].session);
                data.calls.push(Call { rollcall, session, start, abstain: below(2), no: below(3), end: below(4) });
            }
            data.items.push(Item { rollcall: item(&of_item[0]), first, last: data.calls.len() as u32 });
        }
        data
    }

    /// Cells in order of session and seat, and who comes after whom.
    pub(super) fn of_cells(list: impl IntoIterator<Item = (u16, u16, u32)>) -> Self {
        let mut cells: Vec<Cell> =
            list.into_iter().map(|(session, seat, votes)| Cell { session, seat, votes, before: None, after: None }).collect();
        let mut seats: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
        for (i, c) in cells.iter().enumerate() {
            seats.entry(c.seat).or_default().push(i as u32);
        }
        for pair in seats.values().flat_map(|of| of.windows(2)) {
            cells[pair[0] as usize].after = Some(pair[1]);
            cells[pair[1] as usize].before = Some(pair[0]);
        }
        Self { cells, seats: seats.into_values().collect(), ..Self::default() }
    }

    /// The seats in their sessions, in order of session and seat.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The items: resolutions with their repetitions.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// How many votes count.
    pub fn votes(&self) -> usize {
        self.voters.len()
    }

    /// The calls of an item.
    pub fn calls_of(&self, item: &Item) -> &[Call] {
        &self.calls[item.first as usize..item.last as usize]
    }

    /// Voters of a call by answer: yes, abstain, no.
    pub(super) fn voters_of(&self, call: &Call) -> [&[u32]; 3] {
        let of = |from: u32, to: u32| &self.voters[from as usize..to as usize];
        [of(call.start, call.abstain), of(call.abstain, call.no), of(call.no, call.end)]
    }

    /// Items in blocks of about as many votes each. Results are added up block by block, so their number must not depend on the machine.
    pub(super) fn blocks(&self) -> Vec<std::ops::Range<usize>> {
        const BLOCKS: usize = 16;
        let (mut out, mut from) = (Vec::new(), 0);
        for b in 1..=BLOCKS {
            let goal = self.votes() * b / BLOCKS;
            let mut to = from;
            while to < self.items.len() && (b == BLOCKS || self.calls[self.items[to].last as usize - 1].end as usize <= goal) {
                to += 1;
            }
            if to > from {
                out.push(from..to);
            }
            from = to;
        }
        out
    }

    /// How far an ideal point may move from the session it is compared with, as a variance: less where the session has fewer votes.
    pub(super) fn drift(&self, cell: &Cell, compared: Option<u32>, smooth: f64) -> f64 {
        let other = compared.map_or(0, |c| self.cells[c as usize].votes);
        smooth * f64::from(cell.votes) / f64::from(cell.votes + other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ballot(seat: u16, session: u16, rollcall: i32, answer: u8) -> Ballot {
        Ballot { seat, session, rollcall, part: false, answer }
    }

    #[test]
    fn what_is_left_out_is_left_out() {
        let mut all = vec![
            ballot(2, 50, 1, 1),
            ballot(365, 50, 1, 3),
            // absent
            ballot(200, 50, 1, 8),
            // all alike
            ballot(2, 50, 2, 1),
            ballot(365, 50, 2, 1),
            // session, seat, seat in a session
            ballot(2, 19, 3, 1),
            ballot(511, 50, 1, 2),
            ballot(560, 48, 4, 1),
            ballot(2, 48, 4, 3),
            ballot(365, 48, 4, 2),
            // the same resolution two sessions later: alike there, but not over both
            ballot(2, 52, 5, 1),
            ballot(365, 52, 5, 1),
        ];
        all.push(Ballot { part: true, ..ballot(200, 50, 6, 3) });
        all.push(Ballot { part: true, ..ballot(200, 44, 7, 3) });
        all.push(Ballot { part: true, ..ballot(2, 44, 7, 1) });
        let data = Data::new(&all, &[(1, 5)], &Rules::published());
        let cells: Vec<(u16, u16, u32)> = data.cells().iter().map(|c| (c.session, c.seat, c.votes)).collect();
        assert_eq!(cells, [(44, 2, 1), (44, 200, 1), (48, 2, 1), (48, 365, 1), (50, 2, 1), (50, 365, 1), (52, 2, 1), (52, 365, 1)]);
        assert_eq!(data.items().iter().map(|i| i.rollcall).collect::<Vec<_>>(), [1, 4, 7]);
        let first = data.calls_of(&data.items()[0]);
        assert_eq!(first.len(), 2);
        assert_eq!(data.voters_of(&first[0]), [&[4][..], &[], &[5]]);
        assert_eq!((data.cells()[4].before, data.cells()[4].after), (Some(2), Some(6)));
        assert_eq!(data.cells()[1].before, None);
    }

    #[test]
    fn a_match_with_a_later_number_ends_the_chain() {
        let items = linked([5, 6, 7], &[(7, 5), (5, 7), (6, 6)]);
        assert!(items.values().all(|v| [5, 6, 7].contains(v)), "{items:?}");
    }

    #[test]
    fn blocks_hold_every_item_once() {
        let all: Vec<Ballot> =
            (0..500).flat_map(|r| (0..1 + r % 40).map(move |s| ballot(s as u16, 1 + (r / 20) as u16, r, 1 + (s % 3) as u8))).collect();
        let data = Data::new(&all, &[], &Rules::published());
        let blocks = data.blocks();
        assert_eq!(blocks.iter().map(|b| b.len()).sum::<usize>(), data.items().len());
        assert!(blocks.windows(2).all(|w| w[0].end == w[1].start) && blocks.len() <= 16);
    }
}
