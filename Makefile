# Everything goes through .venv/bin/python, so another active environment makes no difference,
# and neither does a checkout that was moved or has a space in its path.
.DEFAULT_GOAL := help
.SUFFIXES:
SHELL := /bin/sh
PY := .venv/bin/python
PIP := PIP_USER=0 $(PY) -m pip install -qq --no-input --disable-pip-version-check --no-compile --require-hashes
# Hashes of every file of a release, for whatever machine installs; addresses and paths stay out.
PIN := .venv/bin/uv pip compile -q --no-config --universal --python-version 3.11 \
	--generate-hashes --annotation-style line --custom-compile-command 'make pins'
COMPILE := $(PY) -m compileall -qq -j 0 .venv/lib
APPS := appointments audit care clinics eligibility mpoxclinic notifications patients vaccinations
# Tests have servers of their own, so they can run beside `make run`.
TEST_ENV := env MPOX_DEMO=1 MPOX_VAR=var/test MPOX_EMBEDDED_FSYNC=off
WITH_TEST_SERVERS := $(TEST_ENV) $(PY) -m mpoxclinic.embedded --with-parent
# For tools that load the settings and never connect.
WITHOUT_SERVERS := $(TEST_ENV) DATABASE_URL=postgresql:///none REDIS_URL=redis://none
# Migrations that the linter refuses and that were looked at: unique constraints that are looser than
# the ones they replace, a column that moved to the ledger, one that holds longer words, and staff,
# a few hundred rows, encrypted while the site is down.
LOOKED_AT := 0002_staff_encrypted 0002_rounds_and_clinic 0004_drop_vials_received 0006_deviations_and_corrections \
	0007_vial_undone_and_recalls
# Most changes are noticed by an example; the others are shown to the slow tests too.
RULE_TESTS := tests/eligibility/domain
QUICK_RULE_TESTS := --deselect $(RULE_TESTS)/test_properties.py \
	--deselect $(RULE_TESTS)/test_every_combination.py \
	--deselect $(RULE_TESTS)/test_questionnaire.py::test_in_a_whole_corner_no_question_is_missed_and_none_is_idle \
	--deselect $(RULE_TESTS)/test_questionnaire.py::test_no_question_is_missed_that_could_change_what_happens \
	--deselect $(RULE_TESTS)/test_rule_sets.py::test_every_decision_names_the_rule_set_that_made_it \
	--deselect $(RULE_TESTS)/test_rule_sets.py::test_rules_that_agree_give_the_same_decision

# The same browser without the parts that nobody looks at takes a third of the time.
MPOX_CHROMIUM ?= $(shell command -v chromium-headless-shell || command -v chromium)
export MPOX_CHROMIUM

# What another project may have left in the environment, and would lead Python astray.
unexport PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONWARNINGS VIRTUAL_ENV DJANGO_SETTINGS_MODULE

# An environment that does not run (its Python is gone, or it is half made) is made again.
ifneq ($(shell $(PY) -c 'import sys, pip; print(*sys.version_info[:2])' 2>/dev/null),3 11)
.venv/installed .venv/installed-dev: .venv/broken
endif

.PHONY: help setup run test coverage lint format messages pins screenshots newcomer mutants bench browser .venv/broken

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/installed ## Build .venv, and nothing else

run: .venv/installed ## Start the demo at http://127.0.0.1:8000/ (MPOX_PORT=8001 for another port)
	@exec $(PY) -m mpoxclinic.embedded --with-parent $(PY) -m mpoxclinic.run

test: browser lint ## Check everything, then run all tests (TESTS=tests/patients for some)
	@$(WITH_TEST_SERVERS) sh -c '$(PY) manage.py makemigrations --check --dry-run && \
		$(PY) manage.py lintmigrations --include-apps $(APPS) --ignore-initial-migrations \
			--ignore-name $(LOOKED_AT) --no-cache --quiet ok ignore'
	@exec $(WITH_TEST_SERVERS) $(PY) -m pytest -n 2 --dist worksteal $(TESTS)

