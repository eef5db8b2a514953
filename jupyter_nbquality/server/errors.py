"""Requests that cannot be answered: status, reason, and a sentence a person can act on."""

import re

import msgspec


class ErrorReply(msgspec.Struct, frozen=True):
    """Why a request was not answered.

    Attributes:
        message: A sentence for a person.
        reason: A short name of the kind of error for a program, such as ``time-limit``.
    """

    message: str
    reason: str


class RequestError(Exception):
    """A request that is not answered.

    Attributes:
        status: Of the HTTP reply.
        reply: Its body.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reply = ErrorReply(message, reason)


_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "bytes": "a text",
}
_PLACE = re.compile(r"(.*?)(?: - at `(?:key in )?\$?\.?(.*)`)?", re.DOTALL)
_EXPECTED = re.compile(r"Expected `([^`]*)`, got `([^`]*)`")
_MISSING = re.compile(r"Object missing required field `([^`]*)`")


def bad_request(error: Exception) -> RequestError:
    """Says in words why a request could not be decoded.

    Args:
        error: What msgspec raised; `RecursionError` for nesting too deep.
    """
    if isinstance(error, RecursionError):
        return RequestError(400, "malformed-json", "The request is nested too deeply to be read.")
    if not isinstance(error, msgspec.ValidationError):
        detail = str(error).removeprefix("JSON is malformed: ").rstrip(".")
        return RequestError(400, "malformed-json", f"The request is not valid JSON: {detail}.")
    match = _PLACE.fullmatch(str(error))
    problem, place = (match[1], match[2]) if match else (str(error), None)
    where = f"`{place}` in the request" if place else "The request"
    if expected := _EXPECTED.fullmatch(problem):
        problem = f"must be {_in_words(expected[1])}, and is {_in_words(expected[2])}"
    elif missing := _MISSING.fullmatch(problem):
        problem = f"lacks `{missing[1]}`"
    else:
        # The value itself may be the person's text, and errors are logged.
        problem = "has a value that is not allowed"
    return RequestError(400, "invalid-request", f"{where} {problem}.")


def _in_words(kinds: str) -> str:
    return " or ".join(_KINDS.get(kind.strip(), kind.strip()) for kind in kinds.split("|"))
