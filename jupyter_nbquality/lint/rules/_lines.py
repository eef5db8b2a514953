"""Lines of code as text, for quick looks that spare parsing."""

import re
from collections.abc import Iterator

_SHORT_STRING = re.compile(r"\"[^\"\\]*\"|'[^'\\]*'")


def open_brackets(line: str) -> int | None:
    """Counts the brackets that a line leaves open; ``None`` where that is not easy to tell."""
    if line.endswith("\\") or '"""' in line or "'''" in line:
        return None
    is_quoting = '"' in line or "'" in line
    if "(" not in line and "[" not in line and "{" not in line and not is_quoting:
        line = line.partition("#")[0]
        return -(line.count(")") + line.count("]") + line.count("}"))
    if is_quoting:
        line = _SHORT_STRING.sub("", line)
        if '"' in line or "'" in line:
            return None
    line = line.partition("#")[0]
    opened = line.count("(") + line.count("[") + line.count("{")
    return opened - line.count(")") - line.count("]") - line.count("}")


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
