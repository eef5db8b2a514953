/* eslint-disable jupyter/no-untranslated-string -- titles of plans in tests */
import { YNotebook } from '@jupyter/ydoc';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import { NotebookModel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type {
  CellReport,
  Finding,
  Fix,
  Inspection,
  Notebook
} from '../api/types';

/** A real notebook model, as JupyterLab makes it, in as much of a context as is needed. */
export function makeContext(
  cells: readonly { id: string; source: string; cell_type?: string }[],
  options: { writable?: boolean } = {}
): DocumentRegistry.IContext<INotebookModel> {
  const sharedModel = new YNotebook({ disableDocumentWideUndoRedo: true });
  const model = new NotebookModel({ sharedModel });
  model.fromJSON({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3' },
      language_info: { name: 'python', version: '3.12.1' }
    },
    cells: cells.map(({ id, source, cell_type = 'code' }) => ({
      id,
      cell_type,
      source,
      metadata: {},
      ...(cell_type === 'code' ? { outputs: [], execution_count: null } : {})
    }))
  });
  sharedModel.clearUndoHistory();
  const context = {
    model,
    ready: Promise.resolve(),
    isReady: true,
    path: 'notes.ipynb',
    localPath: 'notes.ipynb',
    contentsModel: { writable: options.writable ?? true },
    sessionContext: { session: null }
  };
  return {
    ...context,
    pathChanged: new Signal(context),
    sessionContext: {
      ...context.sessionContext,
      kernelChanged: new Signal(context.sessionContext)
    }
  } as unknown as DocumentRegistry.IContext<INotebookModel>;
}

/** A snapshot of cells of code. */
export function makeSnapshot(
  cells: readonly {
    id: string;
    source: string;
    execution_count?: number | null;
  }[]
): Notebook {
  return {
    path: 'notes.ipynb',
    cells: cells.map(cell => ({ cell_type: 'code', ...cell }))
  };
}

/** A fix that changes nothing. */
export function makeFix(fix: Partial<Fix> = {}): Fix {
  return {
    title: 'Remove',
    applicability: 'safe',
    plan: { title: 'Remove', operations: [] },
    ...fix
  };
}

/** What the server says of a notebook with findings. */
export function makeInspection(
  findings: readonly Finding[] = [],
  cells: readonly CellReport[] = []
): Inspection {
  return {
    supported: true,
    language: 'python',
    cells: [...cells],
    findings: [...findings],
    flow: { cells: [], dependencies: [], missing: [] },
    staleness: null,
    ran: null,
    notices: []
  };
}
