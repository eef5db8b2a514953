import type { NotebookPanel } from '@jupyterlab/notebook';
import type { MouseEvent, ReactElement } from 'react';
import { useRef } from 'react';

import type { ICellName, IQualityTracker } from '../tokens';

/** Within how many milliseconds a second Enter also moves the focus. */
const TWICE = 600;

/** On the cells whose names the pointer, or the focus, is on. */
const POINTED = 'jp-nbq-mod-pointed';

/** Outlines cells of a notebook, or takes the outlines away. */
export function pointAt(
  notebook: NotebookPanel,
  cells: readonly string[],
  isOn: boolean
): void {
  for (const cell of notebook.isDisposed ? [] : notebook.content.widgets) {
    if (cells.includes(cell.model.id)) {
      cell.toggleClass(POINTED, isOn);
    }
  }
}

export interface ICellNameButtonProps {
  readonly name: ICellName;
  readonly cellId: string;
  readonly notebook: NotebookPanel;
  readonly tracker: IQualityTracker;
  /** It stands alone, outside a `RovingGroup`. */
  readonly isTabStop?: boolean;
}

/**
 * The name of a cell, a button that goes there: the focus stays, or goes to the cell with Ctrl or Cmd, or with Enter
 * twice.
 */
export function CellNameButton(props: ICellNameButtonProps): ReactElement {
  const { name, cellId, notebook, tracker } = props;
  const before = useRef(-Infinity);

  const go = (event: MouseEvent): void => {
    const isKey = event.detail === 0;
    const isTwice = isKey && event.timeStamp - before.current < TWICE;
    before.current = isKey ? event.timeStamp : -Infinity;
    void tracker.reveal(notebook, cellId, {
      focus: event.ctrlKey || event.metaKey || isTwice
    });
  };
  const point = (isOn: boolean): void => pointAt(notebook, [cellId], isOn);
  return (
    <button
      type="button"
      className="jp-nbq-cellname"
      title={name.tooltip}
      data-nbq-cell={cellId}
      tabIndex={props.isTabStop ? 0 : -1}
      onClick={go}
      onMouseEnter={() => point(true)}
      onMouseLeave={() => point(false)}
      onFocus={() => point(true)}
      onBlur={() => point(false)}
    >
      {name.label}
    </button>
  );
}
