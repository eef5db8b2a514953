import type { TranslationBundle } from '@jupyterlab/translation';

import type { Notebook as NotebookSnapshot } from '../api/types';
import { nameCells } from '../notebook/naming';
import type { INamedCell } from '../notebook/naming';
import type { ICellName, IQualityModel } from '../tokens';

const known = new WeakMap<NotebookSnapshot, Map<string, ICellName>>();

/**
 * How a cell is named. The names of a snapshot are made once; a cell that is newer than the snapshot is named as it is
 * now.
 *
 * @returns Null when the cell is gone.
 */
export function cellName(
  model: IQualityModel,
  cellId: string,
  trans: TranslationBundle
): ICellName | null {
  const { snapshot, inspection } = model;
  if (snapshot) {
    let names = known.get(snapshot);
    if (!names) {
      names = nameCells(
        snapshot.cells.map(cell => ({
          ...cell,
          execution_count: cell.execution_count ?? null
        })),
        inspection?.cells ?? [],
        trans
      );
      known.set(snapshot, names);
    }
    const name = names.get(cellId);
    if (name) {
      return name;
    }
  }
  return (
    nameCells(cellsNow(model), inspection?.cells ?? [], trans).get(cellId) ??
    null
  );
}

/**
 * How a cell is named where there is no room for its title: cells that did not run by their number.
 *
 * @returns Null when the cell is gone.
 */
export function cellReference(
  model: IQualityModel,
  cellId: string,
  trans: TranslationBundle
): ICellName | null {
  const name = cellName(model, cellId, trans);
  return name?.label.trim() === '[ ]'
    ? { ...name, label: `#${model.cellIndex(cellId) + 1}` }
    : name;
}

function cellsNow(model: IQualityModel): INamedCell[] {
  return model.context.model.sharedModel.cells.map(cell => ({
    id: cell.id,
    cell_type: cell.cell_type,
    source: cell.source,
    execution_count: 'execution_count' in cell ? cell.execution_count : null
  }));
}
