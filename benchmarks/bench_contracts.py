"""Measure data contracts: `bench_contracts.py [--data FOLDER …] [--splits N] [--missed]`.

Each data set is cut into two random halves, some times. The contract is made of one half. Checked
on the other half it must be silent (*false alarms*); with one fault put into the other half it
must name the column, and the factor where there is one (*found*). Data sets are those that
scikit-learn brings along, those of `examples/`, and all CSV files in the folders given.
"""

import argparse
import random
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from sklearn import datasets

from jupyter_nbquality.execution.frames_in_kernel import check_frame, profile

ROOT = Path(__file__).resolve().parent.parent
FOUND, FALSE = 0.95, 0.01
SPLITS = 5
COLUMNS = 4
"""So many columns of a data set get each fault."""
FEWEST = 100
"""Rows of a data set that counts: a contract of fewer is lenient, as it should be."""
MOST = 100_000

Fault = Callable[[pd.DataFrame, str, random.Random], "tuple[pd.DataFrame, str] | None"]


def main() -> int:
    """Prints what was found; 1 where that is too little."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="*", default=[])
    parser.add_argument("--splits", type=int, default=SPLITS)
    parser.add_argument("--missed", action="store_true", help="Print what was not found.")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    checks = alarms = 0
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    seconds = 0.0
    for name, frame in data_sets(options.data):
        for split in range(options.splits):
            chance = random.Random(f"{name} {split}")
            rows = list(range(len(frame)))
            chance.shuffle(rows)
            middle = len(rows) // 2
            first = frame.iloc[sorted(rows[:middle])]
            second = frame.iloc[sorted(rows[middle:])]
            contract = profile(first)
            began = time.process_time()
            said = told(second, contract)
            seconds += time.process_time() - began
            checks += 1
            alarms += bool(said)
            if said and options.missed:
                print(f"false alarm  {name}: {said}")
            for fault, make in FAULTS.items():
                columns = list(frame.columns)
                chance.shuffle(columns)
                made = 0
                for column in columns:
                    result = make(second, column, chance)
                    if result is None:
                        continue
                    tried[fault] += 1
                    answer = told(result[0], contract)
                    is_found = re.search(result[1], answer, re.MULTILINE) is not None
                    found[fault] += is_found
                    if not is_found and options.missed:
                        print(
                            f"missed  {fault}  {name}  {column}: {contract['columns'][column]}"
                            f" {contract['rows']} {answer}"
                        )
                    made += 1
                    if made == COLUMNS:
                        break
    for fault, count in tried.items():
        print(f"{fault:<16} {found[fault]:>6} of {count:>6} found  {found[fault] / count:7.1%}")
    share = found.total() / max(tried.total(), 1)
    print(f"all faults {found.total()} of {tried.total()}: {share:.1%} (asked: {FOUND:.0%})")
    print(
        f"false alarms {alarms} of {checks}: {alarms / max(checks, 1):.2%} (asked: ≤ {FALSE:.0%})"
    )
    print(f"{1000 * seconds / max(checks, 1):.1f} ms a check")
    return 0 if share >= FOUND and alarms / max(checks, 1) <= FALSE else 1


def told(frame: pd.DataFrame, contract: dict[str, Any]) -> str:
    """Gives what a check says; empty where it is silent."""
    try:
        check_frame(frame, contract["columns"], contract["rows"])
    except AssertionError as error:
        return str(error)
    return ""


def data_sets(folders: list[Path]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yields data sets with enough rows."""
    for load in (
        datasets.load_iris,
        datasets.load_wine,
        datasets.load_breast_cancer,
        datasets.load_diabetes,
        datasets.load_digits,
    ):
        frame = load(as_frame=True).frame
        # Pictures have a column a pixel; some will do.
        yield load.__name__, frame.iloc[:, :30]
    files = sorted((ROOT / "examples" / "data").glob("*.csv"))
    for folder in folders:
        files += sorted(folder.rglob("*.csv"))
    for file in files:
        try:
            frame = pd.read_csv(file)
        except (ValueError, OSError):
            continue
        if FEWEST <= len(frame) <= MOST and 1 < frame.shape[1] <= 60:
            yield file.stem, frame.drop(columns="Unnamed: 0", errors="ignore")


# ── faults: a frame with the fault, and what a good answer says ──


def _at(column: str, text: str) -> str:
    return rf"^  {re.escape(column)}: .*{text}"


def _added(frame: pd.DataFrame, _column: str, chance: random.Random) -> Any:
    new = frame.copy()
    name = "a_new_one"
    new.insert(chance.randrange(frame.shape[1]), name, [chance.random() for _ in range(len(new))])
    return new, _at(name, "appeared")


def _dropped(frame: pd.DataFrame, column: str, _chance: random.Random) -> Any:
    return frame.drop(columns=column), _at(column, "disappeared")


def _renamed(frame: pd.DataFrame, column: str, chance: random.Random) -> Any:
    name = f"{column}_x" if chance.random() < 0.5 else f"v{chance.randrange(1000)}"
    return frame.rename(columns={column: name}), _at(name, rf".*renamed from {re.escape(column)}\?")


def _retyped(frame: pd.DataFrame, column: str, _chance: random.Random) -> Any:
    values = frame[column]
    if pd.api.types.is_numeric_dtype(values):
        turned = values.astype(str)
        return frame.assign(**{column: turned}), _at(column, "text, was|boolean")
    if values.isna().all():
        return None
    turned = pd.Series(pd.factorize(values)[0], index=values.index)
    return frame.assign(**{column: turned}), _at(column, "integer, was")


def _missing(frame: pd.DataFrame, column: str, chance: random.Random) -> Any:
    values = frame[column]
    chosen = [chance.random() < 0.2 for _ in range(len(values))]
    if (values[chosen].notna()).mean() < 0.5:
        return None
    return frame.assign(**{column: values.mask(chosen)}), _at(column, "missing in")


def _scaled(factor: float, said: str) -> Fault:
    def make(frame: pd.DataFrame, column: str, _chance: random.Random) -> Any:
        values = frame[column]
        if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
            return None
        if not values.fillna(0).any():
            return None
        return frame.assign(**{column: values * factor}), _at(column, said)

    return make


def _negative(frame: pd.DataFrame, column: str, chance: random.Random) -> Any:
    values = frame[column]
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return None
    if (values < 0).any() or not values.fillna(0).any():
        return None
    chosen = [chance.random() < 0.05 for _ in range(len(values))]
    if not values[chosen].fillna(0).any():
        return None
    return frame.assign(**{column: values.mask(chosen, -values)}), _at(
        column, "(negative|new value)"
    )


FAULTS: dict[str, Fault] = {
    "column added": _added,
    "column dropped": _dropped,
    "column renamed": _renamed,
    "column retyped": _retyped,
    "values missing": _missing,
    "times 10": _scaled(10.0, r"\b10 times"),
    "times 2.54": _scaled(2.54, r"\b2\.54 times"),
    "negative values": _negative,
}

if __name__ == "__main__":
    sys.exit(main())
