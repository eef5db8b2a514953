"""Asks other tools for the cells that a cell needs: the worker of `peers`.

Reads one notebook a line from its standard input, ``[[key, source], …]``, and writes ``{tool: {key:
[key, …]}}`` a line: the cells above that each cell needs, over any number of steps. Runs under any
Python that has IPython and marimo or ipyflow; nothing of the project is imported, and no cell is
run.
"""

import ast
import contextlib
import importlib.util
import json
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

Cells = list[tuple[str, str]]
Needs = dict[str, list[str]]


class Names(NamedTuple):
    """What a tool says of a cell.

    Attributes:
        reads: Names it reads.
        changes: Names it changes or binds, so that who reads them needs it.
        binds: Those of them it surely binds: who reads them needs nothing from above it.
        later: Names that its functions read when they are called, by function.
    """

    reads: set[str]
    changes: set[str]
    binds: set[str]
    later: dict[str, set[str]]


NOTHING = Names(set(), set(), set(), {})


def transformed(source: str) -> str:
    """Gives a cell as Python, as IPython runs it."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def closest(cells: Cells, names: dict[str, Names]) -> Needs:
    """Follows names to the closest cells above that give them."""
    needs: Needs = {}
    keys = [key for key, _source in cells]
    for at, key in enumerate(keys):
        direct: set[str] = set()
        todo = list(names[key].reads)
        asked: set[str] = set()
        while todo:
            name = todo.pop()
            if name in asked:
                continue
            asked.add(name)
            for above in reversed(keys[:at]):
                theirs = names[above]
                if name in theirs.changes:
                    direct.add(above)
                    todo += theirs.later.get(name, ())
                    if name in theirs.binds:
                        break
        needs[key] = [above for above in keys[:at] if _is_needed(above, direct, needs)]
    return needs


def _is_needed(key: str, direct: set[str], needs: Needs) -> bool:
    return key in direct or any(key in needs[each] for each in direct)


def _marimo_compiled(cells: Cells) -> dict[str, Any]:
    from marimo._ast.compiler import compile_cell

    found = {}
    for key, source in cells:
        # What it refuses, such as `from x import *`, is a cell that gives and needs nothing.
        with contextlib.suppress(Exception):
            found[key] = compile_cell(transformed(source), cell_id=key)
    return found


def marimo_graph(cells: Cells) -> Needs:
    """Asks marimo's graph. A name that is bound twice is an error there; all who bind it count."""
    from marimo._runtime.dataflow import DirectedGraph

    compiled = _marimo_compiled(cells)
    graph = DirectedGraph()
    for key, cell in compiled.items():
        graph.register_cell(key, cell)
    needs: Needs = {}
    for at, (key, _source) in enumerate(cells):
        above = [each for each, _text in cells[:at]]
        # Below a cell stands what a run in order did not do yet.
        parents = graph.parents[key] if key in compiled else set()
        direct = parents & set(above)
        needs[key] = [each for each in above if _is_needed(each, direct, needs)]
    return needs


def marimo_closest(cells: Cells) -> Needs:
    """Takes names from marimo's compiler; of those who bind one, the closest above."""
    names = {key: NOTHING for key, _source in cells}
    for key, cell in _marimo_compiled(cells).items():
        names[key] = Names(set(cell.refs), set(cell.defs), set(cell.defs), {})
    return closest(cells, names)


def ipyflow_closest(cells: Cells) -> Needs:
    """Takes names from ipyflow's liveness analysis, to the closest cell above that binds them."""
    names = {}
    for key, source in cells:
        try:
            names[key] = _ipyflow_names(transformed(source))
        except Exception:
            names[key] = NOTHING
    return closest(cells, names)


def _ipyflow_names(source: str) -> Names:
    from ipyflow.analysis.live_refs import compute_live_dead_symbol_refs

    def refs(code: Any) -> tuple[set[str], set[str], set[str]]:
        live, dead, modified = compute_live_dead_symbol_refs(code)
        whole = {_top(ref) for ref in dead if len(ref.chain) == 1}
        return {_top(ref.ref) for ref in live}, whole, {_top(ref) for ref in {*dead, *modified}}

    tree = ast.parse(source)
    later = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            given = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
            later[node.name] = refs(ast.Module(node.body, []))[0] - given
    live, binds, changes = refs(tree)
    return Names(live, changes, binds, later)


def _top(ref: Any) -> str:
    return str(getattr(ref.chain[0], "value", ref.chain[0]))


def tools() -> dict[str, Callable[[Cells], Needs]]:
    """Gives what is installed here."""
    found: dict[str, Callable[[Cells], Needs]] = {}
    if importlib.util.find_spec("marimo") is not None:
        found["marimo, its graph"] = marimo_graph
        found["marimo, closest definition"] = marimo_closest
    if importlib.util.find_spec("ipyflow") is not None:
        with contextlib.redirect_stdout(sys.stderr):
            from ipyflow.shell.interactiveshell import IPyflowInteractiveShell

            IPyflowInteractiveShell.instance()
        found["ipyflow, liveness"] = ipyflow_closest
    return found


def main() -> None:
    """Serves notebooks until the input ends; says first which tools there are."""
    warnings.simplefilter("ignore")
    # What the tools print is none of ours.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    known = tools()
    print(json.dumps(list(known)), file=answers, flush=True)
    for line in sys.stdin:
        cells: Cells = [(key, source) for key, source in json.loads(line)]
        found = {tool: ask(cells) for tool, ask in known.items()}
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
