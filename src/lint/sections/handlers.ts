import { Clipboard } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding } from '../../api/types';
import type { IFindingHandlers } from '../../components/findingRow';
import type { IQualityModel, IQualityTracker } from '../../tokens';
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
  const { notebook, model, tracker, actions, trans } = context;
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
      finding.fixes.slice(1).map(fix => ({
        label: plainText(fix.title),
        run: () => actions.applyFix(model, fix)
      })),
      [
        ...finding.silence.map(silence => ({
          label: plainText(silence.title),
          run: () => actions.silence(model, silence)
        })),
        {
          label: trans.__('Turn off rule %1…', finding.code),
          run: () => actions.turnOff(finding.code)
        }
      ],
      [
        {
          label: trans.__('Copy message'),
          run: () => Clipboard.copyToSystem(copied(finding))
        },
        {
          label: trans.__('Read about %1', finding.code),
          run: () => actions.readAbout(finding)
        }
      ]
    ]
  };
}

/** A finding as it is pasted elsewhere. */
function copied({ code, message }: Finding): string {
  return `${code}: ${message}`;
}

/** Menus show plain words only. */
function plainText(title: string): string {
  return title.replace(/`/g, '');
}
