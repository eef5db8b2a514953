import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useMemo, useState } from 'react';

import type { Finding } from '../../api/types';
import { CellNameButton } from '../../components/cellNameButton';
import { cellName } from '../../components/cellNames';
import { FindingRow } from '../../components/findingRow';
import type { IFindingHandlers } from '../../components/findingRow';
import { RovingGroup } from '../../components/rovingGroup';
import type { IPanelProps, IQualityTracker } from '../../tokens';
import type { ILintActions } from '../tokens';
import type { IFindingGroup } from './grouping';
import { firstOf, groupFindings } from './grouping';
import { rowHandlers } from './handlers';

/** How many rows are drawn before more are asked for. */
export const FIRST_ROWS = 200;

/** How many rows are drawn when more are asked for. */
export const MORE_ROWS = 800;

export interface IProblemsProps {
  readonly panel: IPanelProps;
  /** Those that the filter lets through. */
  readonly findings: readonly Finding[];
  readonly tracker: IQualityTracker;
  readonly actions: ILintActions;
  readonly trans: TranslationBundle;
}

/** Every finding of the notebook, by cell. */
export function Problems(props: IProblemsProps): ReactElement {
  const { panel, findings, tracker, actions, trans } = props;
  const { notebook, model, activeCellId } = panel;
  const [limit, setLimit] = useState(FIRST_ROWS);
  const handlers = useMemo(
    () => rowHandlers({ notebook, model, tracker, actions, trans }),
    [notebook, model, tracker, actions, trans]
  );
  const groups = useMemo(() => {
    const places = new Map(
      model.context.model.sharedModel.cells.map((cell, index) => [
        cell.id,
        index
      ])
    );
    return groupFindings(findings, id => places.get(id) ?? -1);
  }, [model, findings]);
  const more = Math.min(findings.length - limit, MORE_ROWS);
  return (
    <RovingGroup kind="rows" className="jp-nbq-problems">
      {groups.length === 0 && (
        <p className="jp-nbq-none">{trans.__('No problems.')}</p>
      )}
      {firstOf(groups, limit).map(group => (
        <Group
          key={group.cell ?? ''}
          group={group}
          isActive={group.cell !== null && group.cell === activeCellId}
          handlers={handlers}
          panel={panel}
          tracker={tracker}
          trans={trans}
        />
      ))}
      {more > 0 && (
        <button
          type="button"
          className="jp-nbq-act jp-nbq-more"
          tabIndex={-1}
          onClick={() => setLimit(limit + MORE_ROWS)}
        >
          {trans.__('Show %1 more', more)}
        </button>
      )}
    </RovingGroup>
  );
}

function Group(props: {
  group: IFindingGroup;
  isActive: boolean;
  handlers: IFindingHandlers;
  panel: IPanelProps;
  tracker: IQualityTracker;
  trans: TranslationBundle;
}): ReactElement {
  const { group, isActive, handlers, panel, tracker, trans } = props;
  const { cell, findings } = group;
  const name = cell === null ? null : cellName(panel.model, cell, trans);
  return (
    <>
      <div
        className="jp-nbq-group"
        data-nbq-row={`heading ${cell ?? ''}`}
        data-nbq-heading=""
      >
        {cell !== null && name ? (
          <>
            <CellNameButton
              name={name}
              cellId={cell}
              notebook={panel.notebook}
              tracker={tracker}
            />
            <code className="jp-nbq-celltitle">{name.title}</code>
          </>
        ) : (
          <span className="jp-nbq-muted">{trans.__('Notebook')}</span>
        )}
      </div>
      <div
        role="list"
        aria-label={
          name ? `${name.label} ${name.title}`.trim() : trans.__('Notebook')
        }
      >
        {findings.map(finding => (
          <FindingRow
            key={finding.id}
            finding={finding}
            isActive={isActive}
            handlers={handlers}
            trans={trans}
          />
        ))}
      </div>
    </>
  );
}
