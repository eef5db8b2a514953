"""How a refactoring says that it would change what the notebook does."""

from jupyter_nbquality.edits import Refusal


class RefusedError(Exception):
    """A refactoring cannot be done so that everything stays as it is.

    Attributes:
        refusal: Why, for a person.
    """

    def __init__(self, code: str, message: str, cell: str | None = None) -> None:
        super().__init__(message)
        self.refusal = Refusal(code, message, cell)
