"""Times a sweep of the published sampler of ideal points, ours beside the same sweep in vectorised numpy, on the same votes in one run.

The estimators that researchers use are R programs: the published one (a night, say its authors) and emIRT's binary `dynIRT`, which is no
sampler. Neither installs from PyPI, so the peer is the published sweep written for numpy and scipy at their best: no loop over votes or
states, the distribution function and its inverse from scipy. usage: idealpoint.py SHARED [SWEEPS]
"""

import csv
import gzip
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri

SHARED, SWEEPS = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7
OURS = "target/release/examples/time_idealpoint"
WIDTH = 0.2 / 3


def read():
    """Item, state-session and answer of every vote that counts, items together."""
    unga = SHARED / "data" / "unga"
    rows = lambda name: csv.DictReader((gzip.open if name.endswith("gz") else open)(unga / name, "rt"))
    calls = {}
    for r in rows("un_roll_calls.csv.gz"):
        session = int(r["session"])
        part = session >= 45 and "1" in (r["para"], r["amend"])
        if session != 19 and not part:
            calls[r["rcid"]] = session
    partner = {}
    for r in rows("resolution_matches.csv"):
        one, two = int(r["rcid1"]), int(r["rcid2"])
        partner[two] = min(one, partner.get(two, one))
    item_of = {}
    for rcid in calls:
        at = int(rcid)
        while partner.get(at, at) < at:
            at = partner[at]
        item_of[rcid] = at
    code = {"yes": 0, "abstain": 1, "no": 2}
    cell_of, items, cells, answers = {}, [], [], []
    for r in rows("un_votes.csv.gz"):
        session = calls.get(r["rcid"])
        if session is None or r["country"] == "Zanzibar" or (r["country"] == "South Africa" and session == 48):
            continue
        items.append(item_of[r["rcid"]])
        cells.append(cell_of.setdefault((r["country"], session), len(cell_of)))
        answers.append(code[r["vote"]])
    items, cells, answers = np.array(items), np.array(cells), np.array(answers)
    seen = np.zeros((items.max() + 1, 3), bool)
    seen[items, answers] = True
    keep = seen.sum(1)[items] > 1
    items, cells, answers = items[keep], cells[keep], answers[keep]
    order = np.argsort(items, kind="stable")
    _, items = np.unique(items[order], return_inverse=True)
    _, cells = np.unique(cells[order], return_inverse=True)
    return items, cells, answers[order]


def sampler(items, cells, answers, random):
    """A function that does one sweep: ideal points, cutpoints, latent answers, discriminations."""
    n_items, n_cells = items.max() + 1, cells.max() + 1
    starts = np.flatnonzero(np.r_[True, items[1:] != items[:-1]])
    beta = random.choice([-1.0, 1.0], n_items)
    counts = np.zeros((n_items, 3))
    np.add.at(counts, (items, answers), 1)
    share = counts.cumsum(1) / counts.sum(1, keepdims=True)
    low, high = 2 * share[:, 0] - 1, 2 * share[:, 1] - 1
    z = random.normal(size=len(items))
    precision = 1 / 0.25
    prior = np.zeros(n_cells)
    yes, no = answers == 0, answers == 2

    def bounds(low, high, mean):
        lower = np.where(yes, -np.inf, np.where(no, high[items], low[items])) - mean
        upper = np.where(yes, low[items], np.where(no, np.inf, high[items])) - mean
        return ndtr(lower), ndtr(upper)

    def sweep():
        nonlocal beta, low, high, z, prior
        b = beta[items]
        variance = 1 / (np.bincount(cells, b * b, n_cells) + precision)
        prior = variance * (np.bincount(cells, b * z, n_cells) + precision * prior)
        theta = np.clip(prior + np.sqrt(variance) * random.normal(size=n_cells), -5, 5)
        theta = (theta - theta.mean()) / theta.std(ddof=1)
        t = theta[cells]
        mean = b * t
        u = random.random((2, n_items))
        new_low = low + WIDTH * ndtri(u[0] * ndtr((high - low) / WIDTH) + ndtr((-7 - low) / WIDTH) * (1 - u[0]))
        new_high = high + WIDTH * ndtri(u[1] * ndtr((7 - high) / WIDTH) + ndtr((new_low - high) / WIDTH) * (1 - u[1]))
        at, to = bounds(low, high, mean)
        new_at, new_to = bounds(new_low, new_high, mean)
        with np.errstate(all="ignore"):
            ratio = np.add.reduceat(np.log((new_to - new_at) / (to - at)), starts)
            ratio = np.exp(ratio) * ndtr((high - new_low) / WIDTH) / ndtr((new_high - low) / WIDTH)
        accept = (random.random(n_items) < ratio) | np.isnan(ratio)
        low, high = np.where(accept, new_low, low), np.where(accept, new_high, high)
        of = accept[items]
        at, to = np.where(of, new_at, at), np.where(of, new_to, to)
        z = np.clip(mean + ndtri(at + random.random(len(items)) * (to - at)), -9, 9)
        v = 1 / (np.add.reduceat(t * t, starts) + 1)
        beta = v * np.add.reduceat(t * z, starts) + np.sqrt(v) * random.normal(size=n_items)
        return theta

    return sweep


def main():
    items, cells, answers = read()
    print(f"{platform.processor() or platform.machine()}, {len(items)} votes, {cells.max() + 1} state-sessions, {items.max() + 1} items")
    sweep = sampler(items, cells, answers, np.random.default_rng(1))
    walls = []
    for _ in range(SWEEPS + 1):
        start = time.perf_counter()
        sweep()
        walls.append(time.perf_counter() - start)
    peer = statistics.median(walls[1:]) * 1e3
    printed = subprocess.run([OURS, "60", "20"], capture_output=True, text=True, check=True).stdout
    print(printed, end="")
    ours = float(next(line for line in printed.splitlines() if "sweep_ms" in line).split("sweep_ms ")[1].split()[0])
    print(f"a sweep: ours {ours:.1f} ms, numpy {peer:.1f} ms, ratio {peer / ours:.1f}")


main()
