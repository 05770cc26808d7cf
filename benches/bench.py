"""Times the program's main paths and its peers on the same input in the same run; prints medians, ratios and the machine.

Program: whole processes, from start to exit. Peers: in-process time without imports, which favours the peers.
"""

import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

SHARED, RUNS = Path(sys.argv[1]), int(sys.argv[2])
PROGRAM = str(Path("target/release/blocwatch").resolve())


def process(*args, runs=RUNS):
    """Median wall time in ms of a whole process, and its peak memory in MiB."""
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([PROGRAM, "-q", "--home", HOME, *args], check=True, stdout=subprocess.DEVNULL)
        walls.append((time.perf_counter() - start) * 1e3)
    return statistics.median(walls), min(walls), max(walls)


def timed(work, runs=RUNS):
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        walls.append((time.perf_counter() - start) * 1e3)
    return statistics.median(walls), result


def line(what, median, goal="", note=""):
    print(f"{what:<46} {median:>9.1f} ms  {goal:<14} {note}")


def agreement_numpy(votes):
    """Exact agreement, S, kappa and pi of every pair in every session, by one indicator product per session."""
    pairs, undefined = 0, 0
    for (_,), part in votes.group_by(["session"], maintain_order=True):
        calls, r = np.unique(part["rcid"].to_numpy(), return_inverse=True)
        states, s = np.unique(part["gwcode"].to_numpy(), return_inverse=True)
        n = len(states)
        indicator = np.zeros((len(calls), 3 * n), np.float32)
        indicator[r, (part["vote"].to_numpy() - 1) * n + s] = 1
        table = (indicator.T @ indicator).reshape(3, n, 3, n)
        i, j = np.triu_indices(n, 1)
        cells = table[:, i, :, j].astype(np.int64)
        common = cells.sum((1, 2))
        cells, common = cells[common > 0], common[common > 0]
        same = cells[:, 0, 0] + cells[:, 1, 1] + cells[:, 2, 2]
        distance = common - same + 3 * (cells[:, 0, 2] + cells[:, 2, 0])
        a, b = cells.sum(2), cells.sum(1)
        sum_a, sum_b = a @ [1, 2, 3], b @ [1, 2, 3]
        squares = a @ [1, 4, 9] + b @ [1, 4, 9]
        expected = common * squares - 2 * sum_a * sum_b
        expected_pi = 2 * common * squares - (sum_a + sum_b) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            kappa = np.where(expected > 0, 1 - common * distance / expected, np.nan)
            np.where(expected_pi > 0, 1 - 2 * common * distance / expected_pi, np.nan)
        _ = same / common, 1 - distance / (2 * common)
        pairs += len(common)
        undefined += int(np.isnan(kappa).sum())
    return pairs, undefined


QUERIES = {
    "regimes by year": "SELECT year, v2x_regime, count(*) AS n FROM regime_state_year GROUP BY year, v2x_regime ORDER BY year, v2x_regime",
    "closest voters of a session": "SELECT gwcode1, gwcode2, kappa FROM agreement_dyad_session WHERE session = 74 AND rollcalls >= 10 "
    "ORDER BY kappa DESC NULLS LAST, gwcode1, gwcode2 LIMIT 20",
    "mean kappa by regime pair and session": "SELECT a.session, r1.autocracy AS x, r2.autocracy AS y, avg(a.kappa) AS k FROM agreement_dyad_session a "
    "JOIN regime_state_year r1 ON r1.gwcode = a.gwcode1 AND r1.year = a.year JOIN regime_state_year r2 ON r2.gwcode = a.gwcode2 "
    "AND r2.year = a.year GROUP BY a.session, r1.autocracy, r2.autocracy ORDER BY a.session, x, y",
    "joint memberships of a year": "SELECT m.gwcode AS a, n.gwcode AS b, count(*) AS joint FROM membership_org_state_year m "
    "JOIN membership_org_state_year n ON n.org = m.org AND n.year = m.year AND n.gwcode > m.gwcode WHERE m.year = 2010 AND m.status = 1 "
    "AND n.status = 1 GROUP BY m.gwcode, n.gwcode ORDER BY a, b",
}


def main():
    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; medians of {RUNS} runs")
    subprocess.run([PROGRAM, "-q", "--home", HOME, "fetch", "--all", "--from", str(SHARED / "data")], check=True, stdout=subprocess.DEVNULL)

    full = process("build", "--force", "all")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    line("full build from snapshots", full[0], "goal 20000", f"peak {peak:.0f} MiB (goal 1024)")
    line("rebuild without a change", process("build")[0], "goal 1000")
    for subject in ["KGZ", "SCO", "RUS-BLR"]:
        for form in ["md", "html"]:
            line(f"brief {subject} as {form}", process("brief", subject, "--format", form)[0], "goal 300")
    line("why (a finding to the publisher's row)", process("why", "regime-category.KGZ.2024")[0])

    current = Path(HOME, "current").read_text().strip()
    tables = Path(HOME, "observatories", current, "tables")

    print("\nagreement of every pair in every session (exact, S, kappa, pi)")
    votes = pl.read_parquet(tables / "vote.parquet").filter(pl.col("vote") <= 3).sort("session", "rcid", "gwcode")
    example = subprocess.run(["target/release/examples/time_agreement"], check=True, capture_output=True, text=True).stdout
    kernel = float(re.search(r"kernel median ([0-9.]+) ms", example).group(1))
    peer, (pairs, undefined) = timed(lambda: agreement_numpy(votes))
    line("blocwatch kernel (popcounts)", kernel, "", example.splitlines()[0])
    line("numpy, one indicator product a session", peer, f"{peer / kernel:.1f} times ours", f"{pairs} pairs, {undefined} undefined")

    print("\nqueries over the observatory's tables: blocwatch as a whole process, DuckDB and Polars SQL in process")
    database = duckdb.connect()
    frames = pl.SQLContext()
    for name in ["regime_state_year", "agreement_dyad_session", "membership_org_state_year"]:
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM '{tables / name}.parquet'")
        frames.register(name, pl.scan_parquet(tables / f"{name}.parquet"))
    for name, sql in QUERIES.items():
        ours = process("query", sql, "--format", "json")[0]
        duck, rows = timed(lambda: database.execute(sql).fetchall())
        got = subprocess.run([PROGRAM, "-q", "--home", HOME, "query", sql, "--format", "json"], check=True, capture_output=True, text=True).stdout
        same = len(json.loads(got)) == len(rows)
        try:
            polar = f"Polars {timed(lambda: frames.execute(sql).collect())[0]:.1f} ms"
        except Exception as error:  # a query its SQL does not know
            polar = f"Polars cannot ({type(error).__name__})"
        line(name, ours, "", f"DuckDB {duck:.1f} ms, {polar}, {len(rows)} rows, {'same count' if same else 'COUNTS DIFFER'}")


HOME = tempfile.mkdtemp(prefix="blocwatch-bench-")
try:
    main()
finally:
    shutil.rmtree(HOME, ignore_errors=True)
