"""Says in Python what magics and shell lines do, where a script can do it."""

import ast
import builtins
import re
import string
from collections.abc import Iterator
from typing import NamedTuple

from jupyter_nbquality.ipython import Magic, parse
from jupyter_nbquality.ipython.catalogue import PYTHON_CELL_MAGICS, PYTHON_LINE_MAGICS
from jupyter_nbquality.ipython.names import names_of

_SHELL_ALIASES = frozenset({"cat", "cp", "ls", "mkdir", "mv", "rm", "rmdir"})
_SHELL_MAGICS = frozenset({"sx", "system", "!"})
_INTERPRETERS = frozenset({"bash", "dash", "ksh", "perl", "python3", "ruby", "sh", "zsh"})
_MEASURES = frozenset({"debug", "timeit"})
_WITHOUT_TRACE = frozenset({"matplotlib"})
_NEEDED = frozenset({"popd", "pushd", "reset", "reset_selective", "sql", "xdel"})
_SHOWS = frozenset({"HTML", "SVG", "html", "javascript", "js", "latex", "markdown", "svg"})
_EXTENSIONS = frozenset({"load_ext", "reload_ext"})
_DOLLAR = re.compile(r"(.*?)\$(\$?[\w.]+)(?=([^']*'[^']*')*[^']*$)", re.DOTALL)
_ASSIGNMENT = re.compile(r"\s*(.*?)=\s*(?:\\\r?\n\s*)*[%!]", re.DOTALL)


class Translated(NamedTuple):
    """A magic in Python.

    Attributes:
        code: Lines without indentation; empty where nothing stands for the magic.
        modules: The modules it needs, by their own names.
    """

    code: str
    modules: tuple[str, ...] = ()


class Untranslatable(Exception):  # noqa: N818 - it is a fact about the magic, not a failure
    """Something that the rest of a script needs can only be done by IPython."""


def translate(magic: Magic, names: frozenset[str]) -> Translated:
    """Says a magic in Python.

    Args:
        magic: The magic.
        names: The names that the notebook binds, which ``{x}`` and ``$x`` in it may be.

    Returns:
        What does the same in a script; a comment for what a script can do without.

    Raises:
        Untranslatable: Only IPython can do it, and what follows may need it.
    """
    if magic.kind == "help":
        return _left_out(magic)
    if magic.kind == "auto-call":
        return Translated(_auto_call(magic))
    if magic.kind == "shell":
        return _run(_expanded(magic.body, names))
    if magic.kind == "shell-capture":
        return _capture(magic, names)
    if magic.kind == "magic-assignment":
        return _assignment(magic)
    if magic.kind == "cell-magic":
        return _cell_magic(magic, names)
    return _line_magic(magic, names)


def _line_magic(magic: Magic, names: frozenset[str]) -> Translated:
    name, arguments = magic.name, magic.args.strip()
    if name in _WITHOUT_TRACE:
        return Translated("")
    if name in PYTHON_LINE_MAGICS and name not in _MEASURES:
        return Translated(magic.body.strip())
    if name == "pwd":
        return Translated("os.getcwd()", ("os",))
    if name == "cd" and not arguments.startswith("-"):
        path = _expanded(_unquoted(arguments) or "~", names)
        return Translated(f"os.chdir(os.path.expanduser({path}))", ("os",))
    if name in {"env", "set_env"}:
        key, mark, value = arguments.partition("=" if "=" in arguments else " ")
        if mark:
            key, value = _expanded(key.strip(), names), _expanded(value.strip(), names)
            return Translated(f"os.environ[{key}] = {value}", ("os",))
    if name in _SHELL_ALIASES:
        return _run(_expanded(f"{name} {arguments}", names))
    if name in _SHELL_MAGICS:
        return _run(_expanded(arguments, names))
    if name not in _EXTENSIONS and (
        magic.assigns or magic.unknown or name in _NEEDED or name in {"cd", "store"}
    ):
        raise Untranslatable(f"only IPython can do `{_first_line(magic)}`")
    return _left_out(magic)


def _cell_magic(magic: Magic, names: frozenset[str]) -> Translated:
    name, arguments = magic.name, magic.args.strip()
    words = arguments.split()
    if magic.assigns:
        raise Untranslatable(f"only IPython can do `{_first_line(magic)}`")
    if name in PYTHON_CELL_MAGICS:
        return Translated(f"# Left out: {_first_line(magic)}")
    if name in {"writefile", "file"}:
        path = _unquoted(" ".join(word for word in words if word not in {"-a", "--append"}))
        mode = "a" if len(words) > 1 and words[0] in {"-a", "--append"} else "w"
        text = magic.body if magic.body.endswith("\n") else f"{magic.body}\n"
        target = f"os.path.expanduser({_expanded(path, names)})"
        return Translated(
            f'with open({target}, "{mode}", encoding="utf-8") as _file:\n'
            f"    _file.write({_long(text)})",
            ("os",),
        )
    if name in _SHELL_MAGICS:
        return _run(_long(magic.body))
    if name == "script" and words and not words[0].startswith("-"):
        return _interpreted(words, magic.body)
    if name in _INTERPRETERS and not words:
        return _interpreted([name], magic.body)
    if name in _SHOWS:
        return _left_out(magic, f"{_first_line(magic)}\n{magic.body.rstrip()}")
    raise Untranslatable(f"only IPython can do `{_first_line(magic)}`")


