import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { Position } from '../api/types';

/** What of a notebook is to be refactored. */
export interface ITarget {
  /** The ids of code cells, in the order of the notebook; at least one. */
  readonly cells: readonly string[];
  /** Where in the one cell; null for the whole of all cells. */
  readonly range: { readonly start: Position; readonly end: Position } | null;
}

/**
 * What a person means: the text that is selected in the active cell; else the selected cells, or the one the context
 * menu was opened on where it is not one of them.
 *
 * @param clicked - The node of the cell that the context menu was opened on.
 * @returns Null where that holds no code cell.
 */
export function targetOf(
  panel: NotebookPanel,
  clicked?: HTMLElement
): ITarget | null {
  const meant = cellsMeant(panel, clicked);
  const cells = meant
    .filter(({ model }) => model.type === 'code')
    .map(({ model }) => model.id);
  if (cells.length === 0) {
    return null;
  }
  const [cell] = meant;
  const isOne = meant.length === 1 && cell === panel.content.activeCell;
  return { cells, range: isOne ? selectedRange(cell) : null };
}

/**
 * The cells of any type that a person means: see `targetOf`.
 */
export function cellsMeant(
  { content: notebook }: NotebookPanel,
  clicked?: HTMLElement
): Cell[] {
  const cell =
    notebook.widgets.find(({ node }) => node === clicked) ??
    notebook.activeCell;
  if (!cell) {
    return [];
  }
  return notebook.isSelectedOrActive(cell)
    ? notebook.widgets.filter(one => notebook.isSelectedOrActive(one))
    : [cell];
}

/** The text that is selected in a cell; null where none is, or nothing but blanks. */
function selectedRange({ editor, model }: Cell): ITarget['range'] {
  if (!editor) {
    return null;
  }
  const { start, end } = editor.getSelection();
  const [from, to] = [editor.getOffsetAt(start), editor.getOffsetAt(end)].sort(
    (one, other) => one - other
  );
  const source = model.sharedModel.getSource();
  if (source.slice(from, to).trim() === '') {
    return null;
  }
  const position = (offset: number): Position => {
    const { line, column } = editor.getPositionAt(offset)!;
    return { line, column };
  };
  return { start: position(from), end: position(to) };
}
