# Two commands set everything up: `make demo` and `make test`. Each makes its own virtual environment.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types clean

$(BIN)/.installed: pyproject.toml constraints.txt hatch_build.py
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "GoldWire needs Python 3.11 or later"'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(BIN)/.installed  ## build the corpus, run the baselines, print the leaderboard
	$(BIN)/goldwire corpus build
	$(BIN)/goldwire demo

test: $(BIN)/.installed  ## the whole test suite
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

lint: $(BIN)/.installed
	$(BIN)/ruff check scorers baselines tests benchmarks
	$(BIN)/ruff format --check scorers baselines tests benchmarks

types: $(BIN)/.installed
	$(BIN)/mypy

clean:
	rm -rf $(VENV) build dist
