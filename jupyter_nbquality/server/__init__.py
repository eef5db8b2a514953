"""The Jupyter server extension: what the front end asks, answered over HTTP."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_nbquality.server.app import NbQualityApp

__all__ = ["NbQualityApp"]


def __getattr__(name: str) -> Any:
    # A worker process lives in this package too, and has no use for a web server.
    if name == "NbQualityApp":
        from jupyter_nbquality.server.app import NbQualityApp

        return NbQualityApp
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
