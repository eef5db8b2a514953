import type { NotebookPanel } from '@jupyterlab/notebook';

import type { PlaceInCell } from '../api/types';
import { nameAt } from '../components/nameAt';
import type { IQualityModel } from '../tokens';
import type { ITarget } from './target';
import { isKeyword } from './proposals';

/** The name that is to be refactored. */
export interface INameTarget {
  /** Empty where a person has to choose one. */
  readonly name: string;
  /** Where it stands; null where it was not pointed at. */
  readonly at: PlaceInCell | null;
  /** What may be meant where it was not pointed at. */
  readonly choices: readonly string[];
}

/**
 * The name at the cursor of the active cell, where that is the one that is meant; else those that the cells define, and
 * read.
 */
export function nameTargetOf(
  panel: NotebookPanel,
  model: Pick<IQualityModel, 'inspection'>,
  { cells }: ITarget
): INameTarget {
  const { activeCell } = panel.content;
  const editor = activeCell?.editor;
  const flows = (model.inspection?.flow.cells ?? []).filter(({ cell }) =>
    cells.includes(cell)
  );
  const choices = [
    ...new Set(
      [
        ...flows.flatMap(({ defines }) => defines),
        ...flows.flatMap(({ uses }) => uses)
      ].map(({ name }) => name)
    )
  ];
  if (editor && cells.length === 1 && activeCell.model.id === cells[0]) {
    const position = editor.getCursorPosition();
    const name = nameAt(editor.getLine(position.line) ?? '', position.column);
    if (name !== null && !isKeyword(name)) {
      const { line, column } = position;
      return {
        name,
        at: { cell: cells[0], position: { line, column } },
        choices: []
      };
    }
  }
  return { name: choices[0] ?? '', at: null, choices };
}
