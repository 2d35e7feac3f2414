# The targets a person needs; everything is kept in .venv and var, and `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
export PORT DATA_DIR

.PHONY: help
help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: run
run: $(VENV)/.run ## Serve the directory (PORT=8000, DATA_DIR=var; DATABASE_URL set means production)
	@exec $(VENV)/bin/python manage.py serve

.PHONY: test
test: $(VENV)/.dev ## Run all tests in parallel
	$(VENV)/bin/pytest -n auto
