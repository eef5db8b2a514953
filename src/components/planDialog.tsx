import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type { CellReport, EditPlan, Notebook } from '../api/types';
import { maskSecrets } from '../notebook/secretMask';
import type { DiffLine } from './lineDiff';
import { lineDiff } from './lineDiff';
import { MessageText } from './messageText';
import type { IPlanPart } from './planPreview';
import { previewPlan } from './planPreview';

const SIGNS = { same: ' ', added: '+', removed: '−' };

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
      {parts.map((part, index) => (
        <PlanPart key={index} part={part} trans={trans} />
      ))}
    </div>
  );
}

function PlanPart(props: {
  part: IPlanPart;
  trans: TranslationBundle;
}): ReactElement {
  const { part, trans } = props;
  const { label, title, note, texts } = part;
  const lines = texts ? lineDiff(texts.before, texts.after, maskSecrets) : [];
  const added = lines.filter(({ kind }) => kind === 'added').length;
  const removed = lines.filter(({ kind }) => kind === 'removed').length;
  return (
    <section className="jp-nbq-plan-part" aria-label={label}>
      <div className="jp-nbq-plan-head">
        <b>{label}</b>
        <code className="jp-nbq-celltitle jp-nbq-grow">{title}</code>
        {added + removed > 0 && (
          <span className="jp-nbq-muted">
            {trans.__('%1 added, %2 removed', added, removed)}
          </span>
        )}
      </div>
      {note && (
        <p className="jp-nbq-plan-note">
          <MessageText text={note} />
        </p>
      )}
      {lines.length > 0 && (
        <div
          className="jp-nbq-diff"
          role="group"
          tabIndex={0}
          aria-label={label}
        >
          {lines.map((line, index) => (
            <DiffRow key={index} line={line} trans={trans} />
          ))}
        </div>
      )}
    </section>
  );
}

function DiffRow(props: {
  line: DiffLine;
  trans: TranslationBundle;
}): ReactElement {
  const { line, trans } = props;
  if (line.kind === 'skipped') {
    return (
      <div className="jp-nbq-diff-skipped">
        {trans._n(
          '%1 line that stays as it is',
          '%1 lines that stay as they are',
          line.count
        )}
      </div>
    );
  }
  const { kind, number, text } = line;
  return (
    <div className={`jp-nbq-diff-line jp-nbq-mod-${kind}`}>
      <span className="jp-nbq-diff-number" aria-hidden="true">
        {number}
      </span>
      <span className="jp-nbq-diff-sign" aria-hidden="true">
        {SIGNS[kind]}
      </span>
      {kind === 'added' && (
        <span className="jp-nbq-unseen">{trans.__('Added:')} </span>
      )}
      {kind === 'removed' && (
        <span className="jp-nbq-unseen">{trans.__('Removed:')} </span>
      )}
      <span>{text}</span>
    </div>
  );
}
