"""Keys, tokens and passwords in a text: their shapes as data, finding them and masking them.

The shapes are data because the front end looks through the outputs with the same list, generated
into TypeScript. So every pattern keeps to what Python's `re` and JavaScript's ``RegExp`` read
alike: no named groups, no shorthand classes, no anchors, and lookbehinds of one character only;
the flag ``i`` where `Shape.ignore_case` says so. Every repetition is bounded, or cannot start again
inside its own match, so that a line of a million characters takes time in proportion to its length.

The shapes of keys are those that their issuers document.
"""

import functools
import re
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

Certainty = Literal["certain", "key", "assigned"]

BULLET = "•"


class Shape(msgspec.Struct, frozen=True):
    """How one kind of secret looks.

    Attributes:
        name: Its kind, as `notebook.OutputDigest.secrets` has it.
        label: What people call it, in the middle of a sentence.
        pattern: Group 1 is what stands before the secret (often nothing), group 2 is the secret;
            there is no other capturing group.
        needles: In lower case; a text that holds none of them, in any case, cannot match. They
            spare the slow search.
        variable: The environment variable that usually holds it; empty where the code's own name
            for it says more.
        ignore_case: Whether capitals do not matter.
        keep: How many of the secret's first characters may be shown: those that only say whose key
            it is.
        certainty: ``certain`` where no example could have this shape; ``key`` where the value
            itself gives it away, unless it fits `EXAMPLE_PATTERN`; ``assigned`` where only the name
            it is given to does, so that it must not fit `PLACEHOLDER_PATTERN` either.
    """

    name: str
    label: str
    pattern: str
    needles: list[str]
    variable: str = ""
    ignore_case: bool = False
    keep: int = 0
    certainty: Certainty = "key"


class SecretMatch(msgspec.Struct, frozen=True):
    """One secret in a text: its shape's name and label, and where it stands, in code points."""

    kind: str
    label: str
    start: int
    end: int


_NOT_IN_WORD = "(?<![A-Za-z0-9_-])()"
_WORD_ENDS = "(?![A-Za-z0-9_-])"


def _token(pattern: str) -> str:
    return f"{_NOT_IN_WORD}({pattern}){_WORD_ENDS}"


# From a name to the quote that opens its value: `name = "`, `name: str = '`, `"name": "`,
# `["name"] = "`, and the same escaped inside a string.
_GIVEN = (
    "\\\\?[\"']?\\]?[ \\t]{0,8}(?::[ \\t]{0,3}[A-Za-z]{1,10}[ \\t]{0,3})?[=:][ \\t]{0,8}"
    "[rbuRBU]?\\\\?[\"']"
)
_VALUE_ENDS = "(?=\\\\?[\"'])"
_HAS_DIGIT = "(?=[^0-9\"' \\t\\r\\n]{0,80}[0-9])"
_HAS_LETTER = "(?=[^A-Za-z\"' \\t\\r\\n]{0,80}[A-Za-z])"
# What a database on the own computer is set up with, in every tutorial, opens nothing.
_NOT_LOCAL_DEFAULT = (
    "(?!(?:admin|airflow|docker|elastic|guest|minio|minioadmin|mongo|mysql|neo4j|postgres"
    "|postgresql|rabbitmq|redis|root|sa)"
    "@(?:localhost|127[.]0[.]0[.]1|0[.]0[.]0[.]0|\\[::1\\]|host[.]docker[.]internal)"
    "(?![A-Za-z0-9.-]))"
)

