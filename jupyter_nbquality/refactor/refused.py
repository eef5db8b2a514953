"""How a refactoring says that it would change what the notebook does."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from jupyter_nbquality.edits import Refusal

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


class RefusedError(Exception):
    """A refactoring cannot be done so that everything stays as it is.

    Attributes:
        refusal: Why, for a person.
    """

    def __init__(self, code: str, message: str, cell: str | None = None) -> None:
        super().__init__(message)
        self.refusal = Refusal(code, message, cell)


def refusing(function: Callable[_Given, _Made]) -> Callable[_Given, _Made | Refusal]:
    """Lets a refactoring that cannot be done give the refusal."""

    @wraps(function)
    def given(*args: _Given.args, **options: _Given.kwargs) -> _Made | Refusal:
        try:
            return function(*args, **options)
        except RefusedError as error:
            return error.refusal
        except RecursionError:
            return Refusal("too-deep", "Code of the notebook is nested too deeply.", None)

    return given
