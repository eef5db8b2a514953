import type { TranslationBundle } from '@jupyterlab/translation';
import {
  checkIcon,
  editIcon,
  errorIcon,
  historyIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';
import { useEffect, useReducer } from 'react';

import type { CellStaleness, Reason } from '../api/types';
import { notRunIcon } from '../components/icons';
import { RovingGroup } from '../components/rovingGroup';
import { hasKernel } from '../notebook/kernel';
import type { IPanelProps, IQualityTracker } from '../tokens';
import { ReasonText } from './reasonText';
import { maybeSentence, reasonSentence } from './reasons';
import type { CellRunner } from './runner';
import { activeCodeCell, runStateOf } from './runState';
import { cellsWords, lastTimeWords } from '../components/runWords';
import { stalenessOf } from './staleness';

/** What the state of a cell needs of the world. */
export interface ICellStateProps {
  readonly panel: IPanelProps;
  readonly tracker: IQualityTracker;
  readonly runner: CellRunner;
  readonly trans: TranslationBundle;
}

type Role = 'neutral' | 'warning' | 'error' | 'success';

/** How the result of the active cell stands, and what runs it anew. */
export function CellState(props: ICellStateProps): ReactElement | null {
  const { panel, trans } = props;
  const [, update] = useReducer((count: number) => count + 1, 0);
  const cell = activeCodeCell(panel);

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

  if (!cell || cell.isDisposed) {
    return null;
  }
  const state = runStateOf(cell);
  const known = stalenessOf(panel.model)?.cells?.get(cell.id) ?? null;
  if (state.kind === 'empty') {
    return null;
  }
  if (state.kind === 'running') {
    return (
      <Line icon={runIcon} role="neutral">
        {trans.__('Running…')}
        <RunAgain {...props} cell={cell.id} />
      </Line>
    );
  }
  if (state.kind === 'failed') {
    return (
      <>
        <Line icon={errorIcon} role="error">
          <b>{trans.__('Failed:')}</b> {state.error}
          {known?.state !== 'stale' && <RunAgain {...props} cell={cell.id} />}
        </Line>
        {known?.state === 'stale' && (
          <ResultLine {...props} known={known} cell={cell.id} />
        )}
      </>
    );
  }
  if (known) {
    return <ResultLine {...props} known={known} cell={cell.id} />;
  }
  // What ran is not known: this is what JupyterLab knows.
  if (state.kind === 'edited') {
    return (
      <Line icon={editIcon} role="warning">
        {trans.__('Edited since it ran.')}
        <RunAgain {...props} cell={cell.id} />
      </Line>
    );
  }
  return state.kind === 'not-run' ||
    !hasKernel(panel.notebook.sessionContext) ? (
    <NotRun {...props} cell={cell.id} />
  ) : null;
}

/** How the result of a cell stands, where it is known what ran. */
function ResultLine(
  props: ICellStateProps & { cell: string; known: CellStaleness }
): ReactElement {
  const { known, trans } = props;
  switch (known.state) {
    case 'not-run':
      return <NotRun {...props} />;
    case 'edited':
      return (
        <Line icon={editIcon} role="warning">
          {trans.__('Edited since it ran.')}
          <RunAgain {...props} />
        </Line>
      );
    case 'stale':
      return (
        <Line icon={historyIcon} role="warning">
          <b>{trans.__('Stale.')}</b>{' '}
          <Reasons {...props} reasons={known.reasons} />
          <RunAgain {...props} />
        </Line>
      );
    case 'fresh':
      return (
        <Line icon={checkIcon} role="success">
          <b>{trans.__('Fresh.')}</b>
          <Maybe {...props} reasons={known.maybe} />
        </Line>
      );
  }
}

function NotRun(props: ICellStateProps & { cell: string }): ReactElement {
  return (
    <Line icon={notRunIcon} role="neutral">
      {props.trans.__('Not run in this session.')}
      <RunAgain {...props} />
    </Line>
  );
}

/** Why a cell is stale: the plainest reason, and how many more there are. */
function Reasons(
  props: ICellStateProps & { reasons: readonly Reason[] }
): ReactElement {
  const { reasons, trans } = props;
  const [isOpen, toggle] = useReducer((open: boolean) => !open, false);
  const shown = isOpen ? reasons : reasons.slice(0, 1);
  const more = reasons.length - shown.length;
  return (
    <>
      {shown.map((reason, index) => (
        <span key={index}>
          {index > 0 && ' '}
          <ReasonText
            parts={reasonSentence(reason, trans)}
            panel={props.panel}
            tracker={props.tracker}
            trans={trans}
          />
        </span>
      ))}
      {more > 0 && (
        <>
          {' '}
          <button
            type="button"
            className="jp-nbq-act"
            title={trans.__('Show all reasons')}
            onClick={toggle}
          >
            {trans._n('%1 more reason', '%1 more reasons', more)}
          </button>
        </>
      )}
    </>
  );
}

/** What may have changed, as far as it is told quietly: once for each name and cell. */
function Maybe(
  props: ICellStateProps & { reasons: readonly Reason[] }
): ReactElement {
  const { panel, tracker, reasons, trans } = props;
  const told = new Map(
    reasons.map(reason => [JSON.stringify([reason.name, reason.cell]), reason])
  );
  return (
    <>
      {Array.from(told, ([key, reason]) => (
        <span key={key} className="jp-nbq-muted">
          {' '}
          <ReasonText
            parts={maybeSentence(reason, trans)}
            panel={panel}
            tracker={tracker}
            trans={trans}
          />
        </span>
      ))}
    </>
  );
}

/** The button that runs a cell with what it needs; while cells run, the one that stops them. */
function RunAgain(
  props: ICellStateProps & { cell: string }
): ReactElement | null {
  const { panel, cell, runner, trans } = props;
  const { model, notebook } = panel;
  const { context } = notebook;
  const running = runner.running(context);
  if (running) {
    return (
      <span className="jp-nbq-go">
        <button
          type="button"
          className="jp-nbq-linkbutton"
          title={trans.__('Interrupt the kernel, and run no further cells')}
          onClick={() => void runner.stop(context)}
        >
          <stopIcon.react tag={null} />
          {trans.__('Stop')}
        </button>
      </span>
    );
  }
  const plan = stalenessOf(model)?.plan;
  if (!plan || !hasKernel(notebook.sessionContext)) {
    return null;
  }
  const cells = plan.withNeeds([cell]);
  const { words, tooltip } = cellsWords(model, cells, trans);
  const time = lastTimeWords(model, cells, trans);
  return (
    <span className="jp-nbq-go">
      <button
        type="button"
        className="jp-nbq-linkbutton"
        title={tooltip}
        onClick={() => void runner.run(notebook, cells)}
      >
        <runIcon.react tag={null} />
        {trans.__('Run with what it needs')}
      </button>
      <span className="jp-nbq-muted" title={tooltip}>
        {time ? trans.__('%1 · %2', words, time) : words}
      </span>
    </span>
  );
}

function Line(props: {
  icon: LabIcon;
  role: Role;
  children: ReactNode;
}): ReactElement {
  const { icon, role, children } = props;
  return (
    <RovingGroup kind="bar" className={`jp-nbq-state jp-nbq-mod-${role}`}>
      <span className={`jp-nbq-icon jp-nbq-mod-${role}`} aria-hidden="true">
        <icon.react tag={null} />
      </span>
      <span className="jp-nbq-grow">{children}</span>
    </RovingGroup>
  );
}
