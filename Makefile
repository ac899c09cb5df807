# Everything lives in .venv and var/. Needs Python 3.11 to 3.13 with venv, and make; PyPI for the first run.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
HOME_DEMO := var/demo
HOME_OPEN := var/open
OPEN_DATA ?= $(ASSET_MAP_OPEN_DATA)
PORT ?= 8080

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo open-areas test lint lock bench docs clean

help: ## Show what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); sys.exit(None if ok else "Python 3.11 to 3.13 is needed, this is " + sys.version.split()[0] + "; run: make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

install: .venv/installed ## Set up .venv with locked dependencies

install-dev: .venv/installed-dev ## The same with what tests and checks need

demo: install ## Load the invented sample and serve it
	@ASSET_MAP_HOME=$(HOME_DEMO) $(BIN)/asset-map sample
	@echo "The gap map of Worcester will be at http://127.0.0.1:$(PORT)/gaps?interest=growing_food&area=lsoa"
	@ASSET_MAP_HOME=$(HOME_DEMO) $(BIN)/asset-map serve --port $(PORT)

open-areas: install ## Load five councils from OPEN_DATA=folder
	@ASSET_MAP_HOME=$(HOME_OPEN) $(BIN)/python scripts/load_open_areas.py $(OPEN_DATA)

test: install-dev ## Run the tests
	$(BIN)/pytest --cov --cov-report=term:skip-covered -n 2

lint: install-dev ## Style, types, layers, facts, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/asset-map terms check
	$(BIN)/python scripts/build_docs.py --check

lock: ## Work the lock files out anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --extra meaning --group build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --extra meaning --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

bench: install-dev ## Measure speed and memory, and write docs/results.md
	$(BIN)/python benchmarks/run_all.py

docs: install-dev ## Write the generated docs anew
	$(BIN)/python scripts/build_docs.py

clean: ## Remove what was set up
	rm -rf .venv var
