import type { IRunRecord } from '../tokens';
import { FakeKernel, START, withKernel } from '../testing-support/kernels';
import { RunRecords } from './runs';

const CELLS = [
  { id: 'a', source: 'x = 1' },
  { id: 'b', source: 'y = x\n' },
  { id: 'twin', source: 'same()' },
  { id: 'other twin', source: 'same()' }
];

/** Records of a notebook with a kernel that answers at once. */
async function start(
  kernel: FakeKernel,
  cells = CELLS
): Promise<{
  runs: RunRecords;
  context: ReturnType<typeof withKernel>;
}> {
  const context = withKernel(cells, kernel);
  const runs = new RunRecords(context);
  await answer(kernel);
  return { runs, context };
}

async function answer(kernel: FakeKernel): Promise<void> {
  await settle();
  kernel.answer();
  await settle();
}

function settle(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve));
}

function cellsOf(records: readonly IRunRecord[] | null): (string | null)[] {
  return records!.map(record => record.cell);
}

beforeEach(() => localStorage.clear());

describe('what runs', () => {
  it('is known with its cell, its time and how long it took', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    expect(runs.records).toEqual([]);
    const changed = jest.fn();
    runs.changed.connect(changed);
    kernel.run('x = 1', { cell: 'a', seconds: 3 });
    expect(runs.records).toMatchObject([
      { cell: 'a', source: 'x = 1', count: 1, started: START, took: 3 }
    ]);
    expect(runs.lastRun('a')).toBe(runs.records![0]);
    expect(runs.lastRun('b')).toBeNull();
    expect(changed).toHaveBeenCalledTimes(2);
    runs.dispose();
  });

  it('is matched by its text where another client asked for it, and never guessed', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    kernel.run('y = x');
    kernel.run('same()');
    kernel.run('unknown');
    expect(cellsOf(runs.records)).toEqual(['b', null, null]);
    runs.dispose();
  });

  it('is no record where the kernel keeps no history of it', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    kernel.run('inspect()', { cell: 'a', isStored: false });
    expect(runs.records).toEqual([]);
    // Of another client's it is known only when the next one has the same count.
    kernel.run('inspect()', { isStored: false });
    kernel.run('x = 1');
    expect(cellsOf(runs.records)).toEqual(['a']);
    kernel.run('  ');
    expect(runs.records).toHaveLength(1);
    runs.dispose();
  });

  it('is forgotten when another process takes the place', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    kernel.run('x = 1', { cell: 'a' });
    kernel.replace();
    expect(runs.records).toEqual([]);
    kernel.run('y = x', { cell: 'b' });
    await answer(kernel);
    expect(cellsOf(runs.records)).toEqual(['b']);

    kernel.statusChanged.emit('restarting');
    expect(runs.records).toEqual([]);
    kernel.statusChanged.emit('dead');
    expect(runs.records).toBeNull();
    runs.dispose();
  });

  it('is forgotten with the kernel', async () => {
    const kernel = new FakeKernel();
    const { runs, context } = await start(kernel);
    kernel.run('x = 1', { cell: 'a' });
    Object.assign(context.sessionContext, { session: null });
    (
      context.sessionContext.kernelChanged as never as { emit(_: null): void }
    ).emit(null);
    expect(runs.records).toBeNull();
    kernel.run('y = x', { cell: 'b' });
    expect(runs.records).toBeNull();
    runs.dispose();
  });

  it('may have its text replaced by one with the same result', async () => {
    const kernel = new FakeKernel();
    const { runs, context } = await start(kernel);
    kernel.run('x = 1', { cell: 'a' });
    kernel.run('y = x', { cell: 'b' });
    context.model.cells.get(0).sharedModel.setSource('x = (1)');
    runs.accept(['a']);
    expect(runs.records!.map(({ source }) => source)).toEqual([
      'x = (1)',
      'y = x'
    ]);
    runs.dispose();

    // Also after the page was loaded anew.
    const cells = [{ id: 'a', source: 'x = (1)' }, CELLS[1]];
    const { runs: again } = await start(kernel, cells);
    expect(again.lastRun('a')!.source).toBe('x = (1)');
    again.dispose();
    const { runs: edited } = await start(kernel, [{ id: 'a', source: 'x' }]);
    expect(edited.lastRun('a')!.source).toBe('x = 1');
    edited.dispose();
  });
});

