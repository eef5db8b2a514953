"""NB302: keys and passwords in code, text and outputs."""

import pytest

from jupyter_nbquality.findings import Severity
from jupyter_nbquality.lint.rules.nb302_hardcoded_secret import HardcodedSecret
from tests.lint.builders import check, code, fixed, markdown, marked, notebook, raw, sources

GITHUB = "ghp" + "_" + "Zq3vT8sLm2Wd9Kx7Rb4Nf6Hj1Pc5Gy0UaEeQ"


def test_is_an_error() -> None:
    assert HardcodedSecret.severity is Severity.ERROR


@pytest.mark.parametrize(
    ("cell", "secret"),
    [
        (code('password = "swordfish"'), "swordfish"),
        (code(f"# {GITHUB}"), GITHUB),
        (code(f"!git clone https://{GITHUB}@example.org/x"), GITHUB),
        (code("%env API_TOKEN=Zq3vT8sLm2Wd"), "Zq3vT8sLm2Wd"),
        (code("%%bash\nexport DB_PASSWORD=swordfish"), "swordfish"),
        (code('x = ("\npassword = "swordfish"'), "swordfish"),
        (markdown(f"Use `{GITHUB}` here"), GITHUB),
        (raw(f"token: {GITHUB}"), GITHUB),
    ],
)
def test_finds_them_wherever_they_are_written(cell: object, secret: str) -> None:
    document = notebook(cell)
    (problem,) = check(HardcodedSecret, document)
    assert marked(problem, document) == secret
    assert secret not in problem.message
    assert "••••" in problem.message


def test_finds_them_in_other_languages() -> None:
    document = notebook('password <- "x"; password = "swordfish"', language="r")
    (problem,) = check(HardcodedSecret, document)
    assert list(problem.fixes) == []


def test_finds_them_in_outputs() -> None:
    document = notebook(code("show()", 1, secrets=["github-token", "from-the-future"]))
    problems = check(HardcodedSecret, document)
    assert [problem.message for problem in problems] == [
        "The output shows a secret",
        "The output shows a GitHub token",
    ]
    mended = fixed(document, problems[0])
    assert check(HardcodedSecret, mended) == []


@pytest.mark.parametrize(
    "source",
    [
        'password = ""',
        'password = "changeme"',
        'password = os.environ["PASSWORD"]',
        'password = getpass.getpass("Password: ")',
        'print("password: swordfish")',
    ],
)
def test_leaves_placeholders_alone(source: str) -> None:
    assert check(HardcodedSecret, source) == []


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        (
            'db_password = "swordfish"',
            'import os\ndb_password = os.environ["DB_PASSWORD"]',
        ),
        (
            "import os\nx = connect(user='anna', password='swordfish')",
            "import os\nx = connect(user='anna', password=os.environ[\"PASSWORD\"])",
        ),
        (
            'import os\nx = {"api-key": "Zq3vT8sLm2Wd9"}',
            'import os\nx = {"api-key": os.environ["API_KEY"]}',
        ),
        (
            f'import os\nlogin("{GITHUB}")',
            'import os\nlogin(os.environ["GITHUB_TOKEN"])',
        ),
        (
            f'import os\nkey = "{GITHUB}"',
            'import os\nkey = os.environ["KEY"]',
        ),
        (
            '%%time\npassword = "swordfish"',
            '%%time\nimport os\npassword = os.environ["PASSWORD"]',
        ),
    ],
)
def test_use_environment_variable(source: str, mended: str) -> None:
    (problem,) = check(HardcodedSecret, source)
    assert [fix.title for fix in problem.fixes] == ["Use environment variable"]
    after = fixed(source, problem)
    assert sources(after) == [mended]
    assert check(HardcodedSecret, after) == []


def test_the_import_goes_where_imports_stand() -> None:
    document = notebook("import re", 'password = "swordfish"')
    (problem,) = check(HardcodedSecret, document)
    assert sources(fixed(document, problem)) == [
        "import re\nimport os",
        'password = os.environ["PASSWORD"]',
    ]


@pytest.mark.parametrize(
    ("cells", "mended"),
    [
        # imported too late
        (
            ('password = "swordfish"\nprint(password)', "import os"),
            ['import os\npassword = os.environ["PASSWORD"]\nprint(password)', "import os"],
        ),
        (
            ('import re\npassword = "swordfish"\nimport os, sys',),
            ['import re\nimport os\npassword = os.environ["PASSWORD"]\nimport os, sys'],
        ),
        # or for others
        (
            ("%%timeit\nimport os", "def f():\n    import os", 'password = "swordfish"'),
            [
                "%%timeit\nimport os",
                "def f():\n    import os",
                'import os\npassword = os.environ["PASSWORD"]',
            ],
        ),
        (
            ("import os.path", 'password = "swordfish"'),
            ["import os.path", 'password = os.environ["PASSWORD"]'],
        ),
        (('import os; password = "swordfish"',), ['import os; password = os.environ["PASSWORD"]']),
    ],
)
def test_the_import_stands_above(cells: tuple[str, ...], mended: list[str]) -> None:
    document = notebook(*cells)
    (problem,) = [each for each in check(HardcodedSecret, document) if each.fixes]
    assert sources(fixed(document, problem)) == mended


@pytest.mark.parametrize(
    "source",
    [
        f'import os\nos.environ["X_TOKEN"] = "{GITHUB}"',
        'u = "postgresql://anna:swordfish@db.local/x"',
        f'u = f"https://{GITHUB}@{{host}}"',
        f"# {GITHUB}",
    ],
)
def test_no_fix_where_the_literal_is_more_than_the_secret(source: str) -> None:
    (problem,) = check(HardcodedSecret, source)
    assert list(problem.fixes) == []
