"""Looking at a notebook, fixing and formatting it.

All of them only read: who asked makes the changes.
"""

from jupyter_nbquality.inspection import Inspection
from jupyter_nbquality.lint.fixing import Scope
from jupyter_nbquality.notebook import Cell, Notebook
from jupyter_nbquality.refactor.selection import Selection
from jupyter_nbquality.refactor.uses import Uses
from jupyter_nbquality.server import wire
from jupyter_nbquality.server.endpoint import Endpoint, endpoint
from jupyter_nbquality.server.handlers.about import RESOURCE
from jupyter_nbquality.server.handlers.base import NbQualityHandler
from jupyter_nbquality.server.protocol import TaskKind
from jupyter_nbquality.server.refactor_wire import (
    ExtractFunctionWish,
    RefactorReply,
    RefactorRequest,
)

ERRORS = {
    400: "The request is malformed.",
    413: "The request is too large.",
    503: "The analysis was stopped: it needed too much memory, or crashed.",
    504: "The analysis was stopped: it took too long.",
}

EXAMPLE = Notebook(
    "analysis.ipynb", [Cell("a1", "code", "import os\nprint( 'hello' )\n", execution_count=1)]
)


class AnalysisHandler(NbQualityHandler):
    """Has a request answered by a worker process."""

    async def answer(self, kind: TaskKind) -> None:
        """Passes the request on, and its reply back."""
        self.send(await self.while_connected(self.manager.analyse(kind, self.body())))


class InspectHandler(AnalysisHandler):
    """Everything that is shown about a notebook."""

    @endpoint(
        Endpoint(
            "Looks at a notebook: its cells and its problems.",
            "read",
            RESOURCE,
            Inspection,
            wire.InspectRequest,
            ERRORS,
            wire.InspectRequest(EXAMPLE),
        )
    )
    async def post(self) -> None:
        """Answers with an inspection."""
        await self.answer("inspect")


class FixHandler(AnalysisHandler):
    """How to fix problems."""

    @endpoint(
        Endpoint(
            "Makes up the changes that fix problems; changes nothing.",
            "read",
            RESOURCE,
            wire.FixReply,
            wire.FixRequest,
            ERRORS,
            wire.FixRequest(EXAMPLE, Scope(code="F401")),
        )
    )
    async def post(self) -> None:
        """Answers with a plan or a refusal."""
        await self.answer("fix")


class FormatHandler(AnalysisHandler):
    """How to format cells."""

    @endpoint(
        Endpoint(
            "Makes up the changes that format cells; changes nothing.",
            "read",
            RESOURCE,
            wire.FixReply,
            wire.FormatRequest,
            ERRORS,
            wire.FormatRequest(EXAMPLE, ["a1"]),
        )
    )
    async def post(self) -> None:
        """Answers with a plan or a refusal."""
        await self.answer("format")


class GatherHandler(AnalysisHandler):
    """What computes a cell, as a notebook."""

    @endpoint(
        Endpoint(
            "Makes a notebook of the least code that computes a cell; writes nothing.",
            "read",
            RESOURCE,
            wire.GatherReply,
            wire.GatherRequest,
            ERRORS,
            wire.GatherRequest(
                wire.WholeNotebook(
                    "analysis.ipynb",
                    {
                        "cells": [
                            {"id": "a1", "cell_type": "code", "source": "print(1)", "metadata": {}}
                        ],
                        "metadata": {},
                        "nbformat": 4,
                        "nbformat_minor": 5,
                    },
                ),
                "a1",
            ),
        )
    )
    async def post(self) -> None:
        """Answers with a notebook or a refusal."""
        await self.answer("gather")


class UsesHandler(AnalysisHandler):
    """Where a name is used."""

    @endpoint(
        Endpoint(
            "Finds the uses of what a name holds in a place, in all cells.",
            "read",
            RESOURCE,
            Uses,
            wire.UsesRequest,
            ERRORS,
            wire.UsesRequest(EXAMPLE, "os", "a1", 0),
        )
    )
    async def post(self) -> None:
        """Answers with the places."""
        await self.answer("uses")


class RefactorHandler(AnalysisHandler):
    """How to refactor."""

    @endpoint(
        Endpoint(
            "Makes up the changes of a refactoring, or says why not; changes nothing.",
            "read",
            RESOURCE,
            RefactorReply,
            RefactorRequest,
            ERRORS,
            RefactorRequest(EXAMPLE, ExtractFunctionWish(Selection(["a1"]), "greet")),
        )
    )
    async def post(self) -> None:
        """Answers with what would be done, or a refusal."""
        await self.answer("refactor")
