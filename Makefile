# Everything a person does with this checkout. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up test check bench bench-catalogue bench-discovery bench-web bench-decisions format translations docs lock clean setup setup-test

help: ## this list
	@echo "Jangteo (장터)"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-14s %s\n", $$1, $$2}'

up: setup ## set up what is missing and open the market in the browser's reach (ARGS="--port 8080")
	@exec $(BIN)/jangteo up $(ARGS)

test: setup-test ## every test (ARGS="tests/platform -x" for a part)
	@$(BIN)/pytest -n 2 $(ARGS)

check: setup-test ## format, types, import rules, migrations, translations, API snapshot
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config pyproject.toml
	@$(BIN)/python scripts/check_migrations.py
	@$(BIN)/python scripts/check_translations.py
	@$(BIN)/python scripts/write_docs.py --check
	@$(BIN)/python -m jangteo.channels.api.snapshot --check
	@$(BIN)/python -m jangteo.channels.api.provider_contract --check

bench: setup-test ## figures of every engine on public data
	@$(BIN)/python -m benchmarks $(ARGS)

bench-web: setup-test ## pages and orders per second on this machine
	@$(BIN)/python -m benchmarks.web $(ARGS)

bench-decisions: setup-test ## honest experiments, overhead of a decision, ten million rows (ARGS="--only stats")
	@$(BIN)/python -m benchmarks.decisions $(ARGS)

bench-catalogue: setup-test ## how well and how fast product lines are understood
	@$(BIN)/python -m benchmarks.catalogue $(ARGS)

bench-discovery: setup-test ## how well and how fast goods are found (JANGTEO_DATA for the public sets)
	@$(BIN)/python -m benchmarks.discovery $(ARGS)

format: setup-test ## put the code in its form
	@$(BIN)/ruff check --fix-only -q .
	@$(BIN)/ruff format .

translations: setup-test ## bring the texts of the code into the English file
	@$(BIN)/python scripts/check_translations.py --update

docs: setup-test ## write the generated parts of docs/ again
	@$(BIN)/python scripts/write_docs.py

lock: setup-test ## solve the dependencies again and write requirements/*.txt
	@$(BIN)/uv pip compile -q requirements/tools.in --generate-hashes --no-emit-index-url -o requirements/tools.txt
	@$(BIN)/uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url -o requirements/run.txt
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev -c requirements/run.txt --generate-hashes --no-emit-index-url -o requirements/dev.txt

clean: ## remove what can be made again; never the data
	@rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis build dist
	@rm -rf src/jangteo/channels/ui/static/built
	@find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src/jangteo/locale -name '*.mo' -delete 2>/dev/null || true

setup:
	@$(PYTHON) scripts/setup.py run

setup-test:
	@$(PYTHON) scripts/setup.py test
