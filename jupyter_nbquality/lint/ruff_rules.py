"""The rules of ruff that speak where a project selects none itself, and what we say of them.

Chosen for notebooks: what is a mistake in a notebook as in a module, and rarely anything else.
Style, layout, naming and docstrings are left out, and so is what notebooks do on purpose (imports
below the top, ``%`` lines, a bare expression at the end of a cell, ``== True`` on a column). The
page `rules-of-ruff` says the same in prose.
"""

from jupyter_nbquality.findings import Severity

SELECTED: tuple[tuple[str, str], ...] = (
    ("F401", "an import that nothing uses"),
    ("F402", "a loop variable hides an import"),
    ("F403", "`import *` hides which names there are"),
    ("F404", "`from __future__` too late to count"),
    ("F406", "`import *` where Python forbids it"),
    ("F407", "a `__future__` feature that does not exist"),
    ("F50", "a `%` format that fails or drops a value"),
    ("F52", "a `.format()` call that fails or drops a value"),
    ("F601", "the same key twice in a dictionary, the first value is lost"),
    ("F602", "the same key twice in a dictionary, the first value is lost"),
    ("F62", "an unpacking that cannot work"),
    ("F631", "an assertion on a tuple never fails"),
    ("F632", "`is` compares identity, not the number or text"),
    ("F633", "`print >>` of Python 2"),
    ("F634", "an `if` on a tuple is always true"),
    ("F70", "`break`, `return`, `yield` where they have no meaning"),
    ("F811", "a definition that is replaced before anyone used it"),
    ("F821", "a name that nothing defines"),
    ("F822", "`__all__` names what does not exist"),
    ("F823", "a local variable read before it is set"),
    ("F841", "a local variable that nothing reads"),
    ("F842", "a local variable that is annotated and nothing more"),
    ("F901", "`NotImplemented` is no exception"),
    ("E711", "`== None` is not the test that was meant"),
    ("E722", "a bare `except` also swallows the interrupt button"),
    ("W605", "an invalid escape, an error in a future Python"),
    ("B002", "`++x` does not count up"),
    ("B003", "assigning to `os.environ` does not change the environment"),
    ("B004", "an unreliable test for a callable"),
    ("B006", "a default value that is shared between calls"),
    ("B012", "`return` in `finally` swallows exceptions"),
    ("B014", "an exception caught twice"),
    ("B015", "a comparison whose result goes nowhere"),
    ("B016", "raising a literal"),
    ("B018", "an expression whose result goes nowhere; the last of a cell is shown and exempt"),
    ("B020", "a loop overwrites what it goes over"),
    ("B021", "an f-string is no docstring"),
    ("B022", "`suppress()` of nothing"),
    ("B023", "a function in a loop sees the last value only"),
    ("B025", "an exception handled twice"),
    ("B029", "`except ():` catches nothing"),
    ("B030", "`except` of something that is no exception"),
    ("B031", "a group of `groupby` is empty the second time"),
    ("B032", "`x: 1` where `x = 1` was meant"),
    ("B033", "the same value twice in a set"),
    ("B035", "every round of a dictionary comprehension writes the same key"),
    ("PIE794", "a class attribute defined twice"),
    ("PLE", "what pylint counts as errors"),
    ("PLR0124", "a comparison of a thing with itself"),
    ("PLR1708", "`raise StopIteration` in a generator"),
    ("PLW0127", "assigning a variable to itself"),
    ("PLW0128", "the same name twice in one unpacking"),
    ("PLW0129", "an assertion on a text never fails, or always"),
    ("PLW0131", "`:=` without a use"),
    ("PLW0133", "an exception that is made and not raised"),
    ("PLW0177", "`== nan` is never true"),
    ("PLW0245", "`super` without its parentheses"),
    ("PLW0711", "`except A or B` catches one of them"),
    ("PLW1501", "a mode that `open` refuses"),
    ("PLW2101", "a lock that nobody shares"),
    ("NPY001", "a type alias that numpy took away"),
    ("NPY003", "a function that numpy took away"),
    ("NPY201", "a name that numpy 2 took away"),
    ("RUF016", "an index of a type that cannot index"),
    ("RUF024", "one list shared by all keys of `dict.fromkeys`"),
    ("RUF030", "`print()` as the message of an assertion"),
    ("RUF034", "both branches of a conditional are alike"),
    ("RUF040", "an assertion's message that is no text"),
    ("RUF060", "membership in an empty collection"),
    ("SIM107", "`return` in `try` and `finally`"),
    ("SIM220", "`a and not a` is always false"),
    ("SIM221", "`a or not a` is always true"),
    ("SIM222", "`or True` is always true"),
    ("SIM223", "`and False` is always false"),
)
"""Codes, or beginnings of codes, with what they find."""

SELECT = tuple(code for code, _ in SELECTED)

EXTERNAL = ("DS", "ML", "NB")
"""Our own families: ruff must not take their ``# noqa`` for a mistake and delete it."""

NOT_YET = frozenset({"F401", "F811", "F841", "F842"})
"""May only mean that the person has not finished writing."""

SEVERITIES = {"F403": Severity.INFO, "F821": Severity.ERROR}
"""Severities of ruff's rules other than ``warning``."""

FIX_TITLES = {
    "F401": "Remove",
    "F811": "Remove",
    "F841": "Remove",
    "F632": "Use ==",
    "E711": "Use is None",
    "W605": "Use raw string",
    "B006": "Use None",
}
"""Names of fixes in fewer words than ruff's own; titles in the panel have little room."""
