import type { Finding } from '../api/types';
import { makeFinding } from '../testing-support/finding';
import { makeInspection } from '../testing-support/notebooks';
import { shareWith } from './sharing';

const finding = (id: string, message: string): Finding =>
  makeFinding({ id, message });

describe('shareWith', () => {
  it('takes the first reply as it is', () => {
    const reply = makeInspection([finding('a', 'one')]);
    expect(shareWith(null, reply)).toBe(reply);
  });

  it('keeps the findings that are still the same, wherever they stand', () => {
    const before = makeInspection([finding('a', 'one'), finding('b', 'two')]);
    const after = shareWith(
      before,
      makeInspection([
        finding('new', 'first'),
        finding('b', 'two'),
        finding('a', 'another message')
      ])
    );
    expect(after.findings.map(({ id }) => id)).toEqual(['new', 'b', 'a']);
    expect(after.findings[1]).toBe(before.findings[1]);
    expect(after.findings[2]).not.toBe(before.findings[0]);
    expect(after.findings[2].message).toBe('another message');
  });

  it('keeps a flow that did not change, and nothing else of the reply', () => {
    const before = makeInspection();
    const reply = { ...makeInspection(), notices: ['news'] };
    const after = shareWith(before, reply);
    expect(after.flow).toBe(before.flow);
    expect(after.notices).toEqual(['news']);
  });

  it('takes a flow that changed', () => {
    const reply = makeInspection();
    reply.flow = {
      missing: [],
      cells: [],
      dependencies: [
        { source: 'a', target: 'b', names: ['x'], kind: 'definition' }
      ]
    };
    expect(shareWith(makeInspection(), reply).flow).toEqual(reply.flow);
  });

  it('keeps how each cell stands, where that is the same', () => {
    const reply = (state: 'fresh' | 'stale') => ({
      ...makeInspection(),
      staleness: [
        { cell: 'a', state: 'fresh' as const, reasons: [], maybe: [] },
        { cell: 'b', state, reasons: [], maybe: [] }
      ]
    });
    const before = reply('fresh');
    expect(shareWith(before, reply('fresh')).staleness).toBe(before.staleness);
    const after = shareWith(before, reply('stale')).staleness!;
    expect(after[0]).toBe(before.staleness[0]);
    expect(after[1].state).toBe('stale');
    expect(shareWith(before, makeInspection()).staleness).toBeNull();
  });
});
