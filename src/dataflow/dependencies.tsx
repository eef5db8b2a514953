import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';
import { useMemo, useState } from 'react';

import type { Flow, Inspection } from '../api/types';
import { CellNameButton } from '../components/cellNameButton';
import { cellName, cellReference } from '../components/cellNames';
import { RovingGroup } from '../components/rovingGroup';
import type { IPanelProps, IQualityModel, IQualityTracker } from '../tokens';
import { cellMenu } from './cellMenu';
import { CommandIDs } from './commandIds';
import { LanesPicture } from './lanesPicture';
import { Legend } from './legend';
import { linksOf, missingOf } from './links';
import { runFlowOf } from './runFlow';
import { RunMark } from './runMark';
import type { CellRunner } from './runner';
import { stoppedAt } from './runState';
import { stalenessOf } from './staleness';

/** The id of the count of stale cells, which filters this section. */
export const STALE_COUNT = 'stale';

/** In which order a person chose to see the cells of a notebook; until then in that of the notebook. */
const chosenOrders = new WeakMap<IQualityModel, 'notebook' | 'run'>();

/** The cells in the order of the notebook or of their last runs, with what depends on what drawn beside them. */
export function Dependencies(props: {
  panel: IPanelProps;
  inspection: Inspection;
  tracker: IQualityTracker;
  runner: CellRunner;
  commands: CommandRegistry;
  trans: TranslationBundle;
}): ReactElement {
  const { panel, inspection, tracker, runner, commands, trans } = props;
  const { model, notebook, activeCellId } = panel;
  const [, redraw] = useState({});
  const runFlow = runFlowOf(inspection);
  const isRunOrder = runFlow !== null && chosenOrders.get(model) === 'run';
  const flow = isRunOrder ? runFlow : inspection.flow;
  const links = linksOf(flow);
  const known = stalenessOf(model);
  const failed = stoppedAt(panel, runner);
  const isFiltered = panel.filter === STALE_COUNT;
  const rows = useMemo(
    () => (isFiltered ? (known?.stale ?? []) : rowsOf(flow)),
    [flow, isFiltered, known]
  );
  const notRun = useMemo(
    () => rows.map(cell => known?.cells?.get(cell)?.state === 'not-run'),
    [rows, known]
  );
  const missing = missingOf(flow);
  const dashed = useMemo(
    () => rows.map(cell => missing.has(cell)),
    [rows, missing]
  );
  const edges = useMemo(() => {
    const places = new Map(rows.map((cell, place) => [cell, place]));
    return links.all.flatMap(({ source, target }) => {
      const from = places.get(source);
      const to = places.get(target);
      return from === undefined || to === undefined
        ? []
        : [{ source: from, target: to }];
    });
  }, [links, rows]);
  const linked = useMemo(() => {
    if (activeCellId === null) {
      return null;
    }
    const above = links.ancestors(activeCellId);
    const below = links.descendants(activeCellId);
    return rows.map(cell => ({
      above: cell === activeCellId || above.has(cell),
      below: cell === activeCellId || below.has(cell)
    }));
  }, [links, rows, activeCellId]);

  if (rows.length === 0) {
    return (
      <p className="jp-nbq-none">
        {isFiltered
          ? trans.__('No stale cells.')
          : trans.__('No code to link.')}
      </p>
    );
  }
  return (
    <RovingGroup kind="rows" className="jp-nbq-dependencies">
      <LanesPicture
        count={rows.length}
        edges={edges}
        linked={linked}
        hollow={notRun}
        dashed={dashed}
        active={activeCellId === null ? -1 : rows.indexOf(activeCellId)}
      />
      <div role="list" aria-label={trans.__('Dependencies')}>
        {rows.map((cell, place) => {
          const name = cellName(model, cell, trans);
          const isActive = cell === activeCellId;
          const isLinked = linked?.[place].above || linked?.[place].below;
          return (
            name && (
              <div
                key={cell}
                role="listitem"
                data-nbq-row={cell}
                aria-current={isActive || undefined}
                onContextMenu={event => {
                  event.preventDefault();
                  event.stopPropagation();
                  cellMenu(cell, { panel, tracker, commands, trans }, event);
                }}
                className={`jp-nbq-dependency${isActive ? ' jp-nbq-mod-active' : ''}${isLinked ? '' : ' jp-nbq-mod-far'}`}
              >
                <CellNameButton
                  name={name}
                  cellId={cell}
                  notebook={notebook}
                  tracker={tracker}
                />
                <code className="jp-nbq-celltitle">{name.title}</code>
                <span className="jp-nbq-grow" />
                <RunMark
                  cell={cell}
                  hasFailed={failed === cell}
                  panel={panel}
                  trans={trans}
                />
                <button
                  type="button"
                  className="jp-nbq-iconbutton"
                  aria-haspopup="menu"
                  aria-label={trans.__('What to do with %1', name.label)}
                  title={trans.__('Go to the cell, run it, and more')}
                  onClick={event =>
                    cellMenu(cell, { panel, tracker, commands, trans }, event)
                  }
                >
                  <ellipsesIcon.react tag={null} />
                </button>
                <span className="jp-nbq-unseen">
                  {sentence(
                    namesOf(links.needs(cell)),
                    missing.get(cell) ?? [],
                    trans
                  )}
                </span>
              </div>
            )
          );
        })}
      </div>
      <Legend
        active={
          activeCellId === null || linked === null
            ? ''
            : (cellReference(model, activeCellId, trans)?.label ?? '')
        }
        isKnown={Boolean(known?.cells)}
        hasMissing={dashed.includes(true)}
        order={runFlow && (isRunOrder ? 'run' : 'notebook')}
        onOrder={order => {
          chosenOrders.set(model, order);
          redraw({});
        }}
        onAutoRun={
          commands.hasCommand(CommandIDs.toggleAutoRun) &&
          commands.isToggled(CommandIDs.toggleAutoRun)
            ? () => void commands.execute(CommandIDs.toggleAutoRun)
            : null
        }
        trans={trans}
      />
    </RovingGroup>
  );

  function namesOf(cells: readonly string[]): string[] {
    return cells.map(cell => cellReference(model, cell, trans)?.label ?? '');
  }
}

/** What the lines beside a row say. */
function sentence(
  cells: readonly string[],
  missing: readonly string[],
  trans: TranslationBundle
): string {
  const needs =
    cells.length > 0
      ? trans.__('needs %1', cells.join(', '))
      : trans.__('needs no other cell');
  return missing.length > 0
    ? trans.__(
        '%1, reads %2, which no cell above defines',
        needs,
        missing.join(', ')
      )
    : needs;
}

/** The cells that stand in the list: those that only import, or hold no names, are left out. */
export function rowsOf(flow: Flow): string[] {
  const linked = new Set(
    flow.dependencies.flatMap(({ source, target }) => [source, target])
  );
  return flow.cells
    .filter(
      ({ cell, imports_only, defines, uses }) =>
        !imports_only && (linked.has(cell) || defines.length + uses.length > 0)
    )
    .map(({ cell }) => cell);
}
