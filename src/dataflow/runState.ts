import type { ICodeCellModel } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { IError } from '@jupyterlab/nbformat';

import type { IPanelProps, IQualityModel } from '../tokens';
import type { CellRunner } from './runner';

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
  return activeCellId === null ? null : codeCell(model, activeCellId);
}

/** A cell of code by its id; null where there is none. */
export function codeCell(
  model: IQualityModel,
  id: string
): ICodeCellModel | null {
  const { cells } = model.context.model;
  const index = model.cellIndex(id);
  const cell = index < 0 ? null : cells.get(index);
  return cell && isCodeCellModel(cell) ? cell : null;
}

/** Where the last run stopped, as a cell failed; null where it did not, or the cell shows no error any more. */
export function stoppedAt(
  { model, notebook }: IPanelProps,
  runner: CellRunner
): string | null {
  const failed = runner.failed(notebook.context);
  const cell = failed === null ? null : codeCell(model, failed);
  return cell && runStateOf(cell).kind === 'failed' ? failed : null;
}
