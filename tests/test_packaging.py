"""What the outside world finds this package by."""

import json
import re
from importlib.metadata import entry_points, requires
from pathlib import Path

from jupyter_server.serverapp import ServerApp

import jupyter_nbquality
from jupyter_nbquality.server import NbQualityApp

ROOT = Path(__file__).parent.parent


def read_json(path: str) -> dict[str, object]:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def test_both_halves_have_one_version() -> None:
    assert jupyter_nbquality.__version__ == read_json("package.json")["version"]


def test_the_front_end_is_found_under_its_own_name() -> None:
    [paths] = jupyter_nbquality._jupyter_labextension_paths()
    package = read_json("package.json")
    assert paths["dest"] == package["name"]
    assert package["jupyterlab"]["outputDir"] == f"jupyter_nbquality/{paths['src']}"


def test_the_command_is_found() -> None:
    [script] = entry_points(group="console_scripts", name="nbquality")
    assert callable(script.load())


def test_the_command_needs_no_library_of_the_tests() -> None:
    needed = {
        re.match(r"[\w-]+", line)[0].lower()
        for line in requires("jupyter_nbquality")
        if "extra ==" not in line
    }
    assert not needed & {"pytest", "jupyterlab", "notebook", "pandas", "ipykernel"}


def test_a_server_enables_the_extension_by_itself() -> None:
    config = read_json("jupyter-config/server-config/jupyter_nbquality.json")
    assert config["ServerApp"]["jpserver_extensions"] == {"jupyter_nbquality": True}


async def test_a_server_loads_the_extension(jp_serverapp: ServerApp) -> None:
    [app] = jp_serverapp.extension_manager.extension_apps["jupyter_nbquality"]
    assert isinstance(app, NbQualityApp)


async def test_the_server_still_answers(jp_fetch) -> None:
    response = await jp_fetch("api", "status")
    assert response.code == 200
