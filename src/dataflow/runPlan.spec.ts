import type { CellDependency, CellStaleness, Flow } from '../api/types';
import { RunPlan } from './runPlan';

/** A flow of the cells a, b, c … with dependencies written as `a>b`, or `a~b` where it is only possible. */
function flowOf(cells: string, ...dependencies: string[]): Flow {
  return {
    missing: [],
    cells: Array.from(cells, cell => ({
      cell,
      known: true,
      kept: false,
      imports_only: false,
      defines: [],
      uses: [],
      deferred_uses: [],
      mutates: [],
      deletes: [],
      unknown: []
    })),
    dependencies: dependencies.map(
      ([source, kind, target]): CellDependency => ({
        source,
        target,
        names: ['x'],
        kind:
          kind === '>'
            ? 'definition'
            : kind === '~'
              ? 'possible-mutation'
              : 'deletion'
      })
    )
  };
}

const STATES = {
  F: 'fresh',
  E: 'edited',
  S: 'stale',
  N: 'not-run'
} as const;

/** How the cells a, b, c … stand, a letter each. */
function standing(letters: string): CellStaleness[] {
  return Array.from(letters, (letter, index) => ({
    cell: String.fromCharCode(97 + index),
    state: STATES[letter as keyof typeof STATES],
    reasons: [],
    maybe: []
  }));
}

describe('RunPlan', () => {
  const chain = flowOf('abcd', 'a>b', 'b>c', 'c>d');

  it('runs a cell alone where what it needs is fresh', () => {
    expect(new RunPlan(chain, standing('FFFF')).withNeeds(['c'])).toEqual([
      'c'
    ]);
  });

  it('runs what was edited, is stale or did not run, in notebook order', () => {
    expect(new RunPlan(chain, standing('ESNF')).withNeeds(['c'])).toEqual([
      'a',
      'b',
      'c'
    ]);
  });

  it('leaves a fresh cell as it is, with what it needs', () => {
    expect(new RunPlan(chain, standing('EFSS')).withNeeds(['c'])).toEqual([
      'c'
    ]);
  });

  it('runs all that is needed where it is not known what ran', () => {
    expect(new RunPlan(chain, null).withNeeds(['c'])).toEqual(['a', 'b', 'c']);
  });

  it('runs what may change a name only where it never did', () => {
    const flow = flowOf('abcd', 'a>d', 'b~d', 'c~d');
    expect(new RunPlan(flow, standing('FNSS')).withNeeds(['d'])).toEqual([
      'b',
      'd'
    ]);
  });

  it('does not run what only takes a name away', () => {
    expect(
      new RunPlan(flowOf('ab', 'a-b'), standing('NN')).withNeeds(['b'])
    ).toEqual(['b']);
  });

  it('runs what a reason names, though it is no dependency that is shown', () => {
    const cells = standing('NS');
    cells[1].reasons.push({
      kind: 'input-not-run',
      name: 'state:random',
      cell: 'a'
    });
    expect(new RunPlan(flowOf('ab'), cells).withNeeds(['b'])).toEqual([
      'a',
      'b'
    ]);
  });

  it('runs what is stale or edited, and of the rest what those need', () => {
    const flow = flowOf('abcde', 'a>c', 'b>e');
    const plan = new RunPlan(flow, standing('NNSFE'));
    expect(plan.stale).toEqual(['c', 'e']);
    expect(plan.ofStale()).toEqual(['a', 'b', 'c', 'e']);
    expect(new RunPlan(flow, standing('NNFFF')).ofStale()).toEqual([]);
  });

  it('runs a cell and what uses it, with what those need', () => {
    const flow = flowOf('abcd', 'a>c', 'b>d', 'c>d');
    const plan = new RunPlan(flow, standing('FNFF'));
    expect(plan.withUsers('a')).toEqual(['a', 'b', 'c', 'd']);
    expect(plan.usersOf('a')).toEqual(['b', 'c', 'd']);
    expect(plan.usersOf('d')).toEqual([]);
  });

  it('runs by itself what is stale and waits for nothing else', () => {
    const flow = flowOf('abcde', 'a>b', 'a>c', 'd>c', 'c>e');
    const plan = new RunPlan(flow, standing('FSSFS'));
    expect(plan.staleUsers(['a'])).toEqual(['b', 'c', 'e']);
    const edited = new RunPlan(
      flowOf('abcde', 'a>b', 'b>c', 'a>d', 'd>e'),
      standing('FESSS')
    );
    expect(edited.staleUsers(['a'])).toEqual(['d', 'e']);
    expect(plan.staleUsers(['d'])).toEqual(['c', 'e']);
  });

  it('comes to an end where cells need each other', () => {
    const plan = new RunPlan(flowOf('ab', 'a>b', 'b>a'), standing('SS'));
    expect(plan.withNeeds(['a'])).toEqual(['a', 'b']);
    expect(plan.withUsers('a')).toEqual(['a', 'b']);
  });
});