coverage: browser .venv/installed-dev ## Run the tests and list the lines that none of them reaches
	@exec $(WITH_TEST_SERVERS) $(PY) -m pytest -n 2 --dist worksteal --cov --cov-report=term-missing:skip-covered $(TESTS)

mutants: .venv/installed-dev ## Change the rules in small ways and list the changes that no test notices
	@rm -rf mutants
	@$(WITHOUT_SERVERS) PYTEST_ADDOPTS='$(QUICK_RULE_TESTS)' $(PY) -m mutmut run --max-children 2
	@unnoticed=$$($(WITHOUT_SERVERS) $(PY) -m mutmut results | sed -n 's/^ *\(.*\): survived$$/\1/p'); \
		$(WITHOUT_SERVERS) $(PY) -m mutmut run --max-children 2 $$unnoticed
	@$(WITHOUT_SERVERS) $(PY) -m mutmut results

bench: .venv/installed ## Measure vials, planner and bookings, and print each bar with pass or fail
	@exec env MPOX_DEMO=1 MPOX_VAR=var/bench MPOX_EMBEDDED_FSYNC=off \
		$(PY) -m mpoxclinic.embedded --with-parent $(PY) -m benchmarks

lint: .venv/installed-dev ## Check style, templates, import directions and types
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --lint --quiet templates
	$(PY) -c 'from importlinter.cli import lint_imports_command as main; main()'
	$(WITHOUT_SERVERS) $(PY) -m mypy .

format: .venv/installed-dev ## Format the code and mend what can be mended
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: .venv/installed ## Bring the translations up to date and compile them (needs gettext)
	$(PY) locale/refresh.py

# pip refuses coverage[toml], which pytest-cov needs, unless the pin names the extra too.
pins: .venv/installed-dev ## Write versions and hashes for requirements*.in (UPGRADE='-P django', or -U for all)
	$(PIN) $(UPGRADE) requirements.in -o requirements.txt
	$(PIN) -c requirements.txt requirements-production.in -o requirements-production.txt
	$(PIN) $(UPGRADE) --no-strip-extras requirements-dev.in -o requirements-dev.txt

screenshots: browser .venv/installed-dev ## Make the pictures of the README anew, from the demo
	@rm -rf var/screenshots
	@MPOX_DEMO=1 MPOX_VAR=var/screenshots $(PY) -m mpoxclinic.embedded --with-parent \
		$(PY) docs/screenshots.py

newcomer: browser .venv/installed-dev ## Walk the demo page as a newcomer, with pictures in var/newcomer
	@rm -rf var/newcomer var/newcomer-demo
	@MPOX_DEMO=1 MPOX_VAR=var/newcomer-demo $(PY) -m mpoxclinic.embedded --with-parent \
		$(PY) docs/newcomer.py

browser:
	@missing=''; \
	[ -n "$(MPOX_CHROMIUM)" ] || missing=' chromium-headless-shell'; \
	command -v msgfmt >/dev/null || missing="$$missing gettext"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "The tests need$$missing: sudo apt-get install$$missing" >&2; exit 1; \
	fi; \
	echo "Installing$$missing"; \
	apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing

.venv/broken:
	@python="$(PYTHON)"; \
	for name in $${python:-python3.11 python3 python}; do \
		if $$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; \
		then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 is needed: install it, or name it: make PYTHON=/path/to/python3.11" >&2; \
		exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make environments: sudo apt-get install python3.11-venv" >&2; exit 1; \
	fi; \
	$$found -m venv --clear .venv

.venv/installed: requirements.txt
	@echo 'Installing requirements.txt into .venv (about a minute the first time)'
	@$(PIP) -r requirements.txt
	@$(COMPILE)
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo 'Installing requirements-dev.txt into .venv'
	@$(PIP) -r requirements-dev.txt
	@$(COMPILE)
	@touch $@
