"""JSON Schema of the types on the wire, for the OpenAPI description and for TypeScript."""

import inspect
import re
from typing import Any

import msgspec

from jupyter_nbquality.edits import Operation, Refusal
from jupyter_nbquality.execution.test_run import RunReply, RunRequest
from jupyter_nbquality.inspection import Inspection
from jupyter_nbquality.refactor.extract_function import Extraction
from jupyter_nbquality.refactor.extract_module import ModuleExtraction
from jupyter_nbquality.refactor.extract_variable import NamedExpression
from jupyter_nbquality.refactor.inline import Inlining
from jupyter_nbquality.refactor.merge_cells import Merge
from jupyter_nbquality.refactor.move_cell import Move
from jupyter_nbquality.refactor.rename import Renaming
from jupyter_nbquality.refactor.split_cell import Split
from jupyter_nbquality.refactor.uses import Uses
from jupyter_nbquality.server import wire
from jupyter_nbquality.server.errors import ErrorReply
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress
from jupyter_nbquality.server.quick_wire import QuickReply, QuickRequest, QuickRun
from jupyter_nbquality.server.refactor_wire import RefactorReply, RefactorRequest, RefactorWish
from jupyter_nbquality.server.suggest_wire import (
    SuggestDone,
    SuggestLine,
    SuggestRequest,
)
from jupyter_nbquality.server.tests_wire import (
    TestLine,
    TestRequest,
    TestRunner,
    TestsDone,
    TestTold,
)
from jupyter_nbquality.server.verify_wire import (
    VerifyDone,
    VerifyLine,
    VerifyRequest,
)

TYPES: tuple[Any, ...] = (
    wire.ServerInfo,
    wire.InspectRequest,
    Inspection,
    wire.UsesRequest,
    Uses,
    wire.FixRequest,
    wire.FormatRequest,
    wire.GatherRequest,
    wire.GatheredReply,
    RefactorRequest,
    Extraction,
    ModuleExtraction,
    NamedExpression,
    Renaming,
    Inlining,
    Move,
    Split,
    Merge,
    LineProgress,
    LineConsent,
    LineFailed,
    VerifyRequest,
    VerifyDone,
    QuickRequest,
    QuickRun,
    SuggestRequest,
    SuggestDone,
    TestRunner,
    TestRequest,
    TestTold,
    TestsDone,
    RunRequest,
    RunReply,
    wire.PlanReply,
    Refusal,
    wire.RuleInfo,
    wire.RulePage,
    wire.ApplyRequest,
    wire.ApplyReply,
    ErrorReply,
)
"""What is sent or received as a whole; whatever they hold comes along."""

UNIONS = {
    "Operation": Operation,
    "FixReply": wire.FixReply,
    "GatherReply": wire.GatherReply,
    "RefactorWish": RefactorWish,
    "RefactorReply": RefactorReply,
    "VerifyLine": VerifyLine,
    "QuickReply": QuickReply,
    "SuggestLine": SuggestLine,
    "TestLine": TestLine,
}
"""Unions that have a name of their own."""

_SENT_WHOLE = frozenset({"InsertCell"})
"""Parts of replies whose defaults are for whoever makes them: on the wire no field is left out."""

_FIELD = re.compile(r"^ {4}(\w+): ", re.MULTILINE)


def definitions(ref_template: str = "#/$defs/{name}") -> dict[str, Any]:
    """Makes the JSON Schema of every type on the wire.

    Args:
        ref_template: How one definition names another.

    Returns:
        The schemas by name. They forbid unknown fields, although requests are decoded leniently.
    """
    schemas, components = msgspec.json.schema_components(
        [*TYPES, *UNIONS.values()], ref_template=ref_template
    )
    for name, schema in components.items():
        _tidy(name, schema)
    unions = dict(zip(UNIONS, schemas[len(TYPES) :], strict=True))
    named = {
        name: _with_union_names(schema, unions, ref_template) for name, schema in components.items()
    }
    return dict(sorted((named | unions).items()))


def reference(kind: Any, ref_template: str = "#/components/schemas/{name}") -> dict[str, Any]:
    """Gives the schema that stands for a type of the wire where it is used."""
    for name, union in UNIONS.items():
        if kind == union:
            return {"$ref": ref_template.format(name=name)}
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=ref_template)
    return schema


def _tidy(name: str, schema: dict[str, Any]) -> None:
    """Forbids unknown fields and moves the description of each field to the field."""
    schema["title"] = name
    text, fields = _split_docstring(schema.get("description", ""))
    schema["description"] = text
    if schema.get("type") != "object":
        return
    schema["additionalProperties"] = False
    properties = schema.setdefault("properties", {})
    if name in _SENT_WHOLE:
        schema["required"] = list(properties)
    for field, value in properties.items():
        if value.get("type") == "object":
            value.setdefault("additionalProperties", True)
        if "$ref" in value:
            # What stands beside a bare reference would make another type of it.
            value = {"allOf": [{"$ref": value["$ref"]}]} | {
                key: item for key, item in value.items() if key != "$ref"
            }
        if field in fields:
            value = {**value, "description": fields[field]}
        properties[field] = value


def _split_docstring(docstring: str) -> tuple[str, dict[str, str]]:
    """Takes the ``Attributes`` section off a docstring, in the words of JSON."""
    clean = inspect.cleandoc(docstring).replace("``", "`").replace("`None`", "`null`")
    text, _, section = clean.partition("\n\nAttributes:\n")
    parts = _FIELD.split(section)
    fields = {
        field: " ".join(body.split()) for field, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    return text.strip(), fields


def _with_union_names(schema: Any, unions: dict[str, Any], ref_template: str) -> Any:
    """Names a union where it stands written out."""
    for name, union in unions.items():
        if schema == union:
            return {"$ref": ref_template.format(name=name)}
    if isinstance(schema, dict):
        return {
            key: _with_union_names(value, unions, ref_template) for key, value in schema.items()
        }
    if isinstance(schema, list):
        return [_with_union_names(item, unions, ref_template) for item in schema]
    return schema
