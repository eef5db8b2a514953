"""Runs tests in a kernel: in forked children of it, or in itself.

This file travels to the kernel as text, together with those it imports from here (see `test_run`):
it uses the standard library alone, and the syntax of Python 3.8. Nothing of ours has to be
installed in the kernel's environment; where pytest can be imported there, tests may use it.
"""

import ast
import inspect
import io
import json
import linecache
import os
import re
import signal
import sys
import threading
import time
import traceback
import types
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from jupyter_nbquality.execution.asserts_in_kernel import (
    WATCH,
    FalseAssertError,
    Watcher,
    text_of,
)
from jupyter_nbquality.execution.collected_in_kernel import (
    Collected,
    always_true,
    checks_something,
    collected,
    parameters_of,
    run_unittests,
)
from jupyter_nbquality.execution.forking_in_kernel import MOST_OUTPUT, Capped, can_fork, forked
from jupyter_nbquality.execution.frames_in_kernel import check_frame
from jupyter_nbquality.execution.lines_in_kernel import files_of, lines_run
from jupyter_nbquality.execution.pytest_in_kernel import (
    PYTEST_CALLS,
    await_all,
    has_pytest,
    needs_pytest,
    run_functions,
)

SECONDS = 10.0
"""The most that a test may take that does not say so itself."""
MOST_DETAIL_LINES = 200
MOST_DETAIL = 20_000
MOST_MESSAGE = 2_000
NO_TEST = "There is no test in it: no assert, and nothing named `test_…`."

_WORST = ("error", "failed", "passed", "skipped")
_STACK_LINE = re.compile(r'File "(<test [^"]*>)", line (\d+)')


_PERHAPS_PYTEST = re.compile(
    r"\bpytest\b|^[ \t]*(?:@|class \w|(?:async )?def test\w*\(\s*\w)", re.M
)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class TimeoutInKernel(BaseException):
    """A test in the kernel itself took too long."""


def run(names: "dict[str, Any]", request: "dict[str, Any] | str") -> str:
    """Runs tests.

    Args:
        names: The namespace of the notebook.
        request: A dictionary, or it as JSON. ``tests``: each with ``name``, ``source`` and perhaps
            ``timeout`` in seconds and ``marks``; ``engine``: ``fork`` (the default) or ``shared``;
            ``pytest``: ``auto``, or ``never`` where it is not to be used; ``coverage``: whether it
            is told which lines of ``cells`` ran, which are the sources of cells by what they are
            called.

    Returns:
        JSON: ``results``, one for each test; ``pytest``: whether it was used; ``hazards``: what
        was seen that makes forking a bad choice in this kernel, a sentence each.
    """
    asked: dict[str, Any] = json.loads(request) if isinstance(request, str) else request
    engine = asked.get("engine") or "fork"
    if asked.get("coverage"):
        asked = {**asked, "files": files_of(asked.get("cells") or {})}
    results = _marked(names, asked, engine)
    hazards = []
    for result in results:
        hazard = result.pop("hazard", "")
        if hazard and hazard not in hazards:
            hazards.append(hazard)
    told = json.dumps(
        {
            "results": results,
            "pytest": any(result.pop("used_pytest", False) for result in results),
            "hazards": hazards,
        },
        default=str,
    )
    return _without_lone_surrogates(told) if "\\ud" in told else told


def _without_lone_surrogates(told: str) -> str:
    """Shows what is no text, and cannot be sent, as escapes."""
    whole = json.dumps(json.loads(told), ensure_ascii=False)
    readable = _LONE_SURROGATE.sub(lambda each: f"\\\\u{ord(each[0]):04x}", whole)
    return json.dumps(json.loads(readable))


