import type { IStateDB } from '@jupyterlab/statedb';
import { StateDB } from '@jupyterlab/statedb';

import { MEMORY_KEY, PanelMemory } from './memory';

const OPEN = { id: 'problems', openAtFirst: true };
const CLOSED = { id: 'tests', openAtFirst: false };

describe('PanelMemory', () => {
  let state: IStateDB;

  beforeEach(() => {
    state = new StateDB();
  });

  it('begins with what is open at first', async () => {
    const memory = new PanelMemory(state);
    await memory.ready;
    expect(memory.isOpen(OPEN)).toBe(true);
    expect(memory.isOpen(CLOSED)).toBe(false);
  });

  it('remembers over a reload', async () => {
    const first = new PanelMemory(state);
    await first.ready;
    first.setOpen(OPEN, false);
    first.setOpen(CLOSED, true);

    const second = new PanelMemory(state);
    await second.ready;
    expect(second.isOpen(OPEN)).toBe(false);
    expect(second.isOpen(CLOSED)).toBe(true);
  });

  it('prefers what was pressed before the remembered was there', async () => {
    await state.save(MEMORY_KEY, { open: { problems: true } });
    const memory = new PanelMemory(state);
    memory.setOpen(OPEN, false);
    await memory.ready;
    expect(memory.isOpen(OPEN)).toBe(false);
  });

  it.each([null, 'text', { open: 'text' }, { open: { problems: 'no' } }])(
    'takes no harm from %j',
    async saved => {
      await state.save(MEMORY_KEY, saved);
      const memory = new PanelMemory(state);
      await memory.ready;
      expect(memory.isOpen(OPEN)).toBe(true);
    }
  );

  it('works without a state database', async () => {
    const memory = new PanelMemory(null);
    await memory.ready;
    const changed = jest.fn();
    memory.changed.connect(changed);
    memory.setOpen(OPEN, false);
    expect(memory.isOpen(OPEN)).toBe(false);
    expect(changed).toHaveBeenCalledTimes(1);
  });
});
