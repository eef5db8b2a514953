import json
import re
import shutil
import subprocess
import time

import pytest

from jupyter_nbquality import secrets

# Put together here, so that no scanner takes this file for a leak.
BODY = "Zq3vT8sLm2Wd9Kx7Rb4Nf6Hj1Pc5Gy0Ua"
LONG = BODY + BODY[::-1] + BODY


def text_of(*parts: str) -> str:
    return "".join(parts)


KEYS = [
    ("aws-access-key-id", text_of("AKIA", "QZ3VTLM2WD7KXR4B")),
    ("aws-secret-access-key", text_of("aws_secret_access_key = '", LONG[:40], "'")),
    ("github-token", text_of("ghp", "_", LONG[:36])),
    ("github-token", text_of("gho", "_", LONG[:36])),
    ("github-token", text_of("github", "_pat_", LONG[:60])),
    ("gitlab-token", text_of("glpat", "-", LONG[:20])),
    ("slack-token", text_of("xoxb", "-", "2345678901-", LONG[:24])),
    (
        "slack-webhook",
        text_of("https://hooks.slack.com/services/", "T0ABCDE12/B0ABCDE34/", LONG[:24]),
    ),
    ("anthropic-key", text_of("sk-", "ant-", "api03-", LONG[:60])),
    ("openai-key", text_of("sk-", LONG[:48])),
    ("openai-key", text_of("sk-", "proj-", LONG[:60])),
    ("google-api-key", text_of("AI", "za", LONG[:35])),
    ("google-oauth-secret", text_of("GOC", "SPX-", LONG[:28])),
    ("stripe-key", text_of("sk", "_live_", LONG[:24])),
    ("huggingface-token", text_of("hf", "_", LONG[:34])),
    ("npm-token", text_of("npm", "_", LONG[:36])),
    ("pypi-token", text_of("pypi", "-", LONG[:80])),
    ("databricks-token", text_of("dapi", "0a1b2c3d4e5f67890f1e2d3c4b5a6978")),
    ("sendgrid-key", text_of("SG", ".", LONG[:22], ".", LONG[:43])),
    ("telegram-token", text_of("4839201745", ":AA", LONG[:33])),
    ("telegram-token", text_of("https://api.telegram.org/bot4839201745", ":AA", LONG[:33], "/x")),
    ("azure-storage-key", text_of("AccountName=a;AccountKey=", LONG[:86], "==;EndpointSuffix=b")),
    ("jwt", text_of("ey", "JhbGciOiJIUzI1NiJ9", ".ey", "JzdWIiOiJhbm5hIn0", ".", LONG[:43])),
    (
        "private-key",
        text_of("-----BEGIN RSA ", "PRIVATE KEY-----\n", LONG, "\n", LONG, "\n-----END RSA"),
    ),
]

ASSIGNED = [
    ("password", 'password = "hunter2"'),
    ("password", "db_password: str = 'S3cure!pw'"),
    ("password", 'connect(user="anna", passwd="swordfish")'),
    ("password", '{"password": "swordfish"}'),
    ("password", 'config["PASSWORD"] = "swordfish"'),
    ("password", '"{\\"password\\": \\"swordfish\\"}"'),
    ("assigned-token", "api_key = 'a8f5f167f44f4964e6c998dee827110c'"),
    ("assigned-token", "API_TOKEN='a8f5f167-f44f-4964'"),
    ("assigned-token", 'client_secret="Zq3vT8sLm2Wd9Kx7"'),
    ("url-password", 'create_engine("postgresql://anna:swordfish@db.local/x")'),
    ("bearer-token", 'headers = {"Authorization": "Bearer Zq3vT8sLm2Wd9Kx7Rb4N"}'),
    ("shell-secret", "%env OPENAI_KEY=Zq3vT8sLm2Wd9"),
    ("shell-secret", "!export DB_PASSWORD=swordfish && run"),
    ("shell-secret", "!tool login --password swordfish7"),
]

NO_SECRETS = [
    "",
    "password = ''",
    'password = "password"',
    'password = "changeme"',
    'password = "***"',
    'password = "xxxxxxxx"',
    'password = "<your password>"',
    'password = "YOUR_PASSWORD"',
    'password = "your-password-here"',
    'password = "{password}"',
    'password = "my_password"',
    'password = "correct horse"',
    'password = os.environ["DB_PASSWORD"]',
    'password = os.getenv("DB_PASSWORD", "")',
    'password = getpass.getpass("Password: ")',
    'password = input("password: ")',
    'password = "/run/secrets/db"',
    'print("password: " + hint)',
    'tokenizer = "bert-base-uncased-2019"',
    'tokens = "a8f5f167f44f4964e6c998dee827110c"',
    'pad_token="<|endoftext|>"',
    'token = "bert-base-uncased"',
    'api_key = "your-api-key-1234"',
    'api_key = "INSERT_KEY_HERE_123"',
    'api_key = "12345678901234567890"',
    'key = "a8f5f167f44f4964e6c998dee827110c"',
    '<div class="sk-toggleable__label-arrow sk-estimator-container-long-name-of-class">',
    text_of("AKIA", "IOSFODNN7EXAMPLE"),
    text_of("sk-", "x" * 48),
    "https://example.org:8080/anna@home",
    "git@github.com:anna/thing.git",
    "postgresql://user:password@localhost/db",
    "postgresql://{user}:{password}@localhost/db",
    "ftp://anna@example.org",
    'if "-----BEGIN PRIVATE KEY-----" in text:',
    'parser.add_argument("--token", help="the token")',
    "--token TOKEN_VALUE",
    "Bearer of the ring and of all other precious things",
    "ghp_short",
    f"prefix{text_of('ghp', '_', LONG[:36])}",
]


@pytest.mark.parametrize(("kind", "text"), KEYS + ASSIGNED)
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


@pytest.mark.parametrize(("kind", "text"), KEYS + ASSIGNED)
def test_masks_all_but_the_first_characters_of_a_key(kind: str, text: str) -> None:
    (match,) = secrets.find(text)
    masked = secrets.mask(text)
    keep = next(shape.keep for shape in secrets.SHAPES if shape.name == kind)
    assert len(masked) == len(text)
    assert masked[: match.start + keep] == text[: match.start + keep]
    assert masked[match.end :] == text[match.end :]
    assert set(masked[match.start + keep : match.end]) <= {"•", "\n"}
    assert text[match.start + keep : match.end] not in secrets.shown(text, match)


def test_a_known_key_goes_before_the_name_it_is_given_to() -> None:
    key = text_of("ghp", "_", LONG[:36])
    (match,) = secrets.find(f'token = "{key}"')
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
    texts = [text for _, text in KEYS + ASSIGNED] + NO_SECRETS
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
