import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useMemo } from 'react';

import type { Flow } from '../api/types';
import { CellNameButton } from '../components/cellNameButton';
import { cellName, cellReference } from '../components/cellNames';
import { RovingGroup } from '../components/rovingGroup';
import type { IPanelProps, IQualityTracker } from '../tokens';
import { LanesPicture } from './lanesPicture';
import { linksOf } from './links';

/** The cells in notebook order, with what depends on what drawn beside them. */
export function Dependencies(props: {
  panel: IPanelProps;
  flow: Flow;
  tracker: IQualityTracker;
  trans: TranslationBundle;
}): ReactElement {
  const { panel, flow, tracker, trans } = props;
  const { model, notebook, activeCellId } = panel;
  const links = linksOf(flow);
  const rows = useMemo(() => rowsOf(flow), [flow]);
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
    return <p className="jp-nbq-none">{trans.__('No code to link.')}</p>;
  }
  return (
    <RovingGroup kind="rows" className="jp-nbq-dependencies">
      <LanesPicture
        count={rows.length}
        edges={edges}
        linked={linked}
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
                className={`jp-nbq-dependency${isActive ? ' jp-nbq-mod-active' : ''}${isLinked ? '' : ' jp-nbq-mod-far'}`}
              >
                <CellNameButton
                  name={name}
                  cellId={cell}
                  notebook={notebook}
                  tracker={tracker}
                />
                <code className="jp-nbq-celltitle">{name.title}</code>
                <span className="jp-nbq-unseen">
                  {sentence(namesOf(links.needs(cell)), trans)}
                </span>
              </div>
            )
          );
        })}
      </div>
    </RovingGroup>
  );

  function namesOf(cells: readonly string[]): string[] {
    return cells.map(cell => cellReference(model, cell, trans)?.label ?? '');
  }
}

/** What the lines beside a row say. */
function sentence(cells: readonly string[], trans: TranslationBundle): string {
  return cells.length > 0
    ? trans.__('needs %1', cells.join(', '))
    : trans.__('needs no other cell');
}

/** The cells that stand in the list: those that only import, or hold no names, are left out. */
function rowsOf(flow: Flow): string[] {
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
