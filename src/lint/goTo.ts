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

/** `cell 7:3:5: …`, as the command line prints it wherever a report or an annotation has it, and `cell 7, line 3`. */
const PLACE =
  /\bcell\s+(?<cell>\d+)(?::(?<line>\d+)(?::(?<column>\d+))?|,\s*line\s+(?<only>\d+))?/i;

/** `In [4]`, and `Cell In[4], line 2` of a traceback. */
const INPUT = /\bIn\s*\[\s*(?<count>\d+)\s*\](?:,\s*line\s+(?<line>\d+))?/;

/** What services write in front of each line of their logs. */
const LOG_TIME = /^\s*\d{4}-\d\d-\d\dT\S+\s+/;

/** Where a line of a report, an annotation of GitHub and a row of a summary have the path of the notebook. */
const PATHS = [
  /^\s*(?:-->\s*)?([^\s:|][^:|]*\.ipynb):?\s*cell\s/i,
  /\bfile=([^,:]+\.ipynb)/i,
  /`([^`]+\.ipynb)`/i,
  /([^\s:|]+\.ipynb)\b/i
];

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
  const place = PLACE.exec(name);
  if (place?.groups) {
    const { cell, line, column, only } = place.groups;
    const row = line ?? only;
    return numbered(
      cells,
      Number(cell),
      pathIn(name),
      row ? Number(row) - 1 : null,
      column ? Number(column) - 1 : null
    );
  }
  const prompt = /^\[\s*(?<count>\d+)\s*\]:?$/.exec(name) ?? INPUT.exec(name);
  if (prompt?.groups) {
    const { count, line } = prompt.groups;
    const found = at(
      cells.findIndex(cell => cell.execution_count === Number(count))
    );
    return found && line ? { ...found, line: Number(line) - 1 } : found;
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

/** The path of the notebook that a pasted line names beside a cell; null when it names none. */
export function pathIn(text: string): string | null {
  const line = text.replace(LOG_TIME, '');
  if (!PLACE.test(line)) {
    return null;
  }
  for (const [index, pattern] of PATHS.entries()) {
    const path = pattern.exec(line)?.[1];
    if (path) {
      return index === 1 ? decoded(path) : path;
    }
  }
  return null;
}

/** A property of an annotation, in which some characters are escaped. */
function decoded(property: string): string {
  return property.replace(/%(3A|2C|0D|0A|25)/gi, (_, code: string) =>
    String.fromCharCode(parseInt(code, 16))
  );
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
