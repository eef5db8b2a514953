"""What pytest loads: cell tests beside nbval's comparisons, or alone.

This module is imported by every pytest in the environment, so it imports hardly anything; the rest
is registered when notebooks are asked for.
"""

import pytest

GROUP = "nbquality"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options; none does anything unless it is given."""
    group = parser.getgroup(GROUP, "Tests and tolerances of notebook cells")
    group.addoption(
        "--nbquality",
        action="store_true",
        help="Run the tests of notebook cells alone, each after the cells that it needs, without "
        "nbval. With --nbval or --nbval-lax they run anyway, beside its comparisons.",
    )
    group.addoption(
        "--nbq-rtol",
        type=_tolerance,
        metavar="R",
        help="nbval: let floats in outputs differ by this share of the saved one.",
    )
    group.addoption(
        "--nbq-atol",
        type=_tolerance,
        metavar="A",
        help="nbval: let floats in outputs differ by this much.",
    )
    group.addoption(
        "--nbq-normalise",
        metavar="WHAT,…",
        help="nbval: what may differ in outputs: addresses, times, paths, uuids, progress; or all.",
    )
    group.addoption(
        "--nbq-flaky",
        type=_repetitions,
        metavar="N",
        help="Run each notebook N times, and fail where cells do not show the same each time.",
    )
    group.addoption(
        "--nbq-mend",
        action="store_true",
        help="nbval: hide what a trailing semicolon hides, and notice at once when a kernel dies.",
    )
    group.addoption(
        "--nbq-coverage",
        action="store_true",
        help="Tell which lines of the cells their tests ran.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Loads the rest where notebooks are asked for."""
    option = config.option
    compares = getattr(option, "nbval", False) or getattr(option, "nbval_lax", False)
    if not compares and not option.nbquality:
        return
    from jupyter_nbquality.pytest_plugin.collecting import Collecting

    config.pluginmanager.register(Collecting(config, compares=bool(compares)), "nbquality-cells")


def _tolerance(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise ValueError(text)
    return value


def _repetitions(text: str) -> int:
    value = int(text)
    if not 2 <= value <= 100:
        raise ValueError(text)
    return value
