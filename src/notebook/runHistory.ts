import type { Kernel } from '@jupyterlab/services';

import type { IRunRecord } from '../tokens';
import type { IRememberedRun } from './runMemory';
import { textHash } from './textHash';

/** A code cell as it is now. */
export interface ICodeCell {
  readonly id: string;
  readonly source: string;
  readonly count: number | null;
}

/** A run with what of it is not for others to know. */
export interface IKeptRun extends IRunRecord {
  readonly count: number;
  /** Whether the cell is known from the request, and not from the text alone. */
  readonly isSure: boolean;
  /** The text that ran, where `source` is one that was taken for it. */
  readonly ran: string;
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
    // Beyond the end; not all kernels take 0 for that.
    stop: 2 ** 31 - 1,
    raw: true,
    output: false
  });
  if (content.status !== 'ok' || !Array.isArray(content.history)) {
    return null;
  }
  const lines: [number, string][] = [];
  for (const [, count, source] of content.history) {
    if (typeof source === 'string' && source.trim()) {
      // Some kernels tell it as text.
      lines.push([Number(count), source]);
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
  live: readonly IKeptRun[],
  remembered: ReadonlyMap<number, IRememberedRun>,
  cells: readonly ICodeCell[]
): IKeptRun[] {
  const seen = new Map(live.map(run => [run.count, run]));
  const byText = new Map<string, ICodeCell[]>();
  for (const cell of cells) {
    const text = textOf(cell.source);
    byText.set(text, [...(byText.get(text) ?? []), cell]);
  }
  const sources = new Map(cells.map(cell => [cell.id, cell.source]));
  const runs: IKeptRun[] = [];
  let last = 0;
  for (const [count, text] of lines) {
    last = Math.max(last, count);
    const run = seen.get(count);
    if (run && isSameText(run.ran, text)) {
      runs.push(run);
      continue;
    }
    const known = remembered.get(count);
    const matches = byText.get(text) ?? [];
    const match =
      only(matches) ?? only(matches.filter(cell => cell.count === count));
    const cell = known?.cell ?? match?.id ?? null;
    const now = cell === null ? undefined : sources.get(cell);
    const ran = now !== undefined && textOf(now) === text ? now : text;
    const isAccepted =
      now !== undefined && known?.accepted && known.accepted === textHash(now);
    runs.push({
      cell,
      source: isAccepted ? now : ran,
      count,
      started: known?.started ?? null,
      took: known?.took ?? null,
      isSure: known?.isSure ?? false,
      ran
    });
  }
  return [...runs, ...live.filter(({ count }) => count > last)];
}

/**
 * Takes over from another tab the cells that it is sure of.
 *
 * @returns The same runs where it knows no more.
 */
export function withCellsOf(
  runs: readonly IKeptRun[],
  remembered: ReadonlyMap<number, IRememberedRun>
): readonly IKeptRun[] {
  const better = runs.map(run => {
    const other = remembered.get(run.count);
    return other?.isSure && !run.isSure
      ? { ...run, cell: other.cell, isSure: true }
      : run;
  });
  return better.some((run, index) => run !== runs[index]) ? better : runs;
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
