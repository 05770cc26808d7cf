//! A program that is killed at any moment leaves the last observatory whole, and the next build carries on to the same bytes.
//!
//! Moments are seeded. Half are spread over the time an undisturbed build takes, half follow its progress on disk, so that the short
//! phases (a folder being renamed, the observatory being published, old ones being removed) are met on any machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::real;
use crate::run::{Home, assert_same_files, copy, files};

/// A small generator of numbers, the same on every machine.
struct Dice(u64);

impl Dice {
    /// A number below `n`.
    fn roll(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[derive(Debug, Clone, Copy)]
enum Moment {
    /// So long after the start.
    After(Duration),
    /// When so many results of steps, finished or not, lie in the store beyond those of before, and a little later.
    Steps(usize, Duration),
    /// When a second observatory is begun, and a little later.
    Publishing(Duration),
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, |d| d.flatten().count())
}

fn results(home: &Home) -> usize {
    fs::read_dir(home.path().join("store")).map_or(0, |steps| steps.flatten().map(|s| entries(&s.path())).sum())
}

fn start(home: &Home, args: &[&str]) -> Child {
    home.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits for the moment, kills; whether the program was still running.
fn kill(home: &Home, mut child: Child, moment: Moment) -> bool {
    let begun = Instant::now();
    let (steps, observatories) = (results(home), entries(&home.path().join("observatories")));
    let ready = || match moment {
        Moment::After(time) => begun.elapsed() >= time,
        Moment::Steps(n, _) => results(home) >= steps + n,
        Moment::Publishing(_) => entries(&home.path().join("observatories")) > observatories,
    };
    while !ready() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(200));
    }
    if let Moment::Steps(_, more) | Moment::Publishing(more) = moment {
        std::thread::sleep(more);
    }
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

/// Folders and files that a killed build began and nobody removed.
fn unfinished(home: &Home) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut todo = vec![home.path().to_path_buf()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".unfinished-") {
                out.push(entry.path());
            } else if entry.path().is_dir() {
                todo.push(entry.path());
            }
        }
    }
    out
}

#[test]
fn published_files_a_killed_build_leaves_the_last_observatory() {
    let Some(real) = real::home() else { return };
    // an undisturbed build in the same surroundings says how long one takes here
    let fresh = || {
        let home = Home::built();
        copy(&real.path().join("snapshots"), &home.path().join("snapshots"));
        home
    };
    let undisturbed = fresh();
    let begun = Instant::now();
    undisturbed.run(["build"]).ok();
    let whole = begun.elapsed();
    assert_same_files(&undisturbed.observatory(), &real.observatory());
    drop(undisturbed);

    let mut dice = Dice(7);
    let mut thousandths = |from: u64, to: u64| whole * u32::try_from(from + dice.roll(to - from)).unwrap() / 1000;
    let mut jitter = Dice(11);
    let mut little = || Duration::from_micros(jitter.roll(3_000));
    // each row is one home: killed at each of its moments in turn, every time carrying on from what the last kill left
    let plan: [[Moment; 3]; 4] = [
        [Moment::After(thousandths(0, 60)), Moment::After(thousandths(100, 400)), Moment::After(thousandths(200, 600))],
        [Moment::After(thousandths(400, 800)), Moment::After(thousandths(100, 500)), Moment::Publishing(little())],
        [Moment::Steps(1, little()), Moment::Steps(2, little()), Moment::Steps(1, little())],
        [Moment::Steps(4, little()), Moment::Publishing(little()), Moment::Publishing(Duration::ZERO)],
    ];
    let mut hit = 0;
    for moments in plan {
        let home = fresh();
        let before = (home.observatory(), files(&home.observatory()));
        for moment in moments {
            let running = kill(&home, start(&home, &["build"]), moment);
            hit += usize::from(running);
            let when = format!("after a kill at {moment:?} (running: {running}) of {whole:?}");
            home.is_whole(&when);
            let now = home.observatory();
            if now == before.0 {
                assert!(files(&now) == before.1, "the last observatory changed {when}");
            } else {
                assert_same_files(&now, &real.observatory());
            }
        }
        home.run(["build"]).ok();
        assert_eq!(home.observatory().file_name(), real.observatory().file_name());
        assert_same_files(&home.observatory(), &real.observatory());
        assert_eq!(unfinished(&home), Vec::<PathBuf>::new());
        home.is_whole("at the end");
    }
    assert!(hit > 0, "no kill met a running build");
}

#[test]
fn published_files_a_killed_forced_build_leaves_the_observatory_in_use() {
    let Some(real) = real::home() else { return };
    let home = Home::new();
    copy(real.path(), home.path());
    let mut dice = Dice(13);
    for _ in 0..3 {
        let moment = Moment::After(Duration::from_millis(50 + dice.roll(1_500)));
        kill(&home, start(&home, &["build", "--force", "all"]), moment);
        home.is_whole(&format!("after a forced build was killed at {moment:?}"));
        assert_same_files(&home.observatory(), &real.observatory());
    }
    home.run(["build"]).ok();
    assert_same_files(&home.observatory(), &real.observatory());
    assert_eq!(unfinished(&home), Vec::<PathBuf>::new());
}

#[test]
fn published_files_a_killed_fetch_leaves_nothing_half_taken() {
    let Some(data) = real::data() else { return };
    let home = Home::built();
    let args = ["fetch", "--all", "--from", data.to_str().unwrap()];
    let mut dice = Dice(17);
    for _ in 0..6 {
        let moment = Moment::After(Duration::from_millis(dice.roll(300)));
        kill(&home, start(&home, &args), moment);
        home.is_whole(&format!("after a fetch was killed at {moment:?}"));
        home.run(["sources"]).ok();
    }
    home.run(args).ok();
    let verified = home.run(["verify"]).ok();
    assert!(verified.out.starts_with("73 snapshot files "), "{}", verified.out);
    let again = home.run(args).ok();
    assert!(again.out.lines().count() == 73 && again.out.lines().all(|l| l.starts_with("unchanged ")), "{}", again.out);
}
