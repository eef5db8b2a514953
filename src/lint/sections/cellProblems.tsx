import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useMemo } from 'react';

import { FindingRow } from '../../components/findingRow';
import { RovingGroup } from '../../components/rovingGroup';
import type { IPanelProps, IQualityTracker } from '../../tokens';
import type { ILintActions } from '../tokens';
import { groupFindings } from './grouping';
import { rowHandlers } from './handlers';

/** How many problems of a cell the card shows; the section below has them all. */
const SHOWN = 20;

/** The problems of the active cell, in its card. */
export function CellProblems(props: {
  panel: IPanelProps;
  tracker: IQualityTracker;
  actions: ILintActions;
  trans: TranslationBundle;
}): ReactElement | null {
  const { panel, tracker, actions, trans } = props;
  const { notebook, model, activeCellId } = panel;
  const handlers = useMemo(
    () => rowHandlers({ notebook, model, tracker, actions, trans }),
    [notebook, model, tracker, actions, trans]
  );
  const [group] = groupFindings(
    model.findings.filter(({ cell }) => cell !== null && cell === activeCellId),
    id => model.cellIndex(id)
  );
  const findings = group?.findings ?? [];
  const more = findings.length - SHOWN;
  return (
    <RovingGroup
      kind="rows"
      role={findings.length > 0 ? 'list' : undefined}
      label={
        findings.length > 0 ? trans.__('Problems of this cell') : undefined
      }
      className="jp-nbq-cellproblems"
    >
      {findings.slice(0, SHOWN).map(finding => (
        <FindingRow
          key={finding.id}
          finding={finding}
          isActive={false}
          handlers={handlers}
          trans={trans}
        />
      ))}
      {more > 0 && (
        <p role="listitem" className="jp-nbq-muted">
          {trans._n('%1 more under Problems.', '%1 more under Problems.', more)}
        </p>
      )}
    </RovingGroup>
  );
}
