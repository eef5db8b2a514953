"""Extract function, of statements in a block: the same afterwards, or the reason why not."""

import ast
import contextlib
import random
import sys

import pytest

from jupyter_nbquality.edits import Refusal
from jupyter_nbquality.positions import Position
from jupyter_nbquality.refactor.extract_function import Extraction, extract_function
from jupyter_nbquality.refactor.parameters import ParameterWish
from jupyter_nbquality.refactor.selection import Selection
from tests.refactor.running import changed, notebook_of, run
from tests.refactor.test_random_programs import run as run_plainly

# What it is called; the cells, with the selected lines marked by ``>``; what is taken and given,
# or the code of the refusal.
CASES: list[tuple[str, list[str], str]] = [
    ("the body of a loop", ["xs = [1, 2]", "for x in xs:\n>    y = x * 2\n>    print(y)"], "x ->"),
    ("part of a block",
     ["t = 0\nfor x in [1, 2]:\n    y = x\n>    z = y + 1\n>    w = z * z\n    t += w\n"
      "print(t)"],
     "y -> w"),
    ("carried round a loop",
     ["a, b = 0, 1",
      "for _ in range(5):\n>    a, b = b, a + b\n>    c = a\nprint(a, b, c)"],
     "b, a -> a, b, c"),
    ("carried, and bound by nobody before",
     ["for x in [1, 2]:\n>    if x > 1:\n>        print(last)\n>    last = x"],
     "bound-on-some-paths"),
    ("carried from a value above",
     ["last = None\nfor x in [1, 2]:\n>    print(last)\n>    last = x"],
     "last, x -> last"),
    ("a loop that runs zero times",
     ["n = 5\nfor x in []:\n>    n = x\n>    m = n",
      "print(n)"],
     "x -> n"),
    ("on some paths, with a value above",
     ["m = 0\nfor x in [1, 5]:\n>    if x > 2:\n>        m = x\n>    k = x",
      "print(m)"],
     "x, m -> m"),
    ("on some paths, without",
     ["for x in [1, 5]:\n>    if x > 2:\n>        m = x\n>    k = x",
      "print(m)"],
     "bound-on-some-paths"),
    ("for else", ["for x in [1]:\n    pass\nelse:\n>    r = x\n>    s = r", "print(s)"], "x -> s"),
    ("a loop with else within",
     ["for x in [1, 2]:\n>    for y in [x]:\n>        if y == 2:\n>            break\n"
      ">    else:\n>        y = 9\n    print(y)"],
     "x -> y"),
    ("break out", ["for x in [1, 2]:\n>    y = x\n>    if y: break\n    print(y)"], "breaks-out"),
    ("break in else of a loop within",
     ["for x in [1]:\n>    for y in []:\n>        pass\n>    else:\n>        break"],
     "breaks-out"),
    ("continue out",
     ["for x in [1, 2]:\n>    y = x\n>    if y: continue\n    print(y)"],
     "continues-outside"),
    ("break within",
     ["for x in [1, 2]:\n>    for y in [1, 2]:\n>        if y: break\n    print(x, y)"],
     "bound-on-some-paths"),
    ("if and else", ["c = 1\nif c:\n>    a = c\n>    b = a\nelse:\n    b = 0\nprint(b)"], "c -> b"),
    ("while", ["n = 3\nwhile n:\n>    print(n)\n>    n -= 1"], "n -> n"),
    ("walrus in the head",
     ["xs = [1, 2]\nwhile xs and (x := xs.pop()):\n>    y = x\n>    print(y)"],
     "x ->"),
    ("with",
     ["import io\nwith io.StringIO('a') as f:\n>    t = f.read()\n>    u = t.upper()\n"
      "print(u)"],
     "f -> u"),
    ("with that keeps errors",
     ["from contextlib import suppress\nv = 0\nwith suppress(ZeroDivisionError):\n"
      ">    v = 1\n>    w = 1 / 0\nprint(v)"],
     "read-after-error"),
    ("try whose error is told",
     ["try:\n>    a = 1\n>    b = 1 / 0\nexcept ZeroDivisionError:\n    print('no')"],
     "->"),
    ("try whose names are read afterwards",
     ["a = 0\ntry:\n>    a = 1\n>    b = 1 / 0\nexcept ZeroDivisionError:\n    pass\nprint(a)"],
     "read-after-error"),
    ("the last thing that may fail",
     ["b = 0\ntry:\n>    a = 0\n>    b = 1 / a\nexcept ZeroDivisionError:\n    pass\nprint(b)"],
     "-> b"),
    ("finally reads",
     ["a = 0\ntry:\n>    a = 1\n>    print(a)\nfinally:\n    print(a)"],
     "read-after-error"),
    ("in finally", ["try:\n    1 / 1\nfinally:\n>    a = 1\n>    b = a\nprint(b)"], "-> b"),
    ("in an except",
     ["try:\n    1 / 0\nexcept ZeroDivisionError as e:\n>    m = str(e)\n>    n = m\nprint(n)"],
     "e -> n"),
    ("raised again",
     ["try:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n>        print(e)\n"
      ">        raise\nexcept ArithmeticError as e:\n    print(type(e))"],
     "e ->"),
    ("except as within",
     ["for x in [0, 1]:\n>    try:\n>        1 / x\n>    except ZeroDivisionError as e:\n"
      ">        print(e)"],
     "x ->"),
    ("except as of a name that is used",
     ["e = 1\nfor x in [0, 1]:\n>    try:\n>        1 / x\n"
      ">    except ZeroDivisionError as e:\n>        print(e)"],
     "except-name"),
    ("match",
     ["v = [1, 2]\nmatch v:\n    case [a, b]:\n>        s = a + b\n>        t = s\n"
      "    case _:\n        t = 0\nprint(t)"],
     "a, b -> t"),
    ("a match within",
     ["for v in [1, 'a']:\n>    match v:\n>        case int(k):\n>            r = k\n"
      ">        case _:\n>            r = 0\n    print(r)"],
     "v -> r"),
    ("del", ["for x in [1]:\n>    y = x\n>    del y"], "deletes"),
    ("global", ["def f():\n>    global n\n>    n = 1\nf()\nprint(n)"], "declared-global"),
    ("bound as global",
     ["def f():\n    global n\n>    n = 1\n>    m = n\nf()\nprint(n)"],
     "declared-global"),
    ("star import", ["if True:\n>    from math import *\n>    x = pi"], "star-import"),
    ("imports", ["if True:\n>    import math\n>    x = math.pi\nprint(x)"], "-> x"),
    ("a magic", ["if True:\n>    x = 1\n>    !echo $x"], "magic"),
    ("await",
     ["import asyncio\nfor n in [0, 1]:\n>    v = await asyncio.sleep(0, n)\n>    w = v\n"
      "    print(w)"],
     "n -> w"),
    ("a function that others read late",
     ["fs = []\nfor i in [1, 2]:\n>    j = i\n>    fs.append(lambda: j)\n"
      "print([f() for f in fs])"],
     "late-binding"),
    ("a function defined in it",
     ["for i in [1, 2]:\n>    def g():\n>        return 1\n>    n = g()\nprint(n)"],
     "-> n"),
    ("a definition that is used",
     ["if True:\n>    def g():\n>        return 1\n>    n = 1\nprint(g())"],
     "definition-in-block"),
    ("a callee reads what is bound",
     ["m = 1\ndef g():\n    return m",
      "for x in [1, 2]:\n>    m = x\n>    print(g())"],
     "callee-reads"),
    ("read by a function before it is bound again",
     ["m = 1\ndef g():\n    print(m)",
      "if m:\n>    m = 5\n>    k = m\ng()\nm = 2"],
     "-> m"),
    ("a result for a later cell",
     ["r = 0",
      "if True:\n>    r = 1\n>    s = r",
      "print(r)"],
     "-> r"),
    ("read by the next run of the cell", ["n = 0", "if n < 9:\n>    n += 1\n>    m = n"], "n -> n"),
    ("augmented list",
     ["xs = ys = [1]",
      "for x in [1, 2]:\n>    xs += [x]\n>    y = x",
      "print(xs, ys)"],
     "xs, x -> xs"),
    ("a shadowed builtin",
     ["for x in [1, 2]:\n>    if x > 1:\n>        print(max(1, x))\n>    max = min"],
     "shadowed-builtin"),
    ("locals", ["for x in [1]:\n>    y = x\n>    print(sorted(locals())[:0])"], "looks-around"),
    ("a query of a variable",
     ["def f(df, text):\n>    n = 1\n>    r = df.query(text)\n    return r"],
     "looks-around"),
    ("a class", ["class A:\n>    a = 1\n>    b = a\nprint(A.b)"], "class-body"),
    ("on the line of the head",
     ["if 0:\n    y = 1\nelse:\n    y = 2\nfor x in [1]:\n    z = x\n>else: y = 3\nprint(y)"],
     "shared-line"),
    ("in a function",
     ["def f(a, b):\n    c = a + b\n>    d = c * a\n>    e = d\n    return e + a\n"
      "print(f(1, 2))"],
     "c, a -> e"),
    ("a loop in a function",
     ["def f(xs):\n    t = 0\n    for x in xs:\n>        y = x * 2\n>        t += y\n"
      "    return t\nprint(f([1, 2]))"],
     "x, t -> t"),
    ("names of the notebook in a function",
     ["n = 3\ndef f(a):\n>    b = a + n\n>    c = b\n    return c\nn = 4\nprint(f(1))"],
     "a -> c"),
    ("tail return",
     ["def f(a):\n    b = a\n>    c = b + 1\n>    return c * 2\nprint(f(1))"],
     "b ->"),
    ("tail return on both paths",
     ["def f(a):\n>    if a:\n>        return 1\n>    else:\n>        return 2\n"
      "print(f(0), f(1))"],
     "a ->"),
    ("early return at the end",
     ["def f(a):\n    b = a\n>    if b:\n>        return 1\n>    print(b)\nprint(f(0), f(1))"],
     "b ->"),
    ("early return",
     ["def f(a):\n>    if a:\n>        return 1\n>    b = a\n    return b\nprint(f(0), f(1))"],
     "returns-early"),
    ("a return in a loop",
     ["def f(xs):\n    for x in xs:\n>        y = x\n>        return y\nprint(f([]), f([1]))"],
     "x ->"),
    ("a return before finally",
     ["def f():\n    a = 0\n    try:\n>        a = 1\n>        return a\n    finally:\n"
      "        print(a)\nprint(f())"],
     "read-in-finally"),
    ("yield", ["def f(a):\n>    b = a\n>    yield b\nprint(list(f(1)))"], "yields"),
    ("beside yield",
     ["def f(a):\n>    b = a\n>    c = b\n    yield c\nprint(list(f(1)))"],
     "a -> c"),
    ("a method",
     ["class A:\n    n = 2\n    def f(self, a):\n>        b = self.n * a\n"
      ">        self.m = b\n        return b\nx = A()\nprint(x.f(1), x.m)"],
     "self, a -> b"),
    ("super",
     ["class A:\n    def f(self):\n>        a = super().__repr__()\n>        b = a\n"
      "        return b\nprint(A().f()[:1])"],
     "looks-around"),
    ("private names",
     ["class A:\n    def f(self):\n>        self.__a = 1\n>        b = self.__a\n"
      "        return b\nprint(A().f())"],
     "private-name"),
    ("a function in a function",
     ["def f(a):\n    def g():\n>        b = a\n>        c = b\n        return c\n"
      "    return g()\nprint(f(1))"],
     "nested-function"),
    ("a closure beside",
     ["def f(a):\n    g = lambda: b\n>    b = a\n>    c = g()\n    return c\nprint(f(1))"],
     "late-binding"),
    ("a docstring", ["def f():\n>    'Doc.'\n>    return 1\nprint(f.__doc__)"], "docstring"),
    ("a local that may be missing",
     ["def f(a):\n    if a:\n        b = 1\n>    if a:\n>        print(b)\n>    c = a\n"
      "    return c\nprint(f(0), f(1))"],
     "bound-on-some-paths"),
    ("a branch with elif",
     ["x = 1\nif x > 2:\n    y = 1\nelif x:\n>    y = x\n>    z = y\nprint(z)"],
     "x -> z"),
    ("more than one block",
     ["x = 1\nif x:\n>    y = 1\n>else:\n>    y = 2\nprint(y)"],
     "part-of-statement"),
]  # fmt: skip


