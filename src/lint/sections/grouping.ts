import type { Finding, Severity } from '../../api/types';

/** The findings of one cell, or of the notebook as a whole. */
export interface IFindingGroup {
  /** Null for the notebook. */
  readonly cell: string | null;
  readonly findings: readonly Finding[];
}

/**
 * Groups findings as the panel shows them: those of the notebook first, then cells with errors, then by position. In a
 * group what is only information stands last. Findings of cells that are gone are left out.
 *
 * @param indexOf - The place of a cell; negative when it is gone.
 */
export function groupFindings(
  findings: readonly Finding[],
  indexOf: (cellId: string) => number
): IFindingGroup[] {
  const groups = new Map<string | null, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.cell);
    if (group) {
      group.push(finding);
    } else {
      groups.set(finding.cell, [finding]);
    }
  }
  return [...groups]
    .map(([cell, members]) => ({
      cell,
      findings: [...members].sort(compareFindings),
      index: cell === null ? -1 : indexOf(cell),
      hasError: members.some(({ severity }) => severity === 'error')
    }))
    .filter(({ cell, index }) => cell === null || index >= 0)
    .sort(
      (one, other) =>
        Number(other.cell === null) - Number(one.cell === null) ||
        Number(other.hasError) - Number(one.hasError) ||
        one.index - other.index
    )
    .map(({ cell, findings: sorted }) => ({ cell, findings: sorted }));
}

/** How many findings are of a severity. */
export function countOf(
  findings: readonly Finding[],
  severity: Severity
): number {
  return findings.filter(finding => finding.severity === severity).length;
}

/** Cuts groups off after a number of findings. */
export function firstOf(
  groups: readonly IFindingGroup[],
  limit: number
): IFindingGroup[] {
  const shown: IFindingGroup[] = [];
  let left = limit;
  for (const { cell, findings } of groups) {
    if (left <= 0) {
      break;
    }
    shown.push({ cell, findings: findings.slice(0, left) });
    left -= findings.length;
  }
  return shown;
}

function compareFindings(one: Finding, other: Finding): number {
  const isInfo = ({ severity }: Finding): number => Number(severity === 'info');
  const start = ({ range }: Finding): [number, number] =>
    range ? [range.start.line, range.start.column] : [-1, -1];
  const [line, column] = start(one);
  const [otherLine, otherColumn] = start(other);
  return (
    isInfo(one) - isInfo(other) || line - otherLine || column - otherColumn
  );
}
