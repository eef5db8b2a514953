"""What every cell defines, reads and changes, and what follows from it, from its source alone.

A cell goes through these steps, a module each:

1. `walker` goes through the syntax tree once and gives the `Facts` of each top-level statement:
   what names it reads now or later, binds, deletes, and which calls it makes.
2. `calls` says what those calls change, by the tables in ``tables/``.
3. `cells` folds the statements of a cell, with its magics, into the `Facts` of the cell.
4. `graph` links the cells of a notebook by the names that flow between them.

`slices`, `order`, `runs` and `staleness` ask the graph. `tracing` follows the values of names
through cells in an order (`steps`, `entries` and `repeats` say what a statement does to them), for
`staleness` to compare. Nothing here runs code.
"""
