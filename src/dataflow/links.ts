import type { CellFlow, Flow } from '../api/types';

/** Names, and the cells they come from or go to. */
export interface INames {
  readonly names: readonly string[];
  /** Ids of cells, in notebook order. */
  readonly cells: readonly string[];
}

/** What one cell depends on directly, and what depends on it. */
export interface ILink {
  readonly source: string;
  readonly target: string;
  readonly names: readonly string[];
}

/**
 * The flow between the cells of one notebook, to be asked about a cell. What is only possible is left out.
 */
export class Links {
  constructor(flow: Flow) {
    flow.cells.forEach((cell, place) => {
      this._cells.set(cell.cell, cell);
      this._places.set(cell.cell, place);
    });
    const links = new Map<string, { link: ILink; names: Set<string> }>();
    for (const { source, target, names, kind } of flow.dependencies) {
      if (kind !== 'definition' && kind !== 'mutation') {
        continue;
      }
      const key = JSON.stringify([source, target]);
      const known = links.get(key);
      if (known) {
        names.forEach(name => known.names.add(name));
      } else {
        links.set(key, {
          link: { source, target, names: [] },
          names: new Set(names)
        });
      }
    }
    this.all = Array.from(links.values(), ({ link, names }) => ({
      ...link,
      names: Array.from(names).sort()
    }));
    for (const link of this.all) {
      put(this._from, link.source, link);
      put(this._to, link.target, link);
    }
  }

  /** Every pair of cells of which one needs the other. */
  readonly all: readonly ILink[];

  /** What is known of a cell; null where it is no code cell. */
  cell(id: string): CellFlow | null {
    return this._cells.get(id) ?? null;
  }

  /** The cells that a cell needs directly, in notebook order. */
  needs(id: string): string[] {
    const sources = (this._to.get(id) ?? []).map(link => link.source);
    return sources.sort(this._order);
  }

  /** What a cell reads that other cells made, by those cells; what only imports comes last. */
  reads(id: string): INames[] {
    const found = group(
      this._to.get(id) ?? [],
      link => link.source,
      this._order
    );
    const isImport = ({ cells }: INames): boolean =>
      cells.every(cell => this._cells.get(cell)?.imports_only);
    return [
      ...found.filter(entry => !isImport(entry)),
      ...found.filter(isImport)
    ];
  }

  /** What a cell makes or changes, by the cells that use it; what nobody uses comes last. */
  writes(id: string): INames[] {
    const flow = this._cells.get(id);
    if (!flow) {
      return [];
    }
    const used = group(
      this._from.get(id) ?? [],
      link => link.target,
      this._order
    );
    const told = new Set(used.flatMap(({ names }) => names));
    const unused = [
      ...flow.defines,
      ...flow.mutates.filter(({ certain }) => certain)
    ]
      .map(({ name }) => name)
      .filter(name => !told.has(name));
    return unused.length > 0
      ? [...used, { names: Array.from(new Set(unused)).sort(), cells: [] }]
      : used;
  }

  /** All that a cell needs, at any remove. */
  ancestors(id: string): Set<string> {
    return reached(id, cell => (this._to.get(cell) ?? []).map(l => l.source));
  }

  /** All that needs a cell, at any remove. */
  descendants(id: string): Set<string> {
    return reached(id, cell => (this._from.get(cell) ?? []).map(l => l.target));
  }

  private _order = (one: string, other: string): number =>
    (this._places.get(one) ?? 0) - (this._places.get(other) ?? 0);

  private _cells = new Map<string, CellFlow>();
  private _places = new Map<string, number>();
  private _from = new Map<string, ILink[]>();
  private _to = new Map<string, ILink[]>();
}

function put(map: Map<string, ILink[]>, key: string, link: ILink): void {
  const known = map.get(key);
  if (known) {
    known.push(link);
  } else {
    map.set(key, [link]);
  }
}

/** Takes together the names that have the same cells at the other end. */
function group(
  links: readonly ILink[],
  other: (link: ILink) => string,
  order: (one: string, other: string) => number
): INames[] {
  const cellsOf = new Map<string, Set<string>>();
  for (const link of links) {
    for (const name of link.names) {
      const cells = cellsOf.get(name) ?? new Set();
      cells.add(other(link));
      cellsOf.set(name, cells);
    }
  }
  const groups = new Map<string, { names: string[]; cells: string[] }>();
  for (const [name, found] of cellsOf) {
    const cells = Array.from(found).sort(order);
    const key = JSON.stringify(cells);
    const known = groups.get(key);
    if (known) {
      known.names.push(name);
    } else {
      groups.set(key, { names: [name], cells });
    }
  }
  return Array.from(groups.values(), ({ names, cells }) => ({
    names: names.sort(),
    cells
  })).sort((one, two) => order(one.cells[0], two.cells[0]));
}

function reached(id: string, next: (id: string) => string[]): Set<string> {
  const found = new Set<string>();
  const todo = [id];
  while (todo.length > 0) {
    for (const cell of next(todo.pop()!)) {
      if (cell !== id && !found.has(cell)) {
        found.add(cell);
        todo.push(cell);
      }
    }
  }
  return found;
}

const missing = new WeakMap<Flow, ReadonlyMap<string, readonly string[]>>();

/** The names that cells read and no cell above them defines, by cell. */
export function missingOf(flow: Flow): ReadonlyMap<string, readonly string[]> {
  let found = missing.get(flow);
  if (!found) {
    found = new Map(flow.missing.map(({ cell, names }) => [cell, names]));
    missing.set(flow, found);
  }
  return found;
}

const known = new WeakMap<Flow, Links>();

/** The links of a flow, made once. */
export function linksOf(flow: Flow): Links {
  let links = known.get(flow);
  if (!links) {
    links = new Links(flow);
    known.set(flow, links);
  }
  return links;
}
