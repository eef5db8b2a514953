import type { ReactElement } from 'react';
import { useMemo } from 'react';

import { layOut } from './lanes';
import type { IEdge } from './lanes';

/** Pixels: a row's height, where the nodes stand, how far lanes are apart. */
const ROW = 24;
const NODE = 42;
const STEP = 7;

/** Whether a row is among what the active one needs, or what needs it. */
export interface ILinked {
  readonly above: boolean;
  readonly below: boolean;
}

/** The lines beside the rows. They say nothing that the rows do not say in words. */
export function LanesPicture(props: {
  count: number;
  edges: readonly IEdge[];
  linked: readonly ILinked[] | null;
  /** The rows of cells that did not run. */
  hollow: readonly boolean[];
  /** The rows of cells that read names which no cell above defines. */
  dashed: readonly boolean[];
  /** The active row; -1 for none. */
  active: number;
}): ReactElement {
  const { count, edges, linked, hollow, dashed, active } = props;
  const layout = useMemo(() => layOut(edges), [edges]);
  const isLinked = (source: number, target: number): boolean =>
    linked !== null &&
    ((linked[source].above && linked[target].above) ||
      (linked[source].below && linked[target].below));
  const className = (isOn: boolean): string | undefined =>
    isOn ? 'jp-nbq-mod-linked' : undefined;

  const nodeClass = (row: number): string => {
    const isOn = linked !== null && (linked[row].above || linked[row].below);
    return [
      row === active ? 'jp-nbq-mod-active' : isOn ? 'jp-nbq-mod-linked' : '',
      hollow[row] ? 'jp-nbq-mod-hollow' : '',
      dashed[row] ? 'jp-nbq-mod-dashed' : ''
    ]
      .join(' ')
      .trim();
  };

  return (
    <svg
      className="jp-nbq-lanes"
      width={NODE + 10}
      height={count * ROW}
      aria-hidden="true"
    >
      {layout.lanes.flatMap(({ source, targets, lane }) =>
        targets.map(target => (
          <path
            key={`${source} ${target}`}
            className={className(isLinked(source, target))}
            d={laneTo(source, target, NODE - (lane + 1) * STEP)}
          />
        ))
      )}
      {layout.straight.map(source => (
        <path
          key={source}
          className={className(isLinked(source, source + 1))}
          d={`M${NODE} ${middle(source)}V${middle(source + 1)}`}
        />
      ))}
      {Array.from({ length: count }, (_, row) => (
        <circle
          key={row}
          cx={NODE}
          cy={middle(row)}
          r={row === active ? 5.5 : 3.5}
          className={nodeClass(row)}
        />
      ))}
      {Array.from(layout.hidden, ([row, hidden]) => (
        <text key={row} x={0} y={middle(row) + 3}>
          {`+${hidden}`}
        </text>
      ))}
    </svg>
  );
}

function middle(row: number): number {
  return row * ROW + ROW / 2;
}

/** Out of the node to the lane, down, and back. */
function laneTo(source: number, target: number, x: number): string {
  const from = middle(source);
  const to = middle(target);
  return `M${NODE} ${from}C${NODE - 8} ${from} ${x} ${from} ${x} ${from + 10}V${to - 10}C${x} ${to} ${NODE - 8} ${to} ${NODE} ${to}`;
}
