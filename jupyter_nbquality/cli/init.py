"""`nbquality init`."""

import difflib
import re
import sys
from pathlib import Path

import click
import msgspec

from jupyter_nbquality.cli import ci_files, keeping
from jupyter_nbquality.cli.baseline import FILE_NAME, Baseline
from jupyter_nbquality.cli.check import Request, Result, examine
from jupyter_nbquality.cli.counting import count
from jupyter_nbquality.cli.diffs import colored
from jupyter_nbquality.cli.terminal import wants_color
from jupyter_nbquality.cli.trouble import Trouble
from jupyter_nbquality.notebook_file import write

SETTINGS = "pyproject.toml"
HOOKS = ".pre-commit-config.yaml"
LOCAL = """\
- repo: local
  hooks:
"""
HOOK = """\
  - id: nbquality
    name: nbquality
    entry: nbquality check --force-exclude
    language: system
    types: [jupyter]
    require_serial: true
"""
_HAS_HOOK = re.compile(r"^[ \t-]*(?:id|repo|entry):.*nbquality", re.MULTILINE)


class Proposal(msgspec.Struct, frozen=True):
    """A file as it is and as it would be; ``before`` is ``None`` where it is new."""

    path: Path
    before: str | None
    after: str


@click.command()
@click.argument("folder", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option(
    "--baseline/--no-baseline",
    default=True,
    show_default=True,
    help="Accept the findings that are there now.",
)
@click.option(
    "--ci",
    is_flag=True,
    help="Run notebooks and the tests of their cells, too: a workflow for GitHub Actions, a hook "
    "before a push, and a sanitiser for nbval.",
)
def command(folder: str, yes: bool, baseline: bool, ci: bool) -> None:
    """Set a project up: settings, a pre-commit hook, and a baseline of what is there now.

    Where nbstripout, jupytext or nbdime is configured to drop the tests of cells, it is told to
    keep them. Everything is shown first. What stands already is kept.
    """
    root = Path(folder)
    proposals, found = _proposals(root, baseline, ci=ci)
    for remark in keeping.remarks(root):
        click.echo(remark)
    if not proposals:
        click.echo("Nothing to do: the project is set up.")
        return
    for proposal in proposals:
        click.echo(colored(_diff(proposal, root), wants_color(sys.stdout)), color=True)
    if found is not None:
        total = sum(sum(each.values()) for each in found.findings.values())
        notebooks = count(len(found.findings), "notebook")
        click.echo(
            f"{FILE_NAME} would accept {count(total, 'finding')} in {notebooks}; "
            "only what is new will be reported."
        )
    if not yes and not _agreed():
        click.echo("Nothing was written.")
        return
    for proposal in proposals:
        proposal.path.parent.mkdir(parents=True, exist_ok=True)
        write(proposal.path, proposal.after.encode())
        click.echo(f"Wrote {proposal.path}.")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        click.echo("Run `nbquality init --yes` to write this.")
        return False
    return click.confirm("Write this?", default=True)


def _proposals(
    root: Path, with_baseline: bool, *, ci: bool
) -> tuple[list[Proposal], Baseline | None]:
    found = _findings(root) if with_baseline and not (root / FILE_NAME).exists() else None
    texts = {
        SETTINGS: _settings(_text(root / SETTINGS), accepted=found is not None),
        HOOKS: _hooks(_text(root / HOOKS), ci=ci),
    }
    texts[SETTINGS] = keeping.with_tests_kept(texts[SETTINGS], "tool.jupytext")
    texts[HOOKS] = keeping.hooks_kept(texts[HOOKS])
    texts.update(keeping.kept_files(root))
    if ci:
        packages = _packages(root, texts[SETTINGS])
        for name, text in (
            (ci_files.WORKFLOW, ci_files.workflow(packages)),
            (ci_files.SANITISER, ci_files.SANITISER_TEXT),
        ):
            # What stands there was changed by somebody, perhaps.
            texts[name] = text if _text(root / name) is None else (_text(root / name) or "")
    if found is not None:
        texts[FILE_NAME] = found.text()
    proposals = []
    for name, after in texts.items():
        before = _text(root / name)
        if after != before:
            proposals.append(Proposal(root / name, before, after))
    return proposals, found


def _findings(root: Path) -> Baseline | None:
    """The baseline of what is there now; ``None`` where nothing is."""
    result: Result = examine(Request(paths=(str(root),), cache=False))
    baseline = Baseline.of(result.reports, root.absolute())
    return baseline if baseline.findings else None


def _text(file: Path) -> str | None:
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Trouble(f"{file} cannot be read: {error}.") from None


def _settings(before: str | None, *, accepted: bool) -> str:
    """Adds the table to the settings, at the end; a table that is there is left alone."""
    import tomllib

    try:
        tool = tomllib.loads(before or "").get("tool")
    except tomllib.TOMLDecodeError as error:
        raise Trouble(f"{SETTINGS} is broken: {error}.") from None
    if isinstance(tool, dict) and "nbquality" in tool:
        return before or ""
    lines = [
        "[tool.nbquality]",
        "# Without `select`, the rules that suit most notebooks speak;",
        "# `nbquality rule --all` lists them.",
        'ignore = []  # such as ["NB208", "untitled-notebook"]',
    ]
    if accepted:
        lines += [
            "# What was there when the project was set up; remove this line to see it.",
            f'baseline = "{FILE_NAME}"',
        ]
    return _below(before, "\n".join(lines) + "\n", blank=True)


def _packages(root: Path, settings: str) -> str:
    """Tells what pip installs for the notebooks."""
    import tomllib

    if (root / "requirements.txt").exists():
        return "-r requirements.txt"
    return "." if "project" in tomllib.loads(settings) else ""


def _hooks(before: str | None, *, ci: bool) -> str:
    """Adds the hook to those of pre-commit."""
    hooks = HOOK if _HAS_HOOK.search(before or "") is None else ""
    if ci and "--nbval" not in (before or ""):
        hooks += ci_files.HOOK
    if not hooks:
        return before or ""
    added_hooks = LOCAL + hooks
    if before is None:
        return "repos:\n" + added_hooks
    lines = before.splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith("repos:")), None)
    if start is None:
        return _below(before, "repos:\n" + added_hooks, blank=False)
    if lines[start].partition(":")[2].split("#")[0].strip() not in ("", "[]"):
        raise Trouble(
            f"`repos` in {HOOKS} is written on one line; add this to it by hand:\n{added_hooks}"
        )
    lines[start] = lines[start].replace(" []", "")
    end = start + 1
    indent = ""
    for at in range(start + 1, len(lines)):
        line = lines[at]
        if line.strip() and not line.startswith((" ", "-", "#")):
            break
        if line.lstrip().startswith("- repo:") and end == start + 1:
            indent = line[: len(line) - len(line.lstrip())]
        if line.strip():
            end = at + 1
    added = [indent + line for line in added_hooks.splitlines()]
    newline = "\r\n" if "\r\n" in before else "\n"
    return newline.join([*lines[:end], *added, *lines[end:]]) + newline


def _below(before: str | None, text: str, *, blank: bool) -> str:
    if not before:
        return text
    newline = "\r\n" if "\r\n" in before else "\n"
    gap = newline if blank else ""
    return before.rstrip("\r\n") + newline + gap + text.replace("\n", newline)


def _diff(proposal: Proposal, root: Path) -> str:
    name = proposal.path.relative_to(root).as_posix()
    after = proposal.after.splitlines()
    if name == FILE_NAME and len(after) > 12:
        # It is as long as the list of findings; nobody reads that here.
        after = [*after[:8], f"… {len(after) - 8} more lines"]
    lines = difflib.unified_diff(
        (proposal.before or "").splitlines(),
        after,
        name if proposal.before is not None else "/dev/null",
        name,
        lineterm="",
    )
    return "\n".join(lines) + "\n"
