"""What frames hold, as data contracts: made of a sample, and checked.

This file travels to the kernel as text, stands in exported tests, and needs the standard library
alone: of pandas and polars it uses what the frames themselves can do.

A contract says of each column what may be expected of other data of the same kind: never the
smallest and largest value of the sample, which tell of the sample alone. What differs by chance
between two halves of the same data is no difference; how much that is depends on the number of
rows.
"""

import difflib
import json
import math
import sys
from typing import Any

FEW_ROWS = 20
"""Of smaller samples hardly anything is said."""
MOST_VALUES = 12
"""A column with more different values than this has no list of them."""
LOOKED_AT = 50_000
"""Of longer columns of objects only so many values are looked at, evenly."""
CHANCE = 1e-3
"""How improbable a share must be to differ by chance, that it is taken for a difference."""

FACTORS = (
    ((10.0,), "10 times as large?"),
    ((100.0,), "100 times as large: per cent, or cents?"),
    ((1000.0,), "1000 times as large: another prefix?"),
    ((1e6,), "1,000,000 times as large?"),
    ((2.54,), "2.54 times as large: inches to centimetres?"),
    ((25.4,), "25.4 times as large: inches to millimetres?"),
    ((0.4536, 0.45359237, 0.454), "0.4536 times as large: pounds to kilograms?"),
    ((1.609, 1.609344, 1.61, 1.6), "1.609 times as large: miles to kilometres?"),
    ((0.3048, 0.305), "0.3048 times as large: feet to metres?"),
    ((3.785, 3.785411784), "3.785 times as large: gallons to litres?"),
    ((28.35, 28.349523125), "28.35 times as large: ounces to grams?"),
    ((60.0,), "60 times as large: minutes to seconds, or hours to minutes?"),
    ((3600.0,), "3600 times as large: hours to seconds?"),
    ((24.0,), "24 times as large: days to hours?"),
    ((57.29577951,), "57.3 times as large: radians to degrees?"),
)
"""Factors between units, in the digits that are in use; their inverses count, too."""

_QUARTERS = (0.25, 0.5, 0.75)


# ── what is asked for ──


def is_frame(value: Any) -> bool:
    """Tells whether something is a frame of pandas or polars."""
    return _library(value) != ""


def profile(frame: Any) -> "dict[str, Any]":
    """Makes the contract of a frame.

    Args:
        frame: Of pandas or polars.

    Returns:
        ``rows``, and ``columns``: for each, in order, ``kind``, and where there is anything to
        say ``missing`` (a share), ``values`` (all that occur), ``sign`` or ``negative`` (a share,
        where some are and some are not) and ``typical`` (the quartiles of the sizes, without
        zeros).

    Raises:
        TypeError: It is no frame.
    """
    columns = _columns(frame)
    rows = len(columns[0][1]) if columns else _height(frame)
    return {"rows": rows, "columns": {name: _told(column) for name, column in columns}}


def check_frame(frame: Any, columns: "dict[str, Any]", rows: int = 0) -> None:
    """Compares a frame with its contract.

    Args:
        frame: Of pandas or polars.
        columns: What is expected of each column; see `profile`.
        rows: The number of rows that the contract was made of; the more, the closer a look.

    Raises:
        AssertionError: It is another one; names every column, and what changed.
        TypeError: It is no frame.
    """
    __tracebackhide__ = True
    problems = deviations(frame, columns, rows)
    if problems:
        count = len(problems)
        text = "1 column is" if count == 1 else f"{count} columns are"
        lines = ["  {}: {}".format(name, "; ".join(said)) for name, said in problems]
        raise AssertionError("{} not as the contract says\n{}".format(text, "\n".join(lines)))


