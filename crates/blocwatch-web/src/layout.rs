//! Where the states of a network are drawn: a force layout (Fruchterman and Reingold 1991) that begins and ends the same on every machine.
//!
//! It uses nothing but the four operations and square roots, which every processor rounds alike, and no random number.

/// Rounds of the layout; the steps shrink to nothing over them.
const ROUNDS: u32 = 320;

/// Places `n` states with ties `(a, b, weight)`, weights 0 to 1. The result lies within 0 to 1 in both directions, the longer side filled.
/// States begin in their order along a ring, so that those that stand together in the list begin together.
pub(crate) fn place(n: usize, ties: &[(usize, usize, f64)]) -> Vec<(f64, f64)> {
    if n < 2 {
        return vec![(0.5, 0.5); n];
    }
    let mut at: Vec<(f64, f64)> = (0..n).map(|i| ring(i as f64 / n as f64)).collect();
    let mut degree = vec![0.0_f64; n];
    for (a, b, _) in ties {
        degree[*a] += 1.0;
        degree[*b] += 1.0;
    }
    // the distance at which a tie of full weight rests
    let rest = 1.6 / (n as f64).sqrt();
    for round in 0..ROUNDS {
        let mut push = vec![(0.0_f64, 0.0_f64); n];
        for a in 0..n {
            for b in a + 1..n {
                let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
                let far = (dx * dx + dy * dy).max(1e-6);
                let force = rest * rest / far;
                push[a] = (push[a].0 + dx * force, push[a].1 + dy * force);
                push[b] = (push[b].0 - dx * force, push[b].1 - dy * force);
            }
        }
        for (a, b, weight) in ties {
            let (dx, dy) = (at[*a].0 - at[*b].0, at[*a].1 - at[*b].1);
            // a state of many ties is not drawn in by each as much as one of few
            let share = 2.0 / (1.0 + degree[*a].min(degree[*b]).sqrt());
            let force = share * (0.3 + 0.7 * weight) * (dx * dx + dy * dy).sqrt() / rest;
            push[*a] = (push[*a].0 - dx * force, push[*a].1 - dy * force);
            push[*b] = (push[*b].0 + dx * force, push[*b].1 + dy * force);
        }
        let most = 0.12 * f64::from(ROUNDS - round) / f64::from(ROUNDS);
        for (p, f) in at.iter_mut().zip(&push) {
            // a pull to the middle keeps parts without ties between them on the page
            let (fx, fy) = (f.0 - 0.9 * p.0, f.1 - 0.9 * p.1);
            let length = (fx * fx + fy * fy).sqrt().max(1e-9);
            let step = length.min(most) / length;
            *p = (p.0 + fx * step, p.1 + fy * step);
        }
    }
    fit(&mut at);
    part(&mut at);
    fit(&mut at);
    at
}

/// Pushes states apart that would cover one another.
fn part(at: &mut [(f64, f64)]) {
    let least = (0.45 / (at.len() as f64).sqrt()).min(0.035);
    for _ in 0..60 {
        for a in 0..at.len() {
            for b in a + 1..at.len() {
                let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
                let far = (dx * dx + dy * dy).sqrt();
                if far < least {
                    // those on one spot part to the side
                    let (x, y) = if far > 1e-9 { (dx / far, dy / far) } else { (1.0, 0.0) };
                    let step = (least - far) / 2.0;
                    at[a] = (at[a].0 + x * step, at[a].1 + y * step);
                    at[b] = (at[b].0 - x * step, at[b].1 - y * step);
                }
            }
        }
    }
}

/// A point of a square ring, by its share of the way round.
fn ring(share: f64) -> (f64, f64) {
    let way = share * 4.0;
    match way {
        w if w < 1.0 => (2.0 * w - 1.0, -1.0),
        w if w < 2.0 => (1.0, 2.0 * (w - 1.0) - 1.0),
        w if w < 3.0 => (1.0 - 2.0 * (w - 2.0), 1.0),
        w => (-1.0, 1.0 - 2.0 * (w - 3.0)),
    }
}

fn fit(at: &mut [(f64, f64)]) {
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        at.iter().map(pick).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (x, y) = (bounds(|p| p.0), bounds(|p| p.1));
    let size = (x.1 - x.0).max(y.1 - y.0).max(1e-9);
    for p in at.iter_mut() {
        *p = (0.5 + (p.0 - f64::midpoint(x.0, x.1)) / size, 0.5 + (p.1 - f64::midpoint(y.0, y.1)) / size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(a: (f64, f64), b: (f64, f64)) -> f64 {
        ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt()
    }

    #[test]
    fn tied_states_stand_nearer_and_all_are_on_the_page() {
        // two cliques of ten and one tie between them
        let mut ties = Vec::new();
        for k in [0, 10] {
            for a in 0..10 {
                ties.extend((a + 1..10).map(|b| (k + a, k + b, 1.0)));
            }
        }
        ties.push((0, 10, 0.1));
        let at = place(20, &ties);
        assert_eq!(at, place(20, &ties));
        assert!(at.iter().all(|p| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1)), "{at:?}");
        let within = far(at[1], at[5]).max(far(at[12], at[17]));
        assert!(far(at[1], at[15]) > 1.5 * within, "{at:?}");
    }

    #[test]
    fn few_states_and_no_ties_are_no_trouble() {
        assert!(place(0, &[]).is_empty());
        assert_eq!(place(1, &[]), [(0.5, 0.5)]);
        let at = place(3, &[]);
        assert!(at.iter().all(|p| p.0.is_finite() && p.1.is_finite()) && far(at[0], at[1]) > 0.2, "{at:?}");
    }
}
