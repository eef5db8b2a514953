"""Writes notebooks, and runs pytest on them as people do."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output


class Ran(msgspec.Struct):
    """What came of a run of pytest.

    Attributes:
        status: Its exit status.
        text: What it printed.
        outcomes: By item: passed, failure, error or skipped; in order.
        messages: What is told of those that did not pass.
        properties: What else the JUnit XML has of an item.
        seconds: How long each item took, as the JUnit XML tells it.
    """

    status: int
    text: str
    outcomes: dict[str, str]
    messages: dict[str, str]
    properties: dict[str, dict[str, str]]
    seconds: dict[str, float]


# Other plugins of the environment have nothing to do with it, and cost a second each time.
PLUGINS = ("nbval.plugin", "jupyter_nbquality.pytest_plugin")


def run_pytest(folder: Path, *arguments: str, plugins: Sequence[str] = PLUGINS) -> Ran:
    loaded = [part for plugin in plugins for part in ("-p", plugin)]
    report = folder / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", f"--junitxml={report}", "--color=no", *loaded, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONHASHSEED": "0",
            "COLUMNS": "200",
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout + done.stderr, {}, {}, {}, {})
    cases = ElementTree.parse(report).iter("testcase") if report.exists() else ()
    for case in cases:
        name = case.get("name", "")
        for child in case:
            if child.tag in ("failure", "error", "skipped"):
                ran.outcomes[name] = child.tag
                ran.messages[name] = f"{child.get('message')}\n{child.text}"
        ran.outcomes.setdefault(name, "passed")
        ran.seconds[name] = float(case.get("time", 0))
        ran.properties[name] = {
            each.get("name", ""): each.get("value", "") for each in case.iter("property")
        }
    return ran


def cell(
    source: str, *tests: dict[str, Any], shows: object = None, tags: list[str] | None = None
) -> nbformat.NotebookNode:
    """Makes a cell that was run and showed a text, or the outputs that are given."""
    made = new_code_cell(source, execution_count=1)
    if isinstance(shows, str):
        made.outputs = [new_output("execute_result", {"text/plain": shows}, execution_count=1)]
    elif shows is not None:
        made.outputs = shows
    if tests:
        made.metadata["nbquality"] = {"tests": list(tests)}
    if tags:
        made.metadata["tags"] = tags
    return made


def printed(text: str) -> list[nbformat.NotebookNode]:
    return [new_output("stream", name="stdout", text=text)]


def test(name: str, source: str, **options: object) -> dict[str, Any]:
    entry = {"name": name, "title": f"about {name}", "source": source.splitlines(keepends=True)}
    return {**entry, "options": options} if options else entry


test.__test__ = False


def write(path: Path, cells: list[nbformat.NotebookNode], kernel: str = "python3") -> Path:
    spec = {"name": kernel, "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(
        cells=cells, metadata={"kernelspec": spec, "language_info": {"name": "python"}}
    )
    nbformat.write(notebook, path)
    return path