def _marked(
    names: "dict[str, Any]", request: "dict[str, Any]", engine: str
) -> "list[dict[str, Any]]":
    """Runs tests but for those marked ``skip``, and takes a failure for what ``xfail`` expects."""
    tests = request["tests"]
    to_run = {**request, "tests": [each for each in tests if "skip" not in _marks(each)]}
    ran = iter(
        (_in_child_with_pytest(names, to_run) if engine == "fork" else None)
        or _all(names, to_run, engine)
    )
    results = []
    for test in tests:
        if "skip" in _marks(test):
            result = {"status": "skipped", "message": "It is marked `skip`."}
            results.append({**_result(test["name"], engine), **result})
            continue
        result = next(ran)
        if "xfail" in _marks(test) and result["status"] not in ("passed", "skipped"):
            message = "it was expected to fail: {}".format(result["message"])
            result = {**result, "status": "skipped", "message": message}
        results.append(result)
    return results


def _marks(test: "dict[str, Any]") -> "list[str]":
    return test.get("marks") or []


def _all(names: "dict[str, Any]", request: "dict[str, Any]", engine: str) -> "list[dict[str, Any]]":
    one = _in_child if engine == "fork" else _in_kernel
    return [
        {**_result(test["name"], engine), **one(names, test, request)} for test in request["tests"]
    ]


def _in_child_with_pytest(
    names: "dict[str, Any]", request: "dict[str, Any]"
) -> "list[dict[str, Any]] | None":
    """Forks children of a child that has imported pytest, where several need it.

    Returns:
        The results; nothing where that is not worth it, or went wrong.
    """
    tests = request["tests"]
    if request.get("pytest") == "never" or "pytest" in sys.modules or not can_fork():
        return None
    # What is parsed is parsed in children.
    if sum(bool(_PERHAPS_PYTEST.search(test["source"])) for test in tests) < 2 or not has_pytest():
        return None

    def job() -> "list[dict[str, Any]]":
        # What pytest imports is there for those that are forked from here.
        nothing = Collected({"test": lambda: None})
        run_functions(ast.parse("def test(): pass"), nothing, {}, lambda _error: {})
        return _all(names, request, "fork")

    seconds = sum(float(test.get("timeout") or SECONDS) + 1 for test in tests)
    try:
        ended = forked(job, SECONDS + seconds)
    except OSError:
        return None
    if ended["end"] == "interrupted":
        stopped = {"message": "It was interrupted."}
        return [{**_result(test["name"], "fork"), **stopped} for test in tests]
    found: list[dict[str, Any]] | None = ended["value"]
    return found


def _result(name: str, engine: str) -> "dict[str, Any]":
    return {
        "name": name,
        "status": "error",
        "engine": engine,
        "seconds": 0.0,
        "message": "",
        "expected": "",
        "got": "",
        "detail": "",
        "output": "",
        "line": -1,
        "cases": [],
        "lines": {},
    }


def _in_child(
    names: "dict[str, Any]", test: "dict[str, Any]", request: "dict[str, Any]"
) -> "dict[str, Any]":
    """Runs a test in a forked child."""
    if not can_fork():
        return {"status": "died", "message": "This system cannot run tests in a forked process."}
    seconds = float(test.get("timeout") or SECONDS)
    began = time.monotonic()
    try:
        ended = forked(lambda: _Test(names, test, request).outcome(), seconds)
    except OSError as error:
        return {"status": "died", "message": f"The kernel could not be forked: {error}."}
    if ended["end"] == "done":
        return {**ended["value"], "output": ended["output"]}
    found = {
        "seconds": time.monotonic() - began,
        "output": ended["output"],
        "detail": _without_ours(ended["stack"]),
        "line": _last_line(ended["stack"], _file_name(test)),
    }
    if ended["end"] == "interrupted":
        return {**found, "status": "error", "message": "It was interrupted.", "detail": ""}
    if ended["end"] in ("timeout", "stuck"):
        why = (
            "did not end" if ended["end"] == "timeout" else "waited for a thread that is not there"
        )
        within = f" within {seconds:g} s" if ended["end"] == "timeout" else " in a forked process"
        return {
            **found,
            "status": "timeout",
            "message": f"It {why}{within}.",
            "hazard": f"A test {why} in a forked process.",
        }
    return {
        **found,
        "status": "died",
        "message": "The test's process died: {}.".format(ended["reason"]),
        "hazard": "A test died in a forked process: {}.".format(ended["reason"]),
    }


