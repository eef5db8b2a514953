import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';

import type { EditPlan, Notebook } from '../api/types';
import { makeContext, makeSnapshot } from '../testing-support/notebooks';
import type { IApplied } from '../tokens';
import { applyPlan } from './applyPlan';

type Operation = EditPlan['operations'][number];

const CELLS = [
  { id: 'a', source: 'import os\nx = 1' },
  { id: 'b', source: 'y = x' },
  { id: 'c', source: 'print(y)' }
];

/** Replaces the first characters of a cell's first line. */
function replaceStart(cell: string, length: number, text: string): Operation {
  return {
    kind: 'change-cell',
    cell,
    source_hash: '',
    edits: [
      {
        range: {
          start: { line: 0, column: 0 },
          end: { line: 0, column: length }
        },
        text
      }
    ]
  };
}

describe('applyPlan', () => {
  let context: DocumentRegistry.IContext<INotebookModel>;
  let snapshot: Notebook;
  let changeFiles: jest.Mock;

  const sources = (): string[] =>
    context.model.sharedModel.cells.map(cell => cell.source);
  const apply = (...operations: Operation[]): Promise<IApplied> =>
    applyPlan(context, { title: 'Change', operations }, snapshot, {
      files: { apply: changeFiles },
      trans: nullTranslator.load('test')
    });

  beforeEach(() => {
    context = makeContext(CELLS);
    snapshot = makeSnapshot(CELLS);
    changeFiles = jest.fn().mockResolvedValue(null);
  });

  describe('of one cell', () => {
    it('is undone in the cell, and leaves what was typed before', async () => {
      const cell = context.model.sharedModel.cells[1];
      cell.updateSource(5, 5, ' + 1');
      snapshot = makeSnapshot([CELLS[0], { id: 'b', source: 'y = x + 1' }]);

      const applied = await apply(replaceStart('b', 1, 'total'));

      expect(applied.applied).toBe(true);
      expect(cell.source).toBe('total = x + 1');
      cell.undo();
      expect(cell.source).toBe('y = x + 1');
      cell.redo();
      expect(cell.source).toBe('total = x + 1');
    });

    it('makes several edits of the text as it was', async () => {
      const edit = (line: number, from: number, to: number, text: string) => ({
        range: {
          start: { line, column: from },
          end: { line, column: to }
        },
        text
      });
      await apply({
        kind: 'change-cell',
        cell: 'a',
        source_hash: '',
        edits: [edit(0, 0, 9, 'import sys, os'), edit(1, 4, 5, '2')]
      });
      expect(sources()[0]).toBe('import sys, os\nx = 2');
    });

    it('counts columns in UTF-16 units and knows CRLF', async () => {
      const cells = [{ id: 'a', source: 'a = "🎉"\r\nb = "🎉" # x' }];
      context = makeContext(cells);
      snapshot = makeSnapshot(cells);
      await apply({
        kind: 'change-cell',
        cell: 'a',
        source_hash: '',
        edits: [
          {
            range: {
              start: { line: 1, column: 9 },
              end: { line: 1, column: 12 }
            },
            text: '# y'
          }
        ]
      });
      expect(sources()[0]).toBe('a = "🎉"\r\nb = "🎉" # y');
    });

    it('is taken back by undo, though another cell changed since', async () => {
      const applied = await apply(replaceStart('b', 1, 'total'));
      context.model.sharedModel.cells[2].setSource('print(total)');

      await expect(applied.undo()).resolves.toBe(true);
      expect(sources()).toEqual(['import os\nx = 1', 'y = x', 'print(total)']);
    });

    it('is not taken back when the cell changed since', async () => {
      const applied = await apply(replaceStart('b', 1, 'total'));
      context.model.sharedModel.cells[1].setSource('total = x # mine');

      await expect(applied.undo()).resolves.toBe(false);
      expect(sources()[1]).toBe('total = x # mine');
    });
  });

  describe('of several cells', () => {
    it('is one undo step of the notebook', async () => {
      await apply(replaceStart('a', 9, ''), replaceStart('b', 1, 'total'));
      expect(sources()).toEqual(['\nx = 1', 'total = x', 'print(y)']);

      context.model.sharedModel.undo();
      expect(sources()).toEqual(CELLS.map(({ source }) => source));
      expect(context.model.sharedModel.canUndo()).toBe(false);
    });

    it('inserts, moves, deletes and is taken back', async () => {
      const applied = await apply(
        {
          kind: 'insert-cell',
          after: null,
          cell_type: 'markdown',
          source: '# T',
          metadata: {}
        },
        { kind: 'move-cell', cell: 'c', source_hash: '', after: 'a' },
        { kind: 'delete-cell', cell: 'b', source_hash: '' }
      );
      expect(sources()).toEqual(['# T', 'import os\nx = 1', 'print(y)']);

      await expect(applied.undo()).resolves.toBe(true);
      expect(sources()).toEqual(CELLS.map(({ source }) => source));
    });

    it('moves our metadata from one cell to a new one', async () => {
      const ours = (): unknown[] =>
        context.model.sharedModel.cells.map(cell =>
          cell.getMetadata('nbquality')
        );
      const tests = { tests: [{ name: 'of_x', source: ['assert x'] }] };
      context.model.sharedModel.cells[1].setMetadata('nbquality', tests);
      const before = ours();
      const operations: Operation[] = [
        {
          kind: 'insert-cell',
          after: 'a',
          cell_type: 'code',
          source: 'x = 1',
          metadata: tests
        },
        { kind: 'change-metadata', cell: 'b', metadata: {} }
      ];
      // The snapshot knows nothing of the test: it was written since.
      expect((await apply(...operations)).applied).toBe(false);
      expect(ours()).toEqual(before);

      snapshot.cells[1].metadata = tests;
      const applied = await apply(...operations);
      expect(ours()).toEqual([before[0], tests, undefined, before[2]]);

      await expect(applied.undo()).resolves.toBe(true);
      expect(ours()).toEqual(before);
    });

    it('is not taken back when a text changed since', async () => {
      const applied = await apply({
        kind: 'delete-cell',
        cell: 'b',
        source_hash: ''
      });
      context.model.sharedModel.cells[0].setSource('import sys');

      await expect(applied.undo()).resolves.toBe(false);
      expect(sources()).toEqual(['import sys', 'print(y)']);
    });

    it('never leaves a notebook without a cell', async () => {
      context = makeContext([CELLS[0]]);
      await apply({ kind: 'delete-cell', cell: 'a', source_hash: '' });
      expect(sources()).toEqual(['']);
    });
  });

  describe('of metadata', () => {
    it('ignores a rule in the notebook, keeps what else is there, and is undone', async () => {
      context.model.sharedModel.setMetadata('nbquality', { later: 1 });
      const applied = await apply({
        kind: 'ignore-rule',
        cell: null,
        code: 'F401'
      });
      expect(context.model.sharedModel.getMetadata('nbquality')).toEqual({
        later: 1,
        ignore: ['F401']
      });

      await expect(applied.undo()).resolves.toBe(true);
      expect(context.model.sharedModel.getMetadata('nbquality')).toEqual({
        later: 1
      });
    });
  });

  describe('refuses, and changes nothing', () => {
    const unchanged = (): void => {
      expect(sources()).toEqual(CELLS.map(({ source }) => source));
      expect(context.model.sharedModel.canUndo()).toBe(false);
    };

    it('where a cell has another text by now', async () => {
      snapshot = makeSnapshot([CELLS[0], { id: 'b', source: 'y = 2' }]);
      const applied = await apply(
        replaceStart('a', 9, ''),
        replaceStart('b', 1, 'total')
      );
      expect(applied.applied).toBe(false);
      expect(applied.reason).toMatch(/was edited since/);
      unchanged();
    });

    it('where a cell is gone', async () => {
      const applied = await apply(replaceStart('gone', 1, 'total'));
      expect(applied.reason).toMatch(/is gone/);
      unchanged();
    });

    it('where the notebook is read-only', async () => {
      context = makeContext(CELLS, { writable: false });
      const applied = await apply(replaceStart('b', 1, 'total'));
      expect(applied.reason).toMatch(/read-only/);
      unchanged();
    });

    it('where the cell is locked', async () => {
      context.model.sharedModel.cells[1].setMetadata('editable', false);
      const applied = await apply(replaceStart('b', 1, 'total'));
      expect(applied.reason).toMatch(/locked/);
      expect(sources()[1]).toBe('y = x');
    });

    it('where a file cannot be changed', async () => {
      changeFiles.mockRejectedValue(new Error('The file changed.'));
      const applied = await apply(
        { kind: 'rename-file', path: 'a.txt', new_path: 'b.txt' },
        replaceStart('b', 1, 'total')
      );
      expect(applied.applied).toBe(false);
      expect(applied.reason).toBe('The file changed.');
      unchanged();
    });
  });

  describe('of a notebook and a file', () => {
    const file: Operation = {
      kind: 'change-file',
      path: 'a.py',
      before_hash: null,
      text: 'x = 1'
    };
    let undoFile: { isPossible: jest.Mock; run: jest.Mock };

    beforeEach(() => {
      undoFile = {
        isPossible: jest.fn().mockResolvedValue(true),
        run: jest.fn().mockResolvedValue(undefined)
      };
      changeFiles.mockResolvedValue(undoFile);
    });

    it('takes both back', async () => {
      const applied = await apply(file, replaceStart('b', 1, 'total'));
      expect(sources()[1]).toBe('total = x');
      expect(await applied.undo()).toBe(true);
      expect(sources()[1]).toBe('y = x');
      expect(undoFile.run).toHaveBeenCalledTimes(1);
    });

    it('takes nothing back where the file was changed since', async () => {
      const applied = await apply(file, replaceStart('b', 1, 'total'));
      undoFile.isPossible.mockResolvedValue(false);
      expect(await applied.undo()).toBe(false);
      expect(sources()[1]).toBe('total = x');
      expect(undoFile.run).not.toHaveBeenCalled();
    });

    it('takes nothing back where the cell was changed since', async () => {
      const applied = await apply(file, replaceStart('b', 1, 'total'));
      context.model.sharedModel.cells[1].setSource('total = x + 1');
      expect(await applied.undo()).toBe(false);
      expect(undoFile.run).not.toHaveBeenCalled();
    });

    it('takes the file back where somebody typed while it was written', async () => {
      changeFiles.mockImplementation(() => {
        context.model.sharedModel.cells[1].setSource('y = x + 1');
        return Promise.resolve(undoFile);
      });
      const applied = await apply(file, replaceStart('b', 1, 'total'));
      expect(applied.reason).toMatch(/edited/);
      expect(sources()[1]).toBe('y = x + 1');
      expect(undoFile.run).toHaveBeenCalledTimes(1);
    });

    it('takes back a file alone', async () => {
      const applied = await apply(file);
      expect(await applied.undo()).toBe(true);
      expect(undoFile.run).toHaveBeenCalledTimes(1);
    });
  });
});
