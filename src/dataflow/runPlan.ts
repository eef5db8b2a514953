import type { CellStaleness, Flow, Reason } from '../api/types';

/** Reasons that name a cell which has to run first. */
const WAITS_FOR: ReadonlySet<Reason['kind']> = new Set([
  'input-edited',
  'input-not-run',
  'input-stale'
]);

/**
 * Chooses the cells to run, in notebook order.
 *
 * A cell is run with those it surely needs, at any remove, that are stale, were edited, or did not run. A cell that may
 * only change what it needs is run too where it never did: without it the result may be another one than in a run of the
 * whole notebook. A fresh cell is left as it is, with all that it needs.
 */
export class RunPlan {
  /**
   * @param flow - What cells need of each other.
   * @param staleness - How each stands; null where it is not known what ran, and all are taken for not run.
   */
  constructor(flow: Flow, staleness: readonly CellStaleness[] | null) {
    this._order = flow.cells.map(({ cell }) => cell);
    for (const { source, target, kind } of flow.dependencies) {
      if (kind === 'definition' || kind === 'mutation') {
        put(this._needs, target, source);
        put(this._users, source, target);
      } else if (kind === 'possible-mutation') {
        put(this._mayNeed, target, source);
      }
    }
    for (const entry of staleness ?? []) {
      this._states.set(entry.cell, entry.state);
      for (const { kind, cell } of entry.reasons) {
        if (cell !== null && WAITS_FOR.has(kind)) {
          put(this._needs, entry.cell, cell);
        }
      }
    }
  }

  /** The cells whose results would be others now: stale, or edited since they ran. */
  get stale(): string[] {
    return this._order.filter(cell => this._isStale(cell));
  }

  /** Some cells, with what they need. */
  withNeeds(cells: readonly string[]): string[] {
    const chosen = new Set(cells);
    const todo = [...chosen];
    while (todo.length > 0) {
      const cell = todo.pop()!;
      const above = [
        ...Array.from(this._needs.get(cell) ?? NOTHING).filter(
          one => this._isStale(one) || this._isNotRun(one)
        ),
        ...Array.from(this._mayNeed.get(cell) ?? NOTHING).filter(one =>
          this._isNotRun(one)
        )
      ];
      for (const one of above) {
        if (!chosen.has(one)) {
          chosen.add(one);
          todo.push(one);
        }
      }
    }
    return this._sorted(chosen);
  }

  /** All stale cells, with what they need. */
  ofStale(): string[] {
    return this.withNeeds(this.stale);
  }

  /** A cell and everything that uses it, with what they need. */
  withUsers(cell: string): string[] {
    return this.withNeeds([cell, ...this._usersOf([cell])]);
  }

  /** Everything that uses a cell, with what it needs. */
  usersOf(cell: string): string[] {
    return this.withNeeds(Array.from(this._usersOf([cell])));
  }

  /**
   * The stale cells that use cells which just ran and are fresh after a run: those that also wait for a cell that was
   * edited or did not run are left alone, with what uses them.
   */
  staleUsers(ran: readonly string[]): string[] {
    const users = this._usersOf(ran);
    const chosen = new Set<string>();
    for (const cell of this._order) {
      const waits = Array.from(this._needs.get(cell) ?? NOTHING).some(
        one =>
          one !== cell &&
          !chosen.has(one) &&
          (this._isStale(one) || this._isNotRun(one))
      );
      if (users.has(cell) && this._states.get(cell) === 'stale' && !waits) {
        chosen.add(cell);
      }
    }
    return Array.from(chosen);
  }

  private _usersOf(cells: readonly string[]): Set<string> {
    const found = new Set<string>();
    const todo = [...cells];
    while (todo.length > 0) {
      for (const user of this._users.get(todo.pop()!) ?? NOTHING) {
        if (!found.has(user)) {
          found.add(user);
          todo.push(user);
        }
      }
    }
    return found;
  }

  private _isStale(cell: string): boolean {
    const state = this._states.get(cell);
    return state === 'stale' || state === 'edited';
  }

  private _isNotRun(cell: string): boolean {
    return (this._states.get(cell) ?? 'not-run') === 'not-run';
  }

  private _sorted(cells: ReadonlySet<string>): string[] {
    return this._order.filter(cell => cells.has(cell));
  }

  private readonly _order: readonly string[];
  private readonly _states = new Map<string, CellStaleness['state']>();
  private readonly _needs = new Map<string, Set<string>>();
  private readonly _mayNeed = new Map<string, Set<string>>();
  private readonly _users = new Map<string, Set<string>>();
}

function put(map: Map<string, Set<string>>, key: string, value: string): void {
  map.set(key, (map.get(key) ?? new Set()).add(value));
}

const NOTHING: ReadonlySet<string> = new Set();
