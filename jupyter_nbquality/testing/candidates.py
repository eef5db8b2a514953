"""Tests that could hold fast what was seen of a cell; whether they are worth anything is not known.

What was seen is the answer of `execution.observe_in_kernel.observe`.
"""

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from jupyter_nbquality.execution.frames_in_kernel import FEW_ROWS, contract_text

MOST_TOTALS = 8
MOST_RELATIONS = 10
MOST_EXACT = 200
"""Characters of a collection that is compared as a whole."""
_COMPARE = {"frame": "assert_frame_equal", "series": "assert_series_equal"}


class Candidate(msgspec.Struct, frozen=True):
    """A test that could be proposed.

    Attributes:
        name: For reports.
        title: For people.
        source: Its code.
        why: One sentence.
        weight: How much is thought of this kind of test: 1 for one that says what the code should
            do, less for one that only keeps a number as it is.
        beside: The name of another beside which it is proposed though it may notice nothing
            more; empty for none.
    """

    name: str
    title: str
    source: str
    why: str
    weight: float
    beside: str = ""


def candidates(seen: Mapping[str, Any], contracts: bool = True) -> list[Candidate]:
    """Makes tests of what was seen, those that say most first.

    Args:
        seen: What a kernel told.
        contracts: Whether contracts of frames are among them.

    Returns:
        Each with a name of its own.
    """
    approx = "pytest" in seen["modules"]
    found: list[Candidate] = []
    for name, told in seen["functions"].items():
        found += _of_function(name, told, approx, "hypothesis" in seen["modules"])
    found += _of_relations(seen)
    for name, told in seen["names"].items():
        found += _of_name(name, told, approx, contracts)
        if "pandera" in seen["modules"] and contracts and told.get("library") == "pandas":
            found += _schema(name, told)
    taken: set[str] = set()
    unlike: dict[str, Candidate] = {}
    for each in found:
        name, number = each.name, 2
        while name in taken:
            name, number = f"{each.name}_{number}", number + 1
        if each.source not in unlike:
            taken.add(name)
            unlike[each.source] = msgspec.structs.replace(each, name=name)
    return list(unlike.values())


# ---- functions ----


def _of_function(
    name: str, told: Mapping[str, Any], approx: bool, hypothesis: bool
) -> Iterator[Candidate]:
    examples = [each for each in told["examples"] if each["kind"] not in _COMPARE]
    if examples:
        lines = [_example(each, approx) for each in examples]
        imports = {each for example in examples for each in example["imports"]}
        yield Candidate(
            _name(name, "examples"),
            f"{name} gives what it gave",
            _function(_name("test", name), lines, imports, approx),
            f"What {name} gave for arguments that the notebook calls it with.",
            1.0,
        )
    for number, example in enumerate(each for each in told["examples"] if each["kind"] in _COMPARE):
        yield _table_example(name, example, number)
    for refused in told["raises"]:
        if approx:
            yield Candidate(
                _name(name, "refuses"),
                f"{name} refuses bad input",
                f"import pytest\n\n\ndef {_name('test', name, 'refuses')}():\n"
                f"    with pytest.raises({refused['error']}):\n        {refused['call']}\n",
                f"{name} itself raises {refused['error']} for this.",
                1.0,
            )
    for whole in told["whole"]:
        yield from _of_whole(name, whole, approx)
    if hypothesis:
        yield from _properties(name, told["examples"])


def _example(example: Mapping[str, Any], approx: bool) -> str:
    call, result = example["call"], example["result"]
    kind = example["kind"]
    if kind == "float" and "nan" in result:
        return f"assert {call} != {call}  # nothing: not a number"
    if kind == "float" and "inf" not in result:
        return _number(call, float(result), approx)
    if result in {"None", "True", "False"}:
        return f"assert {call} is {result}"
    if kind == "array":
        return f"assert ({call} == {result}).all()"
    floats = re.search(r"\d\.\d|\de-", result) is not None
    nested = re.match(r"[\[({].*[\[({]", result) is not None
    if kind == "collection" and floats and approx and not nested:
        return f"assert {call} == approx({result})"
    return f"assert {call} == {result}"


def _table_example(name: str, example: Mapping[str, Any], number: int) -> Candidate:
    lines, arguments = [], []
    names = list(example["parameters"])
    written = [*enumerate(example["arguments"]), *example["options"].items()]
    for key, source in written:
        known = names[key] if isinstance(key, int) and key < len(names) else f"given_{key}"
        if isinstance(key, str):
            known = key
        if len(source) > 30:
            lines.append(f"{known} = {source}")
            source = known
        arguments.append(source if isinstance(key, int) else f"{key}={source}")
    lines.append(f"expected = {example['result']}")
    lines.append(f"result = {name}({', '.join(arguments)})")
    lines.append(_same_table(example))
    return Candidate(
        _name(name, "few_rows") if not number else _name(name, "few_rows", str(number + 1)),
        f"{name} on a few rows",
        _function(_name("test", name, "on_few_rows"), lines, set(example["imports"]), False),
        f"What {name} gives for rows of the data in which something special stands.",
        1.0,
    )