def _run(command: str) -> Translated:
    return Translated(f"subprocess.run({command}, shell=True, check=False)", ("subprocess",))


def _interpreted(words: list[str], text: str) -> Translated:
    return Translated(
        f"subprocess.run({words!r}, input={_long(text)}, text=True, check=True)", ("subprocess",)
    )


def _capture(magic: Magic, names: frozenset[str]) -> Translated:
    command = _expanded(magic.body.removeprefix("!"), names)
    output = (
        f"subprocess.run({command}, shell=True, check=False, text=True, "
        "stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.splitlines()"
    )
    is_alone = magic.text.lstrip().startswith("!!")
    return Translated(output if is_alone else _left_side(magic) + output, ("subprocess",))


def _assignment(magic: Magic) -> Translated:
    left = _left_side(magic)
    if magic.name == "pwd":
        return Translated(f"{left}os.getcwd()", ("os",))
    if magic.name in PYTHON_LINE_MAGICS and magic.name not in _MEASURES and is_value(magic.body):
        return Translated(left + magic.body.strip())
    raise Untranslatable(f"only IPython can do `{_first_line(magic)}`")


def _left_side(magic: Magic) -> str:
    """Gives what stands left of the magic, the ``=`` included."""
    match = _ASSIGNMENT.match(magic.text)
    if match is None:
        raise Untranslatable(f"only IPython can do `{_first_line(magic)}`")
    return f"{match[1].rstrip()} = "


def _auto_call(magic: Magic) -> str:
    """Says ``/f a b``, ``,f a b`` and ``;f a b`` in Python, as IPython does."""
    text = magic.text.strip()
    name, _, rest = text[1:].partition(" ")
    words = rest.split()
    if text.startswith("/"):
        return f"{name}({', '.join(words)})"
    if text.startswith(","):
        return f"{name}({', '.join(map(_quoted, words))})"
    return f"{name}({_quoted(rest.strip())})"


def _left_out(magic: Magic, text: str = "") -> Translated:
    lines = (text or magic.text.strip()).splitlines() or [""]
    first, *rest = lines
    return Translated("\n".join([f"# Left out: {first}", *(f"#     {line}" for line in rest)]))


def _first_line(magic: Magic) -> str:
    return magic.text.strip().split("\n")[0].rstrip("\r")


def _expanded(text: str, names: frozenset[str]) -> str:
    """Writes a text as an expression in which ``{x}`` and ``$x`` have their values.

    As IPython does it: where one of them cannot be looked up, the text is left as it is.
    """
    try:
        parts = list(_fields(text))
    except ValueError:
        return _quoted(text)
    template, arguments = "", []
    for literal, field, how in parts:
        template += literal.replace("{", "{{").replace("}", "}}")
        if field is not None:
            if not _can_be_looked_up(field, names):
                return _quoted(text)
            template += "{" + how + "}"
            arguments.append(field.strip())
    if not arguments:
        return _quoted("".join(literal for literal, _field, _how in parts))
    return f"{_quoted(template)}.format({', '.join(arguments)})"


def _fields(text: str) -> Iterator[tuple[str, str | None, str]]:
    """Yields stretches of text, each with the expression behind it and how that is formatted."""
    for literal, field, form, conversion in string.Formatter().parse(text):
        begin = 0
        before = ""
        for match in _DOLLAR.finditer(literal):
            if match[2].startswith("$"):
                before += match[1] + match[2]
            else:
                yield before + match[1], match[2], ""
                before = ""
            begin = match.end()
        how = (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        yield before + literal[begin:], field, how


def _can_be_looked_up(expression: str, names: frozenset[str]) -> bool:
    if not is_value(expression):
        return False
    reads, _bound = names_of(parse(expression.strip()))
    return all(node.id in names or hasattr(builtins, node.id) for node in reads)


def is_value(code: str) -> bool:
    """Tells whether code is a single expression."""
    try:
        tree = parse(code.strip())
    except SyntaxError:
        return False
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _quoted(text: str) -> str:
    """Writes a string on one line, in double quotes where that needs no escapes."""
    return f'"{text}"' if text.isprintable() and not set(text) & {'"', "\\"} else repr(text)


def _long(text: str) -> str:
    """Writes a string of several lines as such, where its characters allow."""
    plain = all(char.isprintable() or char in "\n\t" for char in text)
    if plain and "\n" in text and "\\" not in text:
        for quotes in ('"""', "'''"):
            if quotes not in text and not text.endswith(quotes[0]):
                return f"{quotes}\\\n{text}{quotes}"
    return _quoted(text)
