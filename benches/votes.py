"""Times the similarity of votes of every pair of states in every session, straight from the gzipped files to a finished table: blocwatch as
a whole process beside numpy, Polars and DuckDB on the same files in the same run. Prints medians, ratios and the machine, and fails where
the results are not the same.

usage: python benches/votes.py SHARED [RUNS]      (SHARED: the folder with data/; the program must be built)
       python benches/votes.py SHARED once PEER    does the work once and ends: a peer as a whole process
       benches/run.sh hooks it in with one line: "$venv/bin/python" benches/votes.py "$shared" "$runs"

Each peer works in the way that is fastest for it (numpy: one indicator product a session, read by Polars, which is the quickest reader;
Polars: a self-join for each session, all at once; DuckDB: one self-join) and yields agreement, S, kappa and pi with squared distance in
memory. It is timed twice: as a process that begins, imports what it needs, does the work and ends, as ours is; and within a running process,
without start and imports. Ours is always a whole process: to the table in memory (it prints its first rows) and to a Parquet file on disk.
"""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# each peer imports what it needs where it needs it: a process that does its work once must not wait for the others

SHARED = Path(sys.argv[1])
FILES = [str(SHARED / "data" / "unga" / name) for name in ("voeten_votes_1946_2021_rebuilt.csv.gz", "voeten_rollcalls_1946_2021.csv.gz")]
PROGRAM = str(Path("target/release/blocwatch").resolve())


def read():
    """Votes yes, abstain and no with their session."""
    import polars as pl

    votes = pl.read_csv(FILES[0], schema_overrides={"rcid": pl.Int32, "ccode": pl.Int16, "vote": pl.Int8})
    sessions = pl.read_csv(FILES[1], columns=["rcid", "session"], schema_overrides={"rcid": pl.Int32, "session": pl.Int16})
    return votes.filter(pl.col("vote") <= 3).join(sessions, on="rcid")


def with_numpy():
    import numpy as np

    parts = []
    for part in read().partition_by("session"):
        calls, call = np.unique(part["rcid"].to_numpy(), return_inverse=True)
        states, state = np.unique(part["ccode"].to_numpy(), return_inverse=True)
        n, codes = len(states), part["vote"].to_numpy() - 1
        cast = np.zeros((3, n, len(calls)), np.float32)
        cast[codes, state, call] = 1
        flat = cast.reshape(3 * n, -1)
        both = (flat @ flat.T).reshape(3, n, 3, n)
        a, b = np.triu_indices(n, 1)
        cell = [[both[x][a, y, b].astype(np.int64) for y in range(3)] for x in range(3)]
        row = [sum(cell[x]) for x in range(3)]
        column = [cell[0][y] + cell[1][y] + cell[2][y] for y in range(3)]
        common = row[0] + row[1] + row[2]
        met = common > 0
        same = cell[0][0] + cell[1][1] + cell[2][2]
        far = cell[0][2] + cell[2][0]
        distance = common - same + 3 * far
        pooled = [r + c for r, c in zip(row, column)]
        by_margins = (row[0] + row[2]) * column[1] + row[1] * (column[0] + column[2]) + 4 * (row[0] * column[2] + row[2] * column[0])
        by_pool = 2 * pooled[1] * (pooled[0] + pooled[2]) + 8 * pooled[0] * pooled[2]
        with np.errstate(divide="ignore", invalid="ignore"):
            kappa = np.where(by_margins > 0, 1 - common * distance / by_margins, np.nan)
            pi = np.where(by_pool > 0, 1 - 4 * common * distance / by_pool, np.nan)
            agreement, s = same / common, 1 - distance / (2 * common)
        session = np.full(len(common), part["session"][0], np.int16)
        parts.append([v[met] for v in (session, common, agreement, s, kappa, pi)])
    return dict(zip(("session", "rollcalls", "agreement", "s", "kappa", "pi"), (np.concatenate(c) for c in zip(*parts))))


def finish(frame):
    """Values from sums over common roll calls, with votes coded 1 to 3."""
    import polars as pl

    n, d, x, y, q = (pl.col(c).cast(pl.Int64) for c in ("rollcalls", "d", "x", "y", "q"))
    margins, pool = n * q - 2 * x * y, 2 * n * q - (x + y) ** 2
    return frame.with_columns(
        agreement=pl.col("same") / n,
        s=1 - d / (2 * n),
        kappa=pl.when(margins > 0).then(1 - n * d / margins),
        pi=pl.when(pool > 0).then(1 - 2 * n * d / pool),
    )


def with_polars():
    import polars as pl

    def pairs(part):
        other = part.select("rcid", two="ccode", w="vote")
        v, w = pl.col("vote").cast(pl.Int32), pl.col("w").cast(pl.Int32)
        joined = part.join(other, on="rcid").filter(pl.col("ccode") < pl.col("two"))
        return joined.group_by("session", "ccode", "two").agg(
            rollcalls=pl.len(), same=(v == w).sum(), d=((v - w) ** 2).sum(), x=v.sum(), y=w.sum(), q=(v * v + w * w).sum()
        )

    return finish(pl.concat(pl.collect_all([pairs(p.lazy()) for p in read().partition_by("session")])))


