"""The Jupyter server extension: what the front end asks, answered over HTTP."""

from jupyter_nbquality.server.app import NbQualityApp

__all__ = ["NbQualityApp"]
