"""Configuration of the one Jupyter server that all browser tests share.

Never use it for anything else: it takes all protection off.
"""

import os
from tempfile import mkdtemp

from jupyterlab.galata import configure_jupyter_server

c = get_config()  # type: ignore[name-defined]  # noqa: F821

configure_jupyter_server(c)

c.ServerApp.allow_root = True
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ.get("NBQUALITY_UI_PORT", "8899"))
# Requests for files that are not there belong to the tests; errors of the server do not.
c.Application.log_level = "ERROR"
# The settings of the person at this machine have no say in the tests.
c.LabApp.user_settings_dir = mkdtemp(prefix="galata-settings-")
# Notebook 7 runs on the same server, and is driven by the same helpers.
c.JupyterNotebookApp.expose_app_in_browser = True
