"""What `nbquality init --ci` writes: a workflow for GitHub Actions, a hook, and a sanitiser."""

SANITISER = "nbval-sanitize.cfg"
WORKFLOW = ".github/workflows/notebooks.yml"
RUN = f"pytest --nbval --nbq-mend --nbval-sanitize-with={SANITISER}"

SANITISER_TEXT = """\
# What may differ between a saved output and a new one, for `pytest --nbval`:
# each match of a regex is replaced in both before they are compared.

[addresses]
regex: 0x[0-9a-f]{6,16}
replace: 0xADDRESS

[timestamps]
regex: \\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?
replace: TIMESTAMP

[durations]
regex: \\b\\d+(\\.\\d+)? ?(ns|µs|μs|us|ms|s|min|h)\\b
replace: DURATION

[uuids]
regex: [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
replace: UUID
"""

HOOK = f"""\
  - id: notebook-tests
    name: pytest --nbval
    entry: {RUN} --nbval-current-env
    language: system
    types: [jupyter]
    require_serial: true
    # Running notebooks takes time.
    stages: [pre-push]
"""


def workflow(packages: str) -> str:
    """Writes the workflow.

    Args:
        packages: What is installed for the notebooks, as arguments of pip; may be empty.
    """
    install = f"pip install jupyter_nbquality nbval ipykernel {packages}".rstrip()
    return f"""\
name: notebooks

on: [push, pull_request]

jobs:
  notebooks:
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v4
    - uses: actions/setup-python@v5
      with:
        python-version: "3.12"
    - name: Install
      run: {install}
    - name: Check
      run: nbquality check --output-format=github
    - name: Run notebooks and the tests of their cells
      run: {RUN} --nbval-current-env --junitxml=notebooks.xml
    - uses: actions/upload-artifact@v4
      if: always()
      with:
        name: notebooks
        path: notebooks.xml
"""