def _same_table(told: Mapping[str, Any], name: str = "result") -> str:
    """Writes the comparison of a table with what is expected."""
    source = told.get("source", told.get("result"))
    match = re.search(r"\b(\w+)\.(?:DataFrame|Series)\(", source)
    module = match[1] if match else "pd"
    if told["library"] == "polars":
        return f"assert {name}.equals(expected)"
    options = ["check_dtype=False", "check_names=False", "check_index_type=False"]
    if "to_datetime" in source:
        options.append("check_freq=False")
    inside = ", ".join([name, "expected", *options])
    return f"{module}.testing.{_COMPARE[told['kind']]}(\n    {inside}\n)"


def _of_whole(name: str, whole: Mapping[str, Any], approx: bool) -> Iterator[Candidate]:
    """Makes tests of a call as it stands in the notebook, with all of the data."""
    call, argument = whole["call"], whole["argument"]
    lines = [
        text.replace(f" {_RESULT}", " result").replace(f"({_RESULT}", "(result")
        for relation in whole["relations"]
        if (text := _relation(relation, _RESULT)) and relation[2] == argument
    ]
    if lines:
        yield Candidate(
            _name(name, "shape"),
            f"{name} keeps rows and columns",
            _function(_name("test", name, "shape"), [f"result = {call}", *lines], (), False),
            f"So it is for {_short(argument)}.",
            0.9,
        )
    if whole.get("again"):
        yield Candidate(
            _name(name, "twice"),
            f"{name} done twice is {name} done once",
            _function(
                _name("test", name, "twice"),
                [f"once = {call}", f"assert {name}(once){_equals(whole['kind'], 'once')}"],
                (),
                False,
            ),
            f"So it is for {_short(argument)}: it is idempotent.",
            0.9,
        )
    if whole.get("attributes"):
        lines = [f"made = {call}", *_attributes_of("made", whole, approx)]
        yield Candidate(
            _name(name, "makes"),
            f"{name} makes what it made",
            _function(_name("test", name), lines, (), approx),
            "What an object holds that is made as the notebook makes it.",
            1.0,
        )
    lines = _totals_of(whole, "result", approx)
    if whole["kind"] == "value" and "source" in whole:
        lines = [_value("result", whole, approx)]
    elif whole["kind"] == "collection" and _is_exact(whole.get("source", "")):
        lines = [f"assert result == {whole['source']}"]
    if lines:
        yield Candidate(
            _name(name, "on_the_data"),
            f"{name} on the notebook's data",
            _function(_name("test", name, "on_data"), [f"result = {call}", *lines], (), approx),
            "Keeps what comes of the notebook's own call; to be renewed with the data.",
            0.6,
        )


def _equals(kind: str, name: str) -> str:
    if kind in {"frame", "series"}:
        return f".equals({name})"
    return f" == {name}"


def _properties(name: str, examples: Sequence[Mapping[str, Any]]) -> Iterator[Candidate]:
    """Makes a property of all numbers between those that were seen."""
    numbers: list[list[float]] = []
    for example in examples:
        if example["options"] or example["kind"] not in {"float", "plain"}:
            return
        try:
            numbers.append([float(each) for each in example["arguments"]])
            result = float(example["result"])
        except ValueError:
            return
        if result < 0 or any(each < 0 for each in numbers[-1]):
            return
    if len(numbers) < 2 or len({len(each) for each in numbers}) != 1 or not numbers[0]:
        return
    places = range(len(numbers[0]))
    seen = [[each[place] for each in numbers] for place in places]
    strategies = ", ".join(f"st.floats({min(its):g}, {max(its):g})" for its in seen)
    arguments = ", ".join("abcdefgh"[place] for place in places)
    test = _name("test", name, "is_not_negative")
    yield Candidate(
        _name(name, "not_negative"),
        f"{name} is not negative",
        "from hypothesis import given\nfrom hypothesis import strategies as st\n\n\n"
        f"@given({strategies})\ndef {test}({arguments}):\n"
        f"    assert {name}({arguments}) >= 0\n",
        "So it was for all arguments seen; hypothesis looks for others.",
        0.9,
        _name(name, "examples"),
    )


# ---- names ----


