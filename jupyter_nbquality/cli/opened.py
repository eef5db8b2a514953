"""One notebook that a command is about, with what flows between its cells."""

import sys
from pathlib import Path

import msgspec

from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble
from jupyter_nbquality.config import find_config
from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.libraries import libraries_of
from jupyter_nbquality.notebook import Cell
from jupyter_nbquality.notebook_file import NotebookFile, UnreadableNotebookError, parse, read


class Opened(msgspec.Struct, frozen=True):
    """A notebook in Python that was read.

    Attributes:
        name: As the person wrote it, safe to print.
        file: The notebook.
        dataflow: What was learnt from it.
    """

    name: str
    file: NotebookFile
    dataflow: Dataflow

    def number(self, cell: str) -> int:
        """Gives the number of a cell, from 1 over all cells."""
        return self.file.notebook.index_of(cell) + 1

    def find(self, wanted: str) -> Cell:
        """Gives the cell of a number or an id.

        Raises:
            Trouble: There is none.
        """
        cells = self.file.notebook.cells
        for cell in cells:
            if cell.id == wanted:
                # An id of digits is no number of so many cells, unless somebody wants trouble.
                if wanted.isdecimal() and int(wanted) <= len(cells):
                    break
                return cell
        if not wanted.isdecimal():
            raise Trouble(f"{self.name} has no cell with the id `{escaped(wanted)}`.")
        if len(wanted) > 9 or not 1 <= int(wanted) <= len(cells):
            from jupyter_nbquality.cli.counting import count

            raise Trouble(
                f"{self.name} has no cell {wanted[:20]}: it has {count(len(cells), 'cell')}."
            )
        return cells[int(wanted) - 1]


def open_notebook(path: str) -> Opened:
    """Reads a notebook, and learns what its cells define, read and change.

    Args:
        path: A file; ``-`` for the standard input.

    Raises:
        Trouble: It cannot be read, or is not in Python.
    """
    name = "The notebook" if path == "-" else escaped(path)
    try:
        file = parse(sys.stdin.buffer.read()) if path == "-" else read(Path(path))
    except FileNotFoundError:
        raise Trouble(f"{name}: no such file.") from None
    except IsADirectoryError:
        raise Trouble(f"{name} is a folder; name one notebook.") from None
    except UnreadableNotebookError as error:
        raise Trouble(f"{name}: {error}") from None
    except (OSError, ValueError) as error:
        raise Trouble(f"{name} cannot be read: {escaped(str(error))}.") from None
    if not file.notebook.is_python:
        language = escaped(file.notebook.language)
        raise Trouble(f"{name} is written in {language}; what flows is known of Python alone.")
    config = find_config(Path.cwd() / "-" if path == "-" else Path(path))
    try:
        libraries = libraries_of(config.libraries)
    except ValueError as error:
        root = escaped(str(config.root))
        raise Trouble(f"{root}/pyproject.toml: {escaped(str(error))}") from None
    dataflow = Dataflow(libraries)
    dataflow.update(file.notebook)
    return Opened(name, file, dataflow)


def refuse_target(opened: Opened, to: Path, *, force: bool) -> None:
    """Refuses to write over the notebook itself, and over any file unless that is forced.

    Raises:
        Trouble: The file is one of these, or a folder.
    """
    name = escaped(str(to))
    if to.is_dir():
        raise Trouble(f"{name} is a folder.")
    if not to.exists():
        return
    if opened.file.path.name and opened.file.path.exists() and to.samefile(opened.file.path):
        raise Trouble(f"{name} is the notebook itself; write to another file.")
    if not force:
        raise Trouble(f"{name} exists; --force writes over it.")
