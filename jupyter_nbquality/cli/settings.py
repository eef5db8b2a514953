"""Settings that cannot be used end a command before it has looked at anything, as they end ruff."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from jupyter_nbquality.cli.terminal import escaped
from jupyter_nbquality.cli.trouble import Trouble
from jupyter_nbquality.config import Config, ConfigFinder


def refuse_broken(arguments: Iterable[str], paths: Iterable[str]) -> None:
    """Looks at the settings of all notebooks of a run.

    Args:
        arguments: What the person named; the settings of a folder count where it holds nothing.
        paths: The notebooks.

    Raises:
        Trouble: Some of the settings cannot be used.
    """
    configs = ConfigFinder()
    folders = {argument: None for argument in arguments if Path(argument).is_dir()}
    folders |= dict.fromkeys(os.path.split(path)[0] for path in paths)
    problems = {problem: None for folder in folders for problem in _problems(configs.of(folder))}
    if problems:
        raise Trouble("\n".join(map(escaped, problems)))


def _problems(config: Config) -> Iterator[str]:
    where = f"{config.root / 'pyproject.toml'}: " if config.root is not None else ""
    for problem in config.problems:
        yield where + problem
    if config.libraries:
        # Imported here, for few settings speak of libraries.
        from jupyter_nbquality.dataflow.libraries import libraries_of

        try:
            libraries_of(config.libraries)
        except ValueError as error:
            yield f"{where}{error}"