def with_duckdb():
    import duckdb

    base = duckdb.connect()
    base.execute(
        "CREATE TABLE v AS SELECT s.session, v.rcid, v.ccode, v.vote FROM read_csv(?, header=true, "
        "columns={'rcid': 'INTEGER', 'ccode': 'SMALLINT', 'vote': 'TINYINT'}) v "
        "JOIN (SELECT rcid::INTEGER AS rcid, session::SMALLINT AS session FROM read_csv(?, header=true)) s ON s.rcid = v.rcid WHERE v.vote <= 3",
        FILES,
    )
    base.execute(
        "CREATE TABLE t AS WITH c AS (SELECT a.session, a.ccode, b.ccode AS two, count(*) AS n, count(*) FILTER (a.vote = b.vote) AS same, "
        "sum((a.vote - b.vote) * (a.vote - b.vote)) AS d, sum(a.vote) AS x, sum(b.vote) AS y, sum(a.vote * a.vote + b.vote * b.vote) AS q "
        "FROM v a JOIN v b ON b.rcid = a.rcid AND a.ccode < b.ccode GROUP BY a.session, a.ccode, b.ccode) "
        "SELECT session, n AS rollcalls, same / n AS agreement, 1 - d / (2 * n) AS s, "
        "CASE WHEN n * q > 2 * x * y THEN 1 - n * d / (n * q - 2 * x * y) END AS kappa, "
        "CASE WHEN 2 * n * q > (x + y) * (x + y) THEN 1 - 2 * n * d / (2 * n * q - (x + y) * (x + y)) END AS pi FROM c"
    )
    return base


def program(*more):
    subprocess.run([PROGRAM, "-q", "measure", "similarity", *more, "--from", *FILES], check=True, stdout=subprocess.DEVNULL)


PEERS = {"numpy": with_numpy, "polars": with_polars, "duckdb": with_duckdb}


def timed(runs, work):
    walls, result = [], None
    for _ in range(runs):
        start = time.perf_counter()
        result = work()
        walls.append((time.perf_counter() - start) * 1e3)
    return statistics.median(walls), result


def digest(frame):
    """Rows, common votes and undefined values in all, and every value summed by session."""
    import polars as pl

    frame = frame.with_columns(pl.col("rollcalls").cast(pl.Int64), *(pl.col(c).fill_nan(None) for c in ("kappa", "pi")))
    whole = frame.select(pl.len(), pl.col("rollcalls").sum(), nulls=pl.col("kappa").null_count(), pi=pl.col("pi").null_count()).row(0)
    sums = frame.group_by("session").agg(pl.col("agreement", "s", "kappa", "pi").sum()).sort("session")
    return whole, sums.drop("session").to_numpy()


def main(runs):
    import duckdb
    import numpy as np
    import polars as pl

    print(f"machine: {platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; medians of {runs} runs")
    print("similarity of votes, every pair in every session, from the gzipped files: agreement, S, kappa, pi")
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/similarity.parquet"
        ours, _ = timed(runs, program)
        written, _ = timed(runs, lambda: program("-o", file))
        table = pl.read_parquet(file)
    whole, sums = digest(table)
    print(f"{'blocwatch, whole process, table in memory':<46} {ours:>9.1f} ms")
    print(f"{'blocwatch, whole process, Parquet on disk':<46} {written:>9.1f} ms")
    print(f"  {whole[0]} dyad-sessions, {whole[1]} pair-votes, {whole[2]} without a defined kappa")
    peers = [
        ("numpy", f"numpy {np.__version__}, one product a session", pl.DataFrame),
        ("polars", f"Polars {pl.__version__}, self-joins by session", lambda f: f),
        ("duckdb", f"DuckDB {duckdb.__version__}, one self-join", lambda base: pl.DataFrame(base.execute("SELECT * FROM t").to_arrow_table())),
    ]

    def tell(name, took):
        print(f"{name:<46} {took:>9.1f} ms  {took / ours:>5.1f} times ours in memory, {took / written:.1f} times ours on disk")

    for peer, name, frame in peers:
        once = [sys.executable, __file__, str(SHARED), "once", peer]
        alone, _ = timed(runs, lambda: subprocess.run(once, check=True))
        median, result = timed(runs, PEERS[peer])
        theirs, their_sums = digest(frame(result))
        assert theirs == whole and np.allclose(their_sums, sums, atol=1e-6), f"{name}: {theirs} is not {whole}"
        tell(name + ", whole process", alone)
        tell("  the same within a running process", median)


if __name__ == "__main__":
    if sys.argv[2:3] == ["once"]:
        PEERS[sys.argv[3]]()
    else:
        main(int(sys.argv[2]) if len(sys.argv) > 2 else 5)
