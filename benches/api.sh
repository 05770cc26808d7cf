#!/usr/bin/env bash
# Holds the interface for programs to its own description, with made-up requests by the hundred: schemathesis against a server on this
# machine. Usage: benches/api.sh BINARY HOME. Not run by `make test`, which needs no Python.
set -euo pipefail
binary=${1:?the program}
home=${2:?a home with an observatory}
venv=target/schemathesis
[ -x "$venv/bin/schemathesis" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'schemathesis>=4,<5'; }
log=$(mktemp)
"$binary" --home "$home" serve --listen 127.0.0.1:0 2>"$log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 100); do grep -q 'http://' "$log" && break; sleep 0.1; done
at=$(sed -n 's|.*\(http://[^/]*\)/.*|\1|p' "$log" | head -1)
# "positive_data_acceptance" is left out: no schema can say which names of states or which SQL the observatory knows
"$venv/bin/schemathesis" --config-file benches/schemathesis.toml run "$at/api/v1/openapi.json" --url "$at" --checks all --exclude-checks positive_data_acceptance \
  --max-examples "${EXAMPLES:-40}" --request-timeout 20 --seed 1 --workers 2 --continue-on-failure --generation-database none
kill -0 "$server"
