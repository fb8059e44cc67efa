# Two commands on a fresh machine: `make demo` plans the bundled county and writes its papers, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/hezhang

.PHONY: demo serve test lint tools clean

demo: $(VENV)/installed
	$(BIN)/python -m planner solve instances/hezhang.xlsx --out $(OUT)
	$(BIN)/python -m planner check instances/hezhang.xlsx $(OUT)/plan.json
	$(BIN)/python -m planner papers instances/hezhang.xlsx $(OUT)/plan.json

serve: $(VENV)/installed
	$(BIN)/python -m web

test: $(VENV)/installed-dev tools
	$(BIN)/python -m ruff check .
	$(BIN)/python -m pytest

lint: $(VENV)/installed-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy planner web

# Chromium and LibreOffice open our pages and papers in the tests; without them those tests say so and are skipped.
tools:
	@sh tests/install_tools.sh

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) out
