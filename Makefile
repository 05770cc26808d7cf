# What people type. Each target installs what it needs on a fresh Debian machine with a Rust toolchain.

BIN := target/release/blocwatch
HOME_DIR ?= target/run
SHARED ?= ../shared

ISLANDS := crates/blocwatch-web/islands
ISLAND_SOURCES := $(wildcard $(ISLANDS)/src/*.ts) $(addprefix $(ISLANDS)/,build.mjs tsconfig.json package.json package-lock.json)

.PHONY: setup build run test test-api test-browser test-cluster docs bench clean

setup:
	@command -v cc >/dev/null || { apt-get update -qq && apt-get install -y -qq gcc libc6-dev; }

# the scripts of the pages (docs/adr/0015), built again when their sources are newer
$(ISLANDS)/node_modules/.package-lock.json: $(ISLANDS)/package-lock.json $(ISLANDS)/package.json
	@command -v npm >/dev/null || { apt-get update -qq && apt-get install -y -qq nodejs npm; }
	cd $(ISLANDS) && npm ci --silent
	@touch $@

$(ISLANDS)/dist/entries.txt: $(ISLAND_SOURCES) $(ISLANDS)/node_modules/.package-lock.json
	cd $(ISLANDS) && npm run --silent build

build: setup $(ISLANDS)/dist/entries.txt
	cargo build --release --locked

# the main job on the embedded default: nothing is downloaded
run: build
	$(BIN) --home $(HOME_DIR) build
	$(BIN) --home $(HOME_DIR) brief KGZ -o $(HOME_DIR)/kyrgyzstan.html
	$(BIN) --home $(HOME_DIR) brief SCO -o $(HOME_DIR)/sco.html
	$(BIN) --home $(HOME_DIR) brief KGZ | head -40
	@echo
	@echo "Briefs to open in a browser: $(HOME_DIR)/kyrgyzstan.html and $(HOME_DIR)/sco.html"

test: build
	@command -v cargo-nextest >/dev/null || cargo install --locked --quiet cargo-nextest
	@command -v cargo-deny >/dev/null || cargo install --locked --quiet cargo-deny
	cargo fmt --all --check
	cargo xtask layers
	cargo deny --log-level error check bans licenses sources
	cargo clippy --release --locked --workspace --all-targets -- -D warnings
	cargo nextest run --release --locked --workspace
	cargo test --release --locked --workspace --doc --quiet
	$(BIN) casebook check knowledge
	cargo xtask docs --check
	@$(MAKE) --no-print-directory test-browser

# made-up requests against the description of the interface for programs; installs schemathesis in target/
test-api: build
	$(BIN) --home $(HOME_DIR) build --quiet
	benches/api.sh $(BIN) $(HOME_DIR)

# every page in a real browser, with and without script; screenshots go to target/browser
test-browser: build
	@test -x $${CHROMIUM:-/usr/bin/chromium} || { apt-get update -qq && apt-get install -y -qq chromium; }
	cd $(ISLANDS) && npm run --silent test

# queries and builds on a cluster of processes on this machine; compiles the engine again, with Ballista
CLUSTER := --release --locked -p blocwatch-cli -p blocwatch-cluster --features blocwatch-cli/cluster
test-cluster: setup
	@command -v cargo-nextest >/dev/null || cargo install --locked --quiet cargo-nextest
	cargo nextest run $(CLUSTER) -E 'package(blocwatch-cluster) or test(/^cluster::/)'

docs: build
	cargo xtask docs

# timings against what a user would pick today; needs the shared data and, for the peers, Python
bench: build
	benches/run.sh $(SHARED)

clean:
	cargo clean
	rm -rf $(ISLANDS)/dist $(ISLANDS)/node_modules
