"""Whether computing an expression again surely gives the same, and does nothing."""

import ast
from collections.abc import Iterator

from jupyter_nbquality.dataflow.document import Dataflow
from jupyter_nbquality.dataflow.facts import Facts
from jupyter_nbquality.refactor.evaluation import is_quiet

_BUILTINS = frozenset(
    {"abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr",
     "complex", "dict", "divmod", "enumerate", "filter", "float", "format", "frozenset", "hasattr",
     "hex", "int", "isinstance", "issubclass", "len", "list", "map", "max", "min", "oct", "ord",
     "pow", "range", "repr", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple",
     "type", "zip"}
)  # fmt: skip
_MODULES = frozenset(
    {"cmath", "collections", "copy", "dataclasses", "datetime", "decimal", "fractions", "functools",
     "itertools", "json", "math", "numpy", "operator", "os.path", "pandas", "re", "scipy",
     "statistics", "string", "textwrap"}
)  # fmt: skip
"""Modules whose functions look at nothing but what they are given; what draws is told apart."""
_OF_THE_MOMENT = frozenset({"empty", "now", "today", "utcnow"})
_ONCE = frozenset({"enumerate", "filter", "iter", "map", "open", "reversed", "zip"})


def is_steady(value: ast.expr, facts: Facts, dataflow: Dataflow) -> bool:
    """Tells whether an expression surely gives the same each time it is computed.

    As long as what it reads is the same. Whether what it gives is used up is looked at, too.

    Args:
        value: The expression.
        facts: What its statement does where it stands.
        dataflow: Of the notebook.
    """
    if isinstance(value, ast.GeneratorExp):
        return False
    if isinstance(value, ast.Call) and getattr(value.func, "id", "") in _ONCE:
        return False
    if is_quiet(value):
        return not reads_computed(value, dataflow)
    if facts.mutates or facts.effects or facts.unknown:
        return False
    return _Steady(dataflow).is_steady(value)


def reads_computed(value: ast.expr, dataflow: Dataflow) -> bool:
    """Tells whether an expression reads an attribute that a class of the notebook computes.

    Not those that surely are the same each time.
    """
    return not _Steady(dataflow).are_attributes_steady(value)


class _Steady:
    """Looks into expressions, and into the functions of the notebook that they call."""

    def __init__(self, dataflow: Dataflow) -> None:
        self._dataflow = dataflow
        self._imports = dataflow.imports
        self._bound = {name for known in dataflow.cells.values() for name in known.facts.binds}
        self._seen: set[str] = set()
        self._properties = {
            node.name: node
            for known in dataflow.cells.values()
            for found in (known.tree.body if known.tree is not None else ())
            if isinstance(found, ast.ClassDef)
            for node in found.body
            if isinstance(node, ast.FunctionDef)
            and (node.decorator_list or node.name in {"__getattr__", "__getattribute__"})
        }

    def are_attributes_steady(self, node: ast.AST) -> bool:
        """Tells whether properties that are read are the same each time."""
        found = [part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)]
        if found:
            found += ["__getattr__", "__getattribute__"]
        for name in found:
            read = self._properties.get(name)
            if read is not None and name not in self._seen:
                self._seen.add(name)
                if not all(map(self.is_steady, read.body)):
                    return False
        return True

    def is_steady(self, node: ast.AST) -> bool:
        if not self.are_attributes_steady(node):
            return False
        for part in ast.walk(node):
            if isinstance(part, ast.Await | ast.Yield | ast.YieldFrom | ast.Global | ast.NamedExpr):
                return False
            if isinstance(part, ast.Import | ast.ImportFrom):
                return False
            if isinstance(part, ast.Call) and not self._is_steady_call(part.func):
                return False
            if isinstance(part, ast.Constant) and part.value in _OF_THE_MOMENT:
                return False
        return True

    def _is_steady_call(self, function: ast.expr) -> bool:
        if isinstance(function, ast.Name):
            name = function.id
            if name in self._imports:
                return _is_steady_path(self._imports[name])
            if name in self._bound:
                return self._is_steady_function(name)
            return name in _BUILTINS
        path: list[str] = []
        while isinstance(function, ast.Attribute):
            path.insert(0, function.attr)
            function = function.value
        if not path or path[-1] in _OF_THE_MOMENT:
            return False
        if isinstance(function, ast.Name) and function.id in self._imports:
            return _is_steady_path(".".join([self._imports[function.id], *path]))
        # A method: what changes its object is a mutation.
        return True

    def _is_steady_function(self, name: str) -> bool:
        if name in self._seen:
            return True
        self._seen.add(name)
        found = list(self._functions(name))
        return len(found) == 1 and all(self.is_steady(each) for each in found[0].body)

    def _functions(self, name: str) -> Iterator[ast.FunctionDef]:
        for known in self._dataflow.cells.values():
            facts = known.facts.functions.get(name)
            if facts is not None and (facts.effects or facts.changes or facts.binds):
                return
            for statement in known.tree.body if known.tree is not None else ():
                if isinstance(statement, ast.FunctionDef) and statement.name == name:
                    yield statement
                    if statement.decorator_list:
                        yield statement


def _is_steady_path(path: str) -> bool:
    """Tells whether what an import names is of a module whose functions are steady."""
    parts = path.split(".")
    return (
        not _OF_THE_MOMENT & {parts[-1]}
        and "random" not in parts
        and any(path == module or path.startswith(module + ".") for module in _MODULES)
    )