SHAPES: list[Shape] = [
    Shape(
        "private-key",
        "private key",
        "(-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----)"
        "([A-Za-z0-9+/=\\\\ \\t\\r\\n\"']{40,16000})",
        ["private key"],
        "PRIVATE_KEY",
        certainty="certain",
    ),
    Shape(
        "aws-access-key-id",
        "AWS access key id",
        _token("(?:AKIA|ASIA)[A-Z2-7]{16}"),
        ["akia", "asia"],
        "AWS_ACCESS_KEY_ID",
        keep=4,
    ),
    Shape(
        "aws-secret-access-key",
        "AWS secret access key",
        "(aws[A-Za-z_]{0,20}secret[A-Za-z_]{0,20}[\"' \\t:=\\]]{1,12})"
        "([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        ["aws"],
        "AWS_SECRET_ACCESS_KEY",
        ignore_case=True,
    ),
    Shape(
        "github-token",
        "GitHub token",
        _token("gh[opusr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255}"),
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        "GITHUB_TOKEN",
        keep=4,
    ),
    Shape(
        "gitlab-token",
        "GitLab token",
        _token("gl(?:pat|dt|rt|ptt|ft|soat)-[A-Za-z0-9_-]{20,255}"),
        ["glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glsoat-"],
        "GITLAB_TOKEN",
        keep=4,
    ),
    Shape(
        "slack-token",
        "Slack token",
        _token("xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-[0-9]-[A-Za-z0-9-]{20,255}"),
        ["xox", "xapp-"],
        "SLACK_TOKEN",
        keep=4,
    ),
    Shape(
        "slack-webhook",
        "Slack webhook address",
        "(hooks\\.slack\\.com/services/)(T[A-Z0-9]{6,14}/B[A-Z0-9]{6,14}/[A-Za-z0-9]{16,40})",
        ["hooks.slack.com"],
        "SLACK_WEBHOOK",
    ),
    Shape(
        "anthropic-key",
        "Anthropic API key",
        _token("sk-ant-[A-Za-z0-9_-]{24,255}"),
        ["sk-ant-"],
        "ANTHROPIC_API_KEY",
        keep=4,
    ),
    Shape(
        "openai-key",
        "OpenAI API key",
        # A plain key has no dash, unlike scikit-learn's HTML class `sk-toggleable__label-arrow`.
        _token("sk-[A-Za-z0-9]{32,64}|sk-(?:proj|svcacct|admin|or-v1)-[A-Za-z0-9_-]{32,255}"),
        ["sk-"],
        "OPENAI_API_KEY",
        keep=4,
    ),
    Shape(
        "google-api-key",
        "Google API key",
        _token("AIza[A-Za-z0-9_-]{35}"),
        ["aiza"],
        "GOOGLE_API_KEY",
        keep=4,
    ),
    Shape(
        "google-oauth-secret",
        "Google OAuth client secret",
        _token("GOCSPX-[A-Za-z0-9_-]{28}"),
        ["gocspx-"],
        "GOOGLE_CLIENT_SECRET",
        keep=4,
    ),
    Shape(
        "stripe-key",
        "Stripe key",
        _token("(?:sk|rk)_live_[A-Za-z0-9]{16,255}"),
        ["sk_live_", "rk_live_"],
        "STRIPE_API_KEY",
        keep=4,
    ),
    Shape(
        "huggingface-token",
        "Hugging Face token",
        _token("hf_[A-Za-z0-9]{30,40}"),
        ["hf_"],
        "HF_TOKEN",
        keep=4,
    ),
    Shape("npm-token", "npm token", _token("npm_[A-Za-z0-9]{36}"), ["npm_"], "NPM_TOKEN", keep=4),
    Shape(
        "pypi-token",
        "PyPI token",
        _token("pypi-[A-Za-z0-9_-]{50,1000}"),
        ["pypi-"],
        "PYPI_TOKEN",
        keep=4,
    ),
    Shape(
        "databricks-token",
        "Databricks token",
        _token("dapi[a-f0-9]{32}(?:-[0-9])?"),
        ["dapi"],
        "DATABRICKS_TOKEN",
        keep=4,
    ),
    Shape(
        "sendgrid-key",
        "SendGrid key",
        _token("SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{36,50}"),
        ["sg."],
        "SENDGRID_API_KEY",
        keep=4,
    ),
    Shape(
        "telegram-token",
        "Telegram bot token",
        # Also right after `bot`, as in the address `…/bot123:AA…/`.
        "((?<![A-Za-z0-9_-])(?:bot)?)([0-9]{8,10}:AA[A-Za-z0-9_-]{33})(?![A-Za-z0-9_-])",
        [":aa"],
        "TELEGRAM_TOKEN",
        keep=4,
    ),
    Shape(
        "azure-storage-key",
        "Azure storage key",
        "(AccountKey=)([A-Za-z0-9+/]{60,100}={0,2})",
        ["accountkey="],
        "AZURE_STORAGE_KEY",
    ),
    Shape(
        "jwt",
        "signed token (JWT)",
        _token("eyJ[A-Za-z0-9_-]{10,4000}\\.eyJ[A-Za-z0-9_-]{10,4000}\\.[A-Za-z0-9_-]{16,4000}"),
        ["eyj"],
        "ACCESS_TOKEN",
        keep=4,
        certainty="certain",
    ),
    Shape(
        "url-password",
        "password in a web address",
        "(://[^ \\t\\r\\n/:@\"'`<>{}()\\[\\]$*]{0,100}:)"
        f"{_NOT_LOCAL_DEFAULT}([^ \\t\\r\\n/:@?#\"'`<>{{}}()\\[\\]]{{3,200}})(?=@[A-Za-z0-9\\[])",
        ["://"],
        certainty="assigned",
    ),
    Shape(
        "bearer-token",
        "bearer token",
        f"(Bearer[ ]|Basic[ ]){_HAS_DIGIT}([A-Za-z0-9._~+/-]{{20,2000}}={{0,2}})",
        ["bearer ", "basic "],
        "ACCESS_TOKEN",
        certainty="assigned",
    ),
    Shape(
        "shell-secret",
        "password or key",
        # What `%env`, `export` and the options of a shell command are given without quotes.
        "((?:%env|%set_env|export)[ \\t]{1,8}[A-Za-z0-9_]{0,40}"
        "(?:key|token|secret|password|passwd|pwd)(?:[ \\t]{0,8}=[ \\t]{0,8}|[ \\t]{1,8})[\"']?"
        f"|--(?:[a-z]{{1,16}}-){{0,2}}(?:password|token|api-key|secret)(?:=|[ ]){_HAS_DIGIT})"
        "([^ \\t\\r\\n\"'`$<>{}()|&;=\\[\\]-][^ \\t\\r\\n\"'`$<>{}()|&;]{5,200})",
        ["%env", "%set_env", "export", "--"],
        ignore_case=True,
        certainty="assigned",
    ),
    Shape(
        "password",
        "password",
        f"((?:password|passwd|passphrase|passcode|pwd){_GIVEN})"
        f"([^ \\t\\r\\n\"'\\\\]{{4,200}}){_VALUE_ENDS}",
        ["passw", "passphrase", "passcode", "pwd"],
        ignore_case=True,
        certainty="assigned",
    ),
    Shape(
        "assigned-token",
        "key or token",
        "((?:api[_-]?key|access[_-]?key|secret[_-]?key|auth[_-]?key|account[_-]?key|private[_-]?key"
        f"|subscription[_-]?key|secret|token){_GIVEN})"
        f"{_HAS_DIGIT}{_HAS_LETTER}([A-Za-z0-9_+/=.:~!@#%&*-]{{12,500}}){_VALUE_ENDS}",
        ["key", "secret", "token"],
        ignore_case=True,
        certainty="assigned",
    ),
]

