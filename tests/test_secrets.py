import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from jupyter_nbquality import secrets

# The front end finds the same in the same texts. They are kept in pieces, so that no scanner takes
# them for a leak.
CASES = json.loads(
    (Path(__file__).parents[1] / "src/testing-support/secretCases.json").read_text("utf-8")
)
SECRETS = [(case["kind"], "".join(case["parts"])) for case in CASES["secrets"]]
NO_SECRETS = ["".join(parts) for parts in CASES["none"]]
GITHUB_TOKEN = next(text for kind, text in SECRETS if kind == "github-token")


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_finds_what_is_secret(kind: str, text: str) -> None:
    for surrounded in (text, f"x = ({text}) # ö", f"\n\t{text}\n"):
        found = secrets.find(surrounded)
        assert [match.kind for match in found] == [kind]


@pytest.mark.parametrize("text", NO_SECRETS)
def test_leaves_placeholders_and_look_alikes_alone(text: str) -> None:
    assert secrets.find(text) == []
    assert secrets.mask(text) == text


def test_gives_the_place_of_the_value_alone() -> None:
    text = '\U0001d54f = "ö"; password = "hunter2"  # ö'
    (match,) = secrets.find(text)
    assert text[match.start : match.end] == "hunter2"
    assert match.label == "password"


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_masks_all_but_the_first_characters_of_a_key(kind: str, text: str) -> None:
    (match,) = secrets.find(text)
    masked = secrets.mask(text)
    keep = next(shape.keep for shape in secrets.SHAPES if shape.name == kind)
    assert len(masked) == len(text)
    assert masked[: match.start + keep] == text[: match.start + keep]
    assert masked[match.end :] == text[match.end :]
    assert set(masked[match.start + keep : match.end]) <= {"•", "\n"}
    assert text[match.start + keep : match.end] not in secrets.shown(text, match)


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_a_text_with_a_secret_is_likely_to_hold_one(kind: str, text: str) -> None:
    assert secrets.likely(["", f"nothing {text}", "token"]) == [1, 2]
    assert secrets.likely([text, "nothing"]) == [0]
    assert secrets.likely(["nothing", ""]) == []


def test_a_known_key_goes_before_the_name_it_is_given_to() -> None:
    (match,) = secrets.find(f'token = "{GITHUB_TOKEN}"')
    assert match.kind == "github-token"


def test_finds_several() -> None:
    text = 'password = "hunter2"\nother_password = "swordfish"\n'
    assert [text[m.start : m.end] for m in secrets.find(text)] == ["hunter2", "swordfish"]
    assert secrets.kinds(text) == {"password"}


def test_names_are_unique_and_patterns_keep_to_both_languages() -> None:
    names = [shape.name for shape in secrets.SHAPES]
    assert len(names) == len(set(names))
    for shape in secrets.SHAPES:
        assert re.compile(shape.pattern).groups == 2
        assert not re.search(r"\\[wWdDsSbB]|\(\?P|\(\?[aiLmsux]", shape.pattern), shape.name
        assert shape.needles == [needle.lower() for needle in shape.needles]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "eyJ" * 333_333,
        "eyJaaaaaaaaaaaa." * 62_500,
        "://" * 333_333,
        "://a:" * 200_000,
        "password=" * 111_111,
        "awssecret" * 111_111,
        'token="' * 142_857,
        "-----BEGIN PRIVATE KEY-----" * 37_000,
        "--a-" * 250_000,
        "ghp_" * 250_000,
        'password = "' + "%" * 1_000_000,
    ],
    ids=lambda text: text[:12],
)
def test_takes_time_in_proportion_to_the_length(text: str) -> None:
    def seconds(part: str) -> float:
        start = time.perf_counter()
        secrets.find(part)
        return time.perf_counter() - start

    tenth = min(seconds(text[: len(text) // 10]) for _ in range(3))
    # Ten times the text: quadratic time would be a hundred times as much.
    assert seconds(text) < max(40 * tenth, 1.0)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
def test_javascript_reads_the_patterns_alike() -> None:
    program = """
    const request = JSON.parse(require('fs').readFileSync(0, 'utf8'));
    const { shapes, example, placeholder, texts } = request;
    const isExample = new RegExp(example, 'i');
    const isPlaceholder = new RegExp(`^(?:${placeholder})$`, 'i');
    const all = text => shapes.flatMap(shape =>
      [...text.matchAll(new RegExp(shape.pattern, shape.ignore_case ? 'gi' : 'g'))]
        .filter(m => shape.certainty === 'certain' || !isExample.test(m[2]))
        .filter(m => shape.certainty !== 'assigned' || !isPlaceholder.test(m[2]))
        .map(m => [shape.name, m[2]]));
    process.stdout.write(JSON.stringify(texts.map(all)));
    """
    texts = [text for _, text in SECRETS] + NO_SECRETS
    shapes = [
        {
            "name": s.name,
            "pattern": s.pattern,
            "ignore_case": s.ignore_case,
            "certainty": s.certainty,
        }
        for s in secrets.SHAPES
    ]
    request = {
        "shapes": shapes,
        "example": secrets.EXAMPLE_PATTERN,
        "placeholder": secrets.PLACEHOLDER_PATTERN,
        "texts": texts,
    }
    reply = subprocess.run(
        ["node", "-e", program],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
    )
    # JavaScript here does not sort out overlaps: what Python found must be among what it found.
    for text, theirs in zip(texts, json.loads(reply.stdout), strict=True):
        ours = [[match.kind, text[match.start : match.end]] for match in secrets.find(text)]
        assert all(match in theirs for match in ours)
        assert bool(ours) == bool(theirs)
