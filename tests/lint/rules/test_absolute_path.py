"""NB301: paths that work on one computer only."""

from pathlib import Path

import pytest

from jupyter_nbquality.lint.rules.nb301_absolute_path import AbsolutePath
from tests.lint.builders import check, fixed, marked, notebook, sources


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('x = open("/home/anna/data.csv")', '"/home/anna/data.csv"'),
        ("p = '/Users/anna/work'", "'/Users/anna/work'"),
        (r'p = "C:\\Users\\anna\\x.csv"', r'"C:\\Users\\anna\\x.csv"'),
        (r'p = r"C:\Users\anna\x y.csv"', r'r"C:\Users\anna\x y.csv"'),
        ('p = "D:/data/x.csv"', '"D:/data/x.csv"'),
        ('p = "/mnt/c/Users/anna"', '"/mnt/c/Users/anna"'),
        ('p = "/Volumes/Backup/x"', '"/Volumes/Backup/x"'),
        ('p = "/media/anna/disk/x"', '"/media/anna/disk/x"'),
        ('u = "file:///home/anna/x.csv"', '"file:///home/anna/x.csv"'),
        ('u = "sqlite:////home/anna/x.db"', '"sqlite:////home/anna/x.db"'),
        ('p = f"/home/anna/{year}.csv"', 'f"/home/anna/{year}.csv"'),
        ('p = "/home/anna/" + name', '"/home/anna/"'),
        ('s = "ü𝒳"; sys.path.append("/home/anna/lib")', '"/home/anna/lib"'),
        ("%cd /home/anna/churn", "/home/anna/churn"),
        ("!cp /home/anna/a.csv .", "/home/anna/a.csv"),
        ("files = !ls /Users/anna/data", "/Users/anna/data"),
        ("%%bash\nset -e\ncp /home/anna/a.csv .", "/home/anna/a.csv"),
        ("%%time\nx = open('/home/anna/a')", "'/home/anna/a'"),
    ],
)
def test_finds_paths_of_one_computer(source: str, place: str) -> None:
    (problem,) = check(AbsolutePath, source)
    assert marked(problem, source) == place
    assert problem.message.endswith("` exists on one computer only")


@pytest.mark.parametrize(
    "source",
    [
        'p = "data/home/anna/x.csv"',
        'p = "/tmp/x.csv"',
        'p = "/content/drive/x.csv"',
        'p = "/kaggle/input/x.csv"',
        'p = "/home/jovyan/work/x.csv"',
        'p = "/dev/null"',
        'p = "/etc/hosts"',
        'p = "/"',
        'p = "~/x.csv"',
        'u = "https://example.org/home/anna/x"',
        'u = "/api/home/anna"',
        'u = "/home"',
        'u = "/Users/{id}"',
        'u = f"/home/{user}/x.csv"',
        'u = f"/home/an{rest}/x.csv"',
        'client.get("/Users/anna")',
        '@app.route("/home/anna")\ndef view(): ...',
        'u = base + "/home/anna"',
        'u = f"{base}/home/anna/x"',
        'm = re.match("/home/anna/.*", text)',
        r'm = re.sub(r"C:\\Users\\anna", "", text)',
        r'pattern = r"^[A-Z]:\\\w+"',
        't = "see /home/anna/notes for more"',
        't = "a:/ b"',
        't = "x:\\n"',
        '"""/home/anna/x"""',
        'def f():\n    "/home/anna/x"',
        "# /home/anna/x",
        "%%bash\n# cp /home/anna/a .",
        "%%writefile run.sh\ncp /home/anna/a .",
        "!curl https://example.org/home/anna/x",
        "!ls data/home/anna",
        "!ls {folder}/home/anna",
        "x = (",
    ],
)
def test_leaves_others_alone(source: str) -> None:
    assert check(AbsolutePath, source) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "notebooks" / "data").mkdir(parents=True)
    (tmp_path / "notebooks" / "data" / "sales.csv").touch()
    (tmp_path / "shared.csv").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ('x = open("/home/anna/churn/data/sales.csv")', 'x = open("data/sales.csv")'),
        ("x = open('/home/anna/churn/data/sales.csv')", "x = open('data/sales.csv')"),
        ("x = open(r'C:\\Users\\anna\\data\\sales.csv')", "x = open('data/sales.csv')"),
        ("u = 'file:///home/anna/x/data/sales.csv'", "u = 'data/sales.csv'"),
        ("x = open('/home/anna/churn/shared.csv')", "x = open('../shared.csv')"),
        ("!head /home/anna/data/sales.csv -n 3", "!head data/sales.csv -n 3"),
    ],
)
def test_use_relative_path(project: Path, source: str, mended: str) -> None:
    (problem,) = check(AbsolutePath, source, folder=project / "notebooks", root=project)
    assert [fix.title for fix in problem.fixes] == ["Use relative path"]
    assert sources(fixed(source, problem)) == [mended]


@pytest.mark.parametrize(
    "source",
    [
        'x = open("/home/anna/churn/other.csv")',
        'x = open("/home/sales.csv")',
        'x = open(f"/home/anna/{name}/data/sales.csv")',
        'x = open("/home/anna/" "data/sales.csv")',
        'x = open("""/home/anna/data/sales.csv""")',
        'x = sqlite("sqlite:////home/anna/data/sales.csv")',
    ],
)
def test_no_fix_for_what_is_not_there_or_cannot_be_replaced(project: Path, source: str) -> None:
    for problem in check(AbsolutePath, source, folder=project / "notebooks", root=project):
        assert list(problem.fixes) == []


def test_the_notebooks_own_folder(project: Path) -> None:
    folder = project / "notebooks"
    place = "/home/anna"  # the folder of a test is not below a home
    document = notebook(f"%cd {place}")
    (problem,) = check(AbsolutePath, document, folder=folder)
    assert list(problem.fixes) == []


def test_nothing_outside_the_project_is_told_to_exist(project: Path) -> None:
    source = 'x = open("/home/anna/shared.csv")'
    (problem,) = check(AbsolutePath, source, folder=project / "notebooks")
    assert list(problem.fixes) == []