# Looked for anywhere in a secret, capitals or not: such a value is an example, whatever its shape.
EXAMPLE_PATTERN = (
    "example|x{4}|your[_-]|0123456|12345678|abcdefgh|\\*\\*\\*|\\.\\.\\.|redacted|dummy"
    "|([A-Za-z0-9])\\1{7}"
)

# Where only the name gives a secret away, no value that is this from end to end, capitals or not.
PLACEHOLDER_PATTERN = (
    "([ -~])\\1*|[*•._x-]*"
    "|[<\\[{(%$].*|.*[{}<>…].*|.*\\$\\(.*|.*%[sd(].*"
    "|(?:/|\\./|\\.\\./|~|https?:|s3:|gs:|file:|env:|vault:|arn:|os\\.|sys\\.|none|null).*"
    "|(?:my|the|an?|some|new|old|insert|enter|add|put|type|paste|replace|change|your|fake|test"
    "|sample|demo)[_-]?(?:me|it|with|in|super|very|password|passwd|pass|pwd|secret|token|api|access"
    "|key|here|value).*"
    "|.*(?:placeholder|changeme|change[_-]me|[_-]here|yourkey|yourpass|yourtoken|todo|fixme).*"
    "|(?:password|passwd|pass|passphrase|passcode|pwd|secret|token|key|api_?key|access_?token"
    "|username|user|login|test|testing|string|str|text|true|false|default|empty|required|optional"
    "|hidden|undefined|value|foo|bar|foobar|prompt)[0-9]{0,3}[:?]?"
)

