import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { REASON, reportApplied, reportError } from '../components/applied';
import type { Highlight } from '../components/highlight';
import { pythonHighlight } from '../components/highlight';
import { hasKernel } from '../notebook/kernel';
import { TextFiles } from '../notebook/textFiles';
import type {
  IQualityClient,
  IQualitySettings,
  IQualityTracker
} from '../tokens';
import { LayoutMemory, askRefactoring } from './dialog';
import { extractConstant } from './extractConstant';
import type { TypesOf } from './extractFunction';
import { extractFunction } from './extractFunction';
import type { IModuleFiles } from './extractModule';
import { extractModule } from './extractModule';
import { extractVariable } from './extractVariable';
import { cellsToAccept } from './freshCells';
import { inline } from './inline';
import { inlineImport } from './inlineImport';
import { mergeCells } from './mergeCells';
import { completions, folderOf, serverPath } from './modulePath';
import { moveCell } from './moveCell';
import { nameTargetOf } from './nameTarget';
import { Preview } from './preview';
import { pushBack } from './pushBack';
import { QuickCheck } from './quickCheck';
import type { IRefactoring } from './refactoring';
import { rename } from './rename';
import { runtimeTypes } from './runtimeTypes';
import { splitCell } from './splitCell';
import type { ITarget } from './target';
import { Verification } from './verification';

/** What refactorings need of the world. */
export interface IRefactoringsOptions {
  tracker: IQualityTracker;
  client: IQualityClient;
  settings: Pick<IQualitySettings, 'alwaysVerify'>;
  documents: IDocumentManager;
  /** Without it, code has one colour. */
  languages: IEditorLanguageRegistry | null;
  trans: TranslationBundle;
}

/**
 * Asks a person about a refactoring, shows what it changes, and applies it.
 */
export class Refactorings {
  constructor(private readonly _options: IRefactoringsOptions) {
    const { documents, languages } = _options;
    this._files = new TextFiles(documents);
    this._highlight = languages && pythonHighlight(languages);
  }

  /** A function made of a selection. */
  extractFunction(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    return this._run(
      panel,
      extractFunction(target, tracker.modelOf(panel), typesIn(panel), trans)
    );
  }

  /** Code moved to a module. */
  extractModule(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    return this._run(
      panel,
      extractModule(
        target,
        tracker.modelOf(panel),
        this._filesBeside(panel),
        trans
      )
    );
  }

  /** A name for an expression. */
  extractVariable(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    return this._run(
      panel,
      extractVariable(target, tracker.modelOf(panel), trans)
    );
  }

  /** A name for a literal. */
  extractConstant(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    return this._run(
      panel,
      extractConstant(target, tracker.modelOf(panel), trans)
    );
  }

  /** Another name for a name. */
  rename(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    const name = nameTargetOf(panel, tracker.modelOf(panel), target);
    return this._run(panel, rename(name, trans));
  }

  /** The value of a name in its place. */
  inline(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    const name = nameTargetOf(panel, tracker.modelOf(panel), target);
    return this._run(panel, inline(name, trans));
  }

  /** What is imported, in the notebook itself. */
  inlineImport(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    const model = tracker.modelOf(panel);
    const name = nameTargetOf(panel, model, target);
    return this._run(panel, inlineImport(name, model, trans));
  }

  /** What came from a module, back in it. */
  pushBack(panel: NotebookPanel, target: ITarget): Promise<void> {
    const { tracker, trans } = this._options;
    const model = tracker.modelOf(panel);
    const name = nameTargetOf(panel, model, target);
    return this._run(
      panel,
      pushBack(target, name, model, this._filesBeside(panel), trans)
    );
  }

  /** A cell in another place. */
  async moveCell(
    panel: NotebookPanel,
    cell: string,
    step: 'up' | 'down'
  ): Promise<void> {
    const { tracker, trans } = this._options;
    const move = moveCell(cell, step, tracker.modelOf(panel), trans);
    if (move) {
      await this._run(panel, move);
    }
  }

