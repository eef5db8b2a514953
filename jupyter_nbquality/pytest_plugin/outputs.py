"""What may differ between a saved output and a new one, where the person allows it.

nbval compares; here only the new outputs are made like the saved ones where they differ in nothing
that counts, so that its verdicts and its diffs stay its own.
"""

import io
import math
import re
import tokenize
from collections.abc import Callable, Sequence
from typing import Any

Output = dict[str, Any]

# Each matches and is replaced by nbval, as if it stood in a file for --nbval-sanitize-with. The
# whole match is replaced; `re.sub` goes from left to right.
NORMALISERS: dict[str, list[tuple[str, str]]] = {
    "addresses": [(r"\b0x[0-9a-fA-F]{6,16}\b", "0xADDRESS")],
    "times": [
        (
            r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?",
            "TIMESTAMP",
        ),
        (
            r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:\d{1,2} )?"
            r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*[ \d]*"
            r"\d{2}:\d{2}(?::\d{2})?(?: \w+)?(?: \d{4})?",
            "TIMESTAMP",
        ),
        (r"\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b", "CLOCK"),
        # `CPU times: user 3.1 ms, sys: 0 ns, total: 3.1 ms` and `12.3 ms ± 40 µs per loop`.
        (r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)? ?(?:ns|µs|us|μs|ms|s|sec|min|h)\b", "DURATION"),
        (r"\b\d+(?:\.\d+)? (?:seconds?|minutes?|hours?|milliseconds?)\b", "DURATION"),
        (r"\(mean ± std\. dev\. of \d+ runs?, [\d,]+ loops? each\)", "(LOOPS)"),
    ],
    "paths": [
        (r"(?<![\w./:])(?:/[\w.+~@-]+){2,}/?", "PATH"),
        (r"(?<!\w)[A-Za-z]:(?:\\{1,2}[\w.+~@ -]+)+", "PATH"),
    ],
    "uuids": [
        (
            r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b",
            "UUID",
        ),
        # As in the HTML of styled frames, and of scikit-learn's estimators.
        (r"\bT_[0-9a-f]{5}|\bsk-container-id-\d+", "UUID"),
    ],
    "progress": [
        # tqdm's, whatever was seen of it: `42%|████▏     | 42/100 [00:01<00:02, 25.3it/s]`.
        (
            r"[^\n]*?\d+%\|[^\n|]*\|[^\n\[]*\[[^\n\]]*\][ \t]*(?:\n\s*)*",
            "PROGRESS\n",
        ),
        (r"(?:PROGRESS\n)+", "PROGRESS\n"),
        # `37it [00:01, 25.3it/s]`, where the end is not known.
        (r"[^\n]*?\d+(?:it|B|kB|MB)? \[\d\d:\d\d, [^\n\]]*\][ \t]*(?:\n\s*)*", "PROGRESS\n"),
        (r"(?:PROGRESS\n)+", "PROGRESS\n"),
        # Keras': `32/100 ━━━━━━━━━━━━━━━━━━━━ 0s 2ms/step`.
        (r"\d+/\d+ [━\[=>.\]-]{4,}[^\n]*(?:s/step|s/epoch)", "PROGRESS"),
    ],
}
ALL = "all"

_FLOAT = re.compile(
    r"(?<![\w.])[-+]?(?:(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|inf|nan|NaN)(?![\w.])"
)
_BLANKS = re.compile(r"[ \t]+")
_NOT_COMPARED = frozenset(
    {"metadata", "traceback", "prompt_number", "output_type", "name", "execution_count"}
)
_EMPTY_TOKENS = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.ENDMARKER,
        tokenize.INDENT,
        tokenize.DEDENT,
    }
)


