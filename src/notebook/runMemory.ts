import { trimmed } from './trimmed';

/** What a browser remembers of a run; the history of a kernel knows neither cells nor times. */
export interface IRememberedRun {
  readonly count: number;
  readonly cell: string | null;
  /** Whether the cell is known from the request, and not from the text alone. */
  readonly isSure: boolean;
  readonly started: number | null;
  readonly took: number | null;
  /** The id of the request, while it runs. */
  readonly request: string | null;
  /** The hash of a text that was taken for the one that ran, see `IRunRecords.accept`. */
  readonly accepted: string | null;
}

/** One notebook in one process of a kernel. */
export interface IMemoryKey {
  /** The kernel's id. */
  readonly kernel: string;
  /** What the process calls itself; another one after a restart. */
  readonly session: string;
  /** Where the notebook is. */
  readonly path: string;
}

/** As it is stored. */
interface IStored {
  readonly session: string;
  /** When it was written, to forget the oldest first. */
  readonly at: number;
  readonly runs: readonly IRememberedRun[];
}

const PREFIX = 'jupyter-nbquality:runs:';

/** Of so many notebooks with their kernels something is remembered. */
const MOST_NOTEBOOKS = 10;

/** So many runs of each. */
const MOST_RUNS = 500;

/** Milliseconds from a change to when it is written. */
const DELAY = 50;

/**
 * Remembers in the browser which cell each run of a notebook was of, for when the page is loaded anew, and for other
 * tabs. No text of a cell is stored.
 */
export class RunMemory {
  /**
   * @param _storage - Where to; null where the browser gives no room.
   * @param _changed - Called when another tab remembered something of this notebook.
   */
  constructor(
    private readonly _storage: Storage | null,
    private readonly _changed: () => void
  ) {
    window.addEventListener('storage', this._onStorage);
    window.addEventListener('pagehide', this.flush);
  }

  /** Whose runs these are; null while that is not known, and nothing is remembered. */
  get key(): IMemoryKey | null {
    return this._key;
  }
  set key(key: IMemoryKey | null) {
    this.flush();
    this._key = key;
  }

  /** What is remembered, by execution count. */
  load(): Map<number, IRememberedRun> {
    return new Map(this._read().map(run => [run.count, run]));
  }

  /** Remembers runs, soon; it asks for them then. */
  save(runs: () => readonly IRememberedRun[]): void {
    this._due = runs;
    this._timer ||= window.setTimeout(this.flush, DELAY);
  }

  /** The notebook is at another path now. */
  move(path: string): void {
    this.flush();
    const key = this._key;
    if (key) {
      const runs = this._read();
      this._storage?.removeItem(nameOf(key));
      this._key = { ...key, path };
      this.save(() => runs);
    }
  }

  /** Writes what is due. */
  readonly flush = (): void => {
    window.clearTimeout(this._timer);
    this._timer = 0;
    const due = this._due;
    const key = this._key;
    this._due = null;
    if (!due || !key) {
      return;
    }
    const stored = this.load();
    const runs = trimmed(due(), MOST_RUNS).map(run => {
      // Another tab may have asked for what this one only saw running.
      const other = stored.get(run.count);
      return !run.isSure && other?.isSure ? other : run;
    });
    if (JSON.stringify(runs) !== JSON.stringify([...stored.values()])) {
      this._write(nameOf(key), { session: key.session, at: Date.now(), runs });
    }
  };

  dispose(): void {
    this.flush();
    window.removeEventListener('storage', this._onStorage);
    window.removeEventListener('pagehide', this.flush);
  }

  private readonly _onStorage = ({ key }: StorageEvent): void => {
    if (this._key && key === nameOf(this._key)) {
      this._changed();
    }
  };

  private _read(): readonly IRememberedRun[] {
    const key = this._key;
    const stored = key && parsed(this._storage?.getItem(nameOf(key)));
    return stored?.session === key?.session ? (stored?.runs ?? []) : [];
  }

  private _write(name: string, value: IStored): void {
    try {
      this._forget(name);
      this._storage?.setItem(name, JSON.stringify(value));
    } catch {
      // There is no more room: less is known after the page is loaded anew.
    }
  }

  /** Makes room for one more notebook. */
  private _forget(name: string): void {
    const storage = this._storage;
    if (!storage || storage.getItem(name) !== null) {
      return;
    }
    const names = Object.keys(storage).filter(key => key.startsWith(PREFIX));
    const age = new Map(
      names.map(key => [key, parsed(storage.getItem(key))?.at ?? 0])
    );
    names.sort((one, other) => age.get(other)! - age.get(one)!);
    for (const key of names.slice(MOST_NOTEBOOKS - 1)) {
      storage.removeItem(key);
    }
  }

  private _key: IMemoryKey | null = null;
  private _due: (() => readonly IRememberedRun[]) | null = null;
  private _timer = 0;
}

/** The browser's storage; null where it is turned off. */
export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

function nameOf({ kernel, path }: IMemoryKey): string {
  return `${PREFIX}${kernel}:${path}`;
}

function isRun(value: unknown): value is IRememberedRun {
  const run = value as Partial<IRememberedRun> | null;
  return typeof run?.count === 'number' && run.cell !== undefined;
}

/** What was stored, where this version can read it. */
function parsed(text: string | null | undefined): IStored | null {
  try {
    const value = JSON.parse(text ?? 'null') as Partial<IStored> | null;
    return typeof value?.session === 'string' &&
      Array.isArray(value.runs) &&
      value.runs.every(isRun)
      ? (value as IStored)
      : null;
  } catch {
    return null;
  }
}
