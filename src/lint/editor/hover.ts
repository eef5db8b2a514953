import { forEachDiagnostic, setDiagnosticsEffect } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { StateEffect, StateField } from '@codemirror/state';
import type { EditorView, Tooltip } from '@codemirror/view';
import {
  closeHoverTooltips,
  hoverTooltip,
  keymap,
  showTooltip
} from '@codemirror/view';

import type { Finding } from '../../api/types';
import type { IFindingDiagnostic } from './diagnostics';

/** How long the pointer rests on a squiggle until the card opens, in milliseconds. */
const HOVER_TIME = 300;

/** Makes the card of findings in a view. */
export type CardMaker = (
  view: EditorView,
  findings: readonly Finding[],
  close: () => void
) => HTMLElement | null;

/** Opens the card at an offset, or closes it. */
const showCard = StateEffect.define<number | null>();

/** What stands at one place of a text. */
interface IPlace {
  readonly from: number;
  readonly to: number;
  readonly findings: readonly Finding[];
}

/** The findings drawn at an offset of a view; null when there are none. */
export function findingsAt(view: EditorView, offset: number): IPlace | null {
  const findings: Finding[] = [];
  let from = Number.MAX_SAFE_INTEGER;
  let to = 0;
  forEachDiagnostic(view.state, (diagnostic, start, end) => {
    if (offset >= start && offset <= end && 'finding' in diagnostic) {
      findings.push((diagnostic as IFindingDiagnostic).finding);
      from = Math.min(from, start);
      to = Math.max(to, end);
    }
  });
  return findings.length > 0 ? { from, to, findings } : null;
}

/** Opens the card of what stands at an offset, as hovering would. */
export function openCard(view: EditorView, offset: number): void {
  view.dispatch({ effects: showCard.of(offset) });
}

/** Closes the card, however it was opened. */
export function closeCard(view: EditorView): void {
  view.dispatch({ effects: [showCard.of(null), closeHoverTooltips] });
}

/**
 * The card: on hovering a squiggle, or opened by key. Escape closes it.
 */
export function cardExtension(make: CardMaker): Extension {
  const tooltip = (view: EditorView, place: IPlace): Tooltip | null => {
    const card = make(view, place.findings, () => closeCard(view));
    return (
      card && {
        pos: place.from,
        end: place.to,
        above: false,
        create: () => ({ dom: card })
      }
    );
  };
  const opened = StateField.define<{ offset: number } | null>({
    create: () => null,
    update: (value, transaction) => {
      for (const effect of transaction.effects) {
        if (effect.is(showCard)) {
          return effect.value === null ? null : { offset: effect.value };
        }
      }
      const isGone =
        transaction.docChanged ||
        transaction.selection !== undefined ||
        transaction.effects.some(effect => effect.is(setDiagnosticsEffect));
      return isGone ? null : value;
    },
    provide: field =>
      showTooltip.from(field, value =>
        value
          ? {
              pos: value.offset,
              above: false,
              create: view => {
                const place = findingsAt(view, value.offset);
                return {
                  dom:
                    (place && tooltip(view, place)?.create(view).dom) ??
                    document.createElement('span')
                };
              }
            }
          : null
      )
  });
  return [
    opened,
    hoverTooltip(
      (view, offset) => {
        const place = findingsAt(view, offset);
        return place && tooltip(view, place);
      },
      { hoverTime: HOVER_TIME }
    ),
    keymap.of([
      {
        key: 'Escape',
        run: view => {
          if (view.state.field(opened)) {
            closeCard(view);
            return true;
          }
          return false;
        }
      }
    ])
  ];
}
