"""Lines of code as text, for quick looks that spare parsing."""

import re
from collections.abc import Iterator

SHORT_STRING = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")
"""A string, in code that begins outside of one and has no backslash or triple quotes."""


def open_brackets(line: str) -> int | None:
    """Counts the brackets that a line leaves open; ``None`` where that is not easy to tell."""
    if line.endswith("\\"):
        return None
    if '"' in line or "'" in line:
        if '"""' in line or "'''" in line:
            return None
        line = SHORT_STRING.sub("", line)
        if '"' in line or "'" in line:
            return None
    if "#" in line:
        line = line.partition("#")[0]
    # A single character is found many times faster than counted.
    depth = line.count("(") - line.count(")") if "(" in line or ")" in line else 0
    if "[" in line or "]" in line:
        depth += line.count("[") - line.count("]")
    if "{" in line or "}" in line:
        depth += line.count("{") - line.count("}")
    return depth


def logical_lines(source: str) -> Iterator[tuple[str, bool]]:
    """Yields lines that may hold a statement, and whether all of it; open brackets join lines."""
    whole = ""
    depth = 0
    for line in source.split("\n"):
        more = open_brackets(line)
        if more is None:
            yield whole + line, False
            whole, depth = "", 0
            continue
        depth += more
        if depth > 0:
            whole += f"{line} "
        else:
            yield whole + line, True
            whole, depth = "", 0
    if whole:
        yield whole, False
