"""JSON for programs."""

import json

import msgspec


def as_json(value: msgspec.Struct) -> str:
    """Writes a structure as JSON: ASCII, so that no encoding of the output can spoil it."""
    return json.dumps(msgspec.to_builtins(value, str_keys=True), indent=2) + "\n"
