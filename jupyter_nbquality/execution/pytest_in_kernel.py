"""Runs the functions of a test with pytest, where pytest can be imported in the kernel.

Part of what travels to the kernel as text (see `test_run`): beside pytest it uses the standard
library alone, and the syntax of Python 3.8. Nothing is read from the notebook's folder, no
configuration and no ``conftest.py``, and nothing is written into it.
"""

import ast
import asyncio
import importlib.util
import inspect
import os
import re
import sys
import tempfile
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_nbquality.execution.collected_in_kernel import Collected, parameters_of, top_level

_FIXTURES = frozenset(
    {"request", "tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory", "monkeypatch",
     "capsys", "capsysbinary", "capfd", "capfdbinary", "capteesys", "caplog", "recwarn",
     "pytestconfig", "record_property", "record_testsuite_property", "subtests",
     "doctest_namespace", "self", "cls"}
)  # fmt: skip
"""What pytest gives by itself."""
PYTEST_CALLS = frozenset(
    {"setup_module", "teardown_module", "setup_function", "teardown_function", "pytestmark"}
)
"""What a module tells pytest by its name."""
_LEFT_OUT = (
    "cacheprovider", "doctest", "junitxml", "pastebin", "stepwise", "setuponly", "setupplan",
    "faulthandler", "unraisableexception", "threadexception", "tracemalloc", "nbval", "nbquality",
    "cov", "xdist",
)  # fmt: skip
"""Plugins that have nothing to do here; without them it begins sooner."""
_LEFT_OUT_UNASKED = {
    "logging": ("caplog",),
    "monkeypatch": ("monkeypatch",),
    "tmpdir": ("tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory"),
    "legacypath": ("tmpdir", "tmpdir_factory", "testdir"),
    "recwarn": ("recwarn",),
    "subtests": ("subtests", "SubTests", "Subtests", "subTest"),
    "unittest": ("unittest", "TestCase"),
    "warnings": ("filterwarnings",),
    "pytester": ("pytester", "testdir"),
}
"""Plugins that are left out where a test has none of these words."""


