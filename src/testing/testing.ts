import { Clipboard, Notification } from '@jupyterlab/apputils';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Suggestion, Worth } from '../api/types';
import { REASON, reportApplied, reportError } from '../components/applied';
import { cellReference } from '../components/cellNames';
import { pythonHighlight } from '../components/highlight';
import { isReadOnly } from '../notebook/applyPlan';
import { hasKernel } from '../notebook/kernel';
import type { IQualityClient, IQualityModel, IQualityTracker } from '../tokens';
import { ask } from './ask';
import type { ICellTest } from './cellTests';
import { addTest, deleteTest, replaceTest } from './changes';
import { runClean } from './cleanEngine';
import { Consents } from './consent';
import type { ITestItem } from './items';
import { keyOf, testsOf } from './items';
import { TestResults } from './results';
import { TestRunner } from './runner';
import type { IDraft } from './testDialog';
import { TestTrust } from './trust';
import type { IStanding } from './verdicts';
import { stampOf, standingOf } from './verdicts';
import { failureText } from './words';

type Context = DocumentRegistry.IContext<INotebookModel>;

/** What tests need of the world. */
export interface ITestingOptions {
  tracker: IQualityTracker;
  client: IQualityClient;
  editors: IEditorServices;
  languages: IEditorLanguageRegistry | null;
  trans: TranslationBundle;
}

const EMPTY: IDraft = { title: '', source: '', timeout: null, engine: null };

/** What is done with the tests of cells: for the panel, the commands and the marks in the notebook. */
export class Testing {
  constructor(private readonly _options: ITestingOptions) {
    const { client, trans } = _options;
    const consents = new Consents(trans);
    this.runner = new TestRunner({
      results: this.results,
      testRunner: () => client.testRunner(),
      runClean: runClean({
        client,
        mayReach: (model, effects) => consents.ask(model, effects),
        broken: trans.__('The server ended the tests before they were done.')
      }),
      mayRun: (context, items, isAutomatic) =>
        this._mayRun(context, items, isAutomatic),
      notRun: trans.__(
        'Its cell did not run in this kernel. Run it first, or run the test from a clean start.'
      ),
      onError: reportError
    });
  }

  readonly results = new TestResults();
  readonly trust = new TestTrust();
  readonly runner: TestRunner;

  /** How a test stands. */
  standing(model: IQualityModel, item: ITestItem): IStanding {
    return standingOf(model, item, this.results.verdicts(model.context, item));
  }

  /** Why a test, or any test, cannot run in a notebook now; empty where it can. */
  obstacle({ context }: IQualityModel, item: ITestItem | null): string {
    return item?.test.engine === 'clean' || hasKernel(context.sessionContext)
      ? ''
      : this._options.trans.__('Needs a running kernel');
  }

  /** Asks for a new test of a cell, and adds it. */
  async add(panel: NotebookPanel, cell: string): Promise<void> {
    const { tracker, trans } = this._options;
    const model = tracker.modelOf(panel);
    const name = cellReference(model, cell, trans)?.label ?? '';
    await this._ask(panel, cell, null, trans.__('Add test to %1', name));
  }

  /** Shows a test to be edited, at a line where one is given. */
  async edit(
    panel: NotebookPanel,
    item: ITestItem,
    line: number | null = null
  ): Promise<void> {
    const { tracker, trans } = this._options;
    const model = tracker.modelOf(panel);
    const name = cellReference(model, item.cell, trans)?.label ?? '';
    await this._ask(
      panel,
      item.cell,
      item,
      trans.__('Edit test of %1', name),
      line
    );
  }

