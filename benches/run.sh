#!/usr/bin/env bash
# Timings of the main paths on the real files, and of what a user would pick today for the same work, in the same run.
# usage: benches/run.sh SHARED [RUNS]      (SHARED: the folder with data/)
set -euo pipefail
cd "$(dirname "$0")/.."
shared="${1:-../shared}" runs="${2:-5}"
[ -d "$shared/data" ] || { echo "SKIPPED: $shared/data is absent; the benchmark needs the real files" >&2; exit 0; }
cargo build --release --locked --quiet
cargo build --release --locked --quiet -p blocwatch-stats --example time_agreement --example time_idealpoint
venv=target/bench-venv
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -c 'import numpy, scipy, duckdb, polars, pyarrow' 2>/dev/null ||
  "$venv/bin/pip" install --quiet numpy scipy duckdb polars pyarrow
"$venv/bin/python" benches/bench.py "$shared" "$runs"
"$venv/bin/python" benches/idealpoint.py "$shared"
