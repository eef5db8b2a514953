r"""IPython syntax in a cell: found, and masked so that Python can read the rest at true positions.

`mask` replaces what only IPython understands (``%magic``, ``!shell``, ``help?``, ``x = !cmd``,
auto-called lines, cell magics) by ``pass`` or ``...`` and spaces: the same number of lines, every
line as long as before, so a node of the masked text stands where it stands in the person's text.
Where IPython itself takes columns off the start of lines (a cell indented as a whole, pasted
``>>>`` and ``In [1]:`` prompts), so do we, and `MaskedSource.removed` says how many.

What counts as IPython syntax follows IPython 9's input transformer, found by reading and trying
it; the tests compare the two. IPython is not imported: that costs 300 ms, and its transformer has
no source map. The scanner here knows strings, comments, brackets and continuation lines, and takes
linear time. Where a bracket or a triple quote is never closed the cell does not parse anyway; the
lines after it are searched one by one for what can only be a magic.

What magics do with names is data: `PYTHON_LINE_MAGICS` and the tables after it.
"""

from jupyter_nbquality.ipython.cell import mask
from jupyter_nbquality.ipython.model import Magic, MagicKind, MaskedSource
from jupyter_nbquality.ipython.parsing import MAX_NESTING, TooDeepError, nesting_depth, parse

__all__ = [
    "MAX_NESTING",
    "Magic",
    "MagicKind",
    "MaskedSource",
    "TooDeepError",
    "mask",
    "nesting_depth",
    "parse",
]
