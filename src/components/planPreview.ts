import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  Cell,
  CellReport,
  EditPlan,
  Notebook as NotebookSnapshot
} from '../api/types';
import { nameCells } from '../notebook/naming';
import { replacements } from '../notebook/positions';
import type { FileTexts, ICellName } from '../tokens';

/** What a plan does to one cell, to one file, or to the notebook itself. */
export interface IPlanPart {
  /** What is changed. */
  readonly kind: 'cell' | 'file' | 'notebook';
  /** The cell's name, the file's path, or `Notebook`. */
  readonly label: string;
  /** The first line of a cell. */
  readonly title: string;
  /** What happens to it in words; empty where the texts say it all. */
  readonly note: string;
  /** The text before, null where it is new, and after; null where no text changes. */
  readonly texts: {
    readonly before: string | null;
    readonly after: string;
  } | null;
}

/**
 * What a plan would change, in its order.
 *
 * @param snapshot - The notebook that the plan was computed for.
 * @param files - The texts of files that it was computed for, as far as they are known.
 */
export function previewPlan(
  plan: EditPlan,
  snapshot: NotebookSnapshot,
  trans: TranslationBundle,
  reports: readonly CellReport[] = [],
  files: FileTexts = new Map()
): IPlanPart[] {
  const names = nameCells(
    snapshot.cells.map(cell => ({
      ...cell,
      execution_count: cell.execution_count ?? null
    })),
    reports,
    trans
  );
  const cells = new Map(snapshot.cells.map(cell => [cell.id, cell]));
  const operations = asRead(plan.operations);
  const parts = operations.map((operation): IPlanPart => {
    const cellId = 'cell' in operation ? operation.cell : null;
    const cell = cellId === null ? undefined : cells.get(cellId);
    const name = cellId === null ? undefined : names.get(cellId);
    const part = {
      kind: name ? ('cell' as const) : ('notebook' as const),
      label: name ? trans.__('Cell %1', name.label) : trans.__('Notebook'),
      title: name?.title ?? '',
      note: '',
      texts: null
    };
    switch (operation.kind) {
      case 'change-cell':
        return {
          ...part,
          texts: {
            before: sourceOf(cell),
            after: edited(sourceOf(cell), operation.edits)
          }
        };
      case 'insert-cell':
        return {
          ...part,
          kind: 'cell',
          label: trans.__('New cell'),
          note: [
            testsIn(operation.metadata) > 0 &&
              trans._n(
                'Takes %1 test along.',
                'Takes %1 tests along.',
                testsIn(operation.metadata)
              ),
            placeNote(operation.after, names, trans)
          ]
            .filter(Boolean)
            .join(' '),
          texts: { before: null, after: operation.source }
        };
      case 'delete-cell':
        return {
          ...part,
          note: trans.__('Is deleted, with its outputs.'),
          texts: { before: sourceOf(cell), after: '' }
        };
      case 'move-cell':
        return { ...part, note: placeNote(operation.after, names, trans) };
      case 'set-cell-type':
        return {
          ...part,
          note:
            operation.cell_type === 'markdown'
              ? trans.__('Becomes a Markdown cell.')
              : operation.cell_type === 'code'
                ? trans.__('Becomes a code cell.')
                : trans.__('Becomes a raw cell.'),
          texts: { before: sourceOf(cell), after: operation.source }
        };
      case 'clear-outputs':
        return {
          ...part,
          note: trans.__('Its outputs are cleared. Its code stays.')
        };
      case 'ignore-rule':
        return {
          ...part,
          note:
            cellId === null
              ? trans.__('Ignores %1 from now on.', operation.code)
              : trans.__('Ignores %1 in this cell from now on.', operation.code)
        };
      case 'change-metadata':
        return {
          ...part,
          note: testsNote(
            testsIn(cell?.metadata),
            testsIn(operation.metadata),
            trans
          )
        };
      case 'set-kernelspec':
        return {
          ...part,
          note: trans.__(
            'Says that it is for the kernel %1.',
            operation.display_name
          )
        };
      case 'upgrade-format':
        return {
          ...part,
          note: trans.__('Is saved in format 4.5, with an id for each cell.')
        };
      case 'rename-file':
        return {
          ...part,
          kind: 'file',
          label: operation.path,
          note: trans.__('Is renamed to %1.', operation.new_path)
        };
      case 'change-file':
        return {
          ...part,
          kind: 'file',
          label: operation.path,
          note:
            operation.before_hash === null || files.get(operation.path)
              ? ''
              : trans.__('Is written anew, with this text.'),
          texts: {
            before:
              operation.before_hash === null
                ? null
                : withoutEnd(files.get(operation.path) ?? operation.text),
            after: withoutEnd(operation.text)
          }
        };
    }
  });
  const places = new Map(snapshot.cells.map(({ id }, index) => [id, index]));
  return toldApart(
    asOne(
      parts.map((part, index) => {
        const operation = operations[index];
        const id = 'cell' in operation ? operation.cell : null;
        const place = id === null ? undefined : places.get(id);
        return { part, number: place === undefined ? null : place + 1 };
      })
    ),
    trans
  );
}

