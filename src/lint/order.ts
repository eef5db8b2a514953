import type { Finding, Position } from '../api/types';

/** A place in a notebook: a cell's place and a position in it; position null is before the cell's text. */
export interface ICaret {
  readonly index: number;
  readonly position: Position | null;
}

/** A finding with the place of its cell. */
export interface IPlaced {
  readonly finding: Finding;
  readonly index: number;
}

/**
 * The findings that F8 visits, in the order of the notebook: what is counted as a problem and stands in a cell.
 */
export function placed(
  findings: readonly Finding[],
  indexOf: (cellId: string) => number
): IPlaced[] {
  return findings
    .filter(({ cell, severity }) => cell !== null && severity !== 'info')
    .map(finding => ({ finding, index: indexOf(finding.cell!) }))
    .filter(({ index }) => index >= 0)
    .sort(
      (one, other) =>
        one.index - other.index ||
        comparePositions(startOf(one.finding), startOf(other.finding))
    );
}

/**
 * The problem after a place, or before it; round the end of the notebook. Null when there are none.
 */
export function nextFrom(
  problems: readonly IPlaced[],
  caret: ICaret,
  direction: 1 | -1
): IPlaced | null {
  if (problems.length === 0) {
    return null;
  }
  const isBeyond = ({ index, finding }: IPlaced): boolean => {
    const order =
      index - caret.index || comparePositions(startOf(finding), caret.position);
    return direction === 1 ? order > 0 : order < 0;
  };
  const beyond = problems.filter(isBeyond);
  return direction === 1
    ? (beyond[0] ?? problems[0])
    : (beyond[beyond.length - 1] ?? problems[problems.length - 1]);
}

function startOf(finding: Finding): Position | null {
  return finding.range?.start ?? null;
}

function comparePositions(
  one: Position | null,
  other: Position | null
): number {
  if (one === null || other === null) {
    return Number(one !== null) - Number(other !== null);
  }
  return one.line - other.line || one.column - other.column;
}
