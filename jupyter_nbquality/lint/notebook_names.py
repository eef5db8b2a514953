"""Names that a notebook may use without defining them, and imports that work by being imported."""

import re

IPYTHON_NAMES = re.compile(
    r"In|Out|_{1,3}|_\d+|_i{1,3}|_i\d+|_ih|_oh|_dh|_exit_code|exit|quit|display|get_ipython"
)
"""What IPython puts into the namespace: history, outputs, and a few functions."""

PLATFORM_NAMES = frozenset({"dbutils", "displayHTML", "sc", "spark", "sqlContext"})
"""What Databricks, Synapse and other Spark notebooks put there."""

SIDE_EFFECT_IMPORTS = frozenset(
    {
        "antigravity",
        "cf_xarray",
        "cufflinks",
        "hvplot.dask",
        "hvplot.pandas",
        "hvplot.polars",
        "hvplot.xarray",
        "ipympl",
        "janitor",
        "metpy.xarray",
        "mpl_toolkits.mplot3d.Axes3D",
        "pint_pandas",
        "pint_xarray",
        "pymc3_ext",
        "rioxarray",
        "scienceplots",
        "sklearn.experimental.enable_halving_search_cv",
        "sklearn.experimental.enable_hist_gradient_boosting",
        "sklearn.experimental.enable_iterative_imputer",
        "swifter",
        "tensorflow_text",
        "this",
        "xgcm",
    }
)
"""Modules that register something when they are imported; nobody need use their name."""

_DYNAMIC = re.compile(
    r"\bexec\s*\(|\b(?:globals|locals)\(\)\s*(?:\[|\.update\b)|\buser_ns\b"
    r"|\brun_(?:line|cell)_magic\s*\(|\bget_ipython\(\)\.magic\s*\("
)
_DYNAMIC_WORDS = ("exec", "globals", "locals", "user_ns", "_magic", ".magic")


def is_dynamic(source: str) -> bool:
    """Tells whether code may define names which cannot be known from its text."""
    return any(word in source for word in _DYNAMIC_WORDS) and _DYNAMIC.search(source) is not None


REMOTE_MAGICS = frozenset({"px"})
"""Cell magics whose names live elsewhere, where functions of other cells may run too."""

EXTENSION_MAGICS = frozenset({"load_ext", "reload_ext"})
"""Magics that could define names and hardly do; ``autoreload`` is in every other notebook."""

SHOWS_EVERY_EXPRESSION = "ast_node_interactivity"
"""The setting of IPython that makes a cell show more than its last expression."""
