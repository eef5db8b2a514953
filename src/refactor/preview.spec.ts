import type { RefactorReply } from '../api/types';
import { makeContext, makeSnapshot } from '../testing-support/notebooks';
import { Preview } from './preview';
import type { IRefactoring } from './refactoring';

const CELLS = [
  { id: 'a', source: 'x = 1' },
  { id: 'b', source: 'print(x)' }
];

interface IForm {
  readonly name: string;
}

/** A refactoring with one field. */
const refactoring: IRefactoring<IForm> = {
  title: 'Extract',
  initial: { name: 'first' },
  lead: () => '',
  problem: ({ name }) => (name ? '' : 'Name it.'),
  question: ({ name }) =>
    Promise.resolve({
      wish: {
        refactoring: 'extract-function',
        selection: { cells: ['a'] },
        name
      },
      texts: new Map()
    }),
  Fields: () => {
    throw new Error('Not drawn here.');
  },
  notes: () => [],
  done: () => ''
};

function extraction(name: string): RefactorReply {
  return {
    kind: 'extraction',
    plan: { title: '', operations: [] },
    name,
    parameters: [],
    returns: [],
    loses: [],
    function: '',
    call: '',
    details: [],
    warnings: []
  };
}

describe('a preview', () => {
  let context: ReturnType<typeof makeContext>;
  let asked: { name: string; signal: AbortSignal; cells: string[] }[];
  let reply: (name: string) => Promise<RefactorReply>;
  let preview: Preview<IForm>;

  const settle = async (milliseconds = 0): Promise<void> => {
    await jest.advanceTimersByTimeAsync(milliseconds);
  };
  const shown = (): string =>
    preview.previewed?.answer.kind === 'extraction'
      ? preview.previewed.answer.name
      : '';

  beforeEach(async () => {
    jest.useFakeTimers();
    context = makeContext(CELLS);
    asked = [];
    reply = name => Promise.resolve(extraction(name));
    preview = new Preview({
      refactoring,
      model: {
        context,
        takeSnapshot: () =>
          makeSnapshot(
            context.model.sharedModel.cells.map(({ id, source }) => ({
              id,
              source
            }))
          )
      },
      client: {
        refactor: ({ notebook, wish }, signal) => {
          const name = 'name' in wish ? wish.name : '';
          const cells = notebook.cells.map(({ source }) => source);
          asked.push({ name, signal: signal!, cells });
          return reply(name);
        }
      }
    });
    await settle();
  });

  afterEach(() => {
    preview.dispose();
    jest.useRealTimers();
  });

  it('asks at once', () => {
    expect(preview.status).toBe('ready');
    expect(shown()).toBe('first');
  });

  it('asks again 300 ms after the last edit, and cannot be applied until then', async () => {
    preview.change({ name: 's' });
    await settle(200);
    preview.change({ name: 'second' });
    await settle(200);
    expect(preview.status).toBe('asking');
    // What was seen stays on screen.
    expect(shown()).toBe('first');
    await settle(100);
    expect(preview.status).toBe('ready');
    expect(shown()).toBe('second');
    expect(asked.map(({ name }) => name)).toEqual(['first', 'second']);
  });

  it('gives up a question whose answer is not wanted any more', async () => {
    let answer: (reply: RefactorReply) => void = () => undefined;
    reply = () => new Promise(resolve => (answer = resolve));
    preview.change({ name: 'slow' });
    await settle(300);
    const late = answer;
    reply = name => Promise.resolve(extraction(name));
    preview.change({ name: 'quick' });
    expect(asked[1].signal.aborted).toBe(true);
    await settle(300);
    late(extraction('slow'));
    await settle();
    expect(shown()).toBe('quick');
  });

  it('asks nothing while the fields are no question', async () => {
    preview.change({ name: '' });
    await settle(300);
    expect(preview.status).toBe('incomplete');
    expect(preview.message).toBe('Name it.');
    expect(asked).toHaveLength(1);
  });

  it('says why not', async () => {
    reply = () =>
      Promise.resolve({
        kind: 'refusal',
        code: 'taken',
        message: 'No.',
        cell: 'b'
      });
    preview.change({ name: 'x' });
    await settle(300);
    expect(preview.status).toBe('refused');
    expect(preview.refusal?.cell).toBe('b');
    reply = () => Promise.reject(new Error('The server is gone.'));
    preview.change({ name: 'y' });
    await settle(300);
    expect([preview.status, preview.message]).toEqual([
      'failed',
      'The server is gone.'
    ]);
  });

  it('is computed anew when the notebook is edited', async () => {
    context.model.sharedModel.cells[1].setSource('print(x + 1)');
    expect(preview.status).toBe('asking');
    expect(preview.isCurrent).toBe(false);
    await settle(300);
    expect(preview.status).toBe('ready');
    expect(preview.isCurrent).toBe(true);
    expect(asked[1].cells).toEqual(['x = 1', 'print(x + 1)']);
    expect(preview.previewed?.snapshot.cells[1].source).toBe('print(x + 1)');
  });
});
