"""Two million rows of coded events (GDELT's format 2, made up): root events of two different countries, each event once, by month, pair and root.

Ours is the reader of the step `event_dyad_month` with the published letters instead of states, since peers know no states. Two reports are
one event where day, ordered countries, code and address agree, for everybody. The packed files hold the same
rows; memory is also shown for three times as many.
"""

import json
import shutil
import tempfile
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROWS, FILES = 2_000_000, 12
COUNT = "target/release/examples/count_events"
COLUMNS = {1: "date", 2: "month", 7: "a1", 17: "a2", 25: "isroot", 26: "code", 28: "root", 60: "url"}


def digest(path):
    import polars as pl

    f = pl.read_parquet(path)
    month, n = f["month"].cast(pl.Int64), f["n"].cast(pl.Int64)
    key = sum(f[c].str.encode("hex").str.to_integer(base=16).cast(pl.Int64) * w for c, w in [("a", 31), ("b", 37), ("root", 41)])
    weight = (key + month * 43) % 999979
    return f"{len(f)} cells {n.sum()} events {(n * weight).sum() % 10**9:09d}"


def polars(engine, files):
    import polars as pl

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name
    kinds = {"date": pl.Int32, "month": pl.Int32, "isroot": pl.Int8}
    schema = {COLUMNS.get(i, f"c{i}"): kinds.get(COLUMNS.get(i), pl.String) for i in range(61)}

    def work():
        rows = pl.scan_csv(files, separator="\t", has_header=False, quote_char=None, schema=schema)
        events = rows.filter((pl.col("isroot") == 1) & (pl.col("a1") != "") & (pl.col("a2") != "") & (pl.col("a1") != pl.col("a2")))
        once = events.unique(["date", "a1", "a2", "code", "url"], keep="any")
        a, b = pl.min_horizontal("a1", "a2"), pl.max_horizontal("a1", "a2")
        counted = once.group_by("month", a.alias("a"), b.alias("b"), "root").agg(n=pl.len())
        if engine == "streaming":
            counted.sink_parquet(out, engine="streaming")
        else:
            counted.collect(engine=engine).write_parquet(out)
        return out

    return work, digest


def polars_hash(engine, files):
    """The five keys as one number, which is faster there and nearly as sure."""
    import polars as pl

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name
    kinds = {"date": pl.Int32, "month": pl.Int32, "isroot": pl.Int8}
    schema = {COLUMNS.get(i, f"c{i}"): kinds.get(COLUMNS.get(i), pl.String) for i in range(61)}

    def work():
        rows = pl.scan_csv(files, separator="\t", has_header=False, quote_char=None, schema=schema)
        events = rows.filter((pl.col("isroot") == 1) & (pl.col("a1") != "") & (pl.col("a2") != "") & (pl.col("a1") != pl.col("a2")))
        key = pl.struct("date", "a1", "a2", "code", "url").hash()
        a, b = pl.min_horizontal("a1", "a2"), pl.max_horizontal("a1", "a2")
        counted = events.select("month", a.alias("a"), b.alias("b"), "root", key=key).group_by("month", "a", "b", "root").agg(n=pl.col("key").n_unique())
        counted.collect(engine=engine).write_parquet(out)
        return out

    return work, digest


def duckdb(files):
    import duckdb

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name
    kinds = {"date": "INTEGER", "month": "INTEGER", "isroot": "TINYINT"}
    names = {COLUMNS.get(i, f"c{i}"): kinds.get(COLUMNS.get(i), "VARCHAR") for i in range(61)}
    sql = f"""
    COPY (SELECT month, least(a1, a2) AS a, greatest(a1, a2) AS b, root, count(*)::INTEGER AS n FROM (
            SELECT DISTINCT ON (date, a1, a2, code, url) * FROM (
              SELECT month, date, a1, a2, code, root, url FROM read_csv({files!r}, delim='\t', header=false, quote='', columns={names!r})
              WHERE isroot = 1 AND a1 <> '' AND a2 <> '' AND a1 <> a2))
          GROUP BY ALL) TO '{out}' (FORMAT parquet)"""

    def work():
        duckdb.connect().execute(sql)
        return out

    return work, digest