describe('what ran before', () => {
  it('is not known until the kernel tells, and never from one that cannot', async () => {
    const kernel = new FakeKernel();
    kernel.history = null;
    const { runs } = await start(kernel);
    kernel.run('x = 1', { cell: 'a' });
    expect(runs.records).toBeNull();
    expect(runs.lastRun('a')).toBeNull();
    runs.dispose();

    const { runs: foreign } = await start(new FakeKernel('R'));
    expect(foreign.records).toBeNull();
    foreign.dispose();
  });

  it('is put together with what runs meanwhile', async () => {
    const kernel = new FakeKernel();
    kernel.history = ['x = 1'];
    const runs = new RunRecords(withKernel(CELLS, kernel));
    await settle();
    kernel.run('same()', { cell: 'twin' });
    await answer(kernel);
    expect(cellsOf(runs.records)).toEqual(['a', 'twin']);
    expect(runs.lastRun('twin')!.took).toBe(1);
    runs.dispose();
  });

  it('is matched by text, of equal cells by count, and by nothing else', async () => {
    const kernel = new FakeKernel();
    kernel.history = ['x = 1', 'y = x', 'same()', 'same()', 'old text'];
    const context = withKernel(CELLS, kernel);
    const counts = [9, null, 3, 2];
    counts.forEach((count, index) => {
      const cell = context.model.cells.get(index);
      (cell as unknown as { executionCount: number | null }).executionCount =
        count;
    });
    context.model.cells.get(0).sharedModel.setSource('x = 1');
    const runs = new RunRecords(context);
    await answer(kernel);
    expect(cellsOf(runs.records)).toEqual(['a', 'b', 'twin', null, null]);
    // As the cell has it, so that it need not be sent.
    expect(runs.records![1].source).toBe('y = x\n');
    runs.dispose();
  });

  it('is remembered by the browser, though the cell was edited', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    kernel.run('x = 0', { cell: 'a' });
    kernel.run('same()', { cell: 'other twin' });
    runs.dispose();

    const { runs: again } = await start(kernel);
    expect(again.records).toMatchObject([
      { cell: 'a', source: 'x = 0', started: START, took: 1 },
      { cell: 'other twin', started: START + 1 }
    ]);
    again.dispose();

    // Another process counts anew.
    kernel.replace();
    kernel.history = ['x = 0', 'same()'];
    const { runs: fresh } = await start(kernel);
    expect(cellsOf(fresh.records)).toEqual([null, null]);
    fresh.dispose();
  });

  it('goes with a notebook that is renamed', async () => {
    const kernel = new FakeKernel();
    const { runs, context } = await start(kernel);
    kernel.run('x = 0', { cell: 'a' });
    Object.assign(context, { path: 'renamed.ipynb' });
    (context.pathChanged as never as { emit(path: string): void }).emit(
      'renamed.ipynb'
    );
    runs.dispose();
    const again = new RunRecords(context);
    await answer(kernel);
    expect(cellsOf(again.records)).toEqual(['a']);
    again.dispose();
  });

  it('tells how long a run took that began before the page was loaded', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    const request = kernel.run('x = 1', { cell: 'a', seconds: null });
    runs.dispose();
    const again = new RunRecords(withKernel(CELLS, kernel));
    await settle();
    kernel.end({ msg_id: request }, 5);
    await answer(kernel);
    expect(again.lastRun('a')).toMatchObject({ started: START, took: 5 });
    expect(again.isBusy).toBe(false);
    again.dispose();
  });

  it('is what another tab says that asked for it', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    kernel.run('same()');
    expect(cellsOf(runs.records)).toEqual([null]);
    runs.dispose();
    const [name] = Object.keys(localStorage);
    const stored = JSON.parse(localStorage.getItem(name)!) as {
      runs: { cell: string | null; isSure: boolean }[];
    };
    const { runs: second } = await start(kernel);
    Object.assign(stored.runs[0], { cell: 'twin', isSure: true });
    localStorage.setItem(name, JSON.stringify(stored));
    window.dispatchEvent(new StorageEvent('storage', { key: name }));
    expect(cellsOf(second.records)).toEqual(['twin']);
    second.dispose();
    expect(JSON.parse(localStorage.getItem(name)!)).toMatchObject({
      runs: [{ cell: 'twin' }]
    });
  });

  it('is not asked of a storage that is broken or full', async () => {
    const kernel = new FakeKernel();
    const { runs } = await start(kernel);
    kernel.run('x = 1', { cell: 'a' });
    runs.dispose();
    const [name] = Object.keys(localStorage);
    for (const text of ['{', 'null', '{"session": "first", "runs": [null]}']) {
      localStorage.setItem(name, text);
      const { runs: again } = await start(kernel);
      expect(cellsOf(again.records)).toEqual(['a']);
      again.dispose();
    }
  });
});
