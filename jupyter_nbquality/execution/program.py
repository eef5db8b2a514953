"""Tells whether a program prints what a notebook shows."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from threading import Event

import msgspec
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from jupyter_nbquality.execution.compare import SHOWN, Difference, without_noise
from jupyter_nbquality.execution.fresh_kernel import CancelledError, KernelTroubleError
from jupyter_nbquality.execution.outputs import CellRun
from jupyter_nbquality.execution.proof import Setting, run
from jupyter_nbquality.execution.verdict import Step, Verdict
from jupyter_nbquality.execution.workspace import TooManyFilesError, workspace

_PATIENCE = 0.2
_CONTEXT = 12
_FIGURE = re.compile(r"<Figure size \S+ with \d+ Axes>")
# What magics say of their own work.
_OF_MAGICS = re.compile(r"(?m)^(?:(?:Writing|Overwriting|Appending to) \S+|env: \w+=.*)$")
_OBJECT = re.compile(r" object at 0x")
_PYTHONS = re.compile(r"(?:python|pypy)[\d.]*(?:\.exe)?")


class ProgramToRun(msgspec.Struct, frozen=True):
    """A program.

    Attributes:
        arguments: What is given to Python: a file, as seen from the folder of the notebook, or
            ``-c`` with code.
        files: Texts that it needs, by their paths as seen from that folder.
        search: Folders, as seen from there, in which modules are found.
        module: The name of the module that stands for ``__main__`` in it; empty for none.
    """

    arguments: list[str]
    files: dict[str, str] = {}
    search: list[str] = []
    module: str = ""


def prove_program(
    cells: Sequence[Step],
    program: ProgramToRun,
    setting: Setting,
    *,
    may_raise: Collection[str] = (),
    progress: Callable[[float, str], None] = lambda _share, _label: None,
    stop: Event | None = None,
) -> Verdict:
    """Compares what a notebook shows, as text, with what a program prints.

    The notebook runs twice; what is not the same then is not judged. Blanks, line breaks, addresses
    and times are no difference; pictures, what magics say of their own work, and what goes to
    standard error are not compared.
    Where a cell raises, the program must end there too.

    Args:
        cells: Of the notebook, in order.
        program: The program.
        setting: Where and how: in copies of the folder, with the Python of the kernel.
        may_raise: The cells after which the notebook goes on though they raise.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.

    Raises:
        CancelledError: Nobody wants it any more.
    """
    began = time.monotonic()
    done = 0

    def ran() -> None:
        nonlocal done
        done += 1
        progress(done / (2 * len(cells) + 1), "Running the notebook")

    try:
        first = run(cells, setting, ran, stop)
        second = run(cells, setting, ran, stop)
        progress(1.0, "Running the program")
        seconds = setting.cell_seconds * max(len(cells), 1)
        printed, complaint = _run_program(program, setting, seconds, stop)
    except (KernelTroubleError, TooManyFilesError, OSError) as error:
        return Verdict("could-not-run", str(error), [], [], 0, time.monotonic() - began)
    last = next(
        (
            step.cell
            for step in cells
            if first.cells[step.cell].error and step.cell not in may_raise
        ),
        None,
    )
    judged = cells if last is None else cells[: [step.cell for step in cells].index(last) + 1]
    differences, undecided = compare_text(
        [(step.cell, shown_text(first.cells[step.cell])) for step in judged],
        [shown_text(second.cells[step.cell]) for step in judged],
        _as_main(printed, program.module),
    )
    if complaint and last is None:
        differences.append(Difference("error", None, "", "", "", complaint[:SHOWN]))
    elif last is not None and not complaint:
        raised = first.cells[last].error
        differences.append(Difference("error", last, "", "", raised[:SHOWN], ""))
    return Verdict(
        "differs" if differences else "identical",
        "",
        differences,
        undecided,
        len(judged),
        time.monotonic() - began,
    )


def shown_text(cell: CellRun) -> str:
    """Gives what a cell shows as text, but for warnings and pictures of figures."""
    return "\n".join(
        output.data.get("text/plain", "")
        for output in cell.outputs
        if output.kind == "display" or (output.kind == "stream" and output.name == "stdout")
    )


def compare_text(
    cells: Sequence[tuple[str, str]], again: Sequence[str], printed: str
) -> tuple[list[Difference], list[str]]:
    """Finds the first cell whose text a program does not print.

    Args:
        cells: The id of each cell with its text, in order.
        again: Their texts in another run: a cell where these differ is not judged.
        printed: What the program prints.

    Returns:
        The difference, if there is one, and the cells that were not judged.
    """
    found = _words(printed)
    place = 0
    skipped: list[str] = []
    is_loose = False
    for (cell, text), other in zip(cells, again, strict=True):
        words = _words(text)
        if words != _words(other):
            skipped.append(cell)
            is_loose = True
            continue
        if not words:
            continue
        if is_loose:
            start = _find(found, words, place)
            place, is_loose = (start if start is not None else place), start is None
        if found[place : place + len(words)] != words:
            at = next(
                (
                    number
                    for number, word in enumerate(words)
                    if found[place + number : place + number + 1] != [word]
                ),
                0,
            )
            start = max(at - 2, 0)
            pair = [
                " ".join(each[start : at + _CONTEXT])[:SHOWN] for each in (words, found[place:])
            ]
            return [Difference("output", cell, "", "", pair[0], pair[1])], skipped
        place += len(words)
    if place < len(found) and not is_loose:
        more = " ".join(found[place : place + _CONTEXT])[:SHOWN]
        return [Difference("output", None, "", "", "", more)], skipped
    return [], skipped


def _run_program(
    program: ProgramToRun, setting: Setting, seconds: float, stop: Event | None
) -> tuple[str, str]:
    """Runs a program in a copy of the folder.

    Returns:
        What it printed, and the last line of its complaint where it failed.

    Raises:
        KernelTroubleError: It took too long.
        CancelledError: Nobody wants it any more.
    """
    with workspace(setting.folder) as place:
        for path, text in program.files.items():
            place.write(path, text)
        search = [str(place.folder / each) for each in program.search]
        process = subprocess.Popen(
            [_python_of(setting.kernel), *program.arguments],
            cwd=place.folder,
            env=_environment(search),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        deadline = time.monotonic() + seconds
        try:
            while True:
                try:
                    out, err = process.communicate(timeout=_PATIENCE)
                    break
                except subprocess.TimeoutExpired:
                    if stop is not None and stop.is_set():
                        raise CancelledError from None
                    if time.monotonic() > deadline:
                        raise KernelTroubleError("The program took too long.") from None
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
    lines = [line for line in err.decode("utf-8", "replace").splitlines() if line.strip()]
    complaint = (lines[-1] if lines else f"status {process.returncode}") * bool(process.returncode)
    return out.decode("utf-8", "replace"), complaint


def _environment(search: Sequence[str]) -> Mapping[str, str]:
    known = dict(os.environ)
    # Commands that it starts write to the same place, in order.
    known.update(PYTHONHASHSEED="0", PYTHONUNBUFFERED="1", MPLBACKEND="Agg", COLUMNS="80")
    known.update(PYTHONIOENCODING="utf-8", PYTHONDONTWRITEBYTECODE="1")
    if search:
        before = known.get("PYTHONPATH")
        known["PYTHONPATH"] = os.pathsep.join([*search, *([before] if before else [])])
    return known


def _python_of(kernel: str) -> str:
    """Gives the Python that a kernel runs in."""
    for name in (kernel, "python3"):
        try:
            command = KernelSpecManager().get_kernel_spec(name).argv
        except NoSuchKernel:
            continue
        if command and Path(command[0]).is_absolute():
            return str(command[0])
        if command and _PYTHONS.fullmatch(command[0]):
            break
    return sys.executable


def _as_main(printed: str, module: str) -> str:
    return printed.replace(f"{module}.", "__main__.") if module else printed


def _words(text: str) -> list[str]:
    """Gives the words of a text, without pictures and what magics say.

    IPython shows the address of an object in a way of its own.
    """
    plain = _OF_MAGICS.sub("", _FIGURE.sub("", without_noise(text)))
    return _OBJECT.sub(" at 0x", plain).split()


def _find(words: Sequence[str], wanted: Sequence[str], start: int) -> int | None:
    for place in range(start, len(words) - len(wanted) + 1):
        if words[place] == wanted[0] and words[place : place + len(wanted)] == wanted:
            return place
    return None


__all__ = ["ProgramToRun", "compare_text", "prove_program", "shown_text"]
