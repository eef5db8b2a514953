"""Quality tools for notebooks: a JupyterLab extension, a server extension and a command line."""


def __getattr__(name: str) -> str:
    """Looks ``__version__`` up when asked for: that costs more than a check from the cache."""
    if name == "__version__":
        from importlib.metadata import version

        return version("jupyter_nbquality")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Say where the built front end lies, for ``jupyter labextension develop``."""
    return [{"src": "labextension", "dest": "jupyter-nbquality"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """Name the server extension, for ``jupyter_server``."""
    # Imported here, for the command line does not need a web server.
    from jupyter_nbquality.server import NbQualityApp

    return [{"module": "jupyter_nbquality.server", "app": NbQualityApp}]
