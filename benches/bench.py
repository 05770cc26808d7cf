"""Times the program's main paths beside what a user would pick today, on the same input in the same run, and prints one table.

usage: bench.py SHARED [RUNS] [JOB...]

One job is one file in `jobs/` with a function `run(bench)`, and one line here. See `harness.py` for what a job may use.
"""

import importlib
import shutil
import sys
import tempfile
import time
from pathlib import Path

from harness import Bench, machine

JOBS = [
    "panel_from_files",
    "events",
    "build",
    "briefs",
    "panel_directed",
    "queries",
    "agreement",
    "network",
]


def main():
    shared, runs = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    asked = sys.argv[3:] or JOBS
    home = tempfile.mkdtemp(prefix="blocwatch-bench-")
    bench = Bench(shared, runs, home)
    print(f"machine: {machine()}; medians of {runs} runs, with least and most; whole processes unless said")
    begun = time.perf_counter()
    try:
        for job in asked:
            importlib.import_module(f"jobs.{job}").run(bench)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"\n{time.perf_counter() - begun:.0f} seconds in all")
    if bench.failed:
        sys.exit("results differ:\n" + "\n".join(bench.failed))


if __name__ == "__main__":
    main()
