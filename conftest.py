"""Fixtures of the whole test suite: a Jupyter server with the extension in it."""

import pytest

pytest_plugins = ["pytest_jupyter.jupyter_server"]


@pytest.fixture
def jp_server_config() -> dict[str, object]:
    """The server of the tests has this extension and no other."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_nbquality": True}}}
