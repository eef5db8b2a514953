import type { ReactElement } from 'react';
import { memo } from 'react';

import { headPath, linePath } from './lines';
import type { GraphModel, ILinkedCells, IPicture } from './model';
import { isOnWay } from './model';
import { boxesOf, outlineOf } from './region';

/** The arrows, the names on them, and the ground of the stale cells. It says nothing that the nodes do not say in words. */
export function Drawing(props: {
  graph: GraphModel;
  picture: IPicture;
  linked: ILinkedCells;
}): ReactElement {
  const { graph, picture, linked } = props;
  const { layout } = picture;
  const isOn = layout.edges.map(({ arrow }) => isOnWay(arrow, linked));
  // Those that matter are drawn over the others.
  const order = layout.edges
    .map((_, place) => place)
    .sort((one, other) => Number(isOn[one]) - Number(isOn[other]));
  return (
    <svg
      className="jp-nbq-graph-lines"
      width={layout.width}
      height={layout.height}
      aria-hidden="true"
    >
      <path
        className="jp-nbq-graph-region"
        d={outlineOf(boxesOf(layout, cell => graph.isStale(cell)))}
      />
      {order.map(place => {
        const { arrow, points } = layout.edges[place];
        return (
          <Line
            key={`${arrow.source} ${arrow.target}`}
            className={classOf(arrow.strength, isOn[place])}
            line={linePath(points)}
            head={headPath(points)}
          />
        );
      })}
      {order.map(place => {
        const { arrow, label } = layout.edges[place];
        return (
          label && (
            <g
              key={`${arrow.source} ${arrow.target}`}
              className="jp-nbq-graph-names"
            >
              <title>{arrow.names.join(', ')}</title>
              <rect
                x={label.x}
                y={label.y}
                width={label.width}
                height={label.height}
              />
              <text x={label.x + label.width / 2} y={label.y + 12}>
                {label.text}
              </text>
            </g>
          )
        );
      })}
    </svg>
  );
}

const Line = memo(
  (props: { className: string; line: string; head: string }): ReactElement => (
    <g className={props.className}>
      <path d={props.line} />
      <path className="jp-nbq-graph-head" d={props.head} />
    </g>
  )
);
Line.displayName = 'Line';

function classOf(strength: string, isOn: boolean): string {
  return `jp-nbq-graph-line jp-nbq-mod-${strength}${isOn ? ' jp-nbq-mod-linked' : ''}`;
}
