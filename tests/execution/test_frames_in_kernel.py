"""Contracts of frames: what they name, and what they let pass."""

import ast
import json
import random

import pandas as pd
import pytest

from jupyter_nbquality.execution import frames_in_kernel as frames
from jupyter_nbquality.execution.test_run import RunRequest, TestToRun, decode, expression_for

ROWS = 600


@pytest.fixture(scope="module")
def people():
    dice = random.Random(7)
    return pd.DataFrame(
        {
            "age": [dice.randint(18, 80) for _ in range(ROWS)],
            "height": [round(dice.gauss(170, 9), 1) for _ in range(ROWS)],
            "income": [round(dice.lognormvariate(10, 0.6), 2) for _ in range(ROWS)],
            "city": [dice.choice(["Bonn", "Köln", 'the "Ruhr"']) for _ in range(ROWS)],
            "member": [dice.choice([0, 1]) for _ in range(ROWS)],
            "warmth": [round(dice.uniform(2, 30), 1) for _ in range(ROWS)],
            "since": pd.date_range("2024-01-01", periods=ROWS),
            "note": [None if dice.random() < 0.1 else f"n{number}" for number in range(ROWS)],
            "outside": [round(dice.gauss(9, 8), 1) for _ in range(ROWS)],
        }
    )


def said(frame, contract):
    """Gives what is said of each column."""
    return {
        name: "; ".join(its)
        for name, its in frames.deviations(frame, contract["columns"], contract["rows"])
    }


def test_a_contract_says_what_may_be_expected_and_no_extremes(people):
    columns = frames.profile(people)["columns"]
    assert list(columns) == list(people.columns)
    assert columns["city"] == {"kind": "text", "values": ["Bonn", "Köln", 'the "Ruhr"']}
    assert columns["member"] == {"kind": "integer", "values": [0, 1]}
    assert columns["since"] == {"kind": "datetime"}
    assert columns["note"]["missing"] == pytest.approx(0.1, abs=0.04)
    assert columns["age"]["sign"] == "positive"
    low, middle, high = columns["income"]["typical"]
    assert people["income"].min() < low < middle < high < people["income"].max()
    assert not {18, 80} & set(columns["age"]["typical"])


def test_its_text_is_a_call_with_a_line_a_column_and_comes_to_the_same(people):
    contract = frames.profile(people)
    text = frames.contract_text("people", contract)
    call = ast.parse(text, mode="eval").body
    assert ast.literal_eval(call.args[1]) == contract["columns"]
    assert len(text.splitlines()) == len(people.columns) + 6
    names = {"people": people, "check_frame": frames.check_frame}
    assert eval(text, names) is None


def test_halves_of_the_same_data_pass(people):
    for seed in range(10):
        half = people.sample(frac=0.5, random_state=seed)
        assert said(people.drop(half.index), frames.profile(half)) == {}


