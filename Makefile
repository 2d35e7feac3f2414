# What a person types. All that is made lands in .venv and var; when a lock file changes, .venv is made anew.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

# The copy of the lock file is written last, so a half-made .venv has none and is made again.
define make_venv
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (PYTHON=).") if sys.version_info < (3, 11) else 0'
	@echo "Installing $(1) into .venv ..."
	@umask 022 && rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement $(1)
	@cp $(1) .venv/$(1)
endef
same = $(shell cmp -s $(1) .venv/$(1) || echo stale)

.PHONY: help run test walks ledger ledger-speed check format lint types imports migrations schema docs bench bench-quick audit lock clean run-venv dev-venv
help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: run-venv ## Serve the directory: PORT=8000, DATA_DIR=var; with DATABASE_URL set, as in production
	@exec $(BIN)/python manage.py serve

test: dev-venv ## Run every test, in parallel
	$(BIN)/pytest -n auto

walks: dev-venv ## Take 500 walks of 50 steps through collaboration requests beside a model: about half an hour
	WALKS=500x50 $(BIN)/pytest -n0 tests/partners/collaborations/test_machine.py

ledger: dev-venv ## Race for offers over HTTP, 200 rounds of 50 clients, and check the ledger after each: ROUNDS=200
	$(BIN)/python -m tests.ledger --rounds $(ROUNDS)

ledger-speed: dev-venv ## Accept 1,000 requests over HTTP beside pgbench with the same statements, three times: ten minutes
	$(BIN)/python -m tests.ledger --speed

check: format lint types imports migrations schema docs ## Run every check, the tests with coverage last
	$(BIN)/pytest -n auto --cov --cov-report=term

format: dev-venv ## Check the layout of the code
	$(BIN)/ruff format --check .

lint: dev-venv ## Check the code with ruff
	$(BIN)/ruff check .

types: dev-venv ## Check the types (strict in directory/)
	$(BIN)/mypy

imports: dev-venv ## Check which package imports which
	$(BIN)/lint-imports

# The tests' server, not the demo's: its data may be of another state of the code.
migrations schema: export DATA_DIR := var/tests
migrations: dev-venv ## Check that the migrations say what the models say
	$(BIN)/python manage.py makemigrations --check --dry-run

schema: dev-venv ## Check that the committed OpenAPI document is the generated one
	$(BIN)/python manage.py openapi --check

docs: dev-venv ## Check the OpenAPI document with two tools that are not ours
	docs/reference/lint/check $(BIN)/python

ROUNDS ?= 200
SIZE ?= 600000
bench: dev-venv ## Measure beside other stacks and write docs/reference/performance.md: SIZE=600000, 35 minutes; needs wrk
	@exec $(BIN)/python -m tests.benchmarks --size $(SIZE) --write-report

bench-quick: dev-venv ## The same once with 60,000 entries, within 5 minutes; writes no page
	@exec $(BIN)/python -m tests.benchmarks --quick

audit: dev-venv ## Look for known vulnerabilities in the locked packages (asks an advisory database)
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip

COMPILE = $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-header
lock: dev-venv ## Renew both lock files from pyproject.toml
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove .venv and what the checks made; the data under var stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache docs/reference/lint/node_modules

# The packages of the tests contain those of `make run`.
run-venv: $(if $(call same,requirements-dev.lock),$(if $(call same,requirements.lock),run-stale))
dev-venv: $(if $(call same,requirements-dev.lock),dev-stale)
.PHONY: run-stale dev-stale
run-stale:
	$(call make_venv,requirements.lock)
dev-stale:
	$(call make_venv,requirements-dev.lock)
