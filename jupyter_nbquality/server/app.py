"""The server extension as an application: its configuration and its handlers."""

from jupyter_server.extension.application import ExtensionApp


class NbQualityApp(ExtensionApp):
    """Adds the endpoints under ``/nbquality/api/`` to a Jupyter server."""

    name = "jupyter_nbquality"
    extension_url = "/nbquality"
    load_other_extensions = True
