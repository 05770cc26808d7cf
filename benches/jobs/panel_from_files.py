"""Undirected dyad-years 1816-2014 from publishers' gzipped files: joint memberships, five kinds of alliance, polyarchy of both sides.

Every program reads the same files and writes Parquet. Members are full or associate, as in the field's published joint counts. Ours says
of an alliance which side has the duty; the comparison takes either. The digest covers rows, counts and alliances of all pairs of which
both states were in the system all year: in a year of entry or exit peers, who join by year, make pairs that have no day in common (30 of
them), and ours gives the rows of a state with two numbers in the year (Germany and Yemen in 1990) to both. Polyarchy is equal wherever
both give it; ours resolves V-Dem's own numbers by date and has it for Czechoslovakia and the German states too, where the file names no
COW number.
"""

import tempfile

FLAGS = ["atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul"]
FROM, TO = 1816, 2014


def digest(frame, states):
    """Sums weighted by a hash of each row's key, so that a shifted result shows; of pairs of states that both stood all year."""
    import numpy as np
    import polars as pl

    day = lambda p: pl.date(pl.col(f"{p}year"), pl.col(f"{p}month"), pl.col(f"{p}day"))
    spans = pl.read_csv(states).select("ccode", a=day("st"), b=day("end"))
    # the list ends with 2016, the panel before it
    first = pl.col("a").dt.year() + (pl.col("a").dt.ordinal_day() > 1).cast(pl.Int32)
    last = pl.col("b").dt.year() - ((pl.col("b").dt.month() < 12) | (pl.col("b").dt.day() < 31)).cast(pl.Int32)
    stood = spans.select("ccode", year=pl.int_ranges(first, last + 1)).explode("year").drop_nulls().cast(pl.Int64)
    f = frame.with_columns(pl.col("ccode1", "ccode2", "year").cast(pl.Int64))
    for n in (1, 2):
        f = f.join(stood.rename({"ccode": f"ccode{n}"}), on=[f"ccode{n}", "year"], how="semi")
    g = lambda c: f[c].fill_null(0).to_numpy().astype(np.int64)
    h = (g("ccode1") * 7919 + g("ccode2") * 104729 + g("year") * 1299709) % 999979
    parts = [f"{len(f)} rows", f"{g('joint').sum()} shared"]
    parts += [f"{int((g(c) * h).sum()) % 10**9:09d}" for c in ["joint", *FLAGS]]
    return " ".join(parts)


def read_ours(path):
    import polars as pl

    f = pl.read_parquet(path)
    either = [pl.max_horizontal(f"{c}_12", f"{c}_21").alias(c) for c in FLAGS]
    return f.select("ccode1", "ccode2", "year", "joint", *either, p1="v2x_polyarchy1", p2="v2x_polyarchy2")


def polars(whole, states, igo, atop, vdem):
    import polars as pl

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name

    def work():
        s = pl.read_csv(states, columns=["ccode", "styear", "endyear"])
        m = pl.read_csv(igo, columns=["ccode", "year", "ioname", "status"])
        a = pl.read_csv(atop, columns=["ccode1", "ccode2", "year", *FLAGS])
        v = pl.read_csv(vdem, columns=["cown", "year", "v2x_polyarchy"], null_values=["", "NA"])
        years = pl.int_ranges(pl.max_horizontal("styear", pl.lit(FROM)), pl.min_horizontal("endyear", pl.lit(TO)) + 1)
        sy = s.lazy().select("ccode", year=years).explode("year").drop_nulls("year").unique()
        dyads = sy.join(sy, on="year", suffix="_2").filter(pl.col("ccode") < pl.col("ccode_2")).rename({"ccode": "ccode1", "ccode_2": "ccode2"})
        m = m.filter(pl.col("status").is_in([1, 2]) & (pl.col("year") <= TO)).select("ccode", "year", org=pl.col("ioname").rank("dense").cast(pl.UInt16))

        def joint(part):
            two = part.join(part, on=["year", "org"], suffix="_2").filter(pl.col("ccode") < pl.col("ccode_2"))
            return two.group_by(ccode1="ccode", ccode2="ccode_2", year="year").agg(joint=pl.len())

        j = joint(m.lazy()) if whole else pl.concat(pl.collect_all([joint(p.lazy()) for p in m.partition_by("year")])).lazy()
        pair = [pl.min_horizontal("ccode1", "ccode2").alias("ccode1"), pl.max_horizontal("ccode1", "ccode2").alias("ccode2")]
        a = a.lazy().select(*pair, "year", *FLAGS).group_by("ccode1", "ccode2", "year").agg(pl.col(FLAGS).max())
        v = v.lazy().drop_nulls("cown").select(pl.col("cown").cast(pl.Int64), "year", "v2x_polyarchy").unique(["cown", "year"], keep="last", maintain_order=True)
        keys = ["ccode1", "ccode2", "year"]
        side = lambda n: v.rename({"cown": f"ccode{n}", "v2x_polyarchy": f"p{n}"})
        done = dyads.join(j, on=keys, how="left").join(a, on=keys, how="left").with_columns(pl.col("joint", *FLAGS).fill_null(0))
        done = done.join(side(1), on=["ccode1", "year"], how="left").join(side(2), on=["ccode2", "year"], how="left")
        done.collect(engine="streaming").write_parquet(out)
        return out

    return work, lambda path: digest(pl.read_parquet(path), states)


