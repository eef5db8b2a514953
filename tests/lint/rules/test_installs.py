"""NB303, NB304: how packages are installed."""

import pytest

from jupyter_nbquality.lint import import_names
from jupyter_nbquality.lint.rules.nb303_shell_pip_install import ShellPipInstall
from jupyter_nbquality.lint.rules.nb304_unpinned_install import UnpinnedInstall
from tests.lint.builders import check, fixed, marked, sources


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("!pip install plotly", "%pip install plotly"),
        ("!pip3 install plotly", "%pip install plotly"),
        ("! pip install -q plotly", "%pip install -q plotly"),
        ("!pip -q install plotly", "%pip -q install plotly"),
        ("!python -m pip install plotly", "%pip install plotly"),
        ("!python3.12 -m pip install plotly", "%pip install plotly"),
        ("!/usr/bin/python3 -m pip install plotly", "%pip install plotly"),
        ("!conda install -y plotly", "%conda install -y plotly"),
        ("!mamba install -y plotly", "%mamba install -y plotly"),
        ("x = 1\nif x:\n    !pip install plotly", "x = 1\nif x:\n    %pip install plotly"),
        ("!pip install a \\\n  b", "%pip install a \\\n  b"),
    ],
)
def test_shell_install_becomes_a_magic(source: str, mended: str) -> None:
    (problem,) = check(ShellPipInstall, source)
    assert problem.fixes[0].applicability == "safe"
    after = fixed(source, problem)
    assert sources(after) == [mended]
    assert check(ShellPipInstall, after) == []


@pytest.mark.parametrize(
    "source",
    [
        "!sudo pip install plotly",
        "out = !pip install plotly",
        "!!pip install plotly",
        "!pip install a && pip install b",
        "!pip install a; ls",
    ],
)
def test_shell_install_without_a_fix(source: str) -> None:
    (problem,) = check(ShellPipInstall, source)
    assert list(problem.fixes) == []


@pytest.mark.parametrize(
    "source",
    [
        "%pip install plotly",
        "pip install plotly",
        "!{sys.executable} -m pip install plotly",
        "!pip list",
        "!pip freeze > requirements.txt",
        "!apt-get install graphviz",
        "!npm install x",
        "%%bash\npip install plotly",
        "# !pip install plotly",
        "x = '!pip install plotly'",
        "!echo pip install",
    ],
)
def test_other_lines_are_no_shell_installs(source: str) -> None:
    assert check(ShellPipInstall, source) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("%pip install plotly", "`plotly` is"),
        ("!pip install plotly", "`plotly` is"),
        ("pip install plotly", "`plotly` is"),
        ("!{sys.executable} -m pip install plotly", "`plotly` is"),
        ("%pip install -q --index-url https://example.org plotly", "`plotly` is"),
        ("%pip install plotly kaleido==1.0", "`plotly` is"),
        ("%pip install plotly kaleido  # the newest", "`plotly`, `kaleido` are"),
        ("%pip install plotly > /dev/null", "`plotly` is"),
        ("%pip install 'plotly[express]'", "`plotly` is"),
        ("%pip install plotly \\\n    kaleido", "`plotly`, `kaleido` are"),
        ("%pip install -U plotly", "`plotly` is"),
        ("%pip install plotly;", "`plotly` is"),
        ("!pip install plotly; ls", "`plotly` is"),
        ("!pip install plotly&&ls", "`plotly` is"),
        ("!pip -q --no-input install plotly", "`plotly` is"),
        ("!cd src && pip install plotly; pip install kaleido", "`plotly`, `kaleido` are"),
        ("!uv pip install plotly", "`plotly` is"),
    ],
)
def test_unpinned(source: str, names: str) -> None:
    (problem,) = check(UnpinnedInstall, source)
    assert problem.message == f"{names} installed without a version"
    assert "install" in marked(problem, source)


@pytest.mark.parametrize(
    "source",
    [
        "%pip install plotly==6.0.1",
        "%pip install 'plotly>=6,<7'",
        "!pip install 'plotly; python_version<\"3.9\"' ; echo plotly",
        "!pip install plotly==6.0.1; pip list",
        "!echo pip install plotly",
        "%pip install plotly~=6.0",
        "%pip install -r requirements.txt",
        "%pip install -c constraints.txt -r requirements.txt",
        "%pip install -e .",
        "%pip install .",
        "%pip install ./dist/churn-1.0-py3-none-any.whl",
        "%pip install churn-1.0-py3-none-any.whl",
        "%pip install git+https://example.org/churn.git",
        "%pip install https://example.org/churn.tar.gz",
        "%pip install 'churn @ git+https://example.org/churn.git'",
        "%pip install {package}",
        "%pip install $package",
        "%pip install --upgrade pip",
        "%pip install -U pip setuptools wheel",
        "%pip list",
        "%pip uninstall plotly",
        "%%bash\npip install plotly",
        "# %pip install plotly",
    ],
)
def test_pinned_or_not_from_an_index(source: str) -> None:
    assert check(UnpinnedInstall, source) == []


def test_pin_to_what_is_installed() -> None:
    version = import_names.version("pytest")
    source = "x = 'ü'\n%pip install -q 'pytest[dev]' no-such-thing pytest"
    (problem,) = check(UnpinnedInstall, source)
    assert problem.fixes[0].applicability == "unsafe"
    assert sources(fixed(source, problem)) == [
        f"x = 'ü'\n%pip install -q 'pytest[dev]=={version}' no-such-thing pytest=={version}"
    ]


@pytest.mark.parametrize("source", ["%pip install no-such-thing", "%pip install -U pytest"])
def test_no_pin_for_what_is_not_installed_or_should_be_the_newest(source: str) -> None:
    (problem,) = check(UnpinnedInstall, source)
    assert list(problem.fixes) == []