# In every text with a secret one of these is found, or what `_is_likely` looks for besides. Each
# begins with one plain character, for which `re` looks many times faster than for a choice; what
# stands before that is looked at behind it.
_KEY_STARTS = tuple(
    re.compile(start).search
    for start in (
        "A(?:[KS]IA|Iza)",
        "B(?:earer|asic) ",
        "J(?<=eyJ)",
        "SG[.]",
        "_(?:live_|(?<=hf_)|(?<=npm_)|(?<=gh[opusr]_)|(?<=github_)pat_)",
        "-(?<=[a-zX]-)(?:(?<=sk-)|(?<=pypi-)|(?<=xapp-)|(?<=GOCSPX-)"
        "|(?<=gl[a-z]{2}-)|(?<=gl[a-z]{3}-)|(?<=gl[a-z]{4}-))",
        ":AA",
        "dapi",
        "xox",
    )
)
# The same, in small letters, and in bytes: the letters of names are ASCII, and only those are
# quickly made small. `api_key` counts, but neither `keys()` nor `keyword`.
_KINDS_OF_KEY = ("api", "access", "auth", "account", "private", "subscription")
_NAME_STARTS = tuple(
    re.compile(start.encode()).search
    for start in (
        "p(?:assw|assphrase|asscode|wd)",
        "k(?:(?<=tok)en|(?<=hook)s[.]slack|(?<=[eihnst _-]k)ey(?:"
        + "|".join(f"(?<={kind}key)|(?<={kind}[ _-]key)" for kind in _KINDS_OF_KEY)
        + "))",
        "s(?:ecret)",
    )
)

_GATES = ("_", "-", "%", "=", "/", ":", " ", "gh", "gl", "pass", "sk-", "live_")
"""What many needles hold: that it is missing is found once for all of them."""
_REACH = {"private-key": 50, "telegram-token": 13, "assigned-token": 13}
"""How many characters before its needle a match begins at most, where it may."""
_COST_OF_TRY = 16
"""For how many characters a search goes on in the time that one try takes."""
_BY_NAME = {shape.name: shape for shape in SHAPES}


def shape_named(kind: str) -> Shape | None:
    """Gives the shape of a kind; ``None`` where a newer version knows it and we do not."""
    return _BY_NAME.get(kind)


def find(text: str) -> list[SecretMatch]:
    """Finds the secrets in a text, in order; none overlap.

    Where two shapes fit the same text the one that stands first in `SHAPES` has it.
    """
    taken: list[tuple[int, int]] = []
    matches: list[SecretMatch] = []
    if not _is_likely(text):
        return matches
    for shape, match in _candidates(text):
        start, end = match.span(2)
        if _overlaps(taken, start, end) or _is_example(shape, match[2]):
            continue
        insort(taken, (start, end))
        matches.append(SecretMatch(shape.name, shape.label, start, end))
    return sorted(matches, key=lambda found: found.start)


def likely(texts: Sequence[str]) -> list[int]:
    """Gives the places of the texts in which `find` may find something; most have nothing.

    Quicker than to ask `find`, and quicker for all at once: what stands in none of them is looked
    for once.
    """
    if not _is_likely("\n".join(texts)):
        return []
    return [place for place, text in enumerate(texts) if _is_likely(text)]


def _is_likely(text: str) -> bool:
    for search in _KEY_STARTS:
        if search(text) is not None:
            return True
    # A single character is found many times faster than several.
    if "@" in text and "://" in text and _url_password().search(text) is not None:
        return True
    lowered = text.encode("utf-8", "surrogatepass").lower()
    for search_bytes in _NAME_STARTS:
        if search_bytes(lowered) is not None:
            return True
    return b"key" in lowered and (
        b"%env" in lowered or b"%set_env" in lowered or b"export" in lowered
    )