def duckdb(states, igo, atop, vdem):
    import duckdb
    import polars as pl

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name
    flags = ", ".join(f"max({c}) AS {c}" for c in FLAGS)
    filled = ", ".join(f"coalesce(a.{c}, 0) AS {c}" for c in FLAGS)
    sql = f"""
    COPY (
      WITH sy AS (SELECT DISTINCT ccode, unnest(range(greatest(styear, {FROM}), least(endyear, {TO}) + 1)) AS year FROM read_csv('{states}')),
      m AS (SELECT ccode, year, ioname FROM read_csv('{igo}') WHERE status IN (1, 2) AND year <= {TO}),
      j AS (SELECT x.ccode AS ccode1, y.ccode AS ccode2, x.year, count(*) AS joint FROM m x JOIN m y ON x.year = y.year AND x.ioname = y.ioname
            AND x.ccode < y.ccode GROUP BY ALL),
      a AS (SELECT least(ccode1, ccode2) AS c1, greatest(ccode1, ccode2) AS c2, year, {flags} FROM read_csv('{atop}') GROUP BY ALL),
      v AS (SELECT cown, year, last(v2x_polyarchy) AS p FROM read_csv('{vdem}', nullstr=['', 'NA'], sample_size=-1) WHERE cown IS NOT NULL GROUP BY ALL)
      SELECT s.ccode AS ccode1, t.ccode AS ccode2, s.year, coalesce(j.joint, 0) AS joint, {filled}, v1.p AS p1, v2.p AS p2
      FROM sy s JOIN sy t ON s.year = t.year AND s.ccode < t.ccode
      LEFT JOIN j ON j.ccode1 = s.ccode AND j.ccode2 = t.ccode AND j.year = s.year
      LEFT JOIN a ON a.c1 = s.ccode AND a.c2 = t.ccode AND a.year = s.year
      LEFT JOIN v v1 ON v1.cown = s.ccode AND v1.year = s.year LEFT JOIN v v2 ON v2.cown = t.ccode AND v2.year = s.year
    ) TO '{out}' (FORMAT parquet)"""

    def work():
        duckdb.connect().execute(sql)
        return out

    return work, lambda path: digest(pl.read_parquet(path), states)


def pandas(states, igo, atop, vdem):
    """Joint memberships as one product of indicator matrices a year, which is the fastest way there."""
    import numpy as np
    import pandas as pd
    import polars as pl

    out = tempfile.NamedTemporaryFile(suffix=".parquet").name

    def work():
        s = pd.read_csv(states, usecols=["ccode", "styear", "endyear"])
        m = pd.read_csv(igo, usecols=["ccode", "year", "ioname", "status"])
        a = pd.read_csv(atop, usecols=["ccode1", "ccode2", "year", *FLAGS])
        v = pd.read_csv(vdem, usecols=["cown", "year", "v2x_polyarchy"]).dropna(subset=["cown"])
        m = m[m.status.isin([1, 2]) & (m.year <= TO)]
        m = m.assign(org=m.ioname.astype("category").cat.codes)
        years = dict(list(m.groupby("year")))
        parts = []
        for year in range(FROM, TO + 1):
            codes = np.unique(s.ccode[(s.styear <= year) & (s.endyear >= year)].to_numpy())
            i, k = np.triu_indices(len(codes), 1)
            joint = np.zeros(len(i), np.int64)
            if year in years:
                of = years[year]
                of = of[of.ccode.isin(codes)]
                x = np.zeros((len(codes), int(m.org.max()) + 1), np.float32)
                x[np.searchsorted(codes, of.ccode), of.org] = 1
                joint = (x @ x.T)[i, k].astype(np.int64)
            parts.append(pd.DataFrame({"ccode1": codes[i], "ccode2": codes[k], "year": year, "joint": joint}))
        d = pd.concat(parts, ignore_index=True)
        low, high = a[["ccode1", "ccode2"]].min(axis=1), a[["ccode1", "ccode2"]].max(axis=1)
        a = a.assign(ccode1=low, ccode2=high).groupby(["ccode1", "ccode2", "year"], as_index=False)[FLAGS].max()
        d = d.merge(a, on=["ccode1", "ccode2", "year"], how="left")
        d[FLAGS] = d[FLAGS].fillna(0).astype(int)
        v = v.assign(cown=v.cown.astype(int)).drop_duplicates(["cown", "year"], keep="last")
        for n in (1, 2):
            d = d.merge(v.rename(columns={"cown": f"ccode{n}", "v2x_polyarchy": f"p{n}"}), on=[f"ccode{n}", "year"], how="left")
        d.to_parquet(out)
        return out

    return work, lambda path: digest(pl.read_parquet(path), states)


PEERS = {
    "Polars, one query": lambda **files: polars(True, **files),
    "Polars, a query a year": lambda **files: polars(False, **files),
    "DuckDB": duckdb,
    "pandas and numpy": pandas,
}


def run(bench):
    bench.title("panel from files: undirected dyad-years 1816-2014 (peers: without start and imports)")
    data = bench.shared / "data"
    files = {
        "states": str(data / "crosswalk/cow_states.csv.gz"),
        "igo": str(data / "cow_igo_v3/igo_membership_state_year_long.csv.gz"),
        "atop": str(data / "alliances/atop_v5.1_dyad_year.csv.gz"),
        "vdem": str(data / "regime/vdem_v15_main_indices.csv.gz"),
    }
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/panel.parquet"
        asked = ["--undirected", "--system", "cow", "--years", f"{FROM}:{TO}", "--columns", "joint", "atop_*", "v2x_polyarchy"]
        ours = bench.ours("panel", "dyad-year", *asked, "--from", files["igo"], files["atop"], files["vdem"], "-o", out, runs=2 * bench.runs)
        found = digest(read_ours(out), files["states"])
    bench.line("panel dyad-year --from three files", ours, goal="x3", peers=bench.peers("panel_from_files", PEERS, **files), digest=found)
