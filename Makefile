# Two commands: `make demo` and `make test`. Both set up all they need below this folder.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
LARGE ?= $(CURDIR)/var-large
export ORT_DISABLE_TELEMETRY := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo up test check tests soak seed-large bench-web services services-stop bench clean lock

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .make/base .make/kernel .make/node ## everything, from an empty folder to the portal on http://127.0.0.1:8000 (PORT=8000)
	@exec $(BIN)/python manage.py demo --port $(PORT)

up: .make/base .make/kernel .make/node ## the portal and a worker, on what is already there
	@exec $(BIN)/python manage.py up --port $(PORT)

test: check tests ## every check and every test

check: .make/dev .make/node ## style, types, import directions, templates, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run --settings portal.settings.test

tests: .make/dev .make/node ## the tests, on the real services where `make services` started them
	$(BIN)/python scripts/run_tests.py

bench: .make/bench ## speed and memory, as ratios taken in one run
	$(BIN)/python -m benchmarks

seed-large: .make/base .make/kernel ## 200 models on 20 test sets, made up, into var-large/ (LARGE=folder for another)
	ASSAY_DATA=$(LARGE) $(BIN)/python -m fixtures.large

bench-web: .make/dev seed-large ## every page of that portal, as each role: milliseconds, queries, kilobytes; on PostgreSQL too where it runs
	ASSAY_DATA=$(LARGE) $(BIN)/python -m benchmarks.web
	@if [ -f .services/env ]; then . .services/env; fi; \
	if [ -z "$$ASSAY_TEST_DATABASE_URL" ]; then echo "PostgreSQL is not running here: make services starts it."; exit 0; fi; \
	export ASSAY_DATA=$(LARGE)-postgresql DATABASE_URL=$$ASSAY_TEST_DATABASE_URL; \
	$(BIN)/python -m fixtures.large && $(BIN)/python -m benchmarks.web

soak: .make/dev ## 200 submissions, a quarter of them hostile, while workers are killed
	$(BIN)/python -m tests.faults.soak

services: .make/base ## Redis, PostgreSQL and Chromium: installed by apt where allowed, started on free ports
	$(BIN)/python scripts/services.py start

services-stop: ## stop what `make services` started
	$(BIN)/python scripts/services.py stop

lock: .make/dev ## pin what pyproject.toml allows, with hashes
	$(BIN)/uv pip compile -q pyproject.toml --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements/base.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra s3 -c requirements/base.txt --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements/s3.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra dev --extra s3 -c requirements/s3.txt --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements/dev.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra bench -c requirements/dev.txt --generate-hashes --no-header --no-annotate --python-version 3.11 -o requirements/bench.txt

clean: services-stop ## remove what was set up; keeps var/, where people's entries are
	rm -rf evaluation/comparison/kernel-*.so $(VENV) .make node_modules .mypy_cache .ruff_cache .pytest_cache

.make/venv: requirements/uv.txt
	@sh scripts/find_python.sh "$(PYTHON)"
	@echo "Setting up: Python environment"
	@"$(PYTHON)" -m venv $(VENV) || { echo "Python's venv module is missing. Install it (Debian: apt install python3.11-venv) and run make again." >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@mkdir -p .make && touch $@

.make/base: .make/venv requirements/base.txt
	@echo "Setting up: packages"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@touch $@

.make/kernel: .make/base evaluation/comparison/kernel.c
	@$(BIN)/python scripts/build_kernel.py
	@touch $@

.make/dev: .make/base .make/kernel requirements/dev.txt
	@echo "Setting up: packages for checks and tests"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

.make/bench: .make/dev requirements/bench.txt
	@echo "Setting up: packages for benchmarks"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

.make/node: .make/venv package.json package-lock.json
	@echo "Setting up: front-end packages"
	@$(BIN)/python scripts/front_end.py
	@touch $@
