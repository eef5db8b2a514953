import jsonschema
import msgspec

from jupyter_nbquality.server.endpoint import VERBS
from jupyter_nbquality.server.openapi import describe
from jupyter_nbquality.server.routes import ROUTES
from tests.server.conftest import reply
from tests.server.test_access import ENDPOINTS, request


def validate(value, schema, document):
    """Checks a value against a schema that names others of the document."""
    whole = {**schema, "components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(value)


async def test_served_as_made(ask, jp_base_url):
    response = await ask("openapi.json")
    assert reply(response) == msgspec.to_builtins(describe(ROUTES, jp_base_url))


def test_every_verb_is_described_and_every_description_has_a_verb():
    described = {
        (path.lstrip("/"), verb)
        for path, item in describe(ROUTES)["paths"].items()
        for verb in item
        if verb in VERBS
    }
    assert described == {(route.path, verb) for route, verb, _ in ENDPOINTS}


def test_schemas_are_schemas():
    document = describe(ROUTES)
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    names = [
        operation["operationId"]
        for item in document["paths"].values()
        for verb, operation in item.items()
        if verb in VERBS
    ]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere():
    document = describe(ROUTES)
    names = set(document["components"]["schemas"])

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for item in value.values():
                yield from references(item)
        elif isinstance(value, list):
            for item in value:
                yield from references(item)

    found = {reference.removeprefix("#/components/schemas/") for reference in references(document)}
    assert found <= names
    assert {"Notebook", "Finding", "FixReply"} <= found


async def test_examples_and_replies_are_what_is_described(ask, subtests):
    document = reply(await ask("openapi.json"))
    for route, verb, description in ENDPOINTS:
        with subtests.test(route=route.path, verb=verb):
            operation = document["paths"][f"/{route.path}"][verb]
            if "requestBody" in operation:
                media = operation["requestBody"]["content"]["application/json"]
                validate(media["example"], media["schema"], document)
            path, body, options = request(route, verb, description)
            response = await ask(path, body, **options)
            described = operation["responses"]["200"]["content"][description.media]["schema"]
            validate(reply(response), described, document)


async def test_errors_are_what_is_described(ask, subtests):
    document = reply(await ask("openapi.json"))
    for route, verb, description in ENDPOINTS:
        if description.request is None:
            continue
        with subtests.test(route=route.path, verb=verb):
            response = await ask(route.path, b"{", method=verb.upper())
            operation = document["paths"][f"/{route.path}"][verb]
            described = operation["responses"][str(response.code)]["content"]["application/json"]
            validate(reply(response), described["schema"], document)
