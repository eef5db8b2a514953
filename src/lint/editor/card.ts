import { errorIcon, infoIcon } from '@jupyterlab/ui-components';

import type { Finding, Fix } from '../../api/types';
import { codeParts } from '../../components/codeText';
import { warningIcon } from '../../components/icons';
import { popupMenu } from '../../components/popupMenu';
import type { IProblemMenuContext } from '../problemMenu';
import { aboutEntries, ignoreEntries } from '../problemMenu';

/** What a card needs of the world. */
export interface ICardContext extends IProblemMenuContext {
  /** Closes the card. */
  close(): void;
  /** Keeps the card open although the pointer leaves it. */
  keepOpen(): void;
}

/**
 * The card of the findings at one place: what, why, the rule, and what can be done. Built of text nodes alone: what a
 * notebook says is never markup.
 */
export function buildCard(
  findings: readonly Finding[],
  context: ICardContext
): HTMLElement {
  const { trans } = context;
  const card = element('div', 'jp-nbq-card');
  card.setAttribute('role', 'dialog');
  card.setAttribute(
    'aria-label',
    trans._n('Problem', '%1 problems', findings.length)
  );
  // A click on the text is for selecting it, and leaves the editor's text selected.
  card.tabIndex = -1;
  card.append(...findings.map(finding => part(finding, context)));
  return card;
}

function part(finding: Finding, context: ICardContext): HTMLElement {
  const { model, actions, trans, close, keepOpen } = context;
  const box = element('div', 'jp-nbq-card-finding');
  const head = element('div', 'jp-nbq-card-head');
  head.append(
    icon(finding, context),
    text(finding.message, 'jp-nbq-card-message')
  );
  const why = text(finding.why, 'jp-nbq-card-why');
  if (finding.why) {
    why.append(' ');
  }
  const rule = button(finding.code, 'jp-nbq-rule', () => {
    close();
    void actions.readAbout(finding);
  });
  rule.title = trans.__('Read about %1, %2', finding.code, finding.slug);
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
    // Any other is shown before it is applied anyway.
    if (index === 0 && fix.applicability === 'safe') {
      foot.append(
        button(trans.__('Preview'), 'jp-nbq-act', () => {
          close();
          void actions.previewFix(model, current());
        })
      );
    }
  });
  const ignore = button(
    `${trans.__('Ignore')} ▾`,
    'jp-nbq-act jp-nbq-mod-menu',
    () => {
      const { left, bottom } = ignore.getBoundingClientRect();
      const before = document.activeElement;
      keepOpen();
      popupMenu(
        [ignoreEntries(newest(), context), aboutEntries(finding, context)].map(
          entries =>
            entries.map(({ label, run }) => ({
              label,
              run: () => {
                close();
                return run();
              }
            }))
        ),
        { x: left, y: bottom },
        () => before instanceof HTMLElement && before.focus()
      );
    }
  );
  ignore.setAttribute('aria-haspopup', 'menu');
  foot.append(element('span', 'jp-nbq-grow'), ignore);
  box.append(head, why, foot);
  return box;
}

function icon(finding: Finding, { trans }: ICardContext): HTMLElement {
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
  const box = element('div', className);
  box.append(...codeNodes(message));
  return box;
}

function codeNodes(message: string): HTMLElement[] {
  return codeParts(message).map(({ text: words, isCode }) => {
    const node = document.createElement(isCode ? 'code' : 'span');
    node.textContent = words;
    return node;
  });
}

function button(
  label: string,
  className: string,
  onClick: () => void
): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = className;
  node.append(...codeNodes(label));
  // The focus stays where it is: in the text, mostly.
  node.addEventListener('mousedown', event => event.preventDefault());
  node.addEventListener('click', onClick);
  return node;
}

function element(tag: string, className: string): HTMLElement {
  const node = document.createElement(tag);
  node.className = className;
  return node;
}