def duckdb_grouped(files):
    import duckdb

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name
    kinds = {"date": "INTEGER", "month": "INTEGER", "isroot": "TINYINT"}
    names = {COLUMNS.get(i, f"c{i}"): kinds.get(COLUMNS.get(i), "VARCHAR") for i in range(61)}
    sql = f"""
    COPY (SELECT month, least(a1, a2) AS a, greatest(a1, a2) AS b, root, count(*)::INTEGER AS n FROM (
            SELECT month, date, a1, a2, code, root, url FROM read_csv({files!r}, delim='\t', header=false, quote='', columns={names!r})
            WHERE isroot = 1 AND a1 <> '' AND a2 <> '' AND a1 <> a2 GROUP BY ALL)
          GROUP BY ALL) TO '{out}' (FORMAT parquet)"""

    def work():
        duckdb.connect().execute(sql)
        return out

    return work, digest


def pandas(files):
    import pandas as pd

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name

    def work():
        parts = []
        for file in files:
            part = pd.read_csv(file, sep="\t", header=None, usecols=list(COLUMNS), dtype=str, keep_default_na=False, engine="pyarrow")
            part.columns = list(COLUMNS.values())
            part = part[(part.isroot == "1") & (part.a1 != "") & (part.a2 != "") & (part.a1 != part.a2)]
            parts.append(part)
        f = pd.concat(parts).drop_duplicates(["date", "a1", "a2", "code", "url"])
        low = f.a1 < f.a2
        f = f.assign(a=f.a1.where(low, f.a2), b=f.a2.where(low, f.a1))
        f.groupby(["month", "a", "b", "root"], observed=True).size().reset_index(name="n").to_parquet(out)
        return out

    return work, digest


PEERS = {
    "Polars, streaming": lambda files: polars("streaming", files),
    "Polars, in memory": lambda files: polars("in-memory", files),
    "Polars, one hash a row": lambda files: polars_hash("streaming", files),
    "DuckDB, distinct": duckdb,
    "DuckDB, grouped": duckdb_grouped,
    "pandas": pandas,
}


def inflate(path):
    """Unpacks an archive and throws the text away."""
    import struct

    data = Path(path).read_bytes()
    name, extra = struct.unpack("<HH", data[26:30])
    worker, at, n = zlib.decompressobj(-15), 30 + name + extra, 0
    while not worker.eof and at < len(data):
        n += len(worker.decompress(data[at : at + (1 << 18)]))
        at += 1 << 18
    return n


def run(bench):
    import time

    import make_events
    from harness import DATA, Run

    bench.title(f"events: {ROWS:,} rows of format 2, made up")
    plain, zipped = make_events.make(DATA, ROWS, FILES)
    packed = sorted(str(p) for p in zipped.iterdir())
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/counts.parquet"
        ours = bench.ours(out, "2", str(plain), program=(COUNT,), home=False)
        print(f"  {plain.stat().st_size / 1e6:.0f} MB; {json.loads(ours.result)}")
        found = digest(out)
        bench.line("plain text, counted and written", ours, goal="x1.5", peers=bench.peers("events", PEERS, files=[str(plain)]), digest=found, note="(peak goal 500 MiB)")
        ours = bench.ours(out, "2", *packed, program=(COUNT,), home=False)
        if digest(out) != found:
            bench.failed.append("events: packed files give another result")
        with ProcessPoolExecutor() as pool:
            list(pool.map(abs, range(8)))
            bound = Run([], name=f"zlib alone, {FILES} archives on all cores")
            for _ in range(bench.runs):
                start = time.perf_counter()
                list(pool.map(inflate, packed))
                bound.walls.append((time.perf_counter() - start) * 1e3)
        bench.line(f"{FILES} zip archives, counted and written", ours, peers=[bound], note="(the bound is unpacking alone)")
        # the same archives under the names of other days: every event is reported three times, and counts once
        three = []
        for path in packed:
            for year in (2016, 2017, 2018):
                copy = Path(folder, f"{year}{Path(path).name[4:]}")
                shutil.copyfile(path, copy)
                three.append(str(copy))
        ours = bench.ours(out, "2", *three, program=(COUNT,), home=False, runs=1)
        if digest(out) != found:
            bench.failed.append("events: three reports of an event do not count once")
        bench.line("three times as many rows in archives", ours, note="(peak goal 500 MiB)")
