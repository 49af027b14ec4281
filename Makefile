# Two commands: `make run` and `make test`. All else is found in CONTRIBUTING.md.
PYTHON ?= python3
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: run test check screenshots films clean
run: .venv/installed
	@$(PY) main.py $(if $(ARGS),$(ARGS),--sample)

test: .venv/installed-dev
	@$(PY) tests/run.py

check: .venv/installed-dev
	@$(PY) tests/run.py --only checks

screenshots: .venv/installed-dev
	@$(PY) docs/screenshots.py

films: .venv/installed-dev
	@$(PY) docs/films.py

.venv/installed: pyproject.toml constraints.txt
	@echo "Installing what Grisaille needs (once) ..."
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PIP) --editable .
	@$(PY) -m compileall -q main.py desktop inference  # also where Python writes no bytecode itself
	@touch $@

.venv/installed-dev: .venv/installed
	@$(PIP) --editable ".[dev]"
	@touch $@

clean:
	rm -rf .venv out build dist
