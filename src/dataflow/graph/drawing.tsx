import type { ReactElement } from 'react';
import { memo } from 'react';

import type { ILaidEdge } from './layout';
import { headPath, linePath } from './lines';
import type { GraphModel, ILinkedCells, IPicture } from './model';
import { isOnWay } from './model';
import { boxesOf, outlineOf } from './region';
import { stubsOf } from './stubs';

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
            <Names
              key={`${arrow.source} ${arrow.target}`}
              names={arrow.names}
              label={label}
            />
          )
        );
      })}
      {stubsOf(layout, cell => graph.missing(cell)).map(stub => (
        <g key={stub.cell}>
          <Line
            className="jp-nbq-graph-line jp-nbq-mod-missing"
            line={linePath(stub.points)}
            head={headPath(stub.points)}
          />
          <Names names={stub.names} label={stub.label} />
        </g>
      ))}
    </svg>
  );
}

/** Names on their ground, so that they can be read on a line. */
function Names(props: {
  names: readonly string[];
  label: NonNullable<ILaidEdge['label']>;
}): ReactElement {
  const { names, label } = props;
  return (
    <g className="jp-nbq-graph-names">
      <title>{names.join(', ')}</title>
      <rect x={label.x} y={label.y} width={label.width} height={label.height} />
      <text x={label.x + label.width / 2} y={label.y + label.height - 4}>
        {label.text}
      </text>
    </g>
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
