import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IFindingHandlers } from '../../components/findingRow';
import type { IQualityModel, IQualityTracker } from '../../tokens';
import { aboutEntries, fixEntries, ignoreEntries } from '../problemMenu';
import type { ILintActions } from '../tokens';

/** What the rows need of the world. */
export interface IRowContext {
  readonly notebook: NotebookPanel;
  readonly model: IQualityModel;
  readonly tracker: IQualityTracker;
  readonly actions: ILintActions;
  readonly trans: TranslationBundle;
}

/** What the rows of a notebook's findings do. */
export function rowHandlers(context: IRowContext): IFindingHandlers {
  const { notebook, model, tracker, actions } = context;
  return {
    reveal: (finding, focus) => {
      if (finding.cell !== null) {
        void tracker.reveal(notebook, finding.cell, {
          range: finding.range,
          focus
        });
      }
    },
    applyFix: (_, fix) => void actions.applyFix(model, fix),
    read: finding => void actions.readAbout(finding),
    menu: finding => [
      // The first one stands in the row.
      fixEntries(finding, context).slice(1),
      ignoreEntries(finding, context),
      aboutEntries(finding, context)
    ]
  };
}
