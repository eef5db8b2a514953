"""What a project's settings say to the requests about its notebooks."""

from pathlib import Path

from jupyter_nbquality.config import find_config
from jupyter_nbquality.dataflow.libraries import Libraries, libraries_of


def libraries_for(folder: Path | None) -> Libraries:
    """Gives what library calls are known to do, with the tables of the project of a folder.

    Args:
        folder: The real folder of a notebook; ``None`` when unknown.

    Returns:
        Our tables alone where those of the project are wrong; `inspect` says what is wrong.
    """
    if folder is None:
        return libraries_of()
    try:
        return libraries_of(find_config(folder).libraries)
    except ValueError:
        return libraries_of()