  /** Several cells in place of one. */
  splitCell(panel: NotebookPanel, cell: string): Promise<void> {
    const { tracker, trans } = this._options;
    const { activeCell } = panel.content;
    const cursor =
      activeCell?.model.id === cell
        ? activeCell.editor?.getCursorPosition().line
        : undefined;
    return this._run(
      panel,
      splitCell(
        cell,
        cursor === undefined ? null : cursor + 1,
        tracker.modelOf(panel),
        trans
      )
    );
  }

  /** One cell in place of several. */
  mergeCells(panel: NotebookPanel, cells: readonly string[]): Promise<void> {
    const { tracker, trans } = this._options;
    return this._run(panel, mergeCells(cells, tracker.modelOf(panel), trans));
  }

  private async _run<Form>(
    panel: NotebookPanel,
    refactoring: IRefactoring<Form>
  ): Promise<void> {
    const { tracker, client, settings, trans } = this._options;
    const model = tracker.modelOf(panel);
    const preview = new Preview({ refactoring, model, client });
    const verification = new Verification(
      preview,
      client,
      trans.__('The connection ended before there was a result.'),
      {
        isAlways: settings.alwaysVerify,
        quick: new QuickCheck({
          model,
          session: panel.sessionContext,
          client,
          trans
        }),
        lastTook: ({ cells }) =>
          cells.reduce(
            (sum, { id }) => sum + (model.runs.lastRun(id)?.took ?? 0),
            0
          )
      }
    );
    try {
      const decision = await askRefactoring({
        refactoring,
        preview,
        verification,
        model,
        layout: this._layout,
        highlight: this._highlight,
        trans
      });
      if (decision.kind === 'go') {
        await tracker.reveal(panel, decision.cell, { focus: true });
      } else if (decision.kind === 'apply') {
        const { answer, snapshot, texts } = decision.previewed;
        const { isIdentical } = verification;
        // Nothing is to be run any more.
        verification.stop();
        if (!preview.isCurrent) {
          Notification.warning(
            trans.__('The notebook was edited meanwhile: look again.'),
            REASON
          );
          return;
        }
        // Renamed in the notebook, it still is called as it was in the kernel.
        const accepted =
          isIdentical && answer.kind !== 'renaming'
            ? cellsToAccept(answer.plan, snapshot, model.runs)
            : [];
        const applied = await model.apply(answer.plan, snapshot, texts);
        if (applied.applied) {
          model.runs.accept(accepted);
        }
        reportApplied(applied, refactoring.done(answer), trans, texts.size > 0);
      }
    } catch (error) {
      reportError(error);
    } finally {
      verification.dispose();
      preview.dispose();
    }
  }

  /** The files of the server, seen from the folder of a notebook. */
  private _filesBeside({ context }: NotebookPanel): IModuleFiles {
    const { contents } = this._options.documents.services;
    const drive = contents.driveName(context.path);
    const full = (path: string): string => (drive ? `${drive}:${path}` : path);
    const folders = new Map<string, Promise<Contents.IModel[]>>();
    const entriesOf = (folder: string): Promise<Contents.IModel[]> => {
      const path = serverPath(context.localPath, `${folder}.`);
      if (path === null) {
        return Promise.resolve([]);
      }
      let entries = folders.get(path);
      if (!entries) {
        entries = contents
          .get(full(PathExt.normalize(path)), { content: true })
          .then(({ content }) => content as Contents.IModel[]);
        folders.set(path, entries);
      }
      return entries;
    };
    return {
      read: path => this._files.read(full(path)),
      isUnsaved: path => this._files.isUnsaved(full(path)),
      complete: async typed =>
        completions(typed, await entriesOf(folderOf(typed)))
    };
  }

  private readonly _files: TextFiles;
  private readonly _highlight: Highlight | null;
  private readonly _layout = new LayoutMemory();
}

/** Asks the kernel of a notebook for types; null where there is none. */
function typesIn({ sessionContext }: NotebookPanel): TypesOf {
  return hasKernel(sessionContext)
    ? async names => {
        const kernel = sessionContext.session?.kernel;
        return kernel ? runtimeTypes(kernel, names) : new Map();
      }
    : null;
}
