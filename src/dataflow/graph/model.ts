import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { CellStaleness, Flow } from '../../api/types';
import type { IQualityModel } from '../../tokens';
import { linksOf, missingOf } from '../links';
import { runFlowOf } from '../runFlow';
import { stalenessOf } from '../staleness';
import type { IArrow } from './arrows';
import { layOut } from './layout';
import type { ILayout } from './layout';
import type { IScoped, Scope } from './scope';
import { drawableCells, scopeOf } from './scope';

/** More cells than these are not drawn at once where nobody asked for all. */
export const MANY_CELLS = 80;

/** With more arrows a cell than these, the names on them hide the arrows. */
const MANY_ARROWS = 3;

/** How the result of a cell stands; null where it is not known what ran. */
export type CellState = CellStaleness['state'] | null;

/** As the notebook is written, or as its cells ran. */
export type Order = 'notebook' | 'run';

/** What a person chose to see. */
export interface IChoices {
  readonly order: Order;
  readonly scope: Scope;
  readonly hasImports: boolean;
  readonly hasPossible: boolean;
  readonly hasNames: boolean;
}

/** Where everything stands, and what it is. */
export interface IPicture extends IScoped {
  readonly layout: ILayout;
}

/** The cells that the selected one needs, and those that need it, with itself. */
export interface ILinkedCells {
  readonly above: ReadonlySet<string>;
  readonly below: ReadonlySet<string>;
}

/** The notebook whose graph it is, as far as the graph needs it. */
export interface IGraphNotebook {
  readonly model: IQualityModel;
  /** The active code cell; null where there is none. */
  readonly activeCellId: string | null;
  readonly activeCellChanged: ISignal<unknown, unknown>;
}

/**
 * The graph of one notebook: which cells are drawn and where, and which is selected. It follows the notebook; where
 * things stand changes only with what is drawn.
 */
export class GraphModel {
  constructor(readonly notebook: IGraphNotebook) {
    this._selected = notebook.activeCellId;
    this._anchor = this._selected;
    notebook.model.changed.connect(this._onModelChanged, this);
    notebook.activeCellChanged.connect(this._onActiveCellChanged, this);
  }

  /** Anything below changed. */
  get changed(): ISignal<GraphModel, void> {
    return this._changed;
  }

  /** In the order that was chosen. */
  get flow(): Flow | null {
    const { inspection } = this.notebook.model;
    const isRun = this._chosen.order === 'run';
    return (isRun && inspection && runFlowOf(inspection)) || this._writtenFlow;
  }

  /** Whether it is known what ran, and something did. */
  get hasRunOrder(): boolean {
    const { inspection } = this.notebook.model;
    return Boolean(inspection && runFlowOf(inspection));
  }

  /** The names that a cell reads and none above defines; that is known of cells as they are written. */
  missing(cell: string): readonly string[] {
    return (this.flow && missingOf(this.flow).get(cell)) ?? [];
  }

  /** The cell that is selected here and in the notebook. */
  get selected(): string | null {
    return this._selected;
  }

  /** The cell that the others are linked with, where only such are drawn. */
  get anchor(): string | null {
    return this.choices.scope === 'linked' ? this._anchor : null;
  }

  get choices(): IChoices {
    return { ...this._defaults, ...this._chosen };
  }

  /** Draws other cells, or draws them otherwise. Where linked cells are asked for, those of the selected one. */
  choose(choices: Partial<IChoices>): void {
    if (choices.scope === 'linked') {
      this._anchor = this._selected;
    }
    this._chosen = { ...this._chosen, ...choices };
    this._changed.emit();
  }

  /** Has a cell drawn, if it can be: where it is not among the cells, those that it is linked with are. */
  show(cell: string): void {
    this._selected = cell;
    if (this.picture && !this.picture.cells.includes(cell)) {
      this.choose({
        scope: 'linked',
        ...(this._isImport(cell) && { hasImports: true })
      });
    } else {
      this._changed.emit();
    }
  }

  /** What is drawn; null while nothing is known. */
  get picture(): IPicture | null {
    const { flow, choices } = this;
    if (!flow) {
      return null;
    }
    const { scope, hasImports, hasPossible, hasNames } = choices;
    const states = this._states;
    const stale =
      scope === 'stale'
        ? flow.cells.map(({ cell }) => cell).filter(cell => this.isStale(cell))
        : [];
    const anchor = scope === 'linked' ? this._anchor : this._middle(flow);
    const key = JSON.stringify([
      scope,
      anchor,
      hasImports,
      hasPossible,
      hasNames,
      stale
    ]);
    if (this._known?.flow === flow && this._known.key === key) {
      return this._known.picture;
    }
    const scoped = scopeOf(flow, {
      scope,
      anchor,
      hasImports,
      hasPossible,
      isStale: cell => isOutdated(states?.get(cell)?.state ?? null)
    });
    const picture = { ...scoped, layout: this._layOut(scoped, hasNames) };
    this._known = { flow, key, picture };
    return picture;
  }