def _of_relations(seen: Mapping[str, Any]) -> Iterator[Candidate]:
    lines: dict[str, None] = {}
    order = ("parts", "index", "adds", "length", "columns", "rows")
    parts = {name for each in seen["relations"] if each[0] == "parts" for name in each[1:3]}
    for relation in sorted(seen["relations"], key=lambda each: order.index(each[0])):
        text = _relation(relation, relation[1])
        # Parts of a whole hold rows of it anyway.
        if text and not (relation[0] == "rows" and relation[1] in parts):
            lines.update(dict.fromkeys(text.split("\n")))
    if lines:
        name = seen["relations"][0][1]
        yield Candidate(
            _name(name, "fits"),
            "The tables of the cell go together",
            "\n".join(list(lines)[:MOST_RELATIONS]),
            "Rows, columns and indexes that went together in this run.",
            0.9,
        )


def _relation(relation: Sequence[Any], name: str) -> str:
    """Writes a relation between two tables as an assert."""
    kind, other = relation[0], relation[2]
    if kind == "index":
        return f"assert {name}.index.equals({_held(other)}.index)"
    if kind == "length":
        return f"assert len({name}) == len({other})"
    if kind == "rows":
        return f"assert {name}.index.isin({_held(other)}.index).all()"
    if kind == "columns":
        return f"assert list({name}.columns) == list({_held(other)}.columns)"
    if kind == "adds":
        return f"assert list({name}.columns) == [*{_held(other)}.columns, {_list(relation[3])}]"
    if kind == "parts":
        whole, share = relation[3], relation[4]
        return (
            f"assert len({name}) + len({other}) == len({whole})\n"
            f"assert {name}.index.intersection({other}.index).empty\n"
            f"assert abs(len({other}) / len({whole}) - {share:.3g}) < 0.005"
        )
    return ""


def _of_name(
    name: str, told: Mapping[str, Any], approx: bool, contracts: bool
) -> Iterator[Candidate]:
    if not name.isidentifier() or keyword.iskeyword(name):
        return
    kind = told.get("kind")
    if kind == "frame" and contracts and told["contract"]["columns"] and told["length"] >= FEW_ROWS:
        yield Candidate(
            _name("contract", name),
            f"{name} holds what it should",
            contract_text(name, told["contract"]),
            "The contract of its columns: kinds, missing values, categories, signs and sizes.",
            0.9,
        )
    if told.get("share"):
        yield Candidate(
            _name(name, "shares"),
            f"{name} lies between 0 and 1",
            f"assert ((0 <= {name}) & ({name} <= 1)).all()",
            "All of its values do, as shares and probabilities must.",
            0.9,
        )
    if kind == "value" and "source" in told:
        yield Candidate(
            _name(name, "value"),
            f"{name} is what it was",
            _with_approx([_value(name, told, approx)]),
            "Keeps its value; to be renewed with the data.",
            0.6,
        )
    if kind == "collection" and "source" in told:
        example = {"call": name, "result": told["source"], "kind": kind}
        yield Candidate(
            _name(name, "items"),
            f"{name} holds what it held",
            _with_approx([_example(example, approx)]),
            "Keeps its items; to be renewed with the data.",
            0.6,
        )
    if kind == "collection" and "some" in told:
        lines = [
            f"assert len({name}) == {told['length']}",
            *(
                _example({"call": f"{name}{where}", "kind": its, "result": source}, approx)
                for where, its, source in told["some"]
            ),
        ]
        yield Candidate(
            _name(name, "items"),
            f"{name} holds what it held",
            _with_approx(lines),
            "Keeps its length and some items; to be renewed with the data.",
            0.6,
        )
    if told.get("attributes"):
        lines = _attributes_of(name, told, approx)
        yield Candidate(
            _name(name, "attributes"),
            f"{name} holds what it held",
            _with_approx(lines),
            "Keeps what the object holds; to be renewed with the data.",
            0.6,
        )
    if kind in _COMPARE and "source" in told:
        text = "\n".join(
            [*told["imports"], f"expected = {told['source']}", _same_table(told, name)]
        )
        yield Candidate(
            _name(name, "rows"),
            f"{name} holds what it held",
            text,
            "Keeps its rows; to be renewed with the data.",
            0.6,
        )
        return
    lines = _totals_of(told, name, approx)
    if lines:
        is_summed = len(lines) > 1
        yield Candidate(
            _name(name, "totals" if is_summed else "size"),
            f"{name} adds up to what it did" if is_summed else f"{name} is as large as it was",
            _with_approx(lines),
            f"Keeps its size{' and sums' if is_summed else ''}; to be renewed with the data.",
            0.6,
        )


