import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { cellReference } from '../../components/cellNames';
import type { GraphModel, IPicture } from './model';
import { isOnWay } from './model';

/** What the lines and grounds of the graph mean: those that are there. */
export function GraphLegend(props: {
  graph: GraphModel;
  picture: IPicture;
  trans: TranslationBundle;
}): ReactElement | null {
  const { graph, picture, trans } = props;
  const { selected, linked } = graph;
  const { cells, arrows } = picture;
  const name =
    selected !== null && cells.includes(selected)
      ? cellReference(graph.notebook.model, selected, trans)?.label
      : undefined;
  const count = cells.filter(
    cell =>
      cell !== selected && (linked.above.has(cell) || linked.below.has(cell))
  ).length;
  const entries: [string, string][] = [];
  if (name !== undefined) {
    entries.push([
      'linked',
      trans._n('linked to %2: %1 cell', 'linked to %2: %1 cells', count, name)
    ]);
  }
  if (
    arrows.some(
      arrow => arrow.strength === 'certain' && !isOnWay(arrow, linked)
    )
  ) {
    entries.push(['certain', trans.__('other dependency')]);
  }
  if (arrows.some(({ strength }) => strength === 'possible')) {
    entries.push(['possible', trans.__('may change it')]);
  }
  if (arrows.some(({ strength }) => strength === 'deletion')) {
    entries.push(['deletion', trans.__('deletes it')]);
  }
  if (cells.some(cell => graph.missing(cell).length > 0)) {
    entries.push(['missing', trans.__('name not defined')]);
  }
  if (cells.some(cell => graph.isStale(cell))) {
    entries.push(['region', trans.__('stale cells')]);
  }
  if (name !== undefined) {
    entries.push(['selected', trans.__('selected cell')]);
  }
  return (
    <section className="jp-nbq-graph-legend" aria-label={trans.__('Legend')}>
      <h4>{trans.__('Legend')}</h4>
      <ul>
        {entries.map(([kind, words]) => (
          <li key={kind}>
            <Sample kind={kind} />
            {words}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sample(props: { kind: string }): ReactElement {
  const { kind } = props;
  return (
    <svg width="24" height="12" aria-hidden="true">
      {kind === 'region' ? (
        <rect
          className="jp-nbq-graph-region"
          x="0.5"
          y="0.5"
          width="23"
          height="11"
          rx="2"
        />
      ) : kind === 'selected' ? (
        <rect
          className="jp-nbq-graph-selection"
          x="1.5"
          y="1.5"
          width="21"
          height="9"
          rx="2"
        />
      ) : (
        <g
          className={`jp-nbq-graph-line jp-nbq-mod-${kind === 'linked' ? 'certain jp-nbq-mod-linked' : kind}`}
        >
          <path d="M0 6H24" />
        </g>
      )}
    </svg>
  );
}
