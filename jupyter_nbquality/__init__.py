"""Quality tools for notebooks: a JupyterLab extension, a server extension and a command line."""

from importlib.metadata import version

__version__ = version("jupyter_nbquality")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Say where the built front end lies, for ``jupyter labextension develop``."""
    return [{"src": "labextension", "dest": "jupyter-nbquality"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Name the server extension, for ``jupyter_server``."""
    # Imported here, for the command line does not need a web server.
    from jupyter_nbquality.server import NbQualityApp

    return [{"module": "jupyter_nbquality.server", "app": NbQualityApp}]
