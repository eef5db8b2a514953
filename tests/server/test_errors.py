"""What a person is told about a request that cannot be read."""

import msgspec
import pytest

from jupyter_nbquality.server.errors import RequestError
from jupyter_nbquality.server.json_body import decode, decode_notebook, encode
from jupyter_nbquality.server.wire import ApplyRequest, FixRequest, InspectRequest


def complaint(body: bytes, kind=InspectRequest) -> str:
    with pytest.raises(RequestError) as caught:
        decode(body, kind)
    assert caught.value.status == 400
    return caught.value.reply.message


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "The request is not valid JSON: Input data was truncated."),
        (b"[]", "The request must be an object, and is a list."),
        (b"{}", "The request lacks `notebook`."),
        (b'{"notebook":{"path":""}}', "`notebook` in the request lacks `cells`."),
        (
            b'{"notebook":{"path":"","cells":[{"id":"a","cell_type":"code","source":1}]}}',
            "`notebook.cells[0].source` in the request must be a text, and is a whole number.",
        ),
        (
            b'{"notebook":{"path":null,"cells":[]}}',
            "`notebook.path` in the request must be a text, and is null.",
        ),
        (b"[" * 100_000, "The request must be an object, and is a list."),
        (
            b'{"notebook":{"path":"","cells":[],"metadata":{"a":' + b"[" * 100_000,
            "The request is nested too deeply to be read.",
        ),
    ],
)
def test_sentences(body, sentence):
    assert complaint(body) == sentence


def test_values_are_not_quoted():
    """They may be the person's text, and what is answered is logged."""
    body = b'{"notebook":{"path":"","cells":[{"id":"a","cell_type":"hunter2","source":""}]}}'
    message = complaint(body)
    assert (
        message == "`notebook.cells[0].cell_type` in the request has a value that is not allowed."
    )
    body = b'{"operations":[{"kind":"hunter2"}]}'
    assert "hunter2" not in complaint(body, ApplyRequest)


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b'"\x00"', b'{"notebook":"\xff"}', b"1e999", b"NaN", b"null"]
)
def test_anything_else_is_a_sentence_too(body):
    assert complaint(body).endswith(".")


def test_unknown_fields_are_passed_over():
    body = b'{"notebook":{"path":"","cells":[],"newer":1},"newer":[1]}'
    assert decode(body, InspectRequest).notebook.cells == []


def test_defaults():
    request = decode(b'{"notebook":{"path":"","cells":[]}}', FixRequest)
    assert (request.unsafe, request.writing, request.scope.code) == (False, None, None)


@pytest.mark.parametrize(
    ("escaped", "source"),
    [
        (rb"a\ud800b", "a�b"),
        (rb"\udc00", "�"),
        (rb"\ud800\ud800\udc00", "�\U00010000"),
        (rb"\ud83d\ude00\ud83d", "\U0001f600�"),
        (rb"\\ud800\ud800", r"\ud800" + "�"),
    ],
)
def test_half_a_surrogate_pair_is_a_replacement_character(escaped, source):
    body = b'{"notebook":{"path":"","cells":[{"id":"a","cell_type":"code","source":"%s"}]}}'
    assert decode_notebook(body % escaped, InspectRequest).notebook.cells[0].source == source


def test_half_a_surrogate_pair_can_be_sent():
    assert msgspec.json.decode(encode({"a": "x"})) == {"a": "x"}
    assert encode(["\ud800"]) == rb'["\ud800"]'