def _schema(name: str, told: Mapping[str, Any]) -> Iterator[Candidate]:
    """Writes a contract as a schema of pandera, as far as it can say the same."""
    if told.get("kind") != "frame" or told["length"] < FEW_ROWS:
        return
    checks = {"positive": "gt(0)", "not negative": "ge(0)", "negative": "lt(0)"}
    lines = []
    for (label, its), dtype in zip(
        told["contract"]["columns"].items(), told["dtypes"], strict=False
    ):
        said = [_text(dtype)]
        if "values" in its:
            said.append(f"pa.Check.isin({its['values']!r})")
        elif its.get("sign") in checks:
            said.append(f"pa.Check.{checks[its['sign']]}")
        if "missing" in its:
            said.append("nullable=True")
        lines.append(f"        {_text(label)}: pa.Column({', '.join(said)}),")
    body = "\n".join(lines)
    yield Candidate(
        _name("schema", name),
        f"{name} fits its schema",
        "import pandera.pandas as pa\n\n"
        f"schema = pa.DataFrameSchema(\n    {{\n{body}\n    }},\n    strict=True,\n)\n"
        f"schema.validate({name})",
        "The contract for those who keep schemas with pandera; it knows no units.",
        0.8,
        _name("contract", name),
    )


def _attributes_of(name: str, told: Mapping[str, Any], approx: bool) -> list[str]:
    return [
        _example({"call": f"{name}.{key}", "kind": kind, "result": source}, approx)
        for key, kind, source in told["attributes"]
    ]


def _totals_of(told: Mapping[str, Any], name: str, approx: bool) -> list[str]:
    kind = told.get("kind")
    if kind == "frame":
        # What is counted in whole numbers tells less.
        totals = sorted(told["totals"], key=lambda pair: pair[1] == int(pair[1]))
        return [
            f"assert len({name}) == {told['length']}",
            *(
                _number(f"{name}[{_text(label)}].sum()", total, approx)
                for label, total in totals[:MOST_TOTALS]
            ),
        ]
    if kind == "series":
        first = f"assert len({name}) == {told['length']}"
    elif kind == "array":
        first = f"assert {name}.shape == {tuple(told['shape'])!r}"
    else:
        return []
    return [first, *([_number(f"{name}.sum()", told["sum"], approx)] if "sum" in told else [])]


def _value(name: str, told: Mapping[str, Any], approx: bool) -> str:
    source = told["source"]
    if told.get("is") == "bool":
        return f"assert {name} is {source}" if source in {"True", "False"} else f"assert {name}"
    if told.get("is") == "float" and "float(" not in source:
        return _number(name, float(source), approx)
    if source == "float('nan')":
        return f"assert {name} != {name}"
    return f"assert {name} == {source}"


def _is_exact(source: str) -> bool:
    """Tells whether a text is that of a short collection that is compared without a tolerance."""
    if not 0 < len(source) <= MOST_EXACT:
        return False
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError):
        return False
    nodes = ast.walk(ast.parse(source))
    return bool(value) and not any(
        isinstance(node, ast.Constant) and isinstance(node.value, float | complex) for node in nodes
    )


def _number(text: str, value: float, approx: bool) -> str:
    short = float(f"{value:.9g}")
    shown = str(int(short)) if short == int(short) and abs(short) < 1e15 else repr(short)
    if approx:
        return f"assert {text} == approx({shown})"
    return f"assert abs({text} - {shown}) <= {max(abs(value), 1e-6) * 1e-6:.1g}"


# ---- text ----

_RESULT = "result"


def _function(name: str, lines: Sequence[str], imports: object, approx: bool) -> str:
    wanted = sorted(imports) if isinstance(imports, set) else []
    if approx and any("approx(" in line for line in lines):
        wanted.append("from pytest import approx")
    body = "\n".join(f"    {each}" for line in lines for each in line.split("\n"))
    head = "\n".join(wanted)
    return f"{head}\n\n\ndef {name}():\n{body}\n" if head else f"def {name}():\n{body}\n"


def _with_approx(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    return f"from pytest import approx\n\n{text}" if "approx(" in text else text


def _name(*parts: str) -> str:
    return re.sub(r"\W", "_", "_".join(parts))


def _held(source: str) -> str:
    """Gives an expression that an attribute may be asked of."""
    return source if re.fullmatch(r"[\w.]+", source) else f"({source})"


def _list(names: Sequence[str]) -> str:
    return ", ".join(_text(each) for each in names)


def _text(value: str) -> str:
    shown = repr(value)
    return f'"{shown[1:-1]}"' if '"' not in value and "\\" not in shown else shown


def _short(text: str) -> str:
    return f"`{text}`" if len(text) <= 60 else f"`{text[:59]}…`"