  /** Looks for tests of a cell, and adds those that the person takes. */
  async suggest(panel: NotebookPanel, cell: string): Promise<void> {
    const { tracker, client, languages, trans } = this._options;
    const { context } = panel;
    if (isReadOnly(context)) {
      this._refuse();
      return;
    }
    const model = tracker.modelOf(panel);
    // The tests that the cell has run too: they are looked at first.
    const has = testsOf(context).filter(item => item.cell === cell);
    if (
      has.length > 0 &&
      (await this._mayRun(context, has, false)).length === 0
    ) {
      return;
    }
    const name = cellReference(model, cell, trans)?.label ?? '';
    const [{ showSuggestions }, { Suggesting }] = await Promise.all([
      import('./suggestDialog'),
      import('./suggesting')
    ]);
    const suggesting = new Suggesting(
      client,
      model.takeSnapshot(),
      cell,
      trans.__('The server ended the search before it was done.')
    );
    suggesting.changed.connect(() => {
      if (suggesting.state.kind === 'done') {
        this._noteWorth(model, suggesting.state.suggestion);
      }
    });
    await showSuggestions({
      title: trans.__('Suggest tests for %1', name),
      suggesting,
      model,
      highlight: languages && pythonHighlight(languages),
      accept: ({ title, name: wanted, source }) => {
        const isAdded =
          !panel.isDisposed &&
          addTest(context, cell, {
            title,
            name: wanted,
            source,
            timeout: null,
            engine: null
          });
        this.trust.saw(context, isAdded ? [source] : []);
        this.results.refresh(context);
        return isAdded;
      },
      trans
    });
  }

  /** Keeps what was found out about the tests that a cell has. */
  private _noteWorth(model: IQualityModel, { cell, tests }: Suggestion): void {
    const items = testsOf(model.context);
    for (const { name, weak, worth } of tests) {
      const item = items.find(({ key }) => key === keyOf(cell, name));
      if (item) {
        const stamp = stampOf(model, item, false);
        this.results.setWeak(
          model.context,
          item,
          weak ? { worth, stamp } : null
        );
      }
    }
  }

  /** What a weak test notices, as far as it was looked for and nothing changed since; else null. */
  weakness(model: IQualityModel, item: ITestItem): Worth | null {
    const weak = this.results.weak(model.context, item);
    return weak &&
      stampOf(model, item, false, weak.stamp.cells).text === weak.stamp.text
      ? weak.worth
      : null;
  }

  /** Deletes a test, with the offer to take that back. */
  remove(panel: NotebookPanel, item: ITestItem): void {
    const { trans } = this._options;
    const { context } = panel;
    if (isReadOnly(context)) {
      this._refuse();
      return;
    }
    const putBack = deleteTest(context, item);
    if (putBack) {
      this.results.refresh(context);
      reportApplied(
        {
          applied: true,
          reason: '',
          undo: () => {
            const isBack = !panel.isDisposed && putBack();
            this.results.refresh(context);
            return Promise.resolve(isBack);
          }
        },
        trans.__('Deleted the test “%1”.', item.test.title),
        trans
      );
    }
  }

  /** Copies what went wrong in a test. */
  copyFailure(item: ITestItem, { verdict }: IStanding): void {
    if (verdict) {
      Clipboard.copyToSystem(
        failureText(item.test.title, verdict.result, this._options.trans)
      );
    }
  }

  private async _ask(
    panel: NotebookPanel,
    cell: string,
    item: ITestItem | null,
    title: string,
    line: number | null = null
  ): Promise<void> {
    const { tracker, editors, trans } = this._options;
    const { context } = panel;
    if (isReadOnly(context)) {
      this._refuse();
      return;
    }
    const model = tracker.modelOf(panel);
    const draftKey = item?.key ?? keyOf(cell, '');
    const drafts = this._drafts.get(context) ?? new Map<string, IDraft>();
    this._drafts.set(context, drafts);
    const before: IDraft = item?.test ?? EMPTY;
    const { askTest } = await import('./testDialog');
    const decision = await askTest({
      title,
      lead: this._lead(model, cell),
      draft: drafts.get(draftKey) ?? before,
      name: item?.test.name ?? null,
      taken: new Set(
        testsOf(context)
          .filter(other => other.cell === cell)
          .map(({ test }) => test.name)
      ),
      line,
      editors,
      session: context.sessionContext,
      trans
    });
    if (decision.kind === 'cancel') {
      if (isSameDraft(decision.draft, before)) {
        drafts.delete(draftKey);
      } else {
        drafts.set(draftKey, decision.draft);
      }
      return;
    }
    const { test, run } = decision;
    const isSaved =
      !panel.isDisposed &&
      (item ? replaceTest(context, item, test) : addTest(context, cell, test));
    if (!isSaved) {
      drafts.set(draftKey, test);
      Notification.warning(
        item
          ? trans.__('The test is not there any more, so nothing was saved.')
          : trans.__('The cell is not there any more, so nothing was saved.'),
        REASON
      );
      return;
    }
    drafts.delete(draftKey);
    this.trust.saw(context, [test.source]);
    this.results.refresh(context);
    if (run) {
      await this._runSaved(model, cell, test);
    }
  }

