# Two commands on a fresh machine: `make demo` plans the bundled county and writes its papers, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= out/hezhang

DEFEND ?= out/defend

.PHONY: demo defend serve test lint tools clean

demo: $(VENV)/installed
	$(BIN)/python -m planner solve instances/hezhang.xlsx --out $(OUT)
	$(BIN)/python -m planner check instances/hezhang.xlsx $(OUT)/plan.json
	$(BIN)/python -m planner papers instances/hezhang.xlsx $(OUT)/plan.json

# What leaders ask about the bundled county: budget curve, why each class and rule, and why a target is out of reach (exit 1 = proved).
defend: $(VENV)/installed
	$(BIN)/python -m planner compare instances/hezhang.xlsx instances/hezhang-scenarios.xlsx --budget-curve --out $(DEFEND)
	$(BIN)/python -m planner explain instances/hezhang.xlsx $(DEFEND)/基准/plan.json --out $(DEFEND)
	$(BIN)/python -m planner explain $(DEFEND)/任务一万二千人/input.xlsx --out $(DEFEND)/任务一万二千人 || test $$? -eq 1

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
