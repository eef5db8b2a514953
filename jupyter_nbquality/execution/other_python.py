"""A kernel in an environment that has no kernelspec: any Python with ipykernel."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

from jupyter_nbquality.execution.fresh_kernel import KernelTroubleError

SECONDS = 30.0
_PLACES = ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")


class OnePython(KernelSpecManager):
    """Knows one kernel, by any name: that of a Python.

    Attributes:
        python: Its path.
    """

    def __init__(self, python: str, **options: Any) -> None:
        super().__init__(**options)
        self.python = python

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Gives what starts it; see ``jupyter_client``."""
        argv = [self.python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name=kernel_name, language="python")


def find_python(wanted: str) -> str:
    """Finds a Python in which kernels can run.

    Args:
        wanted: The path of a Python or of its environment, or the name of a command.

    Returns:
        Its path; links stay, as they say which environment it is.

    Raises:
        KernelTroubleError: There is none, or it has no ipykernel.
    """
    path = Path(wanted).expanduser()
    if path.is_dir():
        found = next((path / each for each in _PLACES if (path / each).is_file()), None)
        if found is None:
            raise KernelTroubleError(f"{wanted} is a folder without a Python.")
        python = str(found)
    else:
        python = shutil.which(str(path)) or ""
    if not python:
        raise KernelTroubleError(f"{wanted} is no Python that can be run.")
    # Not resolved: what a link points to is another environment.
    python = str(Path.cwd() / python)
    try:
        done = subprocess.run(
            [python, "-c", "import sys; print('python'); import ipykernel_launcher"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        done = None
    if done is None or not done.stdout.startswith("python"):
        raise KernelTroubleError(f"{wanted} is no Python that can be run.")
    if done.returncode:
        complaint = (done.stderr.strip().splitlines() or ["it failed"])[-1]
        if "No module named 'ipykernel" not in complaint:
            raise KernelTroubleError(f"{wanted} cannot run kernels: {complaint}")
        raise KernelTroubleError(
            f"{wanted} has no ipykernel, which notebooks need; "
            f"`{python} -m pip install ipykernel` adds it."
        )
    return python


def environment_of(python: str) -> dict[str, str]:
    """Gives the variables with which commands of its environment are found first."""
    folder = str(Path(python).parent)
    return {"PATH": os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])}