def chosen_normalisers(text: str) -> list[tuple[str, str]]:
    """Gives the patterns and replacements of ``--nbq-normalise``.

    Args:
        text: Names of normalisers between commas, or ``all``.

    Raises:
        ValueError: A name is unknown; the message is a sentence.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    if ALL in names:
        names = list(NORMALISERS)
    for name in names:
        if name not in NORMALISERS:
            known = ", ".join([*NORMALISERS, ALL])
            raise ValueError(f"--nbq-normalise does not know `{name}`; it knows {known}.")
    # Uuids and times first: their digits would be taken for something else.
    order = [name for name in ("progress", "uuids", "addresses", "times", "paths") if name in names]
    return [pair for name in order for pair in NORMALISERS[name]]


def close(saved: str, new: str, *, rtol: float, atol: float) -> bool:
    """Tells whether two texts differ in floats alone, and in these by no more than is allowed.

    Integers must be the same; so must all text, but for the number of blanks in a place, since the
    columns of a table are as wide as its longest number. ``nan`` is like ``nan``.

    Args:
        saved: The text in the notebook.
        new: What the cell shows now.
        rtol: The share of the saved float by which the new one may differ.
        atol: What it may differ by in any case.
    """
    olds, news = _FLOAT.findall(saved), _FLOAT.findall(new)
    if len(olds) != len(news) or not olds:
        return False
    if _skeleton(saved) != _skeleton(new):
        return False
    return all(_is_close(float(a), float(b), rtol, atol) for a, b in zip(olds, news, strict=True))


def with_floats_of(
    saved: Sequence[Output],
    new: Sequence[Output],
    same: Callable[[str, str], bool],
    sanitised: Callable[[str], str] = lambda text: text,
) -> list[Output]:
    """Gives the new outputs, with the saved text wherever both are the same to somebody.

    They are paired as nbval pairs them: by MIME type or stream, in order. Where there are more of
    one than of the other nothing is changed.

    Args:
        saved: The outputs in the notebook.
        new: Those that the cell has now; they stay as they are.
        same: Tells of a saved and a new text whether they may be taken for the same.
        sanitised: What the texts are made into before they are compared.
    """
    result = [_copy(output) for output in new]
    olds, news = _texts(saved), _texts(result)
    for kind, places in news.items():
        before = olds.get(kind, [])
        if len(before) != len(places):
            continue
        for (holder, key), (other, name) in zip(before, places, strict=True):
            old, now = sanitised(holder[key]), sanitised(other[name])
            if old != now and same(old, now):
                other[name] = holder[key]
    return result


def ends_in_semicolon(source: str) -> bool:
    """Tells whether IPython shows nothing of the value of a cell since it ends in ``;``.

    Comments behind it do not count, as in ``IPython.core.displayhook``.
    """
    if ";" not in source:
        return False
    last = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type not in _EMPTY_TOKENS and token.string:
                last = token
    except (tokenize.TokenError, SyntaxError):
        # A magic, perhaps; what counts is the last line.
        return source.rstrip().endswith(";")
    return last is not None and last.type == tokenize.OP and last.string == ";"


def without_result(outputs: Sequence[Output]) -> list[Output]:
    """Gives outputs without the value of the cell's last expression."""
    return [output for output in outputs if output.get("output_type") != "execute_result"]


def _skeleton(text: str) -> str:
    lines = _FLOAT.sub(" # ", text).splitlines()
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in lines)


def _is_close(saved: float, new: float, rtol: float, atol: float) -> bool:
    if math.isnan(saved) or math.isnan(new):
        return math.isnan(saved) and math.isnan(new)
    if math.isinf(saved) or math.isinf(new):
        return saved == new
    return abs(new - saved) <= max(atol, rtol * abs(saved))


def _copy(output: Output) -> Output:
    copied = output.copy()
    if isinstance(output.get("data"), dict):
        copied["data"] = output["data"].copy()
    return copied


def _texts(outputs: Sequence[Output]) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """Gives where the texts stand that nbval compares, by the key it compares them under."""
    found: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for output in outputs:
        if output.get("output_type") == "stream":
            if isinstance(output.get("text"), str):
                found.setdefault(str(output.get("name")), []).append((output, "text"))
            continue
        for key, value in output.items():
            if key in _NOT_COMPARED:
                continue
            if key == "data" and isinstance(value, dict):
                for kind, text in value.items():
                    if isinstance(text, str):
                        found.setdefault(kind, []).append((value, kind))
            elif isinstance(value, str):
                found.setdefault(key, []).append((output, key))
    return found
