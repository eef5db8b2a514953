import type { CellFlow, Flow } from '../api/types';
import { makeContext } from '../testing-support/notebooks';
import type { IQualityModel } from '../tokens';
import type { ITestItem } from './items';
import type { ITestResult, IVerdict } from './verdicts';
import { cellsNeeded, isLive, resultOf, stampOf, standingOf } from './verdicts';

function cell(id: string, defines: string[], uses: string[] = []): CellFlow {
  const at = (name: string): CellFlow['defines'][0] => ({
    name,
    certain: true,
    range: null
  });
  return {
    cell: id,
    known: true,
    kept: false,
    imports_only: false,
    defines: defines.map(at),
    uses: uses.map(at),
    deferred_uses: [],
    mutates: [],
    deletes: [],
    unknown: []
  };
}

const FLOW = {
  cells: [
    cell('raw', ['raw']),
    cell('other', ['other']),
    cell('total', ['total'], ['raw']),
    cell('later', ['other'], [])
  ],
  dependencies: [
    { source: 'raw', target: 'total', names: ['raw'], kind: 'definition' }
  ]
} as unknown as Flow;

function item(source: string): ITestItem {
  return {
    cell: 'total',
    key: 'total t',
    test: {
      title: 't',
      name: 't',
      source,
      timeout: null,
      engine: null,
      place: 0
    }
  };
}

describe('the cells that a test looks at', () => {
  it('are its own, those it names, and what these need', () => {
    expect(cellsNeeded(FLOW, item('assert total'))).toEqual(['raw', 'total']);
    expect(cellsNeeded(FLOW, item('assert other'))).toEqual([
      'raw',
      'other',
      'total'
    ]);
    expect(cellsNeeded(null, item('assert other'))).toEqual(['total']);
  });
});

describe('how a test stands', () => {
  const TEST = item('assert total == 3');
  let counts: Record<string, number>;
  let ran: Record<string, string>;
  let model: IQualityModel;
  let order = 0;

  beforeEach(() => {
    counts = { raw: 1, total: 2 };
    ran = { raw: 'raw = [1, 2]', total: 'total = sum(raw)' };
    model = {
      context: makeContext([
        { id: 'raw', source: 'raw = [1, 2]' },
        { id: 'total', source: 'total = sum(raw)' }
      ]),
      inspection: { flow: FLOW },
      currentSource: (id: string) =>
        model.context.model.sharedModel.cells.find(one => one.id === id)
          ?.source ?? null,
      runs: {
        lastRun: (id: string) => ({ count: counts[id], source: ran[id] })
      }
    } as unknown as IQualityModel;
  });

  function verdict(
    status: ITestResult['status'],
    engine: ITestResult['engine']
  ): IVerdict {
    const result = resultOf({ name: 't', status, engine });
    return {
      result,
      stamp: stampOf(model, TEST, isLive(result)),
      order: order++
    };
  }

  it('is what came of it last', () => {
    expect(standingOf(model, TEST, { live: null, clean: null })).toMatchObject({
      state: 'not-run',
      verdict: null
    });
    expect(
      standingOf(model, TEST, { live: verdict('timeout', 'fork'), clean: null })
    ).toMatchObject({ state: 'failed', isOutdated: false, differs: null });
  });

  it('is told apart where the kernel and a clean start differ', () => {
    const live = verdict('passed', 'fork');
    const clean = verdict('error', 'clean');
    expect(standingOf(model, TEST, { live, clean })).toMatchObject({
      state: 'failed',
      verdict: clean,
      differs: 'only-here'
    });
    expect(
      standingOf(model, TEST, {
        live: verdict('failed', 'fork'),
        clean: verdict('passed', 'clean')
      })
    ).toMatchObject({ state: 'failed', differs: 'only-clean' });
  });

  it('is outdated once what it looks at ran again, for the kernel alone', () => {
    const live = verdict('passed', 'fork');
    const clean = verdict('failed', 'clean');
    counts.raw = 3;
    expect(standingOf(model, TEST, { live, clean: null })).toMatchObject({
      state: 'passed',
      isOutdated: true
    });
    expect(standingOf(model, TEST, { live, clean })).toMatchObject({
      verdict: clean,
      isOutdated: false,
      differs: null
    });
  });

  it.each([
    ['its cell', 'total'],
    ['a cell that its cell needs', 'raw']
  ])('is outdated once %s was edited', (_, id) => {
    const clean = verdict('passed', 'clean');
    model.context.model.sharedModel.cells
      .find(one => one.id === id)!
      .setSource('raw = total = 3');
    expect(standingOf(model, TEST, { live: null, clean })).toMatchObject({
      isOutdated: true
    });
  });

  it('is outdated from the start where the kernel ran another text', () => {
    ran.raw = 'raw = [1]';
    expect(
      standingOf(model, TEST, { live: verdict('passed', 'fork'), clean: null })
    ).toMatchObject({ isOutdated: true });
    expect(
      standingOf(model, TEST, { live: null, clean: verdict('passed', 'clean') })
    ).toMatchObject({ isOutdated: false });
  });

  it('is outdated once the test was edited', () => {
    const clean = verdict('passed', 'clean');
    expect(
      standingOf(model, item('assert total'), { live: null, clean })
    ).toMatchObject({ isOutdated: true });
  });
});