def kinds(text: str) -> set[str]:
    """Gives the kinds of secrets in a text: what `notebook.OutputDigest.secrets` holds."""
    return {found.kind for found in find(text)}


def mask(text: str) -> str:
    """Hides every secret in a text behind bullets, character for character.

    The first characters of a key stay where they only say whose key it is; nothing stays of a
    password. White space inside a secret stays too, so lines and columns are those of the text.
    """
    matches = find(text)
    if not matches:
        return text
    parts: list[str] = []
    done = 0
    for found in matches:
        kept = found.start + _BY_NAME[found.kind].keep
        parts += (text[done:kept], _bullets(text[kept : found.end]))
        done = found.end
    parts.append(text[done:])
    return "".join(parts)


def shown(text: str, found: SecretMatch) -> str:
    """Gives one secret as a sentence may show it: masked, and of a length that says nothing."""
    return text[found.start : found.start + _BY_NAME[found.kind].keep] + BULLET * 8


def _bullets(secret: str) -> str:
    return re.sub(r"[^ \t\r\n]", BULLET, secret)


@functools.cache
def _compiled(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    # When it is wanted first: to compile all of them takes a start of the program longer.
    return re.compile(pattern, re.ASCII | (re.IGNORECASE if ignore_case else 0))


def _url_password() -> re.Pattern[str]:
    return _compiled(_BY_NAME["url-password"].pattern, ignore_case=False)


def _candidates(text: str) -> Iterator[tuple[Shape, re.Match[str]]]:
    lowered = text.lower()
    for place in sorted({place for _, place in _needles_in(lowered)}):
        shape = SHAPES[place]
        pattern = _compiled(shape.pattern, ignore_case=shape.ignore_case)
        for match in _matches(shape, pattern, text, lowered):
            yield shape, match


def _needles_in(lowered: str) -> list[tuple[str, int]]:
    """Lists the needles in a text in small letters, each with the place of its shape."""
    present = tuple([gate for gate in _GATES if gate in lowered])
    return [each for each in _needles_with(present) if each[0] in lowered]


@functools.lru_cache(maxsize=1024)
def _needles_with(present: tuple[str, ...]) -> list[tuple[str, int]]:
    """Lists the needles of a text with no other gates, each with the place of its shape."""
    missing = [gate for gate in _GATES if gate not in present]
    return [
        (needle, place)
        for place, shape in enumerate(SHAPES)
        for needle in shape.needles
        if not any(gate in needle for gate in missing)
    ]


def _matches(
    shape: Shape, pattern: re.Pattern[str], text: str, lowered: str
) -> Iterator[re.Match[str]]:
    """Does what ``pattern.finditer(text)`` does, but tries only where a needle stands."""
    reach = _REACH.get(shape.name, 0)
    tries = (reach + 1) * sum(map(lowered.count, shape.needles))
    if tries * _COST_OF_TRY > len(text) or len(lowered) != len(text):
        yield from pattern.finditer(text)
        return
    start = 0
    for place in sorted(_places(lowered, shape.needles)):
        start = max(start, place - reach)
        while start <= place:
            match = pattern.match(text, start)
            start += 1
            if match is not None:
                yield match
                start = match.end()


def _places(text: str, needles: Sequence[str]) -> Iterator[int]:
    for needle in needles:
        place = text.find(needle)
        while place >= 0:
            yield place
            place = text.find(needle, place + 1)


def _overlaps(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(taken, (start, end))
    before = taken[place - 1] if place else (0, 0)
    after = taken[place] if place < len(taken) else (end, end)
    return before[1] > start or after[0] < end


def _is_example(shape: Shape, secret: str) -> bool:
    if shape.certainty == "certain":
        return False
    if _compiled(EXAMPLE_PATTERN, ignore_case=True).search(secret):
        return True
    return (
        shape.certainty == "assigned"
        and _compiled(f"(?:{PLACEHOLDER_PATTERN})", ignore_case=True).fullmatch(secret) is not None
    )
