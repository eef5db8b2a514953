import type { CodeCellModel } from '@jupyterlab/cells';
import { nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';

import type { InspectRequest, Inspection } from '../api/types';
import { QualitySettings } from '../settings';
import { FakeKernel, withKernel } from '../testing-support/kernels';
import { makeInspection } from '../testing-support/notebooks';
import type { IQualityClient } from '../tokens';
import { QualityModel } from './model';

const CELLS = [
  { id: 'a', source: 'x = 1' },
  { id: 'b', source: 'y = x' }
];

/** A model that was just looked at, and what it asks from then on. */
async function start(): Promise<{
  model: QualityModel;
  kernel: FakeKernel;
  requests: { request: InspectRequest; signal: AbortSignal | undefined }[];
  answers: PromiseDelegate<Inspection>[];
  /** Whether questions are answered at once. */
  server: { isQuick: boolean };
}> {
  const kernel = new FakeKernel();
  const requests: { request: InspectRequest; signal?: AbortSignal }[] = [];
  const answers: PromiseDelegate<Inspection>[] = [];
  const server = { isQuick: true };
  const client = {
    inspect: (request: InspectRequest, signal?: AbortSignal) => {
      requests.push({ request, signal });
      const answer = new PromiseDelegate<Inspection>();
      answers.push(answer);
      if (server.isQuick) {
        answer.resolve(makeInspection());
      }
      return answer.promise;
    }
  } as unknown as IQualityClient;
  const model = new QualityModel({
    context: withKernel(CELLS, kernel),
    client,
    settings: new QualitySettings(),
    files: { change: jest.fn() } as never,
    trans: nullTranslator.load('jupyter_nbquality'),
    writing: () => null
  });
  await jest.advanceTimersByTimeAsync(0);
  kernel.answer();
  model.isActive = true;
  await jest.advanceTimersByTimeAsync(2_000);
  requests.length = answers.length = 0;
  return { model, kernel, requests: requests as never, answers, server };
}

/** Something is shown below the first cell. */
function show(model: QualityModel): void {
  const cell = model.context.model.cells.get(0) as CodeCellModel;
  cell.outputs.add({
    output_type: 'display_data',
    data: { 'text/plain': 'x' },
    metadata: {}
  });
}

beforeEach(() => {
  localStorage.clear();
  jest.useFakeTimers();
});

afterEach(() => jest.useRealTimers());

describe('what runs', () => {
  it('is sent soon, once', async () => {
    const { model, kernel, requests } = await start();
    kernel.run('x = 1', { cell: 'a' });
    show(model);
    await jest.advanceTimersByTimeAsync(100);
    expect(requests.map(({ request }) => request.runs)).toEqual([
      [{ cell: 'a', source: null, started: expect.any(Number) as number }]
    ]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(requests).toHaveLength(1);
    model.dispose();
  });

  it('is not each told of where many cells run', async () => {
    const { model, kernel, requests } = await start();
    for (let count = 0; count < 40; count++) {
      kernel.run('x = 1', { cell: 'a' });
      show(model);
      await jest.advanceTimersByTimeAsync(50);
    }
    await jest.advanceTimersByTimeAsync(1_000);
    expect(requests.length).toBeGreaterThan(2);
    expect(requests.length).toBeLessThan(7);
    expect(requests[requests.length - 1].request.runs).toHaveLength(40);
    model.dispose();
  });

  it('is sent with all that it printed', async () => {
    const { model, kernel, requests } = await start();
    const cell = model.context.model.cells.get(0) as CodeCellModel;
    kernel.run('x = 1', { cell: 'a' });
    await jest.advanceTimersByTimeAsync(1_000);
    for (const text of ['one', 'two']) {
      cell.outputs.add({ output_type: 'stream', name: 'stdout', text });
      await model.check();
    }
    expect(
      requests.map(({ request }) => request.notebook.cells[0].outputs?.size)
    ).toEqual([0, 3, 6]);
    model.dispose();
  });

  it('may show things without end, and is looked at seldom', async () => {
    const { model, kernel, requests } = await start();
    kernel.run('x = 1', { cell: 'a', seconds: null });
    for (let count = 0; count < 100; count++) {
      show(model);
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.length).toBeLessThan(8);
    model.dispose();
  });

  it('does not disturb who types', async () => {
    const { model, kernel, requests } = await start();
    model.typed();
    kernel.run('x = 1', { cell: 'a' });
    await jest.advanceTimersByTimeAsync(400);
    model.typed();
    await jest.advanceTimersByTimeAsync(400);
    expect(requests).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(100);
    expect(requests).toHaveLength(1);
    model.dispose();
  });
});

describe('an answer that takes long', () => {
  it('is waited for where only outputs changed, and then asked for again', async () => {
    const { model, kernel, requests, answers, server } = await start();
    server.isQuick = false;
    kernel.run('x = 1', { cell: 'a' });
    await jest.advanceTimersByTimeAsync(100);
    for (let count = 0; count < 50; count++) {
      show(model);
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(requests).toHaveLength(1);
    expect(requests[0].signal!.aborted).toBe(false);
    answers[0].resolve(makeInspection());
    await jest.advanceTimersByTimeAsync(1_000);
    expect(requests).toHaveLength(2);
    model.dispose();
  });

  it('is given up for what was typed', async () => {
    const { model, kernel, requests, server } = await start();
    server.isQuick = false;
    kernel.run('x = 1', { cell: 'a' });
    await jest.advanceTimersByTimeAsync(100);
    model.context.model.cells.get(0).sharedModel.setSource('x = 2');
    model.typed();
    await jest.advanceTimersByTimeAsync(600);
    expect(requests[0].signal!.aborted).toBe(true);
    expect(requests).toHaveLength(2);
    model.dispose();
  });
});

test('the server is asked again only where something changed', async () => {
  const { model, requests } = await start();
  await model.check();
  expect(requests).toHaveLength(0);
  model.filesChanged();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(requests).toHaveLength(1);
  model.dispose();
});

test('it is let go when its document is', async () => {
  const { model } = await start();
  model.context.model.dispose();
  model.dispose();
  expect(model.isDisposed).toBe(true);
});
