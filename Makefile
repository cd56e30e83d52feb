# `make` alone lists what there is. Needs only make and Python 3.11 or newer.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test bench chaos lint format clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/run.stamp  ## install, start everything and print the address
	@$(BIN)/python -m servicedesk.embedded

test: lint  ## lint, types and every test, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadgroup --database=both

bench: .venv/test.stamp  ## measure, beside others, what the design promises
	$(BIN)/python -m tests.bench

chaos: .venv/test.stamp  ## inject faults for real: what is lost, what is done twice
	$(BIN)/python -m tests.chaos

lint: .venv/test.stamp  ## style and types
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy

format: .venv/test.stamp  ## rewrite the sources in the common style
	$(BIN)/python -m ruff check --fix
	$(BIN)/python -m ruff format

clean:  ## remove the environment and the caches; the data in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The environment follows the requirements: it is made anew only when they change.
.venv/bin/python:
	@echo "Making the environment in .venv ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing the requirements ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/test.stamp: tests/requirements.txt .venv/run.stamp
	@echo "Installing the requirements of the tests ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@