  private async _runSaved(
    model: IQualityModel,
    cell: string,
    test: ICellTest
  ): Promise<void> {
    const saved = testsOf(model.context)
      .filter(other => other.cell === cell && other.test.source === test.source)
      .pop();
    if (!saved) {
      return;
    }
    const obstacle = this.obstacle(model, saved);
    if (obstacle) {
      Notification.info(
        this._options.trans.__('The test is saved. To run, it needs a kernel.'),
        REASON
      );
    } else {
      await this.runner.run(model, [saved]);
    }
  }

  /** What a test of a cell sees, a sentence. */
  private _lead(model: IQualityModel, cell: string): string {
    const { trans } = this._options;
    const label = cellReference(model, cell, trans)?.label ?? '';
    const flow = model.inspection?.flow.cells.find(one => one.cell === cell);
    const names = Array.from(
      new Set(
        [...(flow?.defines ?? []), ...(flow?.mutates ?? [])].map(at => at.name)
      )
    );
    const shown = names.slice(0, 6).join(', ');
    return names.length > 0
      ? trans.__(
          'Sees the names of the notebook as they are after %1: %2 and those above.',
          label,
          names.length > 6 ? `${shown}, …` : shown
        )
      : trans.__('Sees the names of the notebook as they are after %1.', label);
  }

  private _refuse(): void {
    Notification.warning(
      this._options.trans.__(
        'This notebook is read-only, so nothing was changed.'
      ),
      REASON
    );
  }

  /** Those of some tests that may run: where nobody looked at some, they are shown first. */
  private async _mayRun(
    context: Context,
    items: readonly ITestItem[],
    isAutomatic: boolean
  ): Promise<readonly ITestItem[]> {
    const unseen = this.trust.unseen(context, items);
    if (unseen.length === 0) {
      return items;
    }
    if (isAutomatic) {
      return items.filter(item => !unseen.includes(item));
    }
    const { trans } = this._options;
    const isWanted = await ask(
      trans._n(
        'Run a test that came with this notebook?',
        'Run %1 tests that came with this notebook?',
        unseen.length
      ),
      sources(unseen, trans),
      trans._n('Run test', 'Run %1 tests', unseen.length),
      trans
    );
    if (!isWanted) {
      return [];
    }
    this.trust.saw(
      context,
      unseen.map(({ test }) => test.source)
    );
    return items;
  }

  /** What was written and not saved. */
  private readonly _drafts = new WeakMap<Context, Map<string, IDraft>>();
}

function isSameDraft(one: IDraft, other: IDraft): boolean {
  return (
    one.title === other.title &&
    one.source.trim() === other.source.trim() &&
    one.timeout === other.timeout &&
    one.engine === other.engine
  );
}

/** The code of tests, to be looked at. */
function sources(
  items: readonly ITestItem[],
  trans: TranslationBundle
): HTMLElement {
  const node = document.createElement('div');
  const lead = document.createElement('p');
  lead.textContent = trans.__(
    'The notebook is not trusted, and tests are code that the notebook does not show. This is what will run:'
  );
  node.append(lead);
  for (const { test } of items) {
    const title = document.createElement('b');
    title.textContent = test.title;
    const code = document.createElement('pre');
    code.tabIndex = 0;
    code.textContent = test.source;
    node.append(title, code);
  }
  return node;
}
