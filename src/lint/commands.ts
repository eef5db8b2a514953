import type { EditorView } from '@codemirror/view';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { isCodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import type { Finding } from '../api/types';
import { popupMenu } from '../components/popupMenu';
import { isReadOnly } from '../notebook/applyPlan';
import { IGNORE_TAG } from '../notebook/snapshot';
import type { IQualityModel, IQualityTracker } from '../tokens';
import { cardIn, closeCard, findingsAt } from './editor/hover';
import { findTarget, pathIn } from './goTo';
import { visitProblem } from './navigation';
import { aboutEntries, fixEntries, ignoreEntries } from './problemMenu';
import type { ILintActions } from './tokens';

/** The ids of lint's commands. */
export const CommandIDs = {
  check: 'nbquality:check',
  fixAllSafe: 'nbquality:fix-all-safe',
  fixCell: 'nbquality:fix-cell',
  fixAtCursor: 'nbquality:fix-at-cursor',
  formatCell: 'nbquality:format-cell',
  formatNotebook: 'nbquality:format-notebook',
  ignoreCell: 'nbquality:ignore-cell',
  nextProblem: 'nbquality:next-problem',
  previousProblem: 'nbquality:previous-problem',
  goTo: 'nbquality:go-to'
} as const;

/** What the commands need of the world. */
export interface ILintCommandsOptions {
  commands: CommandRegistry;
  tracker: IQualityTracker;
  actions: ILintActions;
  documents: IDocumentManager | null;
  trans: TranslationBundle;
}

const NO_ARGUMENTS: { args: ReadonlyJSONObject } = {
  args: { type: 'object', properties: {}, additionalProperties: false }
};

/**
 * Adds lint's commands.
 */
export function addLintCommands(options: ILintCommandsOptions): void {
  const { commands, tracker, actions, trans } = options;
  const hasNotebook = (): boolean => tracker.current !== null;
  const canEdit = (): boolean =>
    tracker.current !== null && !isReadOnly(tracker.current.context);
  /** Runs with the current notebook; commands are disabled without one. */
  const withCurrent =
    (run: (panel: NotebookPanel, model: IQualityModel) => unknown) => () => {
      const { current } = tracker;
      return current ? run(current, tracker.modelOf(current)) : undefined;
    };
  const activeCells = (panel: NotebookPanel): string[] =>
    panel.content.widgets
      .filter(cell => panel.content.isSelectedOrActive(cell))
      .map(cell => cell.model.id);

  commands.addCommand(CommandIDs.check, {
    label: trans.__('Check Notebook Again'),
    caption: trans.__('Look for problems in the notebook again'),
    describedBy: NO_ARGUMENTS,
    isEnabled: hasNotebook,
    execute: withCurrent((_, model) => model.recheck())
  });
  commands.addCommand(CommandIDs.fixAllSafe, {
    label: trans.__('Fix All Safe Problems'),
    caption: trans.__('Apply every fix that cannot change results'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((_, model) => actions.fixAllSafe(model))
  });
  commands.addCommand(CommandIDs.fixCell, {
    label: trans.__('Fix Safe Problems in This Cell'),
    caption: trans.__(
      'Apply every fix in the active cell that cannot change results'
    ),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((panel, model) => {
      const cell = panel.content.activeCell;
      return cell && actions.fixAllSafe(model, cell.model.id);
    })
  });
  commands.addCommand(CommandIDs.fixAtCursor, {
    label: trans.__('Fix Problem at Cursor'),
    caption: trans.__('Show what can be done about the problem at the cursor'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((panel, model) =>
      fixAtCursor(panel, model, actions, trans)
    )
  });
  commands.addCommand(CommandIDs.formatCell, {
    label: trans.__('Format Cell'),
    caption: trans.__('Format the selected cells with ruff'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((panel, model) =>
      actions.format(model, activeCells(panel))
    )
  });
  commands.addCommand(CommandIDs.formatNotebook, {
    label: trans.__('Format Notebook'),
    caption: trans.__('Format every code cell with ruff'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    execute: withCurrent((_, model) => actions.format(model))
  });
  commands.addCommand(CommandIDs.ignoreCell, {
    label: trans.__('Ignore All Problems in This Cell'),
    caption: trans.__('Tag the active cell so that it is never checked'),
    describedBy: NO_ARGUMENTS,
    isEnabled: canEdit,
    isToggled: () => {
      const cell = tracker.current?.content.activeCell;
      return (
        !!cell && tagsOf(cell.model.getMetadata('tags')).includes(IGNORE_TAG)
      );
    },
    execute: withCurrent(toggleIgnored)
  });
  for (const [id, direction, label, caption] of [
    [
      CommandIDs.nextProblem,
      1,
      trans.__('Next Problem'),
      trans.__('Go to the next problem in the notebook')
    ],
    [
      CommandIDs.previousProblem,
      -1,
      trans.__('Previous Problem'),
      trans.__('Go to the previous problem in the notebook')
    ]
  ] as const) {
    commands.addCommand(id, {
      label,
      caption,
      describedBy: NO_ARGUMENTS,
      isEnabled: hasNotebook,
      execute: withCurrent(async panel => {
        if (!(await visitProblem(tracker, panel, direction))) {
          Notification.info(
            trans.__('There are no problems in this notebook.'),
            {
              autoClose: 3000
            }
          );
        }
      })
    });
  }
  commands.addCommand(CommandIDs.goTo, {
    label: trans.__('Go to Cell…'),
    caption: trans.__(
      'Go to a cell by its prompt, number or id, or by a line that CI printed'
    ),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          target: {
            type: 'string',
            description: trans.__(
              'Such as [4], cell 7, a cell id, or churn.ipynb:cell 7:3:5'
            )
          }
        },
        additionalProperties: false
      }
    },
    isEnabled: hasNotebook,
    execute: async args => {
      const { target } = args as { target?: unknown };
      const text = typeof target === 'string' ? target : await askTarget(trans);
      if (text) {
        await goTo(text, options);
      }
    }
  });
}

async function askTarget(trans: TranslationBundle): Promise<string | null> {
  const answer = await InputDialog.getText({
    title: trans.__('Go to cell'),
    label: trans.__('[4], cell 7, a cell id, or a line that CI printed'),
    okLabel: trans.__('Go')
  });
  return answer.button.accept ? answer.value : null;
}

async function goTo(
  text: string,
  { tracker, documents, trans }: ILintCommandsOptions
): Promise<void> {
  const named = pathIn(text);
  let panel = tracker.current;
  if (named && panel && !isSamePath(panel.context.localPath, named)) {
    const opened = documents?.openOrReveal(named) as NotebookPanel | undefined;
    if (opened) {
      await opened.context.ready;
      panel = opened;
    }
  }
  if (!panel) {
    return;
  }
  const cells = panel.context.model.sharedModel.cells;
  const target = findTarget(
    text,
    cells.map((_, index) => {
      const cell = panel.context.model.cells.get(index);
      return {
        id: cell.id,
        execution_count: isCodeCellModel(cell) ? cell.executionCount : null
      };
    })
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
  await tracker.reveal(panel, cells[target.index].id, {
    range: at && { start: at, end: at },
    focus: true
  });
}

/** Whether what a report calls a notebook is the one in front: the report may run in another folder. */
function isSamePath(path: string, named: string): boolean {
  const tail = named.replace(/\\/g, '/').replace(/^\.\//, '');
  return (
    path === tail || path.endsWith(`/${tail}`) || tail.endsWith(`/${path}`)
  );
}

/** Applies the one safe fix at the cursor, or lets the person choose. */
async function fixAtCursor(
  panel: NotebookPanel,
  model: IQualityModel,
  actions: ILintActions,
  trans: TranslationBundle
): Promise<void> {
  const editor = panel.content.activeCell?.editor;
  if (!(editor instanceof CodeMirrorEditor)) {
    return;
  }
  const view = editor.editor;
  const findings = problemsAtCursor(panel, view, model);
  if (findings.length === 0) {
    Notification.info(trans.__('There is no problem at the cursor.'), {
      autoClose: 3000
    });
    return;
  }
  const fixes = findings.flatMap(finding => finding.fixes);
  if (fixes.length === 1 && fixes[0].applicability === 'safe') {
    closeCard(view);
    await actions.applyFix(model, fixes[0]);
    return;
  }
  const context = { model, actions, trans };
  const box = view.coordsAtPos(view.state.selection.main.head);
  popupMenu(
    [
      findings.flatMap(finding => fixEntries(finding, context)),
      ...findings.map(finding => [
        ...ignoreEntries(finding, context),
        ...aboutEntries(finding, context)
      ])
    ],
    { x: box?.left ?? 0, y: box?.bottom ?? 0 },
    () => view.focus()
  );
}

/** What a person means by "here": the open card, else the text at the cursor, its line, its cell. */
function problemsAtCursor(
  panel: NotebookPanel,
  view: EditorView,
  model: IQualityModel
): Finding[] {
  const cellId = panel.content.activeCell?.model.id;
  const ofCell = model.findings.filter(({ cell }) => cell === cellId);
  const shown = cardIn(view);
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const drawn = (shown ?? findingsAt(view, head, head))?.findings;
  const inLine = findingsAt(view, line.from, line.to)?.findings;
  const ofWhole = ofCell.filter(({ range }) => range === null);
  // What was drawn may be older than what is known.
  const known = new Map(ofCell.map(finding => [finding.id, finding]));
  return (drawn ?? inLine ?? ofWhole).map(
    finding => known.get(finding.id) ?? finding
  );
}

function toggleIgnored(panel: NotebookPanel): void {
  const cell = panel.content.activeCell;
  if (!cell) {
    return;
  }
  const shared = cell.model.sharedModel;
  const tags = tagsOf(shared.getMetadata('tags'));
  // Inside a transaction, so that it can be undone.
  panel.context.model.sharedModel.transact(() => {
    shared.setMetadata(
      'tags',
      tags.includes(IGNORE_TAG)
        ? tags.filter(tag => tag !== IGNORE_TAG)
        : [...tags, IGNORE_TAG]
    );
  });
}

function tagsOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((tag): tag is string => typeof tag === 'string')
    : [];
}
