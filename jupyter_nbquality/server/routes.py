"""All endpoints of the server part."""

from jupyter_nbquality.server.endpoint import Route
from jupyter_nbquality.server.handlers.about import OpenApiHandler, VersionHandler
from jupyter_nbquality.server.handlers.analysis import (
    FixHandler,
    FormatHandler,
    GatherHandler,
    InspectHandler,
    RefactorHandler,
    UsesHandler,
)
from jupyter_nbquality.server.handlers.files import ApplyHandler
from jupyter_nbquality.server.handlers.rules import RuleHandler, RulesHandler
from jupyter_nbquality.server.handlers.suggest import SuggestHandler
from jupyter_nbquality.server.handlers.tests import TestHandler, TestRunnerHandler
from jupyter_nbquality.server.handlers.verify import QuickHandler, VerifyHandler

ROUTES = (
    Route("version", VersionHandler),
    Route("inspect", InspectHandler),
    Route("fix", FixHandler),
    Route("format", FormatHandler),
    Route("gather", GatherHandler),
    Route("refactor", RefactorHandler),
    Route("uses", UsesHandler),
    Route("verify", VerifyHandler),
    Route("verify/quick", QuickHandler),
    Route("suggest", SuggestHandler),
    Route("test", TestHandler),
    Route("test-runner", TestRunnerHandler),
    Route("rules", RulesHandler),
    Route("rules/{code}", RuleHandler, {"code": ("A rule's code or slug.", "NB301")}),
    Route("apply", ApplyHandler),
    Route("openapi.json", OpenApiHandler),
)
