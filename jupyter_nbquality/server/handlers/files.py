"""Changes of files."""

from jupyter_nbquality.edits import ChangeFile
from jupyter_nbquality.server import wire
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.files import FileChanges
from jupyter_nbquality.server.handlers.base import NbQualityHandler
from jupyter_nbquality.server.json_body import decode

CHANGES = "nbquality_file_changes"


class ApplyHandler(NbQualityHandler):
    """Writes and renames files."""

    @endpoint(
        Endpoint(
            "Writes and renames files: all that are named, or none.",
            "write",
            "contents",
            wire.ApplyReply,
            wire.ApplyRequest,
            {
                400: "The request is malformed, or a path is not allowed.",
                409: "A file is not as it was when the change was made up.",
                413: "The request is too large.",
            },
            wire.ApplyRequest(
                [ChangeFile("helpers/clean.py", None, "def clean(frame):\n    ...\n")]
            ),
        )
    )
    async def post(self) -> None:
        """Answers with what was written."""
        request = decode(self.body(), wire.ApplyRequest)
        changes: FileChanges = self.settings[CHANGES]
        self.reply(wire.ApplyReply(await changes.apply(request.operations)))
