import type { Kernel } from '@jupyterlab/services';

import type { IRunRecord } from '../tokens';

/** A code cell as it is now. */
export interface ICodeCell {
  readonly id: string;
  readonly source: string;
  readonly count: number | null;
}

/** What a browser remembers of a run; the history of a kernel knows neither cells nor times. */
export interface IRememberedRun {
  readonly count: number;
  readonly cell: string | null;
  readonly started: number | null;
  readonly took: number | null;
  /** The id of a request that is not done yet. */
  readonly request?: string;
  /** The hash of the text that was taken for the one that ran, see `IRunRecords.accept`. */
  readonly accepted?: string;
}

/** What ran in a kernel since it started, by execution count. */
export interface IHistory {
  /** What the process calls itself. */
  readonly session: string;
  readonly lines: readonly (readonly [count: number, source: string])[];
}

/**
 * Asks a kernel what ran since it started; null where it cannot tell.
 *
 * A kernel that is busy answers once it is done.
 */
export async function askHistory(
  kernel: Kernel.IKernelConnection
): Promise<IHistory | null> {
  const { header, content } = await kernel.requestHistory({
    hist_access_type: 'range',
    // The current one, as IPython counts.
    session: 0,
    start: 1,
    // To the end.
    stop: 0,
    raw: true,
    output: false
  });
  if (content.status !== 'ok' || !Array.isArray(content.history)) {
    return null;
  }
  const lines: [number, string][] = [];
  for (const [, count, source] of content.history) {
    if (typeof source === 'string' && source.trim()) {
      lines.push([count, source]);
    }
  }
  return { session: header.session, lines };
}

/**
 * Finds the cell that a text came from when nobody says which: the one that has this text.
 *
 * @returns Its id; null where no cell has the text, or several have.
 */
export function cellWith(
  source: string,
  cells: readonly ICodeCell[]
): string | null {
  const matches = cells.filter(cell => isSameText(cell.source, source));
  return matches.length === 1 ? matches[0].id : null;
}

/**
 * Makes records from the history of a kernel and what else is known of the runs.
 *
 * Where this browser does not remember the cell of a line, it is the one with the same text; of several with this text
 * it is the one with the same execution count. A count alone tells nothing: a cell that did not run yet in this kernel
 * keeps the count of an earlier one.
 *
 * @param lines - What the kernel tells.
 * @param live - What was seen to run, in order; also what is not in the history yet.
 * @param remembered - By execution count.
 * @param cells - The code cells of the notebook.
 */
export function recordsOf(
  lines: IHistory['lines'],
  live: readonly IRunRecord[],
  remembered: ReadonlyMap<number, IRememberedRun>,
  cells: readonly ICodeCell[]
): IRunRecord[] {
  const seen = new Map(live.map(record => [record.count, record]));
  const byText = new Map<string, ICodeCell[]>();
  for (const cell of cells) {
    const text = textOf(cell.source);
    byText.set(text, [...(byText.get(text) ?? []), cell]);
  }
  const records: IRunRecord[] = [];
  let last = 0;
  for (const [count, source] of lines) {
    last = Math.max(last, count);
    const record = seen.get(count);
    const matches = byText.get(textOf(source)) ?? [];
    if (record && isSameText(record.source, source)) {
      records.push(record);
      continue;
    }
    const known = remembered.get(count);
    const cell =
      known?.cell ??
      (matches.length === 1
        ? matches[0].id
        : (only(matches.filter(match => match.count === count))?.id ?? null));
    records.push({
      cell,
      source: matches.find(match => match.id === cell)?.source ?? source,
      count,
      started: known?.started ?? null,
      took: known?.took ?? null
    });
  }
  return [...records, ...live.filter(({ count }) => (count ?? 0) > last)];
}

/** Whether two texts are the same for a kernel, whose history ends without empty lines. */
export function isSameText(one: string, other: string): boolean {
  return one === other || textOf(one) === textOf(other);
}

function textOf(source: string): string {
  return source.endsWith('\n') ? source.replace(/\n+$/, '') : source;
}

function only<T>(values: readonly T[]): T | null {
  return values.length === 1 ? values[0] : null;
}
