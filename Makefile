# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

BIN := .venv/bin
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)
DEMO_AREA ?= stavanger
PORT ?= 5000

.PHONY: help setup setup-test run test check audit lint types contracts catalogues lock tour bench coverage clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/installed-run brukerplan/assets/vendor/complete $(COMPILED) ## Set up what running needs

setup-test: setup .venv/installed-test ## Set up what the checks need too

run: setup ## Serve the application with synthetic demo data on http://127.0.0.1:5000
	$(BIN)/brukerplan demo --area $(DEMO_AREA) --keep
	$(BIN)/brukerplan serve --port $(PORT)

test: setup-test lint types contracts ## Run every check, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadfile

coverage: setup-test ## Measure which lines the tests reach (half as long again as the tests alone)
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term

check: setup-test lint types contracts audit ## Run the fast part of the checks
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" -q

audit: setup-test ## Ask whether a locked package has a known weakness
	$(BIN)/python -m tools.audit

lint: setup-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-test
	$(BIN)/mypy

contracts: setup-test
	$(BIN)/lint-imports --no-cache

catalogues: setup-test ## Bring the translation catalogues up to date with the sources
	$(BIN)/python -m tools.catalogues

tour: setup-test ## Make the pictures of the README's tour
	$(BIN)/python -m tools.tour

bench: setup-test ## Measure what speed is promised for
	$(BIN)/python -m benchmarks

lock: ## Choose the newest allowed versions and write the lock files (needs uv)
	uv pip compile --upgrade --universal --no-annotate --no-emit-index-url --no-strip-extras --generate-hashes \
	    --python-version 3.11 --custom-compile-command "make lock" \
	    --extra build pyproject.toml --output-file requirements/run.txt
	uv pip compile --upgrade --universal --no-annotate --no-emit-index-url --no-strip-extras --generate-hashes \
	    --python-version 3.11 --custom-compile-command "make lock" \
	    --constraint requirements/run.txt --extra build --extra dev pyproject.toml \
	    --output-file requirements/test.txt

clean: ## Remove everything that set-up and runs have made, the demo database included
	rm -rf .venv node_modules brukerplan/assets/vendor instance build *.egg-info \
	    .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* $(COMPILED)

.venv/installed-run: requirements/run.txt pyproject.toml tools/system-packages
	tools/system-packages run
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed; this is $$(python3 --version)." >&2; exit 1; }
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

.venv/installed-test: .venv/installed-run requirements/test.txt
	tools/system-packages test
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/test.txt
	touch $@

node_modules/installed: package-lock.json | .venv/installed-run
	npm ci --ignore-scripts --silent
	touch $@

brukerplan/assets/vendor/complete: node_modules/installed tools/assets.py
	python3 tools/assets.py
	touch $@

%.mo: %.po .venv/installed-run
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