def marked(cells: list[str]) -> tuple[list[str], Selection]:
    """Takes the marks away; gives the sources and what is selected."""
    sources, selection = [], None
    for number, cell in enumerate(cells, 1):
        lines = cell.split("\n")
        chosen = [at for at, line in enumerate(lines) if line.startswith(">")]
        lines = [line.removeprefix(">") for line in lines]
        sources.append("\n".join(lines))
        if chosen:
            end = Position(chosen[-1], len(lines[chosen[-1]]))
            selection = Selection([str(number)], Position(chosen[0], 0), end)
    assert selection is not None
    return sources, selection


@pytest.mark.parametrize(
    ("cells", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_does_the_same_or_says_why_not(cells: list[str], expected: str) -> None:
    sources, selection = marked(cells)
    notebook = notebook_of(*sources)
    made = extract_function(notebook, selection, "step")
    if isinstance(made, Refusal):
        assert made.code == expected, made.message
        assert made.message.endswith(".")
        assert made.cell in {None, *selection.cells}
        return
    after = changed(notebook, made.plan)
    told = f"{', '.join(made.parameters)} -> {', '.join(made.returns)}".strip()
    assert told == expected, after
    key = int(selection.cells[0])
    for times in (1, 2):
        before_said, before_values = run(
            [*sources[:key], *sources[key - 1 : key] * (times - 1), *sources[key:]]
        )
        said, values = run([*after[:key], *after[key - 1 : key] * (times - 1), *after[key:]])
        assert said == before_said, after
        for name in made.loses:
            before_values.pop(name, None)
        assert {name: values[name] for name in values if name in before_values} == before_values


def extracted(*sources: str, lines: tuple[int, int], **options: object) -> tuple[str, Extraction]:
    """Extracts lines of the last cell; gives its text afterwards."""
    notebook = notebook_of(*sources)
    end = sources[-1].split("\n")[lines[1] - 1]
    selection = Selection(
        [str(len(sources))], Position(lines[0] - 1, 0), Position(lines[1] - 1, len(end))
    )
    made = extract_function(notebook, selection, "step", **options)  # type: ignore[arg-type]
    assert isinstance(made, Extraction), made
    return changed(notebook, made.plan)[-1], made


def test_text_and_wishes() -> None:
    text = (
        "n = 2\n# All of them.\nfor x in [1, 2]:\n    if x:\n        # Said.\n"
        '        m = f"""{x}\nof {n}"""\n        y = [\n    x, n]\n\n        print(m, y)\n'
        "    k = x\nprint(k)"
    )
    wishes = [ParameterWish("n", "of"), ParameterWish("x", "each", "int")]
    after, _made = extracted(text, lines=(5, 11), parameters=wishes)
    assert (
        after
        == '''\
n = 2


def step(of, each: int):
    """Step."""
    # Said.
    m = f"""{each}
of {of}"""
    y = [
    each, of]

    print(m, y)


# All of them.
for x in [1, 2]:
    if x:
        step(n, x)
    k = x
print(k)'''
    )
    assert run([after])[0] == run([text])[0]


def test_names_that_cannot_be() -> None:
    text = "def f(a: int, anew=1):\n    b = a\n    c = b\n    return c"
    selection = Selection(["1"], Position(1, 0), Position(2, 9))
    for name, code in [("anew", "taken-name"), ("len", "builtin-name"), ("1", "bad-name")]:
        made = extract_function(notebook_of(text), selection, name)
        assert isinstance(made, Refusal)
        assert made.code == code
        assert made.cell in {None, "1"}
    _after, made = extracted(text, lines=(2, 3))
    assert made.function.startswith("def step(a: int):")


BODIES = [
    "{a} = {b} + 1",
    "{a} += {b}",
    "print({a}, {b})",
    "if {a} > {b}:\n    {c} = {a}",
    "if {a} % 2:\n    {c} = {b}\nelse:\n    {c} = {a} + 1",
    "for {a} in range({b} % 3):\n    {c} = {a}",
    "for i in range(2):\n    if {a} > {b}:\n        break\n    {a} += 1\nelse:\n    {c} = i",
    "try:\n    {a} = {b} // ({c} % 2)\nexcept ZeroDivisionError:\n    {c} = {a}",
    "try:\n    {a} = 1\n    {b} = {a} // ({c} % 2)\nfinally:\n    {c} = 3",
    "match {a} % 3:\n    case 0:\n        {b} = 1\n    case {c}:\n        print({c})",
    "{a} = [{b} for {b} in range({c} % 4)][-1:] == [2]",
    "while {a} % 4:\n    {a} += 1\n    {b} = {a}",
    "show()",
    "{a}, {b} = {b}, {c}",
    "{a} = ({b} := {c} + 1) + {b}",
]
HEADS = [
    "for {a} in range(3):",
    "if {a} > 1:",
    "for _ in range(2):",
    "try:",
    "while ({b} := {b} - 1) > 0:",
    "with suppress(ZeroDivisionError):",
]
BEGIN = "from contextlib import suppress\n{sure}\ndef show():\n    print(w)\nw = 5"


def a_block(chance: random.Random, depth: int) -> list[str]:
    """Makes the lines of a block."""
    lines: list[str] = []
    for _statement in range(chance.randint(2, 4)):
        names = dict(zip("abc", chance.sample(["p", "q", "r", "w"], 3), strict=True))
        if depth and chance.random() < 0.5:
            head = chance.choice(HEADS).format(**names)
            lines.append(head)
            lines += ["    " + line for line in a_block(chance, depth - 1)]
            if head == "try:":
                lines += ["except ZeroDivisionError:", f"    print({names['b']})"]
        else:
            lines += chance.choice(BODIES).format(**names).split("\n")
    return lines


def places(tree: ast.AST) -> list[list[ast.stmt]]:
    """Gives the blocks that are within statements."""
    found = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and not isinstance(node, ast.Module):
                found.append(block)
    return found


def outcome(cells: list[str]) -> tuple[dict[str, object], str] | str:
    try:
        space, said = run_plainly(cells)
    except (NameError, TypeError, ZeroDivisionError) as error:
        return type(error).__name__
    return {name: space.get(name) for name in ("p", "q", "r", "w")}, said


@pytest.mark.parametrize("seed", range(2))
def test_random_blocks(seed: int) -> None:
    chance = random.Random(seed)
    done = 0
    codes: dict[str, int] = {}
    for _program in range(150):
        names = [name for name in "pqr" if chance.random() < 0.8]
        sure = "\n".join(f"{name} = {chance.randint(0, 4)}" for name in names)
        lines = a_block(chance, 2)
        in_function = chance.random() < 0.4
        if in_function:
            body = [*sure.split("\n"), "w = 7", *lines, "return p, q, r"]
            text = "\n".join(["def f():", *("    " + line for line in body), "print(f())"])
            cells = [BEGIN.format(sure="p = q = r = 0"), text]
        else:
            cells = [BEGIN.format(sure=sure), "\n".join(lines), "show()"]
        before = bounded(cells)
        blocks = places(ast.parse(cells[1]))
        if before is None or not blocks:
            continue
        block = chance.choice(blocks)
        first = chance.randrange(len(block))
        last = chance.randrange(first, len(block))
        start = Position(block[first].lineno - 1, 0)
        end = Position((block[last].end_lineno or 1) - 1, block[last].end_col_offset or 0)
        notebook = notebook_of(*cells)
        made = extract_function(notebook, Selection(["2"], start, end), "anew")
        if isinstance(made, Refusal):
            codes[made.code] = codes.get(made.code, 0) + 1
            continue
        after = changed(notebook, made.plan)
        told = "\n---\n".join([*cells, "", *after])
        now = bounded(after)
        assert now is not None, told
        if isinstance(before, str) or isinstance(now, str):
            assert now == before, told
        else:
            kept = [name for name in before[0] if name not in made.loses]
            assert now[1] == before[1], told
            assert [now[0][name] for name in kept] == [before[0][name] for name in kept], told
        done += 1
    assert done > 25, codes


def bounded(cells: list[str]) -> tuple[dict[str, object], str] | str | None:
    """Runs cells; nothing where they run on and on."""
    steps = 0

    def count(_frame: object, _event: str, _given: object) -> object:
        nonlocal steps
        steps += 1
        if steps > 3000:
            raise TimeoutError
        return count

    before = sys.gettrace()
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        with contextlib.suppress(TimeoutError):
            return outcome(cells)
    finally:
        sys.settrace(before)
    return None
