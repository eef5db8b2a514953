"""Tells whether a program prints what a notebook shows, or another program."""

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


class _Shown(msgspec.Struct, frozen=True):
    """What a notebook or a program shows as text.

    Attributes:
        pieces: The text of each cell, by its id, or each line.
        complaint: What it failed with; empty where it did not.
        cell: The id of the cell that failed.
    """

    pieces: list[tuple[str, str]]
    complaint: str = ""
    cell: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.pieces)


def prove_program(
    old: Sequence[Step] | ProgramToRun,
    new: Sequence[Step] | ProgramToRun,
    setting: Setting,
    *,
    may_raise: Collection[str] = (),
    progress: Callable[[float, str], None] = lambda _share, _label: None,
    stop: Event | None = None,
) -> Verdict:
    """Compares what a notebook shows, as text, with what a program prints; or two programs.

    The old one runs twice; what is not the same then is not judged. Blanks, line breaks, addresses
    and times are no difference; pictures, what magics say of their own work, and what goes to
    standard error are not compared.
    Where one fails, the other must fail there too.

    Args:
        old: The cells of a notebook in order, or a program.
        new: Likewise.
        setting: Where and how: in copies of the folder, with the Python of the kernel.
        may_raise: The cells after which a notebook goes on though they raise.
        progress: Told the share that is done, and what is going on.
        stop: Set by whoever does not want it any more.

    Raises:
        CancelledError: Nobody wants it any more.
    """
    began = time.monotonic()
    sides = (old, old, new)
    steps = sum(1 if isinstance(side, ProgramToRun) else len(side) for side in sides)
    seconds = setting.cell_seconds * max(1, steps)
    done = 0

    def shown(side: Sequence[Step] | ProgramToRun, python: str) -> _Shown:
        def ran() -> None:
            nonlocal done
            done += 1
            progress(done / max(steps, 1), label)

        if isinstance(side, ProgramToRun):
            label = "Running the program"
            progress(done / max(steps, 1), label)
            found = _of_program(side, setting, python, seconds, stop)
            ran()
            return found
        label = "Running the notebook"
        cells = run(side, setting, ran, stop, python=python).cells
        return _of_notebook([(step.cell, cells[step.cell]) for step in side], may_raise)

    try:
        first, second = shown(old, ""), shown(old, "")
        third = shown(new, setting.python)
    except (KernelTroubleError, TooManyFilesError, OSError) as error:
        return Verdict("could-not-run", str(error), [], [], 0, time.monotonic() - began)
    again = [text for _, text in second.pieces]
    if len(first.pieces) != len(again):
        # Which lines are the same ones cannot be told.
        first = msgspec.structs.replace(first, pieces=[("all of it", first.text)])
        again = [second.text]
    differences, undecided = compare_text(first.pieces, again, third.text)
    if isinstance(old, ProgramToRun):
        differences = [_in_line(each) for each in differences]
    if bool(first.complaint) != bool(third.complaint):
        differences.append(
            Difference("error", first.cell or third.cell, "", "", first.complaint, third.complaint)
        )
    return Verdict(
        "differs" if differences else "identical",
        "",
        differences,
        undecided,
        len(first.pieces),
        time.monotonic() - began,
    )


def _of_notebook(cells: Sequence[tuple[str, CellRun]], may_raise: Collection[str]) -> _Shown:
    """Gives what cells show, up to the one that raises and may not."""
    pieces = []
    for cell, ran in cells:
        pieces.append((cell, shown_text(ran)))
        if ran.error and cell not in may_raise:
            return _Shown(pieces, ran.error[:SHOWN], cell)
    return _Shown(pieces)


def _of_program(
    program: ProgramToRun, setting: Setting, python: str, seconds: float, stop: Event | None
) -> _Shown:
    printed, complaint = _run_program(program, setting, python, seconds, stop)
    lines = _as_main(printed, program.module).splitlines()
    pieces = [(f"line {number}", line) for number, line in enumerate(lines, 1)]
    return _Shown(pieces, complaint[:SHOWN])


def _in_line(found: Difference) -> Difference:
    """Says the line where a piece is no cell."""
    if found.cell is None:
        return found
    place = found.cell if found.cell.startswith("line ") else ""
    return msgspec.structs.replace(found, cell=None, place=place)


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
    program: ProgramToRun, setting: Setting, python: str, seconds: float, stop: Event | None
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
            [python or _python_of(setting.kernel), *program.arguments],
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
