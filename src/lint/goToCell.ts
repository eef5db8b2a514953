import { InputDialog, Notification } from '@jupyterlab/apputils';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IQualityTracker } from '../tokens';
import { findTarget, pathIn } from './goTo';

/** What going to a cell needs of the world. */
export interface IGoToContext {
  tracker: IQualityTracker;
  documents: IDocumentManager | null;
  trans: TranslationBundle;
}

/** Asks a person where to go; null when they think better of it. */
export async function askTarget(
  trans: TranslationBundle
): Promise<string | null> {
  const answer = await InputDialog.getText({
    title: trans.__('Go to cell'),
    label: trans.__('[4], cell 7, a cell id, or a line that CI printed'),
    okLabel: trans.__('Go')
  });
  return answer.button.accept ? answer.value : null;
}

/** Goes to the cell that a text names, in the notebook that it names or else in the current one. */
export async function goToCell(
  text: string,
  context: IGoToContext
): Promise<void> {
  const { tracker, trans } = context;
  const path = pathIn(text);
  const panel = path === null ? tracker.current : await opened(path, context);
  if (!panel) {
    Notification.warning(
      trans.__('There is no notebook “%1” here.', path ?? ''),
      { autoClose: 5000 }
    );
    return;
  }
  const { cells } = panel.context.model;
  const target = findTarget(
    text,
    Array.from(cells, cell => ({
      id: cell.id,
      execution_count: isCodeCellModel(cell) ? cell.executionCount : null
    }))
  );
  if (!target) {
    Notification.warning(
      trans.__('There is no cell “%1” in this notebook.', text.trim()),
      { autoClose: 5000 }
    );
    return;
  }
  const at =
    target.line === null
      ? null
      : { line: target.line, column: target.column ?? 0 };
  await tracker.reveal(panel, cells.get(target.index).id, {
    range: at && { start: at, end: at },
    focus: true
  });
}

/** The notebook of a path, brought to the front; null when there is none. */
async function opened(
  path: string,
  { tracker, documents }: IGoToContext
): Promise<NotebookPanel | null> {
  const { current } = tracker;
  if (current && isSamePath(current.context.localPath, path)) {
    return current;
  }
  let found = path;
  tracker.forEach(({ context }) => {
    found = isSamePath(context.localPath, path) ? context.path : found;
  });
  const isThere = await documents?.services.contents
    .get(found, { content: false })
    .then(() => true)
    .catch(() => false);
  const panel = isThere
    ? (documents?.openOrReveal(found) as NotebookPanel | undefined)
    : undefined;
  await panel?.context.ready;
  return panel ?? null;
}

/** Whether what a report calls a notebook is this one: the report may have been made in another folder. */
function isSamePath(path: string, named: string): boolean {
  const tail = named.replace(/\\/g, '/').replace(/^\.\//, '');
  return (
    path === tail || path.endsWith(`/${tail}`) || tail.endsWith(`/${path}`)
  );
}
