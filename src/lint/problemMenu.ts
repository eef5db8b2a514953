import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding } from '../api/types';
import type { IMenuEntry } from '../components/popupMenu';
import type { IQualityModel } from '../tokens';
import type { ILintActions } from './tokens';

/** What the entries need of the world. */
export interface IProblemMenuContext {
  readonly model: IQualityModel;
  readonly actions: ILintActions;
  readonly trans: TranslationBundle;
}

/** What would mend a finding, the best first. */
export function fixEntries(
  finding: Finding,
  { model, actions }: IProblemMenuContext
): IMenuEntry[] {
  return finding.fixes.map(fix => ({
    label: plainText(fix.title),
    run: () => actions.applyFix(model, fix)
  }));
}

/** What would keep a finding from being shown again, the narrowest first. */
export function ignoreEntries(
  finding: Finding,
  { model, actions, trans }: IProblemMenuContext
): IMenuEntry[] {
  return [
    ...finding.silence.map(silence => ({
      label: plainText(silence.title),
      run: () => actions.silence(model, silence)
    })),
    {
      label: trans.__('Turn off rule %1…', finding.code),
      run: () => actions.turnOff(finding.code)
    }
  ];
}

/** What can be known about a finding. */
export function aboutEntries(
  finding: Finding,
  { actions, trans }: IProblemMenuContext
): IMenuEntry[] {
  return [
    {
      label: trans.__('Copy message'),
      run: () =>
        Clipboard.copyToSystem(`${finding.code}: ${plainText(finding.message)}`)
    },
    {
      label: trans.__('Read about %1', finding.code),
      run: () => actions.readAbout(finding)
    }
  ];
}

/** Menus show plain words only. */
function plainText(title: string): string {
  return title.replace(/`/g, '');
}
