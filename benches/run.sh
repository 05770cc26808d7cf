#!/usr/bin/env bash
# Timings of the main paths on the real files, and of what a user would pick today for the same work, in the same run.
# usage: benches/run.sh SHARED [RUNS] [JOB...]      (SHARED: the folder with data/; jobs are the files in benches/jobs/)
# BENCH_PYTHON names another Python that has the peers.
set -euo pipefail
cd "$(dirname "$0")/.."
shared="${1:-../shared}" runs="${2:-5}"
[ -d "$shared/data" ] || { echo "SKIPPED: $shared/data is absent; the benchmark needs the real files" >&2; exit 0; }
cargo build --release --locked --quiet -p blocwatch-cli -p blocwatch-sources --bin blocwatch --example count_events
cargo build --release --locked --quiet -p blocwatch-stats --example time_agreement --example time_network --example time_idealpoint
python="${BENCH_PYTHON:-}"
if [ -z "$python" ]; then
  venv=target/bench-venv
  python="$venv/bin/python"
  if [ ! -e "$venv/whole" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet numpy scipy duckdb polars pyarrow pandas igraph leidenalg networkx
    touch "$venv/whole"
  fi
fi
"$python" benches/bench.py "$shared" "$runs" "${@:3}"
# tables of their own, when everything is asked for
[ $# -gt 2 ] || { "$python" benches/votes.py "$shared"; "$python" benches/idealpoint.py "$shared"; }