  /** The cell around which cells are drawn, where they are too many. */
  get center(): string | null {
    return this.choices.scope === 'linked' ? this._anchor : this._center;
  }

  /** Whether all cells are drawn, and not those of a choice. */
  get isWhole(): boolean {
    return this.choices.scope === 'all';
  }

  /** How the result of a cell stands; null where it is not known what ran. */
  stateOf(cell: string): CellState {
    return this._states?.get(cell)?.state ?? null;
  }

  /** Whether a cell's result would be another now. */
  isStale(cell: string): boolean {
    return isOutdated(this.stateOf(cell));
  }

  /** Whether it is known what ran. */
  get hasStates(): boolean {
    return this._states !== null;
  }

  /** How many cells are stale, or were edited since they ran. */
  get staleCount(): number {
    return Array.from(this._states?.values() ?? []).filter(({ state }) =>
      isOutdated(state)
    ).length;
  }

  /** The cells that only import. */
  get imports(): string[] {
    return (this.flow?.cells ?? [])
      .filter(({ imports_only }) => imports_only)
      .map(({ cell }) => cell);
  }

  /** What the selected cell is linked with. */
  get linked(): ILinkedCells {
    const { flow, selected } = this;
    if (!flow || selected === null) {
      return { above: new Set(), below: new Set() };
    }
    const links = linksOf(flow);
    return {
      above: new Set([selected, ...links.ancestors(selected)]),
      below: new Set([selected, ...links.descendants(selected)])
    };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  /** Until somebody chooses: all cells where they are not many, and names where arrows are not. */
  private get _defaults(): IChoices {
    const flow = this._writtenFlow;
    const cells = flow ? drawableCells(flow, false).length : 0;
    const isMany = cells > MANY_CELLS && this._anchor !== null;
    const arrows = flow ? linksOf(flow).all.length : 0;
    return {
      order: 'notebook',
      scope: isMany ? 'linked' : 'all',
      hasImports: false,
      hasPossible: false,
      hasNames: arrows <= MANY_ARROWS * Math.max(cells, 10)
    };
  }

  private get _writtenFlow(): Flow | null {
    return this.notebook.model.inspection?.flow ?? null;
  }

  private get _states(): ReadonlyMap<string, CellStaleness> | null {
    return stalenessOf(this.notebook.model)?.cells ?? null;
  }

  /** The cell around which cells are drawn, where they are too many. It stays, so that the layout does. */
  private _middle(flow: Flow): string | null {
    if (!flow.cells.some(({ cell }) => cell === this._center)) {
      this._center = this._selected;
    }
    return this._center;
  }

  /** Lays out anew only where there is something else to lay out. */
  private _layOut(scoped: IScoped, hasNames: boolean): ILayout {
    const key = JSON.stringify([scoped.cells, scoped.arrows, hasNames]);
    if (this._laid?.key !== key) {
      this._laid = {
        key,
        layout: layOut(scoped.cells, scoped.arrows, hasNames)
      };
    }
    return this._laid.layout;
  }

  private _isImport(cell: string): boolean {
    return this.imports.includes(cell);
  }

  private _onModelChanged(): void {
    const { model } = this.notebook;
    if (this._anchor === null || model.cellIndex(this._anchor) < 0) {
      this._anchor = this._selected;
    }
    this._changed.emit();
  }

  private _onActiveCellChanged(): void {
    const { activeCellId } = this.notebook;
    if (activeCellId !== this._selected) {
      this._selected = activeCellId;
      this._anchor ??= activeCellId;
      this._changed.emit();
    }
  }

  private _selected: string | null;
  private _anchor: string | null;
  private _center: string | null = null;
  private _chosen: Partial<IChoices> = {};
  private _known: { flow: Flow; key: string; picture: IPicture } | null = null;
  private _laid: { key: string; layout: ILayout } | null = null;
  private _isDisposed = false;
  private _changed = new Signal<GraphModel, void>(this);
}

/** Whether a result is not what the code as it is now would give. */
export function isOutdated(state: CellState): boolean {
  return state === 'stale' || state === 'edited';
}

/** Whether an arrow lies on the way to, or from, the selected cell. */
export function isOnWay(arrow: IArrow, linked: ILinkedCells): boolean {
  const { source, target, strength } = arrow;
  return (
    strength === 'certain' &&
    ((linked.above.has(source) && linked.above.has(target)) ||
      (linked.below.has(source) && linked.below.has(target)))
  );
}