def _without_ours(stack: str) -> str:
    """Leaves out what called the test."""
    lines = stack.splitlines()
    last = max((at for at, line in enumerate(lines) if 'File "<test ' in line), default=-1)
    return "\n".join(lines[: last + 1] if last >= 0 else lines[:MOST_DETAIL_LINES])


def _last_line(stack: str, file_name: str) -> int:
    """Gives the line of the test, from 0, where a stack stands."""
    for match in _STACK_LINE.finditer(stack):
        if match[1] == file_name:
            return int(match[2]) - 1
    return -1


def _in_kernel(
    names: "dict[str, Any]", test: "dict[str, Any]", request: "dict[str, Any]"
) -> "dict[str, Any]":
    """Runs a test in the kernel itself, on a copy of the namespace."""
    seconds = float(test.get("timeout") or SECONDS)
    output = _Printed()
    folder = os.getcwd()
    stdin = sys.stdin
    began = time.monotonic()
    try:
        sys.stdin = io.StringIO()
        with (
            redirect_stdout(output),
            redirect_stderr(output),
            _displayed(output),
            at_most(seconds),
        ):
            found = _Test(dict(names), test, request).outcome()
    except TimeoutInKernel as error:
        found = {
            "status": "timeout",
            "message": f"It did not end within {seconds:g} s.",
            "line": _line_in(error, _file_name(test)),
        }
    except KeyboardInterrupt:
        found = {"status": "error", "message": "It was interrupted."}
    finally:
        sys.stdin = stdin
        os.chdir(folder)
        linecache.cache.pop(_file_name(test), None)
    return {"seconds": time.monotonic() - began, **found, "output": output.capped.text()}


class _Printed(io.TextIOBase):
    def __init__(self) -> None:
        self.capped = Capped(MOST_OUTPUT)

    def write(self, text: str) -> int:
        self.capped.add(text.encode("utf-8", "backslashreplace"))
        return len(text)

    def writable(self) -> bool:
        return True


@contextmanager
def _displayed(output: _Printed) -> "Iterator[None]":
    """Takes what is displayed for printed."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    publisher = getattr(shell, "display_pub", None)
    if publisher is None:
        yield
        return

    def publish(data: "dict[str, Any]", *_rest: Any, **_more: Any) -> None:
        output.write("{}\n".format(data.get("text/plain", "<{}>".format(", ".join(data)))))

    # What an instance holds goes before what its class does.
    vars(publisher)["publish"] = publish
    vars(publisher)["clear_output"] = lambda *_rest: None
    try:
        yield
    finally:
        vars(publisher).pop("publish", None)
        vars(publisher).pop("clear_output", None)


@contextmanager
def at_most(seconds: float) -> "Iterator[None]":
    """Ends what takes too long, where the system and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not (
        threading.main_thread()
    ):
        yield
        return

    def end(_number: int, _frame: Any) -> None:
        raise TimeoutInKernel

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _file_name(test: "dict[str, Any]") -> str:
    return "<test {}>".format(test["name"])