def deviations(
    frame: Any, columns: "dict[str, Any]", rows: int = 0
) -> "list[tuple[str, list[str]]]":
    """Tells what `check_frame` finds: the columns, each with what is to be said of it."""
    found = dict(_columns(frame))
    problems = {}
    gone = [name for name in columns if name not in found]
    new = [name for name in found if name not in columns]
    renamed = _renamed(columns, found, gone, new, rows)
    for name, old in renamed.items():
        problems[name] = [f"appeared, and {old} disappeared: renamed from {old}?"]
    for name in gone:
        if name not in renamed.values():
            problems[name] = ["disappeared"]
    for name in new:
        if name not in renamed:
            problems[name] = ["appeared"]
    for name, expected in columns.items():
        if name in found:
            said = _compared(expected, rows, found[name])
            if said:
                problems[name] = said
    order = [name for name in [*columns, *new] if name in problems]
    return [(name, problems[name]) for name in order]


def report(names: "dict[str, Any]", wanted: "dict[str, Any]") -> str:
    """Tells of names of a notebook what frames they hold.

    Args:
        names: The namespace.
        wanted: The names, each with the contract that it has; ``None`` where it has none.

    Returns:
        JSON: for each name that holds a frame ``contract``, the one of `profile`, and
        ``problems``, what is not as the contract says that it has.
    """
    found = {}
    for name, known in wanted.items():
        value = names.get(name)
        if not is_frame(value):
            continue
        problems = deviations(value, known["columns"], known["rows"]) if known else []
        found[name] = {"contract": profile(value), "problems": problems}
    return json.dumps(found, default=str)


def contract_text(name: str, contract: "dict[str, Any]") -> str:
    """Writes a contract as the source of a test, one line a column.

    Args:
        name: What the frame is called.
        contract: Of `profile`.
    """
    lines = ["check_frame(", f"    {name},", "    {"]
    for column, expected in contract["columns"].items():
        lines.append(f"        {_quoted(column)}: {_literal(expected)},")
    lines += ["    },", "    rows={},".format(contract["rows"]), ")"]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    shown = repr(text)
    if '"' not in text and "\\" not in shown:
        return f'"{shown[1:-1]}"'
    return shown


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return "{{{}}}".format(
            ", ".join(f"{_quoted(key)}: {_literal(item)}" for key, item in value.items())
        )
    if isinstance(value, list):
        return "[{}]".format(", ".join(_literal(item) for item in value))
    return repr(value)


# ── one column, whoever made it ──


def _library(value: Any) -> str:
    kind = type(value)
    for each in kind.__mro__:
        top = each.__module__.partition(".")[0]
        if each.__name__ == "DataFrame" and top in ("pandas", "polars"):
            return str(top)
    return ""


def _height(frame: Any) -> int:
    return int(frame.shape[0])


def _columns(frame: Any) -> "list[tuple[str, Any]]":
    """Gives the columns with their names as texts; what has one name twice is numbered."""
    library = _library(frame)
    if not library:
        kind = type(frame)
        raise TypeError(f"{kind.__module__}.{kind.__name__} is no frame of pandas or polars")
    found = []  # type: list[tuple[str, _Column]]
    seen = {}  # type: dict[str, int]
    for number, label in enumerate(frame.columns):
        name = str(label)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        if library == "pandas":
            found.append((name, _Pandas(frame.iloc[:, number])))
        else:
            found.append((name, _Polars(frame.get_column(label))))
    return found


class _Column:
    """A column, with what is asked of it in words that pandas and polars share."""

    def __init__(self, series: Any) -> None:
        self.series = series
        self.kind = ""
        self.missing = 0
        self.numbers = None  # type: Any
        self._profile = None  # type: dict[str, Any] | None

    def __len__(self) -> int:
        return len(self.series)

    @property
    def present(self) -> int:
        return len(self) - self.missing

    def told(self) -> "dict[str, Any]":
        if self._profile is None:
            self._profile = _profile(self)
        return self._profile

    def chosen(self, mask: Any) -> Any:
        """Gives the numbers where a mask is true."""
        raise NotImplementedError

    def on_grid(self, step: float) -> "tuple[float, float]":
        """Gives the shares of multiples of a step, and of those that are none of ten times it."""
        numbers = self.nonzero()
        if not len(numbers):
            return 0, 0
        steps = numbers / step
        tenths = steps / 10
        near = ((steps - steps.round()).abs() <= 1e-6) & (steps.abs() < 1e9)
        coarse = (tenths - tenths.round()).abs() <= 1e-7
        return int(near.sum()) / len(numbers), int((near & ~coarse).sum()) / len(numbers)

    def below_zero(self) -> Any:
        return self.chosen(self.numbers < 0)

    def above_zero(self) -> Any:
        return self.chosen(self.numbers > 0)

    def nonzero(self) -> Any:
        return self.chosen(self.numbers != 0)

    def sizes(self) -> "list[float]":
        """Gives the quartiles of the sizes, without zeros."""
        sizes = self.nonzero().abs()
        if not len(sizes):
            return []
        return [float(sizes.quantile(each, interpolation="linear")) for each in _QUARTERS]

    def is_whole(self) -> bool:
        return bool(((self.numbers % 1) == 0).all()) if len(self.numbers) else False


