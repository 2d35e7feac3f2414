# What a person types. Everything made lands in .venv and var; a change of a lock file makes .venv anew.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
LINT := docs/reference/lint
# A path longer than the file's own would not be found again after the folder has moved.
export PORT DATA_DIR
COMPILE := $(BIN)/uv pip compile pyproject.toml --generate-hashes --universal --python-version 3.11 --no-emit-index-url \
	--no-header --quiet

.PHONY: help run test check format lint types imports migrations schema docs audit lock clean
help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: .venv/run.lock ## Serve the directory: PORT=8000, DATA_DIR=var; with DATABASE_URL set, as in production
	@exec $(BIN)/python manage.py serve

test: .venv/dev.lock ## Run every test, in parallel
	$(BIN)/pytest -n auto

check: format lint types imports migrations schema docs ## Run every check, the tests with coverage last
	$(BIN)/pytest -n auto --cov --cov-report=term:skip-covered

format: .venv/dev.lock ## Check the layout of the code
	$(BIN)/ruff format --check .

lint: .venv/dev.lock ## Check the code with ruff
	$(BIN)/ruff check .

types: .venv/dev.lock ## Check the types (strict in directory/)
	$(BIN)/mypy

imports: .venv/dev.lock ## Check which package imports which
	$(BIN)/lint-imports

migrations: .venv/dev.lock ## Check that the migrations say what the models say
	$(BIN)/python manage.py makemigrations --check --dry-run

schema: .venv/dev.lock ## Check that the committed OpenAPI document is the generated one
	$(BIN)/python manage.py openapi --check

docs: .venv/dev.lock $(LINT)/node_modules/.made ## Check the OpenAPI document with two tools that are not ours
	cd $(LINT) && PATH="$(NODE):$$PATH" npm run --silent check

audit: .venv/dev.lock ## Look for known vulnerabilities in the locked packages (asks an advisory database)
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip

lock: .venv/dev.lock ## Renew both lock files from pyproject.toml
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra dev --output-file requirements-dev.lock

clean: ## Remove .venv and what the checks made; the data under var stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache $(LINT)/node_modules
