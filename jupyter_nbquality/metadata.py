"""Everything the product keeps in a notebook: the key ``nbquality`` of cell and notebook metadata.

Only what its author meant to keep stands there. Keys that this version does not know are kept.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, cast, get_args

import msgspec

KEY = "nbquality"
IGNORE_TAG = "nbquality-ignore"


def section(metadata: object) -> dict[str, Any]:
    """Takes our part out of raw metadata of a cell or notebook; empty when absent or malformed."""
    # Asked for each cell, and most have none.
    if metadata and isinstance(metadata, Mapping):
        ours = metadata.get(KEY)
        if isinstance(ours, Mapping):
            return dict(ours)
    return {}


def ignored_codes(ours: Mapping[str, Any]) -> list[str]:
    """Lists the rule codes that our metadata silences, as written.

    ``{"ignore": ["NB301"]}``, ``{"ignore": "NB301, F401"}`` and ``{"ignore": true}`` (all of them:
    ``*``) are understood.
    """
    value = ours.get("ignore")
    if value is True:
        return ["*"]
    if isinstance(value, str):
        return [code for code in value.replace(",", " ").split() if code]
    if isinstance(value, list):
        return [code for code in value if isinstance(code, str) and code]
    return []


def with_ignored(ours: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Gives our metadata with one more silenced code."""
    codes = ignored_codes(ours)
    return {**ours, "ignore": codes if code in codes else [*codes, code]}


TestEngine = Literal["fork", "clean", "shared"]
"""Where a test runs: in a forked child of the kernel, in a fresh kernel, in the kernel itself."""
TESTS = "tests"
MAX_TIMEOUT = 86_400.0
_ENGINES = frozenset(get_args(TestEngine))
_TEST_NAME = re.compile(r"[A-Za-z0-9_-]+")
_KEYS = frozenset({"title", "name", "source", "options"})
_OPTIONS = frozenset({"timeout", "engine", "marks"})


class CellTest(msgspec.Struct, frozen=True, kw_only=True):
    """A test that is kept with a cell.

    Attributes:
        name: What it is called in reports: letters, digits, ``_`` and ``-``; unlike every other of
            its cell.
        title: What it is about, for people; may be empty.
        source: Its text: functions named ``test_…``, or bare asserts.
        timeout: The most seconds that it may take; ``None`` where its author said nothing.
        engine: Where it is to run; ``None`` where its author said nothing.
        marks: Names of pytest marks.
        other: Keys of it that this version does not know.
        other_options: Options of it that this version does not know.
    """

    name: str
    title: str = ""
    source: str = ""
    timeout: float | None = None
    engine: TestEngine | None = None
    marks: list[str] = []
    other: dict[str, Any] = {}
    other_options: dict[str, Any] = {}


class MalformedTest(msgspec.Struct, frozen=True):
    """What stands where a test should, and is none.

    Attributes:
        place: Its place in the list, from 0; -1 where it is the list itself.
        reason: What is wrong, as a sentence.
    """

    place: int
    reason: str


def cell_tests(ours: Mapping[str, Any]) -> list[CellTest]:
    """Lists the tests of a cell, in order.

    Args:
        ours: Our metadata of the cell. What is malformed in it is left out; see `malformed_tests`.
    """
    return [read for _, read in _read_tests(ours) if isinstance(read, CellTest)]


def malformed_tests(ours: Mapping[str, Any]) -> list[MalformedTest]:
    """Tells what stands among the tests of a cell and cannot be read as one."""
    return [
        MalformedTest(place, read) for place, read in _read_tests(ours) if isinstance(read, str)
    ]


def with_cell_tests(ours: Mapping[str, Any], tests: Sequence[CellTest]) -> dict[str, Any]:
    """Gives our metadata with other tests; what could not be read as a test is kept behind them.

    Args:
        ours: Our metadata of a cell.
        tests: All tests that it shall have, in order.
    """
    kept = ours.get(TESTS)
    malformed = (
        [kept[each.place] for each in malformed_tests(ours)] if isinstance(kept, list) else []
    )
    entries = [*(_written(test) for test in tests), *malformed]
    others = {key: value for key, value in ours.items() if key != TESTS}
    return {**others, TESTS: entries} if entries else others


def _read_tests(ours: Mapping[str, Any]) -> Iterator[tuple[int, CellTest | str]]:
    """Yields each entry's place and what it says, or what is wrong with it."""
    entries = ours.get(TESTS)
    if entries is None:
        return
    if not isinstance(entries, list):
        yield -1, "`tests` must be a list."
        return
    names: set[str] = set()
    for place, entry in enumerate(entries):
        try:
            test = _read_test(entry)
        except ValueError as error:
            yield place, f"Test {place + 1} of the cell: {error}"
            continue
        if test.name in names:
            yield place, f"Test {place + 1} of the cell: another one is named `{test.name}`, too."
            continue
        names.add(test.name)
        yield place, test


def _read_test(entry: object) -> CellTest:
    """Reads one entry.

    Raises:
        ValueError: It is malformed; the message is a sentence.
    """
    if not isinstance(entry, Mapping):
        raise ValueError("it must be an object with `name` and `source`.")
    name, title = entry.get("name"), entry.get("title", "")
    if not isinstance(name, str) or not _TEST_NAME.fullmatch(name):
        raise ValueError("`name` must be made of letters, digits, `_` and `-`.")
    if not isinstance(title, str):
        raise ValueError("`title` must be a text.")
    source = entry.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise ValueError("`source` must be a list of lines.")
    options = entry.get("options", {})
    if not isinstance(options, Mapping):
        raise ValueError("`options` must be an object.")
    return CellTest(
        name=name,
        title=title,
        source=source,
        timeout=_timeout(options.get("timeout")),
        engine=_engine(options.get("engine")),
        marks=_marks(options.get("marks", [])),
        other={key: value for key, value in entry.items() if key not in _KEYS},
        other_options={key: value for key, value in options.items() if key not in _OPTIONS},
    )


def _timeout(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("`timeout` must be a number of seconds.")
    if not 0 < value <= MAX_TIMEOUT:
        raise ValueError(f"`timeout` must be above 0 and at most {MAX_TIMEOUT:g} seconds.")
    return float(value)


def _engine(value: object) -> TestEngine | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in _ENGINES:
        raise ValueError("`engine` must be `fork`, `clean` or `shared`.")
    return cast("TestEngine", value)


def _marks(value: object) -> list[str]:
    if not isinstance(value, list) or not all(
        isinstance(mark, str) and mark.isidentifier() and not mark.startswith("_") for mark in value
    ):
        raise ValueError("`marks` must be a list of names.")
    return list(value)


def _written(test: CellTest) -> dict[str, Any]:
    """Writes an entry; what says nothing is left out."""
    timeout = test.timeout
    if timeout is not None and timeout.is_integer():
        timeout = int(timeout)
    options = {
        **({"timeout": timeout} if timeout is not None else {}),
        **({"engine": test.engine} if test.engine is not None else {}),
        **({"marks": list(test.marks)} if test.marks else {}),
        **test.other_options,
    }
    return {
        **({"title": test.title} if test.title else {}),
        "name": test.name,
        # Lines as nbformat keeps them, so that a diff can be read.
        "source": re.findall(r"[^\n]*\n|[^\n]+", test.source),
        **({"options": options} if options else {}),
        **test.other,
    }
