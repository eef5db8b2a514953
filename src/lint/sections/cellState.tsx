import type { ICodeCellModel } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { IError } from '@jupyterlab/nbformat';
import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon, errorIcon, runIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';
import { useEffect, useReducer } from 'react';

import { notRunIcon } from '../../components/icons';
import type { IPanelProps } from '../../tokens';

/** What is said of how a cell ran. */
export type RunState =
  | { readonly kind: 'running' | 'edited' | 'not-run' }
  | { readonly kind: 'failed'; readonly error: string };

/** How a cell ran, as far as the notebook shows it; null when there is nothing to say. */
export function runStateOf(cell: ICodeCellModel): RunState | null {
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
  const isEmpty = cell.sharedModel.source.trim() === '';
  return cell.executionCount === null && !isEmpty ? { kind: 'not-run' } : null;
}

/** One line: running, failed, or not run. A cell that ran well has none. */
export function CellState(props: {
  panel: IPanelProps;
  trans: TranslationBundle;
}): ReactElement | null {
  const { panel, trans } = props;
  const [, update] = useReducer((count: number) => count + 1, 0);
  const cell = codeCell(panel);

  useEffect(() => {
    // Kept, because a cell that is disposed has no outputs any more.
    const outputs = cell?.outputs;
    cell?.stateChanged.connect(update);
    cell?.contentChanged.connect(update);
    outputs?.changed.connect(update);
    return () => {
      cell?.stateChanged.disconnect(update);
      cell?.contentChanged.disconnect(update);
      outputs?.changed.disconnect(update);
    };
  }, [cell]);

  const state = cell && !cell.isDisposed ? runStateOf(cell) : null;
  if (!state) {
    return null;
  }
  switch (state.kind) {
    case 'running':
      return (
        <Line icon={runIcon} role="neutral">
          {trans.__('Running…')}
        </Line>
      );
    case 'edited':
      return (
        <Line icon={editIcon} role="warning">
          {trans.__('Edited since it ran.')}
        </Line>
      );
    case 'failed':
      return (
        <Line icon={errorIcon} role="error">
          <b>{trans.__('Failed:')}</b> {state.error}
        </Line>
      );
    case 'not-run':
      return (
        <Line icon={notRunIcon} role="neutral">
          {trans.__('Not run in this session.')}
        </Line>
      );
  }
}

function Line(props: {
  icon: LabIcon;
  role: 'neutral' | 'warning' | 'error';
  children: ReactNode;
}): ReactElement {
  const { icon, role, children } = props;
  return (
    <div className={`jp-nbq-state jp-nbq-mod-${role}`}>
      <span className={`jp-nbq-icon jp-nbq-mod-${role}`} aria-hidden="true">
        <icon.react tag={null} />
      </span>
      <span className="jp-nbq-grow">{children}</span>
    </div>
  );
}

function codeCell({ model, activeCellId }: IPanelProps): ICodeCellModel | null {
  const { cells } = model.context.model;
  const index = activeCellId === null ? -1 : model.cellIndex(activeCellId);
  const cell = index < 0 ? null : cells.get(index);
  return cell && isCodeCellModel(cell) ? cell : null;
}