class _Test:
    """A test that is run in this process."""

    def __init__(
        self, names: "dict[str, Any]", test: "dict[str, Any]", request: "dict[str, Any]"
    ) -> None:
        self._names = names
        self._source: str = test["source"]
        self._file_name = _file_name(test)
        self._allows_pytest = request.get("pytest") != "never"
        self._files: dict[str, str] | None = request.get("files")

    def outcome(self) -> "dict[str, Any]":
        """Runs it, and tells what came of it."""
        began = time.perf_counter()
        lines = self._source.splitlines(True)
        linecache.cache[self._file_name] = (len(self._source), None, lines, self._file_name)
        try:
            tree = ast.parse(self._source, self._file_name)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 0
            return {
                "status": "error",
                "message": "It is not Python: {}.".format(getattr(error, "msg", error)),
                "line": line - 1,
            }
        except (RecursionError, MemoryError):
            return {"status": "error", "message": "It is nested too deeply."}
        if not any(_does_something(statement) for statement in tree.body):
            return {"status": "error", "message": "It has no code."}
        unfailing = always_true(tree)
        if unfailing is not None:
            return {
                "status": "error",
                "message": "An assert of a tuple is always true: take its brackets away.",
                "line": unfailing.lineno - 1,
            }
        if self._files is None:
            found = self._outcome_of(tree)
        else:
            with lines_run(self._files) as ran:
                found = self._outcome_of(tree)
            found["lines"] = ran
        found["seconds"] = time.perf_counter() - began
        return found

    def _outcome_of(self, tree: ast.Module) -> "dict[str, Any]":
        """Runs its statements, and then its functions ``test_…``."""
        before = dict(self._names)
        failed = self._attempt(self._execute, tree)
        if failed is not None:
            return failed
        tests = collected(tree, self._names, before)
        reason = needs_pytest(tree, tests)
        with_pytest = bool(reason) and self._allows_pytest and has_pytest()
        if with_pytest:
            found = run_functions(tree, tests, self._names, self._told)
        else:
            found = self._run_plainly(tests, reason)
        found += [_yielding(name, function) for name, function in tests.generators.items()]
        if not found and not checks_something(tree):
            return {"status": "error", "message": NO_TEST}
        worst: dict[str, Any] = min(found, key=_rank, default={"status": "passed"})
        cases = [
            {"name": each["name"], "status": each["status"], "message": each.get("message", ""),
             "seconds": each["seconds"]}
            for each in found
        ]  # fmt: skip
        worst = {key: value for key, value in worst.items() if key not in ("name", "seconds")}
        return {**worst, "cases": cases, "used_pytest": with_pytest}

    def _run_plainly(self, tests: Collected, reason: str) -> "list[dict[str, Any]]":
        """Runs tests without pytest; what cannot run without it says so."""
        if any(name in tests.bound for name in PYTEST_CALLS) or tests.classes:
            # What it would set up, skip or run is not known without it.
            message = f"{reason} needs pytest, which cannot be imported in the kernel."
            name = next(iter({**tests.classes, **tests.functions, **tests.unittests}), "pytest")
            return [{"status": "error", "message": message, "name": name, "seconds": 0.0}]
        found = [self._call(name, function) for name, function in tests.functions.items()]
        for kind in tests.unittests.values():
            found += run_unittests(kind, self._told)
        return found

    def _told(self, error: BaseException) -> "dict[str, Any]":
        return told(error, self._file_name)

    def _execute(self, tree: ast.Module) -> None:
        watcher = Watcher()
        self._names[WATCH] = watcher
        if "check_frame" in self._source:
            self._names.setdefault("check_frame", check_frame)
        flags = getattr(ast, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0)
        code = compile(watcher.rewrite(tree), self._file_name, "exec", flags, dont_inherit=True)
        waiting = eval(code, self._names)
        if inspect.iscoroutine(waiting):
            await_all(waiting)

    def _call(self, name: str, function: Any) -> "dict[str, Any]":
        began = time.perf_counter()
        returned: list[Any] = []
        missing = [each.name for each in parameters_of(function) if each.default is each.empty]
        if missing:
            message = f"{name} asks for `{missing[0]}`, which pytest would give; "
            message += "it cannot be imported in the kernel."
            found: dict[str, Any] | None = {"status": "error", "message": message}
        else:
            found = self._attempt(lambda each: returned.append(_called(each)), function)
        if found is None:
            found = {"status": "passed"}
            if returned[0] is False:
                message = f"{name} returned False: is it `assert` that is meant?"
                found = {"status": "failed", "message": message}
        return {**found, "name": name, "seconds": time.perf_counter() - began}

    def _attempt(self, what: Callable[[Any], None], its: Any) -> "dict[str, Any] | None":
        """Does something; tells what was raised."""
        try:
            what(its)
        except TimeoutInKernel:
            raise
        except BaseException as error:
            return self._told(error)
        return None


