"""`nbquality export`: a script, a module or a package of a notebook."""

import os
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal, NoReturn

import click
import msgspec

from jupyter_nbquality.cli.options import format_option, timeout_option, yes_option
from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble

if TYPE_CHECKING:
    from jupyter_nbquality.cli.opened import Opened
    from jupyter_nbquality.edits import Refusal
    from jupyter_nbquality.execution.program import ProgramToRun
    from jupyter_nbquality.refactor.export import Program
    from jupyter_nbquality.refactor.export_package import Package

Form = Literal["script", "module", "package"]

VERSION = 1
REFUSED = 3
_OLDEST = (3, 11)


class Exported(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="export"):
    """What was made, as programs read it.

    Attributes:
        version: Of this structure.
        to: ``script``, ``module`` or ``package``.
        files: The texts, by their paths.
        functions: The names of the functions that were made of sections.
        parameters: The names of the parameters.
        notes: Sentences about what to mind.
    """

    version: int = VERSION
    to: str
    files: dict[str, str]
    functions: list[str]
    parameters: list[str]
    notes: list[str]


@click.command()
@click.argument("notebook", type=click.Path())
@click.option(
    "--to",
    "form",
    type=click.Choice(["script", "module", "package"]),
    default="script",
    show_default=True,
    help="What is made.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The file, or the folder of the package; else beside the notebook, called as it is. "
    "- for the standard output.",
)
@click.option("--force", is_flag=True, help="Write over files that exist.")
@click.option(
    "--verify",
    is_flag=True,
    help="Run the notebook and what was made of it; refuse if it does not print the same.",
)
@yes_option("them", to="--verify")
@timeout_option(to="--verify")
@format_option(
    "json: what would be written, or the refusal, for programs; only written with --out."
)
def command(
    notebook: str,
    form: Form,
    out: Path | None,
    force: bool,
    verify: bool,
    yes: bool,
    timeout: float,
    kind: str,
) -> None:
    """Make a Python program of a notebook.

    Sections become functions, which `main()` calls in order; imports and definitions stand on top.
    What cells show last is printed, magics and shell lines are said in Python, and the values of a
    cell that is tagged `parameters` become arguments of the command line.
    Exits with 3 and a reason where no program does the same, with 2 when the notebook could not be
    read, or the files not be written.
    """
    from jupyter_nbquality.cli.opened import open_notebook
    from jupyter_nbquality.edits import Refusal
    from jupyter_nbquality.refactor.export import export_program

    opened = open_notebook(notebook)
    target = _target(opened, form, out)
    if target is not None and kind == "text":
        _refuse_target(opened, target, force=force)
    made = export_program(
        opened.file.notebook,
        "script" if form == "script" else "module",
        target if target is not None and form != "package" else Path("program.py"),
        libraries=opened.dataflow.libraries,
    )
    if isinstance(made, Refusal):
        _refuse(made, kind)
    package = _package(opened, made, target) if form == "package" else None
    if isinstance(package, Refusal):
        _refuse(package, kind)
    files = package.files if package is not None else {"": made.text}
    notes = package.notes if package is not None else made.notes
    if verify:
        name = target.stem if target is not None else "program"
        _prove(opened, _to_run(made, package, form, name), yes=yes, timeout=timeout, kind=kind)
    shown = {_path(target, path, package): text for path, text in files.items()}
    if kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        parameters = [each.name for each in made.parameters]
        told = Exported(
            to=form,
            files=shown,
            functions=made.functions,
            parameters=parameters,
            notes=notes,
        )
        click.echo(as_json(told), nl=False)
        if out is None or target is None:
            return
        _refuse_target(opened, target, force=force)
    if target is None:
        for path, text in files.items():
            click.echo((f"# {path}\n" if path else "") + text, nl=False)
    else:
        _write(shown)
        if kind == "text":
            from jupyter_nbquality.cli.counting import count

            cut = f", {count(len(made.functions), 'function')} of sections" * bool(made.functions)
            click.echo(f"Wrote {escaped(str(target))}: {count(len(shown), 'file')}{cut}.")
    if kind == "text":
        for sentence in [*notes, *_doubts(opened, target)]:
            click.echo(escaped(sentence), err=True)


def _target(opened: "Opened", form: Form, out: Path | None) -> Path | None:
    """Says where it goes; nowhere where it goes to the standard output."""
    if out is not None and str(out) == "-":
        return None
    if out is not None:
        if form != "package" and out.suffix.lower() != ".py":
            raise click.UsageError("--out names a file that ends in .py, or a package's folder.")
        return out
    path = opened.file.path
    if not path.name:
        return None
    if form == "package":
        return path.with_suffix("")
    return path.with_name(f"{_stem(path.stem)}.py" if form == "module" else f"{path.stem}.py")


def _stem(wish: str) -> str:
    from jupyter_nbquality.refactor.export_package import package_name
    from jupyter_nbquality.refactor.refused import RefusedError

    try:
        return package_name(wish)
    except RefusedError as error:
        raise Trouble(f"{error} Say --out.") from None


