"""Who may ask what: for every endpoint there is, from the table the server itself is made of."""

import pytest
from jupyter_server.auth import Authorizer
from tornado.web import RequestHandler

from jupyter_nbquality.server.endpoint import VERBS, Endpoint, Route, endpoint
from jupyter_nbquality.server.handlers.base import NbQualityHandler, NotFoundHandler
from jupyter_nbquality.server.openapi import BASE
from jupyter_nbquality.server.routes import ROUTES
from tests.server.conftest import reply

ENDPOINTS = [
    (route, verb, description)
    for route in ROUTES
    for verb, description in route.endpoints().items()
]


class DenyAll(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return False


class ReadOnly(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read"


def config(authorizer=None):
    server = {"jpserver_extensions": {"jupyter_nbquality": True}}
    if authorizer:
        server["authorizer_class"] = authorizer
    return {"ServerApp": server}


def request(route: Route, verb: str, description: Endpoint):
    """A good request to an endpoint: path, body and options."""
    path = route.path
    for name, (_, example) in route.parameters.items():
        path = path.replace(f"{{{name}}}", example)
    options = {"method": verb.upper()}
    if description.request is None and verb != "get":
        options["allow_nonstandard_methods"] = True
    return path, description.example, options


async def test_nobody_without_a_token(ask, subtests):
    for route, verb, description in ENDPOINTS:
        with subtests.test(route=route.path, verb=verb):
            path, body, options = request(route, verb, description)
            response = await ask(path, body, headers={"Authorization": "token wrong"}, **options)
            assert response.code == 403
            assert reply(response)["reason"] == "forbidden"


async def test_addresses_without_an_endpoint_need_a_token_too(ask):
    response = await ask("no-such-thing", headers={"Authorization": "token wrong"})
    assert response.code == 403
    response = await ask("no-such-thing")
    assert response.code == 404
    assert "too old" in reply(response)["message"]


@pytest.mark.parametrize("jp_server_config", [config(DenyAll)])
async def test_nobody_whom_the_authoriser_denies(ask, subtests):
    for route, verb, description in ENDPOINTS:
        with subtests.test(route=route.path, verb=verb):
            path, body, options = request(route, verb, description)
            response = await ask(path, body, **options)
            assert response.code == 403
            assert description.resource in reply(response)["message"]


@pytest.mark.parametrize("jp_server_config", [config(ReadOnly)])
async def test_a_reader_gets_the_analysis_and_changes_no_file(ask, jp_root_dir, subtests):
    for route, verb, description in ENDPOINTS:
        with subtests.test(route=route.path, verb=verb):
            path, body, options = request(route, verb, description)
            response = await ask(path, body, **options)
            assert response.code == (200 if description.action == "read" else 403)
    assert not list(jp_root_dir.iterdir())


async def test_every_example_is_answered(ask, subtests):
    for route, verb, description in ENDPOINTS:
        with subtests.test(route=route.path, verb=verb):
            path, body, options = request(route, verb, description)
            response = await ask(path, body, **options)
            assert response.code == 200, response.body
            assert response.headers["Content-Type"].startswith(description.media)


async def test_a_browser_needs_the_xsrf_token(ask, jp_serverapp, http_server_client, jp_base_url):
    """A page of another origin can send the cookie, but not the header."""
    posts = [row for row in ENDPOINTS if row[1] != "get"]
    assert posts
    jp_serverapp.identity_provider.token = ""  # everybody is signed in: only XSRF protects
    for route, verb, description in posts:
        path, body, options = request(route, verb, description)
        response = await ask(path, body, headers={"Authorization": ""}, **options)
        assert response.code == 403, route.path
        assert "_xsrf" in reply(response)["message"]


def test_reading_is_a_matter_of_the_action_not_of_the_verb():
    actions = {
        route.path: (verb, description.action, description.resource)
        for route, verb, description in ENDPOINTS
    }
    assert actions["inspect"] == ("post", "read", "nbquality")
    assert actions["apply"] == ("post", "write", "contents")


def test_the_server_has_the_endpoints_of_the_table_and_no_others(jp_serverapp):
    served = {
        rule.target
        for rule in _rules(jp_serverapp.web_app)
        if isinstance(rule.target, type) and issubclass(rule.target, NbQualityHandler)
    }
    assert served == {route.handler for route in ROUTES} | {NotFoundHandler}
    below = [
        rule
        for rule in _rules(jp_serverapp.web_app)
        if f"/{BASE}/" in getattr(getattr(rule.matcher, "regex", None), "pattern", "")
    ]
    assert len(below) == len(ROUTES) + 1


def test_all_handlers_are_in_the_table():
    made = set(_subclasses(NbQualityHandler)) - {NotFoundHandler}
    answering = {
        handler
        for handler in made
        if any(getattr(handler, verb) is not getattr(RequestHandler, verb) for verb in VERBS)
        and handler.__module__.startswith("jupyter_nbquality.")
    }
    assert answering == {route.handler for route in ROUTES}


def test_a_verb_without_a_guard_is_no_endpoint():
    class Careless(NbQualityHandler):
        @endpoint(Endpoint("Reads.", "read", "nbquality", None))
        async def get(self) -> None: ...

        async def post(self) -> None: ...

    with pytest.raises(TypeError, match="post is not described"):
        Route("careless", Careless).endpoints()


def _rules(application):
    waiting = list(application.default_router.rules) + list(application.wildcard_router.rules)
    while waiting:
        rule = waiting.pop()
        yield rule
        waiting += getattr(rule.target, "rules", [])


def _subclasses(kind):
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)
