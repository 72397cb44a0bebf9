# List the recipes.
default:
    @just --list

# Lint, format check, types and tests.
check: lint test

# Lint, format check and types.
lint:
    .venv/bin/ruff check .
    .venv/bin/ruff format --check .
    .venv/bin/mypy

# Mend what lint can mend.
fix:
    .venv/bin/ruff check --fix .
    .venv/bin/ruff format .

# All tests.
test *args:
    .venv/bin/python -m pytest {{args}}

# Pages in headless Chromium, which has to be installed. axe-core comes in a Python package, without the driver it wants.
browser *args:
    .venv/bin/python -m pip install -q --no-deps axe-playwright-python==0.1.8
    .venv/bin/python -m pytest tests/test_browser.py -rs {{args}}

# Properties over many more cases than the tests take.
fuzz:
    HYPOTHESIS_PROFILE=long .venv/bin/python -m pytest tests/test_properties.py tests/test_scoring.py tests/test_compilers.py tests/test_search.py tests/test_verify.py tests/test_explain.py tests/test_own_packs.py tests/test_price_laws.py tests/test_overlay.py

# Columns against the single path on many more random workloads.
columns count="1000":
    COLUMN_CASES={{count}} .venv/bin/python -m pytest tests/test_columns_street.py tests/test_columns_verdicts.py

# The pre-commit hooks of this checkout, run by pre-commit in a repository of their own; installs pre-commit.
try-hooks:
    .venv/bin/python -m pip install -q pre-commit
    TRY_HOOKS=1 .venv/bin/python -m pytest tests/test_integration.py -k pre_commit

# Break the built-in pack in many ways, and count what `rules test` and `rules verify` notice.
mutants count="220":
    .venv/bin/python tests/mutants.py {{count}}

# Write again the documents of the examples, what commands print for them, the published schemas and the pages of docs/.
golden:
    UPDATE_GOLDEN=1 .venv/bin/python -m pytest tests/test_golden.py tests/test_facts_page.py tests/test_verify_docs.py tests/test_page.py tests/test_templates.py tests/test_diff.py tests/test_rule_pages.py tests/test_costs_page.py tests/test_worked_pages.py tests/test_json_page.py tests/test_commands_page.py tests/test_tutorials.py tests/test_batch.py

# The documents of the examples under every Python that is here, byte by byte.
pythons:
    .ci/pythons

# The pages of docs/ as a site in site/, with every link followed.
docs:
    .ci/docs

# What the built-in pack makes of its whole-pack cases now, as YAML; nothing is written.
case-outcomes *ids:
    .venv/bin/python tests/case_outcomes.py {{ids}}

# A million workloads from one file: seconds and memory.
bench-batch rows="1000000" *args:
    .venv/bin/python benchmarks/batch.py {{rows}} {{args}}

# The example for Spark, which needs Java; installs pyspark.
spark:
    .venv/bin/python -m pip install -q -e '.[spark]'
    .venv/bin/python -m pytest tests/test_engines.py -rs

# Start-up ratios of the commands, then scoring and projection per call, then keys of the interview.
bench runs="21":
    .venv/bin/python benchmarks/startup.py {{runs}}
    .venv/bin/python benchmarks/calls.py
    PYTHONPATH=tests .venv/bin/python benchmarks/columns.py
    PYTHONPATH=tests .venv/bin/python benchmarks/keystrokes.py

# Our compilers beside other engines. BENCH is the path of engine_bench.py, the script of the project's research on
# rule engines, which is not part of this repository; `pip install -e .[bench]` adds the engine to compare with.
bench-engines BENCH *args:
    .venv/bin/python {{BENCH}} --path benchmarks --load engines {{args}}
    .venv/bin/python benchmarks/engines.py {{BENCH}}
