"""Bodies of requests and replies."""

import json
import re
from typing import TypeVar

import msgspec

from jupyter_nbquality.server.errors import RequestError, bad_request

Request = TypeVar("Request")

# A pair of surrogates, a lone one, or any other escape of JSON.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def decode(body: bytes, kind: type[Request]) -> Request:
    """Decodes a request.

    Raises:
        RequestError: It is not JSON, or not what the endpoint takes.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise bad_request(error) from None


def decode_notebook(body: bytes, kind: type[Request]) -> Request:
    """Decodes a request about a notebook.

    A lone half of a surrogate pair, which a cell can hold in a browser, is no character: it is read
    as U+FFFD, which takes as much room, so that positions stay true.

    Raises:
        RequestError: It is not JSON, or not what the endpoint takes.
    """
    try:
        return decode(body, kind)
    except RequestError:
        mended = _ESCAPE.sub(lambda match: rb"\ufffd" if match[1] else match[0], body)
        if mended == body:
            raise
        return decode(mended, kind)


def encode(reply: object) -> bytes:
    """Encodes a reply."""
    try:
        return msgspec.json.encode(reply)
    except UnicodeEncodeError:
        # A lone surrogate, from a string literal of the person's.
        return json.dumps(msgspec.to_builtins(reply)).encode("ascii")
