import type { ICodeCellModel } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { IError } from '@jupyterlab/nbformat';

import type { IPanelProps } from '../tokens';

/** How a cell ran, as far as the notebook itself shows it. */
export type RunState =
  | { readonly kind: 'running' | 'edited' | 'not-run' | 'ran' | 'empty' }
  | { readonly kind: 'failed'; readonly error: string };

/** How a cell ran, as far as the notebook itself shows it. */
export function runStateOf(cell: ICodeCellModel): RunState {
  if (cell.executionState === 'running') {
    return { kind: 'running' };
  }
  if (cell.isDirty) {
    return { kind: 'edited' };
  }
  for (let index = cell.outputs.length - 1; index >= 0; index--) {
    const output = cell.outputs.get(index);
    if (output.type === 'error') {
      const { ename, evalue } = output.toJSON() as Partial<IError>;
      const [line] = (evalue ?? '').split('\n');
      return { kind: 'failed', error: `${ename ?? ''} ${line}`.trim() };
    }
  }
  if (cell.sharedModel.source.trim() === '') {
    return { kind: 'empty' };
  }
  return { kind: cell.executionCount === null ? 'not-run' : 'ran' };
}

/** The cell that the panel is about; null where it is no code cell any more. */
export function activeCodeCell({
  model,
  activeCellId
}: IPanelProps): ICodeCellModel | null {
  const { cells } = model.context.model;
  const index = activeCellId === null ? -1 : model.cellIndex(activeCellId);
  const cell = index < 0 ? null : cells.get(index);
  return cell && isCodeCellModel(cell) ? cell : null;
}
