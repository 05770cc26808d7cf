"""The largest panel: every ordered pair in every year with every column, from a built observatory."""

import tempfile


def run(bench):
    bench.title("panel from an observatory")
    bench.observatory()
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/directed.parquet"
        run = bench.ours("panel", "dyad-year", "--years", "1816:2024", "--columns", "*", "-o", out)
        import pyarrow.parquet as pq

        shape = pq.read_metadata(out)
        bench.line("directed dyad-years 1816-2024, every column", run, goal=1000, note=f"{shape.num_rows} rows, {shape.num_columns} columns (peak goal 1024 MiB)")
        out = f"{folder}/default.parquet"
        bench.line("directed dyad-years, the default columns", bench.ours("panel", "dyad-year", "-o", out))
        bench.line("state-years, the default columns", bench.ours("panel", "state-year", "-o", f"{folder}/states.parquet"))
