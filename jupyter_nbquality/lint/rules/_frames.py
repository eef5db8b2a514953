"""Which names hold tables of data, and where those come from, if the code says it plainly."""

import ast
from collections.abc import Iterator

import msgspec

from jupyter_nbquality.lint.rule import CodeCell, Context
from jupyter_nbquality.lint.rules._python import all_imported_names, mentions, origin, statements

# Tables read from somewhere: nobody knows from the code how long they are.
_READERS = frozenset(
    {
        "read_csv",
        "read_excel",
        "read_feather",
        "read_file",
        "read_fwf",
        "read_gbq",
        "read_hdf",
        "read_json",
        "read_orc",
        "read_parquet",
        "read_pickle",
        "read_sas",
        "read_spss",
        "read_sql",
        "read_sql_query",
        "read_sql_table",
        "read_stata",
        "read_table",
        "scan_csv",
        "scan_parquet",
    }
)
LIBRARIES = frozenset(
    {"pandas", "polars", "geopandas", "dask", "modin", "cudf", "vaex", "pyspark", "fireducks"}
)
"""The libraries whose tables are known."""
# What gives a table as long as the one it is called on, or nearly so.
KEEPING = frozenset(
    {
        "apply_map",
        "applymap",
        "assign",
        "astype",
        "bfill",
        "copy",
        "drop",
        "drop_duplicates",
        "dropna",
        "eval",
        "explode",
        "ffill",
        "fillna",
        "infer_objects",
        "interpolate",
        "join",
        "melt",
        "merge",
        "pipe",
        "query",
        "rename",
        "replace",
        "reset_index",
        "round",
        "set_index",
        "sort_index",
        "sort_values",
        "to_crs",
        "transform",
        "with_columns",
    }
)
"""Methods that give a table."""
# What says yes or no for each row.
_MASKS = frozenset(
    {
        "between",
        "contains",
        "duplicated",
        "endswith",
        "eq",
        "ge",
        "gt",
        "isin",
        "isna",
        "isnull",
        "le",
        "lt",
        "ne",
        "notna",
        "notnull",
        "startswith",
    }
)
_COMBINING = frozenset({"concat", "get_dummies", "merge", "merge_asof", "to_numeric"})


class Frame(msgspec.Struct, frozen=True):
    """A table of data.

    Attributes:
        is_read: Whether it was read from somewhere, whole, so that it may be of any length.
    """

    is_read: bool


class FrameNames:
    """Follows the statements of a notebook and knows which names hold tables after each of them.

    Reads cells in document order and statements at the top level alone; a name bound to anything
    it does not understand is no table.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._imports = all_imported_names(context)
        self._known: dict[str, Frame] = {}
        # Without one of these words no table comes up.
        self._words = LIBRARIES.union(
            name for name, meant in self._imports.items() if meant.partition(".")[0] in LIBRARIES
        )

    @property
    def imports(self) -> dict[str, str]:
        """What the imports of the notebook bind."""
        return self._imports

    def walk(self, *, tables: bool = False) -> Iterator[tuple[str, CodeCell, ast.stmt, bool]]:
        """Yields cell id, cell, statement, and whether it stands in a loop.

        While a statement is looked at, `frame` answers for the moment before it ran.

        Args:
            tables: Whether only cells are of interest that may have to do with tables; the others
                are not parsed.
        """
        for cell, code in self._context.code_cells():
            if tables and not mentions(code, (*self._words, *self._known)):
                continue
            body = code.tree.body if code.tree is not None else []
            for statement, in_loop in statements(body):
                yield cell.id, code, statement, in_loop
                self._run(statement)
            for magic in code.magics:
                for name in magic.assigns:
                    self._known.pop(name, None)

    def frame(self, node: ast.expr) -> Frame | None:
        """Tells what table an expression is; ``None`` where it is none, or nobody knows."""
        match node:
            case ast.Name(id=name):
                return self._known.get(name)
            case ast.Call(func=ast.Attribute(value=base, attr=method) as function):
                library = origin(function, self._imports).partition(".")[0]
                if library in LIBRARIES:
                    return self._from_library(node, method)
                of = self.frame(base)
                is_kept = of is not None and method in KEEPING and not _is_inplace(node)
                return of if is_kept else None
            case ast.Call(func=ast.Name() as function):
                library, _, method = origin(function, self._imports).rpartition(".")
                if library.partition(".")[0] in LIBRARIES:
                    return self._from_library(node, method)
            case ast.Subscript(value=ast.Attribute(value=base, attr="loc"), slice=part):
                rows = part.elts[0] if isinstance(part, ast.Tuple) and part.elts else part
                columns = part.elts[1] if isinstance(part, ast.Tuple) and part.elts[1:] else None
                is_table = columns is None or isinstance(columns, ast.List | ast.Slice)
                return self.frame(base) if is_table and _is_mask(rows) else None
            case ast.Subscript(value=base, slice=part):
                # `df[["a", "b"]]` and `df[df.a > 0]` are tables, `df["a"]` is a column.
                is_table = isinstance(part, ast.List) or _is_mask(part)
                return self.frame(base) if is_table else None
        return None

    def _from_library(self, call: ast.Call, function: str) -> Frame | None:
        if function in _READERS:
            return Frame(is_read=not any(word.arg == "nrows" for word in call.keywords))
        if function in {"DataFrame", "GeoDataFrame", "LazyFrame"}:
            of = self.frame(call.args[0]) if call.args else None
            return of or Frame(is_read=False)
        if function in _COMBINING:
            parts: list[ast.expr] = []
            for argument in call.args[:2]:
                if isinstance(argument, ast.List | ast.Tuple):
                    parts += argument.elts
                else:
                    parts.append(argument)
            frames = [self.frame(part) for part in parts]
            return Frame(is_read=any(frame is not None and frame.is_read for frame in frames))
        return None

    def _run(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                frame = self.frame(value)
                for target in targets:
                    self._bind(target, frame)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self._bind(target, self.frame(value))
            case ast.For(
                target=ast.Tuple(elts=[key, ast.Name() as part]),
                iter=ast.Call(func=ast.Attribute(value=base, attr="groupby")),
            ):
                self._bind(key, None)
                self._bind(part, self.frame(base))
            case ast.For(target=target) | ast.AsyncFor(target=target):
                self._bind(target, None)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, None)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                self._known.pop(name, None)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._bind(target, None)

    def _bind(self, target: ast.expr, frame: Frame | None) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for element in target.elts:
                self._bind(element, None)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, None)
        elif isinstance(target, ast.Name):
            if frame is None:
                self._known.pop(target.id, None)
            else:
                self._known[target.id] = frame


def _is_mask(node: ast.expr) -> bool:
    """Whether an index says for each row whether it is taken."""
    match node:
        case ast.Compare() | ast.BinOp() | ast.UnaryOp(op=ast.Invert()):
            return True
        case ast.Call(func=ast.Attribute(attr=method)):
            return method in _MASKS
    return False


def _is_inplace(call: ast.Call) -> bool:
    return any(word.arg == "inplace" for word in call.keywords)