class _Pandas(_Column):
    def __init__(self, series: Any) -> None:
        super().__init__(series)
        self.missing = int(series.isna().sum())
        self.kind = self._kind()
        if self.kind in ("integer", "number"):
            numbers = series.dropna().astype(float)
            self.numbers = numbers[numbers.abs() != math.inf]

    def _kind(self) -> str:
        dtype = self.series.dtype
        name = str(dtype)
        letter = getattr(dtype, "kind", "O")
        if name == "category":
            return "category"
        if letter in "bB" or name == "boolean":
            return "boolean"
        if letter in "iu":
            return "integer"
        if letter == "f":
            return "number"
        if letter == "M" or name.startswith(("datetime", "timestamp")):
            return "datetime" if getattr(dtype, "tz", None) is None else "datetime with time zone"
        if letter == "m" or name.startswith("duration"):
            return "duration"
        if letter == "c":
            return "complex number"
        if name.startswith(("str", "large_string")):
            return "text"
        if name.startswith(("period", "interval", "Sparse")):
            return name.partition("[")[0].lower()
        return _kind_of(self.sample())

    def sample(self) -> "list[Any]":
        series = self.series.dropna()
        step = max(1, len(series) // LOOKED_AT)
        return list(series.iloc[::step].tolist())

    def chosen(self, mask: Any) -> Any:
        return self.numbers[mask]

    def counts(self) -> "dict[Any, int] | None":
        try:
            found = self.series.value_counts(dropna=True)
        except TypeError:
            return None
        if len(found) > MOST_VALUES * 4:
            return None
        return {_plain(key): int(count) for key, count in zip(found.index.tolist(), found.tolist())
                if count}  # fmt: skip

    def unlike(self, values: "list[Any]") -> "dict[Any, int]":
        series = self.series.dropna()
        rest = series[~series.isin(values)]
        return {_plain(key): int(count) for key, count in rest.value_counts().head(20).items()
                if count}  # fmt: skip

    def categories(self) -> "list[Any]":
        return [_plain(each) for each in self.series.cat.categories.tolist()]


class _Polars(_Column):
    def __init__(self, series: Any) -> None:
        super().__init__(series)
        name = str(series.dtype)
        self.missing = int(series.null_count())
        if name.startswith("Float"):
            self.missing += int(series.is_nan().sum())
        self.kind = self._kind(name)
        if self.kind in ("integer", "number"):
            numbers = series.drop_nulls().cast(sys.modules["polars"].Float64)
            self.numbers = numbers.filter(numbers.is_finite())

    def _kind(self, name: str) -> str:
        if name.startswith(("Int", "UInt")):
            return "integer"
        if name.startswith(("Float", "Decimal")):
            return "number"
        if name.startswith("Datetime"):
            has_zone = getattr(self.series.dtype, "time_zone", None) is not None
            return "datetime with time zone" if has_zone else "datetime"
        if name.startswith(("Categorical", "Enum")):
            return "category"
        if name == "Object":
            return _kind_of(self.sample())
        known = {"String": "text", "Utf8": "text", "Boolean": "boolean", "Null": "empty"}
        return known.get(name, name.partition("(")[0].lower())

    def sample(self) -> "list[Any]":
        series = self.series.drop_nulls()
        return list(series.gather_every(max(1, len(series) // LOOKED_AT)).to_list())

    def chosen(self, mask: Any) -> Any:
        return self.numbers.filter(mask)

    def counts(self) -> "dict[Any, int] | None":
        series = self._valid()
        try:
            if series.n_unique() > MOST_VALUES * 4:
                return None
            found = series.value_counts()
        except Exception:
            return None
        return {_plain(key): int(count) for key, count in found.rows()}

    def unlike(self, values: "list[Any]") -> "dict[Any, int]":
        series = self._valid()
        found = series.value_counts(sort=True)
        known = set(values)
        rest = {}  # type: dict[Any, int]
        for key, count in found.rows():
            if _plain(key) not in known and len(rest) < 20:
                rest[_plain(key)] = int(count)
        return rest

    def categories(self) -> "list[Any]":
        return [str(each) for each in self.series.cat.get_categories().to_list()]

    def _valid(self) -> Any:
        series = self.series.drop_nulls()
        return series.drop_nans() if str(series.dtype).startswith("Float") else series


def _kind_of(sample: "list[Any]") -> str:
    """Says what objects are."""
    kinds = {_kind_of_object(each) for each in sample}
    if not kinds:
        return "empty"
    if len(kinds) == 1:
        return kinds.pop()
    if kinds == {"integer object", "number object"}:
        return "number object"
    return "mixed"


def _kind_of_object(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer object"
    if isinstance(value, float):
        return "number object"
    return type(value).__name__


def _plain(value: Any) -> Any:
    """Gives what can be written in source."""
    item = getattr(value, "item", None)
    if item is not None and not isinstance(value, (str, bytes, int, float)):
        value = item()
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return int(value)
    return value


# ── the contract of a column ──


def _told(column: Any) -> "dict[str, Any]":
    return dict(column.told())


def _profile(column: Any) -> "dict[str, Any]":
    told = {"kind": column.kind}  # type: dict[str, Any]
    rows = len(column)
    if not column.present:
        told["kind"] = "empty"
        return told
    if column.missing:
        told["missing"] = _rounded(column.missing / rows)
    values = _values(column)
    if values:
        told["values"] = values
    if column.numbers is not None and len(column.numbers) >= FEW_ROWS:
        sign = _sign(column)
        if sign and not values:
            told["sign"] = sign
        elif not values:
            below = len(column.below_zero())
            if below:
                told["negative"] = _rounded(below / len(column.numbers))
        sizes = column.sizes()
        if not values and len(column.nonzero()) >= FEW_ROWS:
            told["typical"] = [_rounded(each) for each in sizes]
            step = _step(column)
            if step:
                told["step"] = step
    return told


def _step(column: Any) -> Any:
    """Gives the power of ten that all numbers are multiples of; nothing without one."""
    for digits in range(-6, 7):
        step = 10.0**-digits
        on, fine = column.on_grid(step)
        if on >= 0.9:
            # Where few need the last digit, it may be missing by chance elsewhere.
            return _rounded(step) if fine >= 0.3 else 0
    return 0


def _values(column: Any) -> "list[Any]":
    """Gives all values, where it is a safe guess that there are no others."""
    if column.kind not in ("text", "category", "boolean", "integer"):
        return []
    counts = column.counts()
    if not counts or len(counts) > MOST_VALUES or sum(counts.values()) < 2 * FEW_ROWS:
        return []
    if column.kind == "boolean":
        return []
    if not all(isinstance(each, (str, int, bool)) for each in counts):
        return []
    # Good and Turing: how often what was seen once or so stands for how much was not seen.
    if min(counts.values()) < max(5, sum(counts.values()) // 100):
        return []
    if column.kind == "integer" and len(counts) > 3:
        # Counts and years, of which there may be more.
        return []
    try:
        return sorted(counts)
    except TypeError:
        return []


def _sign(column: Any) -> str:
    count = len(column.numbers)
    below = len(column.below_zero())
    zeros = count - below - len(column.above_zero())
    if zeros == count:
        return ""
    if not below:
        return "positive" if not zeros else "not negative"
    if below == count:
        return "negative"
    if below + zeros == count:
        return "not positive"
    return ""


def _rounded(value: float) -> Any:
    """Rounds to three digits."""
    number = float(f"{value:.3g}")
    return int(number) if number == int(number) and abs(number) < 1e15 else number


# ── comparing ──


def _compared(expected: "dict[str, Any]", rows: int, column: Any) -> "list[str]":
    """Says what of a column is not as its contract says."""
    if rows and not len(column):
        return [f"no rows, were {rows}"]
    said = []
    share = expected.get("missing", 0)
    was_empty = expected.get("kind") == "empty"
    if was_empty:
        share = 1
    if _shares_differ(round(share * rows), rows, column.missing, len(column)):
        now = column.missing / max(len(column), 1)
        said.append(f"missing in {_percent(now)}, was {_percent(share)}")
    if was_empty or not column.present:
        return said
    found = column.kind
    if not _same_kind(expected, found, column):
        said.append("{}, was {}".format(found, expected.get("kind")))
    numeric = column.numbers is not None and len(column.numbers)
    scale = ""
    if numeric:
        scale = _scale(expected, rows, column)
        if scale:
            said.append(scale)
        flipped = _flipped(expected, rows, column)
        if flipped:
            said.append(flipped)
            scale = scale or flipped
    if "values" in expected and not scale:
        unlike = column.unlike(expected["values"])
        if unlike and (found == expected.get("kind") or not numeric):
            count = sum(unlike.values())
            names = ", ".join(_literal(each) for each in list(unlike)[:4])
            more = ", …" if len(unlike) > 4 else ""
            said.append(
                "new value{} {}{} ({})".format(
                    "" if len(unlike) == 1 else "s",
                    names,
                    more,
                    "1 row" if count == 1 else f"{count} rows",
                )
            )
    return said


def _same_kind(expected: "dict[str, Any]", found: str, column: Any) -> bool:
    kind = expected.get("kind")
    if kind in (found, None):
        return True
    pair = {kind, found}
    if pair == {"integer", "number"}:
        # Where values are missing, pandas makes numbers with a point of whole ones.
        if found == "number":
            return bool(column.missing) and column.is_whole()
        return "missing" in expected or len(column) < FEW_ROWS
    return False


def _shares_differ(first: int, total: int, second: int, other_total: int) -> bool:
    """Tells whether two shares differ by more than chance (Fisher's exact test, one-sided)."""
    if not total or not other_total:
        return False
    if total < FEW_ROWS or other_total < FEW_ROWS:
        return abs(first / total - second / other_total) > 0.5
    if abs(first / total - second / other_total) < 0.005:
        return False
    # Where nothing was, something is news.
    limit = CHANCE if first else 5 * CHANCE
    return _tail(first, total, second, other_total) < limit


def _tail(first: int, total: int, second: int, other_total: int) -> float:
    """Gives the probability to see shares at least so far apart (hypergeometric tail)."""
    marked, everything = first + second, total + other_total
    if first * other_total > second * total:
        first, total, second, other_total = second, other_total, first, total
    # Now the share of the first is the smaller one: how probable is it to see so few there?
    low = max(0, marked - other_total)
    base = _log_choose(everything, total)
    logs = [
        _log_choose(marked, each) + _log_choose(everything - marked, total - each) - base
        for each in range(max(low, first - 200), first + 1)
    ]
    return sum(math.exp(each) for each in logs)


def _log_choose(count: int, chosen: int) -> float:
    return math.lgamma(count + 1) - math.lgamma(chosen + 1) - math.lgamma(count - chosen + 1)


def _flipped(expected: "dict[str, Any]", rows: int, column: Any) -> str:
    """Says where a sign is not as it was."""
    sign = expected.get("sign")
    if rows < FEW_ROWS:
        return ""
    if sign is None:
        return _negatives(expected.get("negative"), rows, column)
    if sign in ("positive", "not negative"):
        wrong, word = column.below_zero(), "negative"
    else:
        wrong, word = column.above_zero(), "positive"
    count = len(wrong)
    if not count:
        return ""
    sizes = expected.get("typical")
    size = float(wrong.abs().max())
    # What lies close to zero may cross it by chance.
    usual = sizes[0] / 2 if sizes else 0
    whole = expected.get("kind") == "integer"
    if not whole and size < usual and not _shares_differ(0, rows, count, len(column.numbers)):
        return ""
    share = _percent(count / len(column.numbers))
    rows_shown = "1 row" if count == 1 else f"{count} rows ({share})"
    return f"{word} in {rows_shown}, was never"


def _negatives(share: Any, rows: int, column: Any) -> str:
    """Says where another share of the numbers is below zero than was."""
    if share is None:
        return ""
    # Of the sample it is not kept how many were numbers: as many as here, most probably.
    count = len(column.numbers)
    known = rows * count // max(len(column), 1)
    below = len(column.below_zero())
    if not _shares_differ(round(share * known), known, below, count):
        return ""
    now = _percent(below / count) if below else "none"
    return f"{now} negative, {_percent(share)} were"


def _scale(expected: "dict[str, Any]", rows: int, column: Any) -> str:
    """Names the factor between what was typical and what is."""
    if "values" in expected:
        return _scale_of_values(expected["values"], column)
    before = expected.get("typical")
    count = len(column.nonzero())
    if not before or min(before) <= 0 or rows < FEW_ROWS or count < FEW_ROWS:
        return ""
    after = column.sizes()
    shifts = [math.log(new / old) for new, old in zip(after, before)]
    # Of the sample it is not kept how many were not zero: as many as here, most probably.
    margins = _margins(before, after, rows * count / max(len(column), 1), count)
    if "step" in expected:
        margins = [
            margin + min(expected["step"] / old, math.log(2))
            for margin, old in zip(margins, before)
        ]
    is_moved = any(abs(shift) > margin for shift, margin in zip(shifts, margins))
    if not is_moved and not _is_off_grid(expected, column):
        return ""
    shown = f"typically {_rounded(after[1])}, was {before[1]}"
    warm = _temperature(before, after, margins, expected)
    if warm:
        return f"{warm} {shown[:1].upper() + shown[1:]}"
    words = _factor(expected, shifts, margins, column)
    if words:
        return f"{words} Typically {_rounded(after[1])}, was {before[1]}"
    smallest = min(abs(shift) - margin for shift, margin in zip(shifts, margins))
    same_way = len({shift > 0 for shift in shifts}) == 1
    if same_way and smallest > math.log(4):
        return f"about {_rounded(math.exp(shifts[1]))} times as large: {shown}"
    return ""


def _factor(
    expected: "dict[str, Any]", shifts: "list[float]", margins: "list[float]", column: Any
) -> str:
    """Names the factor of a unit, which moves all quartiles alike, and keeps the last digit."""
    fits = []
    step = expected.get("step", 0)
    off_grid = _is_off_grid(expected, column)
    shift = sum(shifts) / 3
    for exact, words in _all_factors():
        off = [abs(each - math.log(exact[0])) for each in shifts]
        worst = max(each / margin for each, margin in zip(off, margins))
        if off_grid:
            if worst <= 2 and any(_is_on_grid(column, step * each) for each in exact):
                fits.append((abs(shift - math.log(exact[0])), words))
        elif worst <= 1:
            fits.append((abs(shift - math.log(exact[0])), words))
    moved = sum(abs(shift) > margin for shift, margin in zip(shifts, margins))
    if not fits or (not off_grid and moved < 2):
        return ""
    fits.sort()
    # Two that are about as near cannot be told apart.
    near = [words for off, words in fits[:2] if off <= fits[0][0] + 0.4 * min(margins)]
    measured = math.exp(shift)
    if min(abs(measured / exact[0] - 1) for exact, words in _all_factors() if words in near) > 0.1:
        near.append(f"About {_rounded(measured)} times?")
    return " Or ".join(near)


def _all_factors() -> "list[tuple[tuple[float, ...], str]]":
    found = list(FACTORS)
    for exact, words in FACTORS:
        factor, units = words.split(" times as large", 1)
        first, to, second = units.strip(" :?").partition(" to ")
        turned = f": {second} to {first}?" if to and "," not in units else "?"
        found.append((tuple(1 / each for each in exact), f"1/{factor} of the size{turned}"))
    return found


def _is_off_grid(expected: "dict[str, Any]", column: Any) -> bool:
    """Tells whether the numbers are surely not the multiples that they were."""
    step = expected.get("step")
    if not step:
        return False
    on, fine = column.on_grid(step)
    return bool(on < 0.5 or (on > 0.99 and fine < 0.01))


def _is_on_grid(column: Any, step: float) -> bool:
    on, fine = column.on_grid(step)
    return bool(on > 0.85 and fine > 0.1)


def _margins(before: "list[float]", after: "list[float]", rows: float, count: int) -> "list[float]":
    """Gives how far the logarithms of quartiles may be apart by chance.

    From the standard error of a quantile of a normal distribution, whose spread is taken from
    the quartiles themselves.
    """
    spread = max(math.log(each[2] / each[0]) / 1.349 for each in (before, after) if each[0] > 0)
    error = spread * math.sqrt(1 / rows + 1 / count)
    # 0.01: the contract keeps three digits.
    return [4.5 * factor * error + 0.01 for factor in (1.36, 1.25, 1.36)]


def _temperature(
    before: "list[float]", after: "list[float]", margins: "list[float]", expected: "dict[str, Any]"
) -> str:
    if expected.get("sign") not in ("positive", "not negative"):
        return ""
    for factor, offset, words in (
        (1.8, 32, "Celsius to Fahrenheit?"),
        (1 / 1.8, -32 / 1.8, "Fahrenheit to Celsius?"),
        (1, 273.15, "Celsius to Kelvin?"),
        (1, -273.15, "Kelvin to Celsius?"),
    ):
        turned = [each * factor + offset for each in before]
        if min(turned) <= 0:
            continue
        close = 0.02 * (max(turned) - min(turned)) + 0.01 * turned[1]
        room = [margin * each for margin, each in zip(margins, turned)]
        if all(
            abs(new - old) <= min(close * 2, limit) for new, old, limit in zip(after, turned, room)
        ):
            return words
    return ""


def _scale_of_values(values: "list[Any]", column: Any) -> str:
    """Names the factor where all values are those of the contract, times it."""
    known = {float(each) for each in values if isinstance(each, (int, float))}
    counts = column.counts()
    if not known or not counts or len(known) != len(values):
        return ""
    found = {float(each) for each in counts if isinstance(each, (int, float))}
    if len(found) != len(counts) or found <= known or not any(found):
        return ""
    for exact, words in _all_factors():
        scaled = [each * exact[0] for each in known]
        if all(any(math.isclose(new, old, rel_tol=1e-3) for old in scaled) for new in found):
            return words
    return ""


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "fewer than 0.1 %"
    return "%.3g %%" % (100 * share)


# ── names that changed ──


def _renamed(
    columns: "dict[str, Any]",
    found: "dict[str, Any]",
    gone: "list[str]",
    new: "list[str]",
    rows: int,
) -> "dict[str, str]":
    """Pairs columns that appeared with those that disappeared and hold the like."""
    pairs = []
    places = {name: place for place, name in enumerate(columns)}
    for place, name in enumerate(found):
        if name not in new:
            continue
        for old in gone:
            if _compared(columns[old], rows, found[name]):
                continue
            told = found[name].told()
            likeness = difflib.SequenceMatcher(None, _letters(name), _letters(old)).ratio()
            likeness += 0.5 * (places[old] == place)
            likeness += 0.3 * (told.get("values") == columns[old].get("values"))
            likeness += 0.3 * ("typical" in told and "typical" in columns[old])
            pairs.append((likeness, name, old))
    renamed = {}  # type: dict[str, str]
    for _likeness, name, old in sorted(pairs, key=lambda pair: -pair[0]):
        if name not in renamed and old not in renamed.values():
            renamed[name] = old
    return renamed


def _letters(name: str) -> str:
    return "".join(each for each in name.lower() if each.isalnum())