def _refuse_target(opened: "Opened", target: Path, *, force: bool) -> None:
    from jupyter_nbquality.cli.opened import refuse_target

    if not target.is_dir():
        refuse_target(opened, target, force=force)
    elif target.suffix == ".py" or (any(target.iterdir()) and not force):
        name = escaped(str(target))
        raise Trouble(f"{name} is a folder that holds something; --force writes into it.")


def _package(opened: "Opened", made: "Program", target: Path | None) -> "Package | Refusal":
    from jupyter_nbquality.lint import import_names
    from jupyter_nbquality.refactor.export_hoisting import imported_modules
    from jupyter_nbquality.refactor.export_package import package_name, package_of
    from jupyter_nbquality.refactor.export_sections import title_of
    from jupyter_nbquality.refactor.refused import RefusedError

    folder = opened.file.path.parent
    modules = imported_modules(made.imports)
    local = [
        module
        for module in modules
        if (folder / f"{module}.py").is_file() or (folder / module).is_dir()
    ]
    distributions = {
        module: import_names.installed(module) or import_names.candidates(module)[0]
        for module in modules
        if module and module not in local and not import_names.is_given(module)
    }
    try:
        name = package_name((target or opened.file.path).stem)
        return package_of(
            made,
            name,
            about=title_of(opened.file.notebook) or f"What {opened.file.path.stem} does",
            data=os.path.relpath(folder, target or folder) if _files_named(opened) or local else "",
            python=max(opened.file.notebook.python_version or _OLDEST, (3, 9)),
            distributions=distributions,
            local=local,
        )
    except RefusedError as error:
        return error.refusal


def _files_named(opened: "Opened") -> list[str]:
    """Gives the paths that the notebook reads or writes and that are relative."""
    return sorted(
        {
            effect.what
            for known in opened.dataflow.cells.values()
            for effect in known.facts.effects
            if effect.kind in {"reads-file", "writes-file"}
            and effect.what
            and not effect.what.startswith(("/", "~", "{"))
            and "://" not in effect.what
        }
    )


def _doubts(opened: "Opened", target: Path | None) -> list[str]:
    """Says what may keep it from running."""
    files = _files_named(opened)
    folder = opened.file.path.parent
    if not files or not opened.file.path.name or target is None:
        return []
    if target.parent.resolve() == folder.resolve():
        return []
    where = "this folder" if folder == Path() else str(folder)
    return [f"It names {files[0]} as seen from {where}; run it there."]


# ── the proof ──


def _to_run(made: "Program", package: "Package | None", form: Form, name: str) -> "ProgramToRun":
    from jupyter_nbquality.execution.program import ProgramToRun

    if package is not None:
        files = {f"nbquality_export/{path}": text for path, text in package.files.items()}
        return ProgramToRun(
            ["-m", package.name], files, ["nbquality_export/src"], f"{package.name}.pipeline"
        )
    if form == "script":
        return ProgramToRun([f"{name}.py"], {f"{name}.py": made.text})
    call = f"asyncio.run({name}.{made.main}())" if made.is_async else f"{name}.{made.main}()"
    imports = f"import asyncio, {name}" if made.is_async else f"import {name}"
    return ProgramToRun(["-c", f"{imports}; {call}"], {f"{name}.py": made.text}, [], name)


def _prove(
    opened: "Opened", program: "ProgramToRun", *, yes: bool, timeout: float, kind: str
) -> None:
    """Runs both; ends the command where they do not print the same.

    Raises:
        Trouble: Nobody agreed to what it reaches, or it could not be run.
    """
    from jupyter_nbquality.cli.verify import TEXT, ask_first, compared_with, show_disproved, told
    from jupyter_nbquality.execution.proof import Setting
    from jupyter_nbquality.execution.verdict import Step
    from jupyter_nbquality.refactor.effects import world_effects

    if not yes:
        ask_first(opened, world_effects(opened.dataflow))
    notebook, path = opened.file.notebook, opened.file.path
    steps = [
        Step(cell.id, cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip()
    ]
    folder = path.resolve().parent if path.name else None
    setting = Setting(folder, notebook.kernelspec, timeout)
    verdict = compared_with(steps, program, setting, opened)
    if kind == "json" and verdict.state != "identical":
        show_disproved(verdict, opened, TEXT)
    else:
        click.echo(told(verdict, opened, TEXT), nl=False, err=True)
    if verdict.state == "could-not-run":
        raise Trouble("Nothing was written.")
    if verdict.state == "differs":
        sys.exit(REFUSED)


# ── what becomes of it ──


def _refuse(refusal: "Refusal", kind: str) -> NoReturn:
    if kind == "json":
        from jupyter_nbquality.cli.json_output import as_json

        click.echo(as_json(refusal), nl=False)
    else:
        click.echo(escaped(refusal.message))
    sys.exit(REFUSED)


def _path(target: Path | None, path: str, package: "Package | None") -> str:
    if target is None:
        return path
    return str(PurePath(target, path)) if package is not None else str(target)


def _write(files: dict[str, str]) -> None:
    from jupyter_nbquality.notebook_file import write

    for path, text in files.items():
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            write(Path(path), text.encode())
        except OSError as error:
            raise Trouble(f"{escaped(path)} cannot be written: {error.strerror}.") from None
        except UnicodeEncodeError:
            raise Trouble("The code holds half a character, which no program can.") from None