FAULTS = {
    "appeared": (lambda d: d.assign(new=1), "new", "appeared"),
    "disappeared": (lambda d: d.drop(columns="age"), "age", "disappeared"),
    "renamed": (lambda d: d.rename(columns={"age": "years"}), "years", "renamed from age?"),
    "to text": (lambda d: d.assign(age=d["age"].astype(str)), "age", "text, was integer"),
    "to dates as text": (lambda d: d.assign(since=d["since"].astype(str)), "since", "text, was"),
    "missing": (lambda d: d.assign(age=d["age"].where(d.index % 9 > 0)), "age", "missing in 11"),
    "complete": (lambda d: d.assign(note=d["note"].fillna("")), "note", "missing in 0 %, was"),
    "negative": (lambda d: d.assign(age=d["age"].where(d.index > 3, -1)), "age", "negative in 4"),
    "a tenth": (lambda d: d.assign(income=d["income"] / 10), "income", "1/10 of the size?"),
    "cents": (lambda d: d.assign(income=d["income"] * 100), "income", "100 times as large"),
    "inches": (lambda d: d.assign(height=d["height"] / 2.54), "height", "centimetres to inches?"),
    "centimetres": (lambda d: d.assign(height=d["height"] * 2.54), "height", "2.54 times as large"),
    "kilograms": (lambda d: d.assign(income=d["income"] * 0.45359237), "income", "0.4536 times"),
    "miles": (lambda d: d.assign(height=d["height"] / 1.609344), "height", "kilometres to miles?"),
    "Fahrenheit": (lambda d: d.assign(warmth=d["warmth"] * 1.8 + 32), "warmth", "Fahrenheit?"),
    "Fahrenheit, from frost": (
        lambda d: d.assign(outside=d["outside"] * 1.8 + 32),
        "outside",
        "none negative, ",
    ),
    "a dozen": (lambda d: d.assign(age=d["age"] * 12), "age", "About 12 times?"),
    "flags": (lambda d: d.assign(member=d["member"] * 10), "member", "10 times as large?"),
    "new value": (lambda d: d.assign(city=d["city"].where(d.index > 0, "Mainz")), "city", "Mainz"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_with_column_and_factor(people, fault):
    change, column, what = FAULTS[fault]
    found = said(change(people), frames.profile(people))
    assert list(found) == [column]
    assert what in found[column]


def test_all_columns_are_named_in_one_message(people):
    contract = frames.profile(people)
    worse = people.drop(columns="age").assign(height=people["height"] * 10, more=1)
    with pytest.raises(AssertionError) as caught:
        frames.check_frame(worse, contract["columns"], contract["rows"])
    assert str(caught.value).splitlines()[0] == "3 columns are not as the contract says"
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]] == [
        *("age", "height", "more")
    ]


def test_a_frame_without_rows_is_told(people):
    found = said(people.head(0), frames.profile(people))
    assert found == dict.fromkeys(people.columns, "no rows, were 600")


def test_of_a_few_rows_little_is_said(people):
    few = people.head(6)
    contract = frames.profile(few)
    assert all(
        "typical" not in each and "values" not in each for each in contract["columns"].values()
    )
    assert said(people.tail(6).assign(height=400.0), contract) == {}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame({"a": [None, None]}),
        pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
        pd.DataFrame({("x", 1): [1.0, float("inf")], 2: [{"a": 1}, [1]]}),
        pd.DataFrame({"a": pd.Categorical(["x", "y"] * 30), "b": [True, False] * 30}),
        pd.DataFrame({"a": [0.0] * 50, "b": [1e300, 1e-300] * 25, "c": [1 + 2j] * 50}),
        pd.DataFrame({"a": pd.array([1, None] * 30, dtype="Int64")}),
    ],
)
def test_odd_frames_keep_their_own_contracts(frame):
    contract = json.loads(json.dumps(frames.profile(frame)))
    assert said(frame, contract) == {}
    ast.parse(frames.contract_text("frame", contract))


def test_what_is_no_frame_is_refused():
    with pytest.raises(TypeError, match=r"builtins\.list is no frame of pandas or polars"):
        frames.profile([1])


def test_polars_frames_are_told_of_like_those_of_pandas(people):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(
        {
            name: [None if each != each else each for each in people[name].to_list()]
            for name in people.columns
        }
    )
    contract = frames.profile(frame)
    assert contract == frames.profile(people)
    worse = frame.with_columns(polars.col("age") * -1, polars.col("height") * 2.54)
    found = said(worse, contract)
    assert list(found) == ["age", "height"]
    assert "2.54 times as large" in found["height"]


def test_tests_are_given_check_frame(people):
    contract = frames.profile(people)
    request = RunRequest([TestToRun("contract", frames.contract_text("people", contract))])
    expression = expression_for(request)
    for frame, status in ((people, "passed"), (people.drop(columns="age"), "failed")):
        names = {"people": frame}
        (result,) = decode(repr(eval(expression, names))).results
        assert result.status == status
        assert "check_frame" not in names
    assert "age: disappeared" in result.message
