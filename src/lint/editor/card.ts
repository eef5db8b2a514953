import { errorIcon, infoIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding, Fix } from '../../api/types';
import { popupMenu } from '../../components/popupMenu';
import { codeParts } from '../../components/codeText';
import { warningIcon } from '../../components/icons';
import type { IQualityModel } from '../../tokens';
import type { ILintActions } from '../tokens';

/**
 * The card of the findings at one place: what, why, the rule, and what can be done. Built of text nodes alone: what a
 * notebook says is never markup.
 */
export function buildCard(
  findings: readonly Finding[],
  model: IQualityModel,
  actions: ILintActions,
  trans: TranslationBundle,
  close: () => void
): HTMLElement {
  const card = element('div', 'jp-nbq-card');
  card.setAttribute('role', 'dialog');
  card.setAttribute('aria-label', trans.__('Problem'));
  for (const finding of findings) {
    card.append(part(finding, model, actions, trans, close));
  }
  return card;
}

function part(
  finding: Finding,
  model: IQualityModel,
  actions: ILintActions,
  trans: TranslationBundle,
  close: () => void
): HTMLElement {
  const box = element('div', 'jp-nbq-card-finding');
  const head = element('div', 'jp-nbq-card-head');
  head.append(
    icon(finding, trans),
    text(finding.message, 'jp-nbq-card-message')
  );
  const why = text(finding.why, 'jp-nbq-card-why');
  if (finding.why) {
    why.append(' ');
  }
  const rule = button(finding.code, 'jp-nbq-rule', () => {
    void actions.readAbout(finding);
  });
  rule.title = trans.__('Read about %1', finding.code);
  why.append(rule);
  const foot = element('div', 'jp-nbq-card-foot');
  // What was drawn may be older than what is known: the newest plan of this finding is the one to apply.
  const newest = (): Finding =>
    model.findings.find(({ id }) => id === finding.id) ?? finding;
  finding.fixes.forEach((fix, index) => {
    const current = (): Fix => newest().fixes[index] ?? fix;
    foot.append(
      button(fix.title, 'jp-nbq-act', () => {
        close();
        void actions.applyFix(model, current());
      })
    );
    if (index === 0 && fix.applicability === 'safe') {
      foot.append(
        button(trans.__('Preview'), 'jp-nbq-act', () => {
          close();
          void actions.previewFix(model, current());
        })
      );
    }
  });
  foot.append(element('span', 'jp-nbq-grow'));
  const ignore = button(`${trans.__('Ignore')} ▾`, 'jp-nbq-act', () => {
    popupMenu(
      [
        newest().silence.map(silence => ({
          label: silence.title,
          run: () => {
            close();
            return actions.silence(model, silence);
          }
        })),
        [
          {
            label: trans.__('Turn off rule %1…', finding.code),
            run: () => {
              close();
              return actions.turnOff(finding.code);
            }
          }
        ]
      ],
      ignore
    );
  });
  ignore.setAttribute('aria-haspopup', 'menu');
  foot.append(ignore);
  box.append(head, why, foot);
  return box;
}

function icon(finding: Finding, trans: TranslationBundle): HTMLElement {
  const [kind, label] =
    finding.severity === 'error'
      ? [errorIcon, trans.__('Error')]
      : finding.severity === 'warning'
        ? [warningIcon, trans.__('Warning')]
        : [infoIcon, trans.__('Information')];
  const span = element('span', `jp-nbq-icon jp-nbq-mod-${finding.severity}`);
  span.setAttribute('role', 'img');
  span.setAttribute('aria-label', label);
  kind.element({ container: span, tag: 'span' });
  return span;
}

function text(message: string, className: string): HTMLElement {
  const span = element('div', className);
  for (const { text: words, isCode } of codeParts(message)) {
    const node = document.createElement(isCode ? 'code' : 'span');
    node.textContent = words;
    span.append(node);
  }
  return span;
}

function button(
  label: string,
  className: string,
  onClick: () => void
): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = className;
  node.textContent = label;
  node.addEventListener('click', onClick);
  return node;
}

function element(tag: string, className: string): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}
