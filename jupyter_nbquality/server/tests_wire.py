"""What goes over the wire about tests of cells."""

import msgspec

from jupyter_nbquality.execution.test_run import TestResult
from jupyter_nbquality.notebook import Notebook
from jupyter_nbquality.refactor.effects import WorldEffect
from jupyter_nbquality.server.lines_wire import LineConsent, LineFailed, LineProgress
from jupyter_nbquality.testing.clean import CleanPlan
from jupyter_nbquality.testing.items import TestKey


class TestRunner(msgspec.Struct, frozen=True):
    """What runs tests in a kernel: an expression in Python, without what is asked for.

    To be evaluated by ``user_expressions`` of a silent request without code. Between the two parts
    goes the request as JSON, in quotes as a text of JSON.

    Attributes:
        before: What stands before the request.
        after: What stands behind it.
    """

    __test__ = False

    before: str
    after: str


class TestRequest(msgspec.Struct, frozen=True):
    """Asks to run tests in fresh kernels, after what they need of the notebook.

    Attributes:
        notebook: The document.
        tests: Which tests; all where none is named.
        consent: Whether cells may run that reach out of the notebook's folder.
    """

    __test__ = False

    notebook: Notebook
    tests: list[TestKey] = []
    consent: bool = False


class TestPlan(msgspec.Struct, frozen=True):
    """What is run for tests, as a worker tells it.

    Attributes:
        plan: What is run.
        effects: What it does outside of the notebook's folder.
    """

    __test__ = False

    plan: CleanPlan
    effects: list[WorldEffect]


class TestTold(msgspec.Struct, frozen=True, tag_field="kind", tag="result"):
    """What came of a test.

    Attributes:
        cell: The id of its cell.
        result: What came of it.
    """

    __test__ = False

    cell: str
    result: TestResult


class TestsDone(msgspec.Struct, frozen=True, tag_field="kind", tag="done"):
    """All of them have run.

    Attributes:
        tests: How many.
        seconds: How long it took.
    """

    __test__ = False

    tests: int
    seconds: float


TestLine = LineProgress | LineConsent | TestTold | TestsDone | LineFailed
