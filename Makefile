# The two commands for everyone: `make chat` and `make test`. All others build on the same virtual environment.
PYTHON ?= python3
BIN = .venv/bin
FAQBOT = $(BIN)/faqbot
PIP = $(BIN)/python -m pip install -q --no-input --disable-pip-version-check --require-hashes
MODEL = content/built/model.msgpack
# The folders are named too: taking a file out of them changes the model.
LEARNT_FROM = $(wildcard content/*/samples content/*/samples/*.yaml intents/*.py intents/classifier/*.py intents/training/*.py)
WHICH = import sys; print(sys.version, sys.base_prefix)
PACKAGES = ls -d .venv/lib/python*/site-packages/*.dist-info 2>/dev/null | wc -l
UV = uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command 'make pins'

.PHONY: chat playground test serve run release doctor manifest train check evaluate lint secrets known-secrets goldens pictures bench profile soak flood fuzz contract pins clean help FORCE

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

chat: $(MODEL)  ## talk to the bot in this terminal
	@$(FAQBOT) chat

playground: $(MODEL)  ## see both platforms side by side in your browser, without any account
	@exec $(FAQBOT) playground

test: .venv/tests $(MODEL)  ## run the whole test suite
	$(BIN)/python -m pytest -rs -n auto --dist worksteal

serve: $(MODEL)  ## serve Slack and Telegram over HTTP (settings from the environment or .env)
	@exec $(FAQBOT) serve

run: $(MODEL)  ## work without a public address (Socket Mode, polling)
	@exec $(FAQBOT) run

release: $(MODEL)  ## set Telegram's webhook, menus and texts (settings as above)
	@$(FAQBOT) release

doctor: $(MODEL)  ## look at everything the bot depends on; say what to do (settings as above)
	@$(FAQBOT) doctor

manifest: .venv/runs  ## print Slack's app manifest for PUBLIC_URL (MANIFEST=--socket for Socket Mode)
	@$(FAQBOT) manifest $(MANIFEST)

train: .venv/runs  ## train the model where the samples have changed
	@$(FAQBOT) train

check: .venv/runs  ## check all content
	@$(FAQBOT) check

evaluate: .venv/tests $(MODEL)  ## measure the matcher on the labelled sets
	@$(FAQBOT) evaluate tests/data/dev-en.jsonl tests/data/dev-es.jsonl tests/data/dev-real.jsonl --html report.html

lint: .venv/tests  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

secrets: .venv/tests  ## look for secrets in the tracked files, without a network
	@git ls-files -z | $(BIN)/python tests/tools/secretscan.py

known-secrets: .venv/tests  ## accept all that `make secrets` finds as made up; review the diff
	@git ls-files -z | $(BIN)/python tests/tools/secretscan.py --accept

goldens: .venv/tests $(MODEL)  ## write the golden payloads anew; review them in the diff
	$(BIN)/python -m pytest --update-goldens tests -k golden

pictures: .venv/tests $(MODEL)  ## draw docs/pictures anew (needs chromium); PICTURES="answer before/answer" for some
	$(BIN)/python -m tests.tools.drawing.pictures $(PICTURES)

bench: .venv/tests $(MODEL)  ## speed, memory and accuracy beside other ways of doing it
	$(BIN)/python -m tests.tools.bench

profile: .venv/tests $(MODEL)  ## where the processor time of one event goes, by part
	$(BIN)/python -m tests.tools.load.parts

soak: .venv/tests $(MODEL)  ## ten minutes under load and faults (SOAK_SECONDS=60 for a short one)
	$(BIN)/python -m tests.tools.load.soak

flood: .venv/tests $(MODEL)  ## idle connections without end against 1,024 files (FLOOD_SECONDS=5 for a short one)
	$(BIN)/python -m tests.tools.load.flood

fuzz: .venv/tests $(MODEL)  ## every field of every delivery replaced by nonsense (FUZZ_REQUESTS=1000 for a short one)
	$(BIN)/python -m tests.tools.load.fuzz

contract: .venv/tests  ## Slack payloads against Slack's own TypeScript types (needs node and npm)
	@tests/tools/contract/run $(BIN)/python

pins:  ## write the requirements anew from pyproject.toml (needs uv); review the diff
	$(UV) pyproject.toml --group setup -o requirements.txt
	$(UV) -c requirements.txt --group dev -o tests/requirements.txt

clean:  ## remove the virtual environment, caches, and what was built
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache content/built

# Made anew where it was cut short or moved, where packages are gone, and where PYTHON= names another Python than it has.
.venv/made: FORCE
	@if [ -e $@ ] && has=$$($(BIN)/python -c 'import pip; $(WHICH)' 2>/dev/null) \
	    && { [ '$(origin PYTHON)' = file ] || [ "$$has" = "$$($(PYTHON) -c '$(WHICH)' 2>&1)" ]; } \
	    && { [ ! -e .venv/runs ] || head -n 3 $(FAQBOT) 2>/dev/null | grep -qF '$(CURDIR)/$(BIN)/python'; } \
	    && [ "$$($(PACKAGES))" -ge "$$(cat .venv/packages 2>/dev/null || echo 0)" ]; then exit 0; fi; \
	command -v '$(PYTHON)' >/dev/null || { echo "there is no $(PYTHON) here: name another: make chat PYTHON=python3.12" >&2; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another: make chat PYTHON=python3.12" if sys.version_info < (3, 11) else 0)' || exit; \
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "this Python has no venv: install it (on Debian and Ubuntu: apt-get install python3-venv)" >&2; exit 1; }; \
	echo "1 of 3: a virtual environment in .venv" >&2; \
	rm -rf .venv && $(PYTHON) -m venv .venv && touch $@

# The program itself is installed from this folder, so that .venv/bin/faqbot is what stands here.
.venv/runs: .venv/made requirements.txt pyproject.toml
	@echo "2 of 3: $$(grep -c == requirements.txt) packages from requirements.txt" >&2
	@$(PIP) -r requirements.txt
	@$(BIN)/python -m pip install -q --no-input --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(PACKAGES) > .venv/packages && touch $@

.venv/tests: .venv/runs tests/requirements.txt
	@echo "for tests: $$(grep -c == tests/requirements.txt) packages from tests/requirements.txt" >&2
	@$(PIP) -r tests/requirements.txt
	@$(PACKAGES) > .venv/packages && touch $@

FORCE:

$(MODEL): $(LEARNT_FROM) | .venv/runs
	@echo "3 of 3: the model, from the sample messages (about a minute; again only when they change)" >&2
	@$(FAQBOT) train
