"""What magics do with code and with names, as data: extend it here."""

PYTHON_LINE_MAGICS: dict[str, str] = {
    "debug": "b",
    "lprun": "fmDTsuz",
    "memit": "rtc",
    "mprun": "fT",
    "prun": "lsTD",
    "pyinstrument": "",
    "scalene": "",
    "snakeviz": "fh",
    "time": "",
    "timeit": "nrpv",
}
"""Line magics that run Python in the notebook's namespace, with their options that take a value."""
PYTHON_CELL_MAGICS: frozenset[str] = frozenset(
    {
        "capture",
        "cudf.pandas.line_profile",
        "cudf.pandas.profile",
        "debug",
        "heat",
        "ipytest",
        "lprun",
        "manim",
        "memit",
        "mprun",
        "notify",
        "prun",
        "pyinstrument",
        "run_pytest",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
        "wandb",
    }
)
"""Cell magics whose cell is Python in the notebook's namespace; it may hold magics in turn."""
SCOPED_MAGICS: frozenset[str] = frozenset({"timeit"})
"""Python magics that run their code in a function: nothing it binds reaches the notebook."""
CELL_LANGUAGES: dict[str, str] = {
    "!": "bash",
    "R": "R",
    "SVG": "svg",
    "HTML": "html",
    "bash": "bash",
    "bigquery": "sql",
    "cmd": "bat",
    "code_wrap": "python-script",
    "cython": "cython",
    "dot": "dot",
    "file": "writefile",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "julia": "julia",
    "latex": "latex",
    "markdown": "markdown",
    "mermaid": "mermaid",
    "octave": "octave",
    "perl": "perl",
    "powershell": "powershell",
    "px": "python-script",
    "pypy": "python-script",
    "python": "python-script",
    "python2": "python-script",
    "python3": "python-script",
    "ruby": "ruby",
    "script": "script",
    "sh": "bash",
    "shell": "bash",
    "spark": "python-script",
    "sql": "sql",
    "svg": "svg",
    "sx": "bash",
    "system": "bash",
    "writefile": "writefile",
}
"""Cell magics that hand the cell to another language, or to Python elsewhere."""
UNKNOWN_NAMES: frozenset[str] = frozenset(
    {
        "cython",
        "ed",
        "edit",
        "load",
        "load_ext",
        "loadpy",
        "pylab",
        "recall",
        "reload_ext",
        "rep",
        "rerun",
        "run",
    }
)
"""Magics that may define names nobody can know from the cell."""
OBJECT_MAGICS: frozenset[str] = frozenset(
    {
        "inspect",
        "page",
        "pdef",
        "pdoc",
        "pfile",
        "pinfo",
        "pinfo2",
        "pprint",
        "psource",
        "push",
        "Rpush",
        "xdel",
    }
)
"""Line magics whose arguments are names of the notebook."""
BINDING_MAGICS: frozenset[str] = frozenset({"aimport", "Rpull", "pull"})
"""Line magics whose arguments become names of the notebook."""
FIRST_ARGUMENT_BINDS: frozenset[str] = frozenset({"bigquery", "capture", "macro"})
"""Magics whose first argument that is no option is a name they bind."""
_SCRIPT_OUTPUTS = frozenset({"--out", "--err", "--proc"})
BINDING_OPTIONS: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("bash", "perl", "pypy", "python", "python2", "python3", "ruby", "script", "sh"),
        _SCRIPT_OUTPUTS,
    ),
    "R": frozenset({"-o", "--output"}),
    "octave": frozenset({"-o", "--output"}),
}
"""Options of magics whose value is a name (or several, with commas) that the magic binds."""
READING_OPTIONS: dict[str, frozenset[str]] = {
    "R": frozenset({"-i", "--input"}),
    "lprun": frozenset({"-f"}),
    "mprun": frozenset({"-f"}),
    "octave": frozenset({"-i", "--input"}),
}
"""Options of magics whose value is an expression over the notebook's names."""
QUERY_MAGICS: frozenset[str] = frozenset({"bigquery", "sql"})
"""Magics whose text may hold ``:name``, ``{{name}}`` and ``result << query``."""
AUTOMAGIC_NAMES: frozenset[str] = frozenset(
    {
        "alias",
        "alias_magic",
        "autoawait",
        "autocall",
        "automagic",
        "autoreload",
        "bookmark",
        "cat",
        "cd",
        "clear",
        "code_wrap",
        "colors",
        "conda",
        "config",
        "connect_info",
        "cp",
        "debug",
        "dhist",
        "dirs",
        "doctest_mode",
        "ed",
        "edit",
        "env",
        "gui",
        "hist",
        "history",
        "killbgscripts",
        "ldir",
        "less",
        "lf",
        "lk",
        "ll",
        "load",
        "load_ext",
        "loadpy",
        "logoff",
        "logon",
        "logstart",
        "logstate",
        "logstop",
        "ls",
        "lsmagic",
        "lx",
        "macro",
        "magic",
        "mamba",
        "man",
        "matplotlib",
        "micromamba",
        "mkdir",
        "more",
        "mv",
        "notebook",
        "page",
        "pastebin",
        "pdb",
        "pdef",
        "pdoc",
        "pfile",
        "pinfo",
        "pinfo2",
        "pip",
        "popd",
        "pprint",
        "precision",
        "prun",
        "psearch",
        "psource",
        "pushd",
        "pwd",
        "pycat",
        "pylab",
        "qtconsole",
        "quickref",
        "recall",
        "rehashx",
        "reload_ext",
        "rep",
        "rerun",
        "reset",
        "reset_selective",
        "rm",
        "rmdir",
        "run",
        "save",
        "sc",
        "set_env",
        "store",
        "sx",
        "system",
        "tb",
        "time",
        "timeit",
        "unalias",
        "unload_ext",
        "uv",
        "who",
        "who_ls",
        "whos",
        "xdel",
        "xmode",
    }
)
"""Names IPython takes for magics without ``%`` where the line is not Python."""
LONE_AUTOMAGIC_NAMES: frozenset[str] = frozenset(
    {
        "cd",
        "clear",
        "dhist",
        "ldir",
        "lf",
        "lk",
        "ll",
        "ls",
        "lsmagic",
        "lx",
        "popd",
        "pwd",
        "quickref",
        "rehashx",
        "who",
        "who_ls",
        "whos",
    }
)
"""Those taken for magics even alone or before an option, though ``ls`` and ``ls -l`` are Python.

IPython would take every name that the kernel does not know as a variable; a cell that shows a
variable called ``history`` or ``time`` is likelier than one that calls that magic.
"""
KNOWN_MAGICS = (
    AUTOMAGIC_NAMES
    | UNKNOWN_NAMES
    | BINDING_MAGICS
    | FIRST_ARGUMENT_BINDS
    | QUERY_MAGICS
    | PYTHON_CELL_MAGICS
    | set(CELL_LANGUAGES)
)
