import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EditPlan, Notebook } from '../api/types';

/**
 * Shows what a plan would change, and asks.
 *
 * @returns Whether the person wants it applied.
 */
export async function confirmPlan(
  plan: EditPlan,
  _snapshot: Notebook,
  trans: TranslationBundle
): Promise<boolean> {
  const answer = await showDialog({
    title: plan.title,
    body: '',
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Apply') })
    ]
  });
  return answer.button.accept;
}
