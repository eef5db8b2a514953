import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type { CellReport, EditPlan, Notebook } from '../api/types';
import { PlanParts } from './planParts';
import type { IPlanPart } from './planPreview';
import { previewPlan } from './planPreview';

/**
 * Shows what a plan would change, and asks.
 *
 * @param snapshot - The notebook that the plan was computed for.
 * @param reports - What is known of its cells, for their titles.
 * @returns Whether the person wants it applied.
 */
export async function confirmPlan(
  plan: EditPlan,
  snapshot: Notebook,
  trans: TranslationBundle,
  reports: readonly CellReport[] = []
): Promise<boolean> {
  const dialog = new Dialog({
    title: plan.title.replace(/`/g, ''),
    body: ReactWidget.create(
      <PlanView
        parts={previewPlan(plan, snapshot, trans, reports)}
        trans={trans}
      />
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Apply') })
    ]
  });
  dialog.addClass('jp-nbq-PlanDialog');
  const answer = await dialog.launch();
  return answer.button.accept;
}

/** The parts of a plan, one below the other. */
export function PlanView(props: {
  parts: readonly IPlanPart[];
  trans: TranslationBundle;
}): ReactElement {
  const { parts, trans } = props;
  return (
    <div className="jp-nbq-plan">
      <p className="jp-nbq-plan-lead">
        {trans.__('Nothing changes until you choose Apply.')}
      </p>
      <PlanParts parts={parts} trans={trans} />
    </div>
  );
}
