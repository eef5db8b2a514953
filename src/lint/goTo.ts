/** A cell, as far as finding it needs it. */
export interface ITargetCell {
  readonly id: string;
  readonly execution_count: number | null;
}

/** Where a person wants to go. Lines and columns are counted from 0, columns in characters. */
export interface ITarget {
  /** The place of the cell, from 0. */
  readonly index: number;
  readonly line: number | null;
  readonly column: number | null;
  /** The notebook that was named, a path as it was written; null for the one in front. */
  readonly path: string | null;
}

/** `path.ipynb:cell 7:3:5: …`, and the same with words around it, as the command line prints it. */
const REPORT =
  /^\s*(?:-->\s*)?(?<path>[^\s:][^:]*\.ipynb)?:?\s*cell\s+(?<cell>\d+)(?::(?<line>\d+)(?::(?<column>\d+))?)?/i;

/**
 * Reads any name of a cell that a person has at hand: the prompt `[4]`, its number over all cells as `cell 7`, `#7` or
 * `7`, its id, or a line of what CI printed.
 *
 * @returns Null when no cell of this name is there.
 */
export function findTarget(
  text: string,
  cells: readonly ITargetCell[]
): ITarget | null {
  const name = text.trim();
  if (!name) {
    return null;
  }
  const report = REPORT.exec(name);
  if (report?.groups) {
    const { path, cell, line, column } = report.groups;
    return numbered(
      cells,
      Number(cell),
      path ?? null,
      line ? Number(line) - 1 : null,
      column ? Number(column) - 1 : null
    );
  }
  const prompt = /^\[\s*(\d+)\s*\]:?$/.exec(name);
  if (prompt) {
    const count = Number(prompt[1]);
    return at(cells.findIndex(cell => cell.execution_count === count));
  }
  const id = at(cells.findIndex(cell => cell.id === name));
  if (id) {
    return id;
  }
  const number = /^#?\s*(\d+)$/.exec(name);
  if (number) {
    return numbered(cells, Number(number[1]));
  }
  // A line of a report in another format may name the cell by its id.
  const words = new Set(name.split(/[\s"'`()[\],:]+/));
  return at(cells.findIndex(cell => cell.id !== '' && words.has(cell.id)));
}

/** The path of the notebook that a pasted line names; null when it names none. */
export function pathIn(text: string): string | null {
  return REPORT.exec(text)?.groups?.path ?? null;
}

function numbered(
  cells: readonly ITargetCell[],
  number: number,
  path: string | null = null,
  line: number | null = null,
  column: number | null = null
): ITarget | null {
  return number >= 1 && number <= cells.length
    ? { index: number - 1, line, column, path }
    : null;
}

function at(index: number): ITarget | null {
  return index < 0 ? null : { index, line: null, column: null, path: null };
}
