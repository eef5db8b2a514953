import type { Flow, TestResult } from '../api/types';
import type { IQualityModel, IRunRecords } from '../tokens';
import type { ITestItem } from './items';

/** What came of a test, all of it. */
export interface ITestResult extends Required<Omit<TestResult, 'lines'>> {
  /** It ran beside a cell, and saw what that had done so far. */
  readonly isMidway: boolean;
}

/** What came of a test, with what a kernel or the server left out. */
export function resultOf(told: TestResult): ITestResult {
  return {
    seconds: 0,
    message: '',
    expected: '',
    got: '',
    detail: '',
    output: '',
    line: -1,
    cases: [],
    fell_back: '',
    isMidway: false,
    ...told
  };
}

/** What was tested, to see later whether it is still the same. */
export interface IStamp {
  /** The ids of the cells that the test looks at. */
  readonly cells: readonly string[];
  readonly text: string;
  /** Texts that ran in cells and are part of other cells now, by their ids. */
  readonly ran?: ReadonlyMap<string, string>;
}

/** What came of a test, and of which code. */
export interface IVerdict {
  readonly result: ITestResult;
  readonly stamp: IStamp;
  /** In which order verdicts came. */
  readonly order: number;
}

/** The last verdicts on a test: in the kernel that runs, and from a clean start. */
export interface IVerdicts {
  readonly live: IVerdict | null;
  readonly clean: IVerdict | null;
}

/** How a test stands. */
export interface IStanding {
  readonly state: 'passed' | 'failed' | 'skipped' | 'not-run';
  /** The verdict that says most; null where there is none. */
  readonly verdict: IVerdict | null;
  /** Whether it ended so with other code than there is now. */
  readonly isOutdated: boolean;
  /** Whether the kernel and a clean start say different things, and which of them is content. */
  readonly differs: 'only-here' | 'only-clean' | null;
}

/** Where a test ran that says something about the kernel of the notebook. */
export function isLive({ engine }: Pick<ITestResult, 'engine'>): boolean {
  return engine !== 'clean';
}

/**
 * What a test looks at, as it is now: its own source, the cells it needs, and for the kernel also which runs it is left
 * with by them.
 *
 * @param cells - The cells of an earlier stamp, to compare with; else they are found.
 */
export function stampOf(
  model: IQualityModel,
  item: ITestItem,
  live: boolean,
  cells: readonly string[] = cellsNeeded(model.inspection?.flow ?? null, item)
): IStamp {
  const { session } = model.context.sessionContext;
  return {
    cells,
    text: JSON.stringify([
      item.test.source,
      live ? (session?.kernel?.id ?? null) : null,
      cells.map(cell => [
        model.currentSource(cell),
        live ? (model.runs.lastRun(cell)?.count ?? null) : null
      ])
    ])
  };
}

/**
 * The cells that a test looks at: its own, those that make names it uses, and all that these need.
 */
export function cellsNeeded(flow: Flow | null, item: ITestItem): string[] {
  if (!flow) {
    return [item.cell];
  }
  const words = new Set(
    item.test.source.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []
  );
  const needed = new Set([item.cell]);
  for (const { cell, defines, mutates } of flow.cells) {
    if ([...defines, ...mutates].some(({ name }) => words.has(name))) {
      needed.add(cell);
    }
    if (cell === item.cell) {
      // What comes later is none of its business.
      break;
    }
  }
  let size = 0;
  while (size < needed.size) {
    size = needed.size;
    for (const { source, target } of flow.dependencies) {
      if (needed.has(target)) {
        needed.add(source);
      }
    }
  }
  return flow.cells.map(({ cell }) => cell).filter(cell => needed.has(cell));
}

/** How a test stands, by its last verdicts and what is there now. */
export function standingOf(
  model: IQualityModel,
  item: ITestItem,
  { live, clean }: IVerdicts
): IStanding {
  const isOld = ({ result, stamp }: IVerdict): boolean =>
    stampOf(model, item, isLive(result), stamp.cells).text !== stamp.text ||
    (result.isMidway && !isRunning(model.runs)) ||
    (isLive(result) && stamp.cells.some(cell => isEdited(model, cell, stamp)));
  const known = [live, clean]
    .filter((verdict): verdict is IVerdict => verdict !== null)
    .sort((one, other) => other.order - one.order);
  const current = known.filter(verdict => !isOld(verdict));
  const verdict = current[0] ?? known[0] ?? null;
  if (!verdict) {
    return { state: 'not-run', verdict, isOutdated: false, differs: null };
  }
  const states = current.map(({ result }) => stateOf(result));
  if (states.length === 2 && states[0] !== states[1]) {
    const failed = current.find(({ result }) => stateOf(result) === 'failed');
    if (failed) {
      return {
        state: 'failed',
        verdict: failed,
        isOutdated: false,
        differs: failed === clean ? 'only-here' : 'only-clean'
      };
    }
  }
  return {
    state: stateOf(verdict.result),
    verdict,
    isOutdated: current.length === 0,
    differs: null
  };
}

/** Whether the cell that began to run last has not come to its end yet. */
export function isRunning({ records }: IRunRecords): boolean {
  return records?.[records.length - 1]?.took === null;
}

/** Whether a cell has another text than the one that ran in the kernel. */
function isEdited(model: IQualityModel, cell: string, stamp: IStamp): boolean {
  const ran = model.runs.lastRun(cell)?.source ?? null;
  return (
    ran !== null &&
    ran.trimEnd() !== model.currentSource(cell)?.trimEnd() &&
    stamp.ran?.get(cell) !== ran
  );
}

function stateOf(result: ITestResult): IStanding['state'] {
  const { status } = result;
  if (status === 'blocked' && isLive(result)) {
    return 'not-run';
  }
  return status === 'passed' || status === 'skipped' ? status : 'failed';
}
