# Everything is started from here. Each target makes what it needs first (.ci/setup); all can be interrupted and repeated.
#   PYTHON=/path/to/python3.12   which Python makes .venv (only when it is made: `make clean` first)
#   HOST=127.0.0.1 PORT=8000     where `make run` serves
#   ARGS="-k limitation"         further arguments for pytest, or for uv in `make lock`
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test test-long lint bench lock clean
export PYTHON
HOST ?= 127.0.0.1
PORT ?= 8000
SETUP := @sh .ci/setup
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(ARGS)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run: ## installs what is missing, loads the demo, serves http://127.0.0.1:8000 until Ctrl-C
	$(SETUP) run
	@$(BIN)/casefiles demo
	@exec $(BIN)/casefiles run --host $(HOST) --port $(PORT)

test: ## all tests but the long ones; ten minutes at most
	$(SETUP) test
	@$(BIN)/pytest -n 2 --dist loadfile -m "not long" -rs $(ARGS)

test-long: ## the long tests; 25 minutes at most
	$(SETUP) test
	@$(BIN)/pytest -n 2 --dist loadfile -m long -rs $(ARGS) || { code=$$?; [ $$code -eq 5 ] || exit $$code; echo "No long test was chosen."; }

lint: ## ruff over everything, mypy (strict) over the rooms that pyproject.toml names
	$(SETUP) lint
	@code=0; $(BIN)/ruff check --quiet . || code=1; $(BIN)/mypy || code=1; exit $$code

bench: ## the measurements of tests/bench, one after the other
	$(SETUP) test
	@for script in tests/bench/bench_*.py; do [ -e "$$script" ] || continue; echo "== $$script"; $(BIN)/python "$$script" || exit; done

lock: ## writes the lock files from requirements*.in; ARGS=--upgrade takes newer versions
	$(SETUP) lint
	@$(COMPILE) --output-file requirements.lock requirements.in
	@$(COMPILE) --output-file requirements-test.lock requirements-test.in
	@$(COMPILE) --output-file requirements-fonts.lock requirements-fonts.in

clean: ## removes .venv, stamps and caches; data (instance/) stays
	rm -rf .venv .make .pytest_cache .mypy_cache .ruff_cache .hypothesis casefiles.egg-info
