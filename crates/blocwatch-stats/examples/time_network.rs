//! Times the network kernels on a graph that another program made: `time_network GRAPH TIES MEMBERS`, and prints what they found, one
//! `name value…` on a line, for comparison.
//!
//! GRAPH holds the number of nodes and their labels on its first line, then `a b weight` lines. TIES holds the number of states and 1 or
//! 0 for membership on its first line, then `a b tie` lines of all defined pairs. MEMBERS holds the numbers of states and organisations
//! on its first line, then `state organisation 1` lines.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "an example that prints its result; its input is made by a script")]

use std::time::Instant;

use blocwatch_stats::homophily::{self, Dyads};
use blocwatch_stats::joint::Memberships;
use blocwatch_stats::network::centrality::{self, Length};
use blocwatch_stats::network::community::{self, Objective};
use blocwatch_stats::network::null::{Switching, against, assortativity, assortativity_null};
use blocwatch_stats::network::projection::Configuration;
use blocwatch_stats::network::{Graph, backbone};

const RUNS: usize = 7;

/// The result, and the median time of several runs in milliseconds.
fn timed<T>(name: &str, runs: usize, work: impl Fn() -> T) -> T {
    let mut millis = Vec::new();
    let mut result = None;
    for _ in 0..runs {
        let start = Instant::now();
        result = Some(work());
        millis.push(start.elapsed().as_secs_f64() * 1e3);
    }
    millis.sort_by(f64::total_cmp);
    println!("{name}_ms {:.4}", millis[runs / 2]);
    result.unwrap()
}

fn read(path: &str) -> (usize, Vec<u32>, Vec<(u32, u32, f64)>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let first: Vec<u32> = lines.next().unwrap().split(' ').map(|w| w.parse().unwrap()).collect();
    let ties = lines.map(|l| {
        let words: Vec<&str> = l.split(' ').collect();
        (words[0].parse().unwrap(), words[1].parse().unwrap(), words[2].parse().unwrap())
    });
    (first[0] as usize, first[1..].to_vec(), ties.collect())
}

fn list(name: &str, values: &[f64]) {
    println!("{name} {}", values.iter().map(f64::to_string).collect::<Vec<_>>().join(" "));
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (nodes, labels, edges) = read(&arguments[1]);
    let graph = timed("build", RUNS, || Graph::undirected(nodes, edges.iter().copied()).unwrap());
    list("betweenness", &timed("betweenness", RUNS, || centrality::betweenness(&graph, Length::Steps)));
    list("betweenness_weighted", &timed("betweenness_weighted", RUNS, || centrality::betweenness(&graph, Length::Inverse)));
    list("eigenvector", &centrality::eigenvector(&graph).unwrap());
    list("pagerank", &centrality::pagerank(&graph, 0.85));
    list("disparity", &backbone::disparity(&graph));
    let one = timed("leiden_one", RUNS, || community::leiden(&graph, Objective::Modularity(1.0), 1).unwrap());
    list("leiden_one_modularity", &[one.quality]);
    let all = timed("leiden_50", 3, || community::stability(&graph, Objective::Modularity(1.0), 1, 50).unwrap());
    list("leiden_50_modularity", &[all.least_quality, all.best.quality, all.mean_rand]);
    list("assortativity", &[assortativity(&graph, &labels).unwrap()]);
    let how = Switching { draws: 1000, trials_per_edge: 10, seed: 1 };
    let draws: Vec<f64> = timed("null_1000", 3, || assortativity_null(&graph, &labels, how)).into_iter().flatten().collect();
    let null = against(assortativity(&graph, &labels).unwrap(), &draws).unwrap();
    list("null_moments", &[null.mean, null.sd]);

    let (states, member, ties) = read(&arguments[2]);
    let member: Vec<bool> = member.iter().map(|m| *m == 1).collect();
    let mut dyads = Dyads::new(states);
    ties.iter().for_each(|(a, b, tie)| dyads.add(*a as usize, *b as usize, *tie));
    let observed = homophily::observed(&dyads, &member).unwrap();
    let draws = timed("labels_1000", 21, || homophily::permuted(&dyads, &member, None, 1000, 7));
    let null = against(observed.t, &draws).unwrap();
    list("homophily", &[observed.t, null.mean, null.sd, null.z.unwrap(), null.p]);

    let (states, organisations, joined) = read(&arguments[3]);
    let mut members = Memberships::new(states, organisations[0] as usize);
    joined.iter().for_each(|(state, organisation, _)| members.join(*state as usize, *organisation as usize));
    let model = timed("configuration", RUNS, || Configuration::fit(&members).unwrap());
    let shared = timed("shared", RUNS, || model.shared(&members));
    list("shared_p", &shared.iter().map(|s| s.p).collect::<Vec<_>>());
    list("shared_expected", &shared.iter().map(|s| s.expected).collect::<Vec<_>>());
}
