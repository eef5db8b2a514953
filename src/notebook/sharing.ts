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
        flow: isSame(before.flow, now.flow) ? before.flow : now.flow,
        staleness: shareStaleness(before.staleness, now.staleness),
        ran: isSame(before.ran, now.ran) ? before.ran : now.ran
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

function shareStaleness(
  before: Inspection['staleness'],
  now: Inspection['staleness']
): Inspection['staleness'] {
  if (!before || !now) {
    return now;
  }
  const known = new Map(before.map(entry => [entry.cell, entry]));
  const shared = now.map(entry => {
    const earlier = known.get(entry.cell);
    return earlier && isSame(earlier, entry) ? earlier : entry;
  });
  return shared.length === before.length &&
    shared.every((entry, index) => entry === before[index])
    ? before
    : shared;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