/** A part with the number of its cell; null where it is of none that is there. */
interface INumbered {
  readonly part: IPlanPart;
  readonly number: number | null;
}

/** Puts all that happens to a cell beside its text into the part that shows the text. */
function asOne(parts: readonly INumbered[]): INumbered[] {
  const found: INumbered[] = [];
  for (const { part, number } of parts) {
    const first = found.findIndex(
      each => number !== null && each.number === number
    );
    if (first < 0 || part.texts) {
      found.push({ part, number });
      continue;
    }
    const { part: above } = found[first];
    const note = [above.note, part.note].filter(Boolean).join(' ');
    found[first] = { part: { ...above, note }, number };
  }
  return found;
}

/** Tells parts apart that are called the same: cells by their numbers, new ones by theirs among the new. */
function toldApart(
  parts: readonly INumbered[],
  trans: TranslationBundle
): IPlanPart[] {
  const times = new Map<string, number>();
  for (const { part } of parts) {
    times.set(part.label, (times.get(part.label) ?? 0) + 1);
  }
  let created = 0;
  return parts.map(({ part, number }) =>
    part.kind !== 'cell' || times.get(part.label) === 1
      ? part
      : {
          ...part,
          label:
            number === null
              ? trans.__('New cell %1', ++created)
              : trans.__('Cell #%1', number)
        }
  );
}

/** Operations as they are read in the notebook: of new cells that go to one place, the first comes last in a plan. */
function asRead(operations: EditPlan['operations']): EditPlan['operations'] {
  const found: EditPlan['operations'] = [];
  let first = 0;
  for (const operation of operations) {
    const above = found[first];
    if (
      operation.kind !== 'insert-cell' ||
      above?.kind !== 'insert-cell' ||
      above.after !== operation.after
    ) {
      first = found.length;
    }
    found.splice(
      operation.kind === 'insert-cell' ? first : found.length,
      0,
      operation
    );
  }
  return found;
}

/** The text of a file without the break that ends its last line. */
function withoutEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function sourceOf(cell: Cell | undefined): string {
  return cell?.source ?? '';
}

function edited(
  source: string,
  edits: Parameters<typeof replacements>[1]
): string {
  return replacements(source, edits).reduce(
    (text, { start, end, text: replacement }) =>
      text.slice(0, start) + replacement + text.slice(end),
    source
  );
}

/** How many tests our metadata of a cell holds. */
function testsIn(ours: Record<string, unknown> | undefined): number {
  const tests = ours?.tests;
  return Array.isArray(tests) ? tests.length : 0;
}

/** What becomes of the tests of a cell. */
function testsNote(
  before: number,
  after: number,
  trans: TranslationBundle
): string {
  if (before === after) {
    return trans._n('Its test is changed.', 'Its tests are changed.', after);
  }
  return after === 0
    ? trans.__('It has no tests any more.')
    : trans._n('It has %1 test then.', 'It has %1 tests then.', after);
}

function placeNote(
  after: string | null,
  names: ReadonlyMap<string, ICellName>,
  trans: TranslationBundle
): string {
  const name = after === null ? undefined : names.get(after);
  return name
    ? trans.__('Goes below %1 %2', name.label, name.title).trim()
    : trans.__('Goes to the top.');
}
