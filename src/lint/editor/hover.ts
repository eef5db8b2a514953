import { forEachDiagnostic, setDiagnosticsEffect } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import type { Extension, Transaction } from '@codemirror/state';
import { StateEffect, StateField } from '@codemirror/state';
import type { Tooltip, TooltipView, EditorView } from '@codemirror/view';
import {
  closeHoverTooltips,
  hoverTooltip,
  showTooltip
} from '@codemirror/view';

import type { Finding } from '../../api/types';
import type { IFindingDiagnostic } from './diagnostics';

/** How long the pointer rests on a squiggle until the card opens, in milliseconds. */
const HOVER_TIME = 300;

/** Between the text and its card, in pixels: the squiggle stays in sight. */
const GAP = 2;

/** Whatever a card opens in its turn: using it does not close the card. */
const OPENED_BY_CARD = '.lm-Menu, .jp-Dialog';

/** What stands at one place of a text. */
export interface IPlace {
  readonly from: number;
  readonly to: number;
  readonly findings: readonly Finding[];
}

/** Makes the card of what stands at a place. */
export type CardMaker = (view: EditorView, place: IPlace) => HTMLElement | null;

/** Opens a card, or closes it. */
const showCard = StateEffect.define<IPlace | null>();

/** The card that stays open; the one of hovering is CodeMirror's affair. */
const openedCard = StateField.define<IPlace | null>({
  create: () => null,
  update: (place, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(showCard)) {
        return effect.value;
      }
    }
    return place && stays(place, transaction) ? place : null;
  }
});

/** The findings drawn at an offset of a view, or somewhere between two; null when there are none. */
export function findingsAt(
  view: EditorView,
  start: number,
  end = start
): IPlace | null {
  const findings: Finding[] = [];
  let from = Number.MAX_SAFE_INTEGER;
  let to = 0;
  forEachDiagnostic(view.state, (diagnostic, first, last) => {
    if (end >= first && start <= last && isOurs(diagnostic)) {
      findings.push(diagnostic.finding);
      from = Math.min(from, first);
      to = Math.max(to, last);
    }
  });
  return findings.length > 0 ? { from, to, findings } : null;
}

/** What the open card of a view is about; null when none is open. */
export function cardIn(view: EditorView): IPlace | null {
  return view.state.field(openedCard, false) ?? null;
}

/** Opens a card, which stays until it is closed, the text changes or the person goes elsewhere. */
export function openCard(view: EditorView, place: IPlace): void {
  view.dispatch({ effects: [showCard.of(place), closeHoverTooltips] });
}

/** Closes the card, however it was opened. */
export function closeCard(view: EditorView): void {
  view.dispatch({ effects: [showCard.of(null), closeHoverTooltips] });
}

/**
 * The card: on hovering a squiggle, or opened by key. Escape closes it.
 */
export function cardExtension(make: CardMaker): Extension {
  return [
    openedCard,
    showTooltip.from(
      openedCard,
      place =>
        place && {
          ...tooltipOf(place),
          create: view => cardView(view, make(view, place), true)
        }
    ),
    hoverTooltip(
      (view, offset) => {
        const place = cardIn(view) ? null : findingsAt(view, offset);
        const card = place && make(view, place);
        return (
          card && {
            ...tooltipOf(place),
            create: () => cardView(view, card, false)
          }
        );
      },
      { hoverTime: HOVER_TIME }
    )
  ];
}

function tooltipOf({ from, to }: IPlace): Omit<Tooltip, 'create'> {
  return { pos: from, end: to, above: false };
}

/** Whether a card is still true and wanted after a transaction. */
function stays(place: IPlace, transaction: Transaction): boolean {
  if (transaction.docChanged || transaction.selection !== undefined) {
    return false;
  }
  const drawn = transaction.effects.find(effect =>
    effect.is(setDiagnosticsEffect)
  );
  if (!drawn) {
    return true;
  }
  const known = new Set(
    drawn.value.filter(isOurs).map(({ finding }) => finding.id)
  );
  return place.findings.every(
    ({ id, range }) => range === null || known.has(id)
  );
}

function isOurs(diagnostic: Diagnostic): diagnostic is IFindingDiagnostic {
  return 'finding' in diagnostic;
}

/**
 * A card in the page.
 *
 * JupyterLab sees the keys before the editor does and would leave edit mode at Escape, so the window is listened to
 * while there is a card.
 */
function cardView(
  view: EditorView,
  card: HTMLElement | null,
  isOpened: boolean
): TooltipView {
  const dom = card ?? document.createElement('div');
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !isOpenedByCard(event.target)) {
      event.preventDefault();
      event.stopPropagation();
      if (dom.contains(document.activeElement)) {
        view.focus();
      }
      closeCard(view);
    }
  };
  const onElsewhere = ({ target }: Event): void => {
    const here = view.dom.closest('.jp-Cell') ?? view.dom;
    const isHere =
      target instanceof Node && (dom.contains(target) || here.contains(target));
    if (!isHere && !isOpenedByCard(target)) {
      closeCard(view);
    }
  };
  return {
    dom,
    offset: { x: 0, y: GAP },
    mount: () => {
      window.addEventListener('keydown', onKey, true);
      if (isOpened) {
        window.addEventListener('pointerdown', onElsewhere, true);
        window.addEventListener('focusin', onElsewhere, true);
      }
    },
    destroy: () => {
      window.removeEventListener('keydown', onKey, true);
      window.removeEventListener('pointerdown', onElsewhere, true);
      window.removeEventListener('focusin', onElsewhere, true);
    }
  };
}

function isOpenedByCard(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OPENED_BY_CARD) !== null;
}
