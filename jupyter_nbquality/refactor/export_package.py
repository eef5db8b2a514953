"""Lays a program out as a package, with what it needs to be installed and a test."""

import keyword
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from jupyter_nbquality.refactor.export import Program, tidied
from jupyter_nbquality.refactor.export_hoisting import imported_modules
from jupyter_nbquality.refactor.export_parameters import arguments
from jupyter_nbquality.refactor.refused import RefusedError

_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = {name}
version = "0.1.0"
description = {about}
requires-python = ">={python}"
dependencies = [{dependencies}]

[project.optional-dependencies]
test = ["pytest"]

[project.scripts]
{script} = "{package}.__main__:run"

[tool.hatch.build.targets.wheel]
packages = ["src/{package}"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["src"]
"""
_COMMAND = '''\
"""The command line of the package."""

{imports}


{functions}


def run() -> None:
    """Do it all."""
    {call}


if __name__ == "__main__":
    run()
'''
_TEST = '''\
"""The package does its work from beginning to end."""

{imports}

{folder}


def test_runs({fixtures}) -> None:
    """Nothing raises{and_prints}."""
    {before}monkeypatch.chdir({where})
    {call}{check}
'''


class Package(msgspec.Struct, frozen=True, tag_field="kind", tag="package"):
    """A package.

    Attributes:
        name: As it is imported.
        files: Its texts, by their paths in its folder.
        notes: Sentences about what to mind.
    """

    name: str
    files: dict[str, str]
    notes: list[str]


def package_name(wish: str) -> str:
    """Makes a name that can be imported of any other.

    Raises:
        RefusedError: There is nothing in it to make a name of.
    """
    name = re.sub(r"[^a-z0-9_]+", "_", wish.lower()).strip("_")
    name = f"_{name}" if name[:1].isdigit() else name
    if not name or keyword.iskeyword(name):
        raise RefusedError("bad-module", f"`{wish[:60]}` cannot be imported: name it otherwise.")
    return name


def package_of(
    program: Program,
    name: str,
    *,
    about: str,
    data: str,
    python: tuple[int, int],
    distributions: Mapping[str, str],
    local: Sequence[str] = (),
) -> Package:
    """Lays a program out as a package.

    Args:
        program: The program: a module.
        name: Of the package, as it is imported.
        about: What it does, in a line.
        data: The folder of the notebook, as seen from that of the package; empty where it reads
            no files.
        python: The lowest version it is for.
        distributions: The distributions of modules, by their names as imported.
        local: Modules that stand beside the notebook.
    """
    modules = imported_modules(program.imports)
    needed = sorted({distributions[module] for module in modules if module in distributions})
    files = {
        "pyproject.toml": _PROJECT.format(
            name=_toml(name.strip("_").replace("_", "-")),
            about=_toml(about),
            python=".".join(map(str, python)),
            dependencies=", ".join(map(_toml, needed)),
            script=name.strip("_").replace("_", "-"),
            package=name,
        ),
        f"src/{name}/__init__.py": f'"""{about}."""\n',
        f"src/{name}/pipeline.py": program.text,
        f"src/{name}/__main__.py": _command(program, name, about),
        f"tests/test_{name.strip('_')}.py": _test(program, name, data),
    }
    files = {
        path: tidied(text, Path(path), name) if path.endswith(".py") else text
        for path, text in files.items()
    }
    notes = list(program.notes)
    beside = [module for module in modules if module in local]
    if beside:
        names = ", ".join(f"`{module}`" for module in beside)
        notes.append(f"It imports {names} from the folder of the notebook; copy that into it.")
    return Package(name, files, notes)


def _command(program: Program, name: str, about: str) -> str:
    imports = [f"from {name}.pipeline import {program.main}"]
    functions = ""
    call = f"{program.main}()"
    if program.parameters:
        imports.insert(0, "import argparse")
        if any(each.reader == "ast.literal_eval" for each in program.parameters):
            imports.insert(1, "import ast")
        functions = "\n".join(arguments(program.parameters, about))
        call = f"{program.main}(**vars(parse_arguments()))"
    if program.is_async:
        imports.insert(0, "import asyncio")
        call = f"asyncio.run({call})"
    return _COMMAND.format(imports="\n".join(imports), functions=functions, call=call)


def _test(program: Program, name: str, data: str) -> str:
    prints = bool(re.search(r"(?m)^\s+(?:print|show)\(", program.text))
    call = f"{program.main}()"
    imports = ["from pathlib import Path", "import pytest", f"from {name}.pipeline import main"]
    imports[-1] = f"from {name}.pipeline import {program.main}"
    if program.is_async:
        imports.insert(0, "import asyncio")
        call = f"asyncio.run({call})"
    before = ""
    if "matplotlib" in imported_modules(program.imports):
        # Where there is a screen, windows would wait for somebody to close them.
        imports.append("import matplotlib")
        before = 'matplotlib.use("agg")\n    '
    fixtures = ["monkeypatch: pytest.MonkeyPatch"]
    fixtures += ["capsys: pytest.CaptureFixture[str]"] if prints else []
    folder = f"DATA = Path(__file__).parents[1] / {_toml(data)}" if data else ""
    if not data:
        fixtures.append("tmp_path: Path")
    return _TEST.format(
        imports="\n".join(imports),
        folder=folder,
        fixtures=", ".join(fixtures),
        before=before,
        and_prints=", and something is printed" if prints else "",
        where="DATA" if data else "tmp_path",
        call=call,
        check="\n    assert capsys.readouterr().out" if prints else "",
    )


def _toml(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text)
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