def _rank(found: "dict[str, Any]") -> int:
    return _WORST.index(found["status"])


def _called(function: Any) -> Any:
    """Calls a function, awaits it where it is asynchronous, and gives what it returns."""
    found = function()
    if inspect.iscoroutine(found):
        await_all(found)
        return None
    return found


def _yielding(name: str, function: Any) -> "dict[str, Any]":
    code = getattr(function, "__code__", None)
    return {
        "name": name,
        "status": "error",
        "message": f"{name} yields, so nothing of it runs.",
        "line": code.co_firstlineno - 1 if code is not None else -1,
        "seconds": 0.0,
    }


def _does_something(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return not (is_text or isinstance(statement, ast.Pass))


def told(error: BaseException, file_name: str) -> "dict[str, Any]":
    """Tells what a test raised.

    Args:
        error: What was raised.
        file_name: What stands for the test's source in tracebacks.

    Returns:
        ``status``, ``message``, ``detail``, ``line``, ``got`` and ``expected`` of a result.
    """
    kind = type(error)
    text = text_of(error)
    if isinstance(error, unittest.SkipTest) or kind.__name__ == "Skipped":
        return {"status": "skipped", "message": text}
    is_failure = isinstance(error, AssertionError) or kind.__name__ == "Failed"
    found: dict[str, Any] = {"status": "failed" if is_failure else "error"}
    explanation: list[str] = []
    if isinstance(error, FalseAssertError):
        explanation = error.explanation
        found.update(got=error.got, expected=error.expected)
        message = text
    elif isinstance(error, SystemExit):
        message = f"The test ended Python: sys.exit({error.code!r})."
    elif is_failure:
        message = text or "assertion failed"
    else:
        message = f"{kind.__name__}: {text}" if text else kind.__name__
    if isinstance(error, ValueError) and "truth value of a" in text:
        explanation = ["a table is compared value by value: end with .all(), or ask .equals(…)"]
    found["line"] = _line_in(error, file_name)
    found["message"] = message[:MOST_MESSAGE]
    found["detail"] = _detail(error, explanation)
    return found


def _line_in(error: BaseException, file_name: str) -> int:
    """Gives the line of the test, from 0, that was running when something was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == file_name]
    return lines[-1] - 1 if lines else -1


def _detail(error: BaseException, explanation: "list[str]") -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None and _is_ours(trace):
        trace = trace.tb_next
    if isinstance(error, FalseAssertError):
        lines = list(traceback.format_tb(trace))
        text = "".join(lines) + "\n".join([str(error), *("  " + line for line in explanation)])
    else:
        text = "".join(traceback.format_exception(type(error), error, trace))
        text += "".join(f"  {line}\n" for line in explanation)
    lines = _without_our_frames(text.splitlines())
    if len(lines) > MOST_DETAIL_LINES:
        half = MOST_DETAIL_LINES // 2
        left = f"… {len(lines) - 2 * half:,} lines left out …"
        lines = [*lines[:half], left, *lines[-half:]]
    text = "\n".join(lines)
    if len(text) > MOST_DETAIL:
        text = f"{text[: MOST_DETAIL // 2]}\n…\n{text[-MOST_DETAIL // 2 :]}"
    return text


def _without_our_frames(lines: "list[str]") -> "list[str]":
    """Leaves out where what travels to the kernel raised, and the head of an empty traceback."""
    kept = [line for line in lines if not line.startswith('  File "<nbquality ')]
    is_empty = len(kept) > 1 and kept[0].startswith("Traceback ") and kept[1][:1] != " "
    return kept[1:] if is_empty else kept


def _is_ours(trace: "types.TracebackType") -> bool:
    name = trace.tb_frame.f_code.co_filename
    return not name.startswith("<test ")