def needs_pytest(tree: ast.Module, tests: Collected) -> str:
    """Tells why a test needs pytest: it asks for more than functions without arguments.

    Args:
        tree: The test.
        tests: What it has bound.

    Returns:
        Words that go before "needs pytest"; empty where it does not.
    """
    for name in tests.classes:
        return f"`{name}` is a class of tests: it"
    for name in tests.bound:
        if name in PYTEST_CALLS:
            return f"`{name}`"
    for name in tests.unittests:
        return f"`{name}`"
    for node in top_level(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.decorator_list:
            continue
        if node.name.startswith("test") or "pytest" in _names_of(*node.decorator_list):
            return f"`{node.name}`"
    for name, function in tests.functions.items():
        if parameters_of(function) or hasattr(function, "pytestmark"):
            return f"`{name}`"
    return ""


def _names_of(*nodes: ast.AST) -> "set[str]":
    return {each.id for node in nodes for each in ast.walk(node) if isinstance(each, ast.Name)}


def has_pytest() -> bool:
    """Tells whether pytest can be imported."""
    try:
        return "pytest" in sys.modules or importlib.util.find_spec("pytest") is not None
    except (ImportError, ValueError):
        return False


def _wants_plugins(tree: ast.Module) -> bool:
    """Tells whether fixtures are asked for that neither pytest nor the test itself gives."""
    asked: set[str] = set()
    given = set(_FIXTURES)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given.add(node.name)
            if node.name.startswith("test") or node.decorator_list:
                asked.update(each.arg for each in (*node.args.args, *node.args.kwonlyargs))
            if "given" in _names_of(*node.decorator_list):
                # Of hypothesis.
                given.update(each.arg for each in node.args.args)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Of ``parametrize``.
            given.update(node.value.replace(",", " ").split())
    return not asked <= given


def run_functions(
    tree: ast.Module,
    tests: Collected,
    names: "dict[str, Any]",
    told: "Callable[[BaseException], dict[str, Any]]",
) -> "list[dict[str, Any]]":
    """Runs the functions ``test_…`` and classes ``Test…`` that a test defines.

    Args:
        tree: The test.
        tests: What it has bound.
        names: The namespace it was executed in.
        told: Tells what was raised as parts of a result.

    Returns:
        A result for each function and set of parameters, with ``name`` and ``seconds``.
    """
    import pytest

    module = types.ModuleType("test")
    unmade = [name for name, kind in tests.classes.items() if _is_made_otherwise(kind)]
    for name, value in tests.bound.items():
        if name not in tests.generators and name not in unmade:
            setattr(module, name, value)
    for name, value in names.items():
        if type(value).__name__ == "FixtureFunctionDefinition":
            # A fixture of the notebook.
            setattr(module, name, value)
    plugin = _Plugin(module, told)
    folder = os.getcwd()
    arguments = ["-s", "-q", "--noconftest", "-c", os.devnull, "--rootdir", folder]
    arguments.append("--tb=short")
    with_plugins = _wants_plugins(tree)
    words = set(re.findall(r"\w+", ast.dump(tree)))
    if tests.unittests:
        words.add("TestCase")
    left_out = [*_LEFT_OUT]
    if not with_plugins:
        left_out += [
            plugin for plugin, asking in _LEFT_OUT_UNASKED.items() if words.isdisjoint(asking)
        ]
    for plugin_name in left_out:
        arguments += ["-p", f"no:{plugin_name}"]
    if "tmpdir" not in left_out:
        arguments += ["-o", "tmp_path_retention_policy=none"]
    if with_plugins and importlib.util.find_spec("pytest_asyncio") is not None:
        # It warns where nobody says so.
        arguments += ["-o", "asyncio_default_fixture_loop_scope=function"]
    with _environment(with_plugins), warnings.catch_warnings():
        warnings.simplefilter("ignore", pytest.PytestDeprecationWarning)
        warnings.simplefilter("ignore", pytest.PytestConfigWarning)
        pytest.main(arguments, plugins=[plugin])
    return [
        *plugin.results(),
        *(
            {"status": "error", "name": name, "seconds": 0.0,
             "message": f"pytest runs nothing of `{name}`, as it has an `__init__` of its own."}
            for name in unmade
        ),
    ]  # fmt: skip


def _is_made_otherwise(kind: type) -> bool:
    made: Any = kind
    return made.__init__ is not object.__init__ or made.__new__ is not object.__new__


@contextmanager
def _environment(with_plugins: bool) -> "Iterator[None]":
    """Has pytest hear nothing from those who started the kernel."""
    before = dict(os.environ)
    writes = sys.dont_write_bytecode
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        os.environ.pop(name, None)
    # Examples that hypothesis found would be kept in the notebook's folder.
    os.environ.setdefault(
        "HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(tempfile.gettempdir(), "nbquality-hypothesis")
    )
    if not with_plugins:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


class _Plugin:
    """What pytest is told to run, and tells of it."""

    def __init__(
        self, module: types.ModuleType, told: "Callable[[BaseException], dict[str, Any]]"
    ) -> None:
        self._module = module
        self._told = told
        self._found: dict[str, dict[str, Any]] = {}
        self._trouble: dict[str, Any] | None = None

    def pytest_sessionstart(self, session: Any) -> None:
        """Keeps it from writing."""
        session.config.pluginmanager.unregister(name="terminalreporter")

    def pytest_keyboard_interrupt(self, excinfo: Any) -> None:
        """Hears of ``pytest.exit``."""
        # Where something could not be collected, that is the reason.
        if self._trouble is None:
            self._trouble = {**self._of(excinfo.value), "status": "error"}

    def pytest_internalerror(self, excinfo: Any) -> None:
        """Hears of what went wrong in pytest itself."""
        self._trouble = {**self._of(excinfo.value), "status": "error"}

    def pytest_collection(self, session: Any) -> bool:
        """Collects from the module that is in memory, and from nowhere else."""
        import pytest

        module = self._module

        class Memory(pytest.Module):
            def _getobj(self) -> types.ModuleType:
                return module

        path = Path(str(session.config.rootpath), "test.py")
        items = []
        try:
            node = Memory.from_parent(session, path=path)
            items = [item for child in node.collect() for item in session.genitems(child)]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            # What pytest raises by itself is no `Exception`.
            self._trouble = {**self._of(error), "status": "error"}
        session.items = items
        session.testscollected = len(items)
        return True

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> "bool | None":
        """Runs what is asynchronous, where no plugin is asked for that."""
        function = pyfuncitem.obj
        if not inspect.iscoroutinefunction(function) or pyfuncitem.get_closest_marker("asyncio"):
            return None
        names = pyfuncitem._fixtureinfo.argnames
        await_all(function(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True

    def pytest_collectreport(self, report: Any) -> None:
        """Hears of what could not be collected."""
        if report.failed:
            self._trouble = {"status": "error", "message": _last_line_of(report.longreprtext)}

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        """Hears of what was raised."""
        found = self._case(item.nodeid)
        found["seconds"] += call.duration
        if call.excinfo is None:
            return
        raised = self._of(call.excinfo.value)
        if call.when != "call" and raised["status"] == "failed":
            raised["status"] = "error"
        found["raised"] = raised

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Hears of what came of a phase of a test."""
        found = self._case(report.nodeid)
        expected = getattr(report, "wasxfail", None)
        if report.outcome == "skipped":
            why = "it was expected to fail" if expected is not None else ""
            if expected:
                why += f": {expected}"
            message = why or found.get("raised", {}).get("message", "")
            found["result"] = {"status": "skipped", "message": message}
        elif report.outcome == "failed":
            raised = found.get("raised")
            if raised is None or raised["status"] == "passed":
                message = _last_line_of(report.longreprtext)
                if message.startswith("[XPASS(strict)]"):
                    message = "It was expected to fail, and passes."
                raised = {"status": "failed", "message": message}
            found["result"] = raised

    def results(self) -> "list[dict[str, Any]]":
        """Gives what came of each."""
        found = [
            {"status": "passed", **case["result"], "name": name, "seconds": case["seconds"]}
            for name, case in self._found.items()
        ]
        if self._trouble is not None:
            found.append({**self._trouble, "name": "pytest", "seconds": 0.0})
        return found

    def _case(self, node: str) -> "dict[str, Any]":
        name = node.partition("::")[2] or node
        return self._found.setdefault(name, {"seconds": 0.0, "result": {}})

    def _of(self, error: BaseException) -> "dict[str, Any]":
        if type(error).__name__ == "FixtureLookupError":
            name = getattr(error, "argname", "")
            return {"status": "error", "message": f"There is no fixture `{name}`."}
        return self._told(error)


def _last_line_of(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def await_all(coroutine: Any) -> None:
    """Runs a coroutine to its end, also where a loop of the kernel is running."""
    if asyncio._get_running_loop() is None:
        asyncio.run(coroutine)
        return
    caught: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(coroutine)
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if caught:
        raise caught[0]
