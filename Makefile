# The two commands for everyone: `make chat` and `make test`. All others build on the same virtual environment.
PYTHON ?= python3
BIN = .venv/bin
BOT_WITH_ENV = set -a; [ ! -f .env ] || . ./.env; set +a; exec $(BIN)/python -m bot

.PHONY: chat test serve run release doctor train check evaluate lint secrets known-secrets goldens bench soak contract clean help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

chat: .venv/runs  ## talk to the bot in this terminal
	@$(BIN)/python -m bot chat

test: .venv/tests  ## run the whole test suite
	$(BIN)/python -m pytest -rs -n auto --dist worksteal

serve: .venv/runs  ## serve Slack and Telegram over HTTP (settings from the environment or .env)
	@$(BOT_WITH_ENV) serve

run: .venv/runs  ## work without a public address (Socket Mode, polling)
	@$(BOT_WITH_ENV) run

release: .venv/runs  ## set Telegram's webhook, menus and texts (settings as above)
	@$(BOT_WITH_ENV) release

doctor: .venv/runs  ## look at everything the bot depends on; say what to do (settings as above)
	@$(BOT_WITH_ENV) doctor

train: .venv/tests  ## rebuild the model and the compiled catalogue after editing content
	@$(BIN)/python -m bot train

check: .venv/tests  ## check all content
	@$(BIN)/python -m bot check

evaluate: .venv/tests  ## measure the matcher on the labelled sets
	@$(BIN)/python -m bot evaluate tests/data/dev-en.jsonl tests/data/dev-es.jsonl tests/data/dev-real.jsonl --html report.html

lint: .venv/tests  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

secrets: .venv/tests  ## look for secrets in the tracked files, without a network
	@git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --no-verify --baseline .secrets.baseline

known-secrets: .venv/tests  ## accept all that `make secrets` finds as made up; review the diff
	@$(BIN)/detect-secrets scan --no-verify --slim -p tests/secretshapes.py --exclude-files '^\.secrets\.' | sed 's#file://$(CURDIR)/#file://#' >.secrets.new
	@mv .secrets.new .secrets.baseline

goldens: .venv/tests  ## write the golden payloads anew; review them in the diff
	$(BIN)/python -m pytest --update-goldens tests -k golden

bench: .venv/tests  ## speed, memory and accuracy beside other ways of doing it
	$(BIN)/python tests/bench.py

soak: .venv/tests  ## ten minutes under load and faults (SOAK_SECONDS=60 for a short one)
	$(BIN)/python tests/soak.py

contract: .venv/tests  ## Slack payloads against Slack's own TypeScript types (needs node and npm)
	@tests/contract/run $(BIN)/python

clean:  ## remove the virtual environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/runs: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo "setting up .venv (once)" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/tests: .venv/runs tests/requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r tests/requirements.txt
	@touch $@
