import type { Finding, Inspection } from '../api/types';

/**
 * Puts the objects of an earlier reply in the place of those that say the same, so that what shows them need not be
 * drawn again.
 */
export function shareWith(
  before: Inspection | null,
  now: Inspection
): Inspection {
  return before
    ? {
        ...now,
        findings: shareFindings(before.findings, now.findings),
        flow: isSame(before.flow, now.flow) ? before.flow : now.flow
      }
    : now;
}

function shareFindings(
  before: readonly Finding[],
  now: readonly Finding[]
): Finding[] {
  const known = new Map(before.map(finding => [finding.id, finding]));
  return now.map(finding => {
    const earlier = known.get(finding.id);
    return earlier && isSame(earlier, finding) ? earlier : finding;
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
