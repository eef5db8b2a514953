import { Signal } from '@lumino/signaling';

import type { CellFlow, CellStaleness, Flow, Inspection } from '../api/types';
import type { IGraphNotebook } from '../dataflow/graph/model';
import type { IQualityModel } from '../tokens';
import { makeInspection, makeSnapshot } from './notebooks';

/** What is known of a cell that binds its own name. */
export function makeCellFlow(
  id: string,
  more: Partial<CellFlow> = {}
): CellFlow {
  return {
    cell: id,
    known: true,
    kept: false,
    imports_only: false,
    defines: [{ name: id, certain: true, range: null }],
    uses: [],
    deferred_uses: [],
    mutates: [],
    deletes: [],
    unknown: [],
    ...more
  };
}

/** The flow between cells: each link with the cell that gives, the one that needs, and how. */
export function makeFlow(
  cells: readonly CellFlow[],
  ...links: [string, string, Flow['dependencies'][0]['kind']?][]
): Flow {
  return {
    cells: [...cells],
    dependencies: links.map(([source, target, kind = 'definition']) => ({
      source,
      target,
      names: [source],
      kind
    })),
    missing: []
  };
}

/** A notebook as its graph sees it, to be changed by a test. */
export class FakeNotebook implements IGraphNotebook {
  constructor(flow: Flow, sources: Record<string, string> = {}) {
    this.model = {
      snapshot: makeSnapshot(
        flow.cells.map(({ cell }, place) => ({
          id: cell,
          source: sources[cell] ?? cell,
          execution_count: place + 1
        }))
      ),
      inspection: { ...makeInspection(), flow },
      status: 'done',
      error: '',
      changed: this._changed,
      cellIndex: (id: string) =>
        this.model.inspection!.flow.cells.findIndex(({ cell }) => cell === id)
    } as unknown as IQualityModel;
  }

  readonly model: IQualityModel;

  get activeCellId(): string | null {
    return this._active;
  }

  get activeCellChanged(): Signal<unknown, unknown> {
    return this._activeCellChanged;
  }

  /** Makes a cell the active one. */
  activate(cell: string | null): void {
    this._active = cell;
    this._activeCellChanged.emit(undefined);
  }

  /** Another check was made; it tells how cells stand where it is known what ran. */
  check(
    flow: Flow,
    states: Record<string, CellStaleness['state']> | null = null,
    ran: Inspection['ran'] = null
  ): void {
    const staleness =
      states &&
      Object.entries(states).map(([cell, state]) => ({
        cell,
        state,
        reasons: []
      }));
    Object.assign(this.model, {
      inspection: { ...makeInspection(), flow, staleness, ran }
    });
    this._changed.emit();
  }

  private _active: string | null = null;
  private readonly _changed = new Signal<IQualityModel, void>(this as never);
  private readonly _activeCellChanged = new Signal<unknown, unknown>(this);
}
