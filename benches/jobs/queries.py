"""Queries over the observatory's tables: the program as a whole process, DuckDB and Polars SQL on the same Parquet files."""

import json

TABLES = ["regime_state_year", "agreement_dyad_session", "membership_org_state_year"]

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


def digest(rows):
    """Rows in their order, numbers to nine digits: engines add floats in other orders."""
    import hashlib

    def cell(v):
        return f"{v:.9g}" if isinstance(v, float) else str(v)

    text = "\n".join("|".join(cell(v) for v in row) for row in rows)
    return f"{len(rows)} rows {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def duckdb(tables, sql):
    import duckdb

    def work():
        database = duckdb.connect()
        for name in TABLES:
            database.execute(f"CREATE VIEW {name} AS SELECT * FROM '{tables}/{name}.parquet'")
        return database.execute(sql).fetchall()

    return work, digest


def polars(tables, sql):
    import polars as pl

    def work():
        frames = pl.SQLContext({name: pl.scan_parquet(f"{tables}/{name}.parquet") for name in TABLES})
        return frames.execute(sql).collect().rows()

    return work, digest


PEERS = {"DuckDB": duckdb, "Polars SQL": polars}


def run(bench):
    bench.title("queries (peers: in process, without start and imports)")
    tables = str(bench.observatory())
    for name, sql in QUERIES.items():
        ours = bench.ours("query", sql, "--format", "json")
        rows = [list(r.values()) for r in json.loads(ours.result)]
        bench.line(name, ours, peers=bench.peers("queries", PEERS, tables=tables, sql=sql), digest=digest(rows))
    bench.line("the smallest query", bench.ours("query", "SELECT 1 AS one"))
