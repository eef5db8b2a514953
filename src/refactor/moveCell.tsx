import type { TranslationBundle } from '@jupyterlab/translation';

import { cellName, cellReference } from '../components/cellNames';
import type { IQualityModel } from '../tokens';
import { SelectField } from './fields';
import type { IRefactoring } from './refactoring';

/** Where a cell goes. */
export interface IMoveForm {
  /** The id of the cell that it stands below then; empty at the top. */
  readonly after: string;
}

/**
 * A cell in another place.
 *
 * @param step - To the place above or below, to begin with.
 * @returns Null where there is no such place.
 */
export function moveCell(
  cell: string,
  step: 'up' | 'down',
  model: IQualityModel,
  trans: TranslationBundle
): IRefactoring<IMoveForm> | null {
  const { cells } = model.takeSnapshot();
  const place = cells.findIndex(({ id }) => id === cell);
  const wanted = step === 'up' ? place - 2 : place + 1;
  if (place < 0 || wanted < -1 || wanted >= cells.length) {
    return null;
  }
  const name = (id: string): string =>
    cellReference(model, id, trans)?.label ?? '';
  const moved = name(cell);
  const below = (id: string): string =>
    trans.__('Below %1 %2', name(id), cellName(model, id, trans)?.title ?? '');
  const choices: [value: string, label: string][] = [
    ['', trans.__('To the top')],
    ...cells.map(({ id }): [string, string] => [id, below(id)])
  ];
  // Where it stands is no place to go: below the one above it, and below itself.
  choices.splice(place, 2);
  return {
    title: trans.__('Move cell'),
    initial: { after: wanted < 0 ? '' : cells[wanted].id },
    lead: () =>
      trans.__('Moves %1, where that turns no dependence round.', moved),
    problem: () => '',
    question: ({ after }) =>
      Promise.resolve({
        wish: { refactoring: 'move', cell, after: after || null },
        texts: new Map()
      }),
    Fields: ({ form, change }) => (
      <SelectField
        label={trans.__('Place')}
        choices={choices}
        value={form.after}
        change={after => change({ after })}
        isFirst
      />
    ),
    notes: () => [],
    done: () => trans.__('Moved %1.', moved)
  };
}
