import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellReport } from '../api/types';
import type { ICellName } from '../tokens';
import { maskSecrets } from './secretMask';

/** A cell, as far as its name needs it. */
export interface INamedCell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: string;
  readonly execution_count: number | null;
}

/**
 * Names cells as people see them: by the prompt, `[4]`; where two cells share one, or the cell is no code cell, by
 * the number JupyterLab's status bar counts, `#6`.
 */
export function nameCells(
  cells: readonly INamedCell[],
  reports: readonly CellReport[],
  trans: TranslationBundle
): Map<string, ICellName> {
  const seen = new Map<number, number>();
  for (const { execution_count: count } of cells) {
    if (count !== null) {
      seen.set(count, (seen.get(count) ?? 0) + 1);
    }
  }
  const titles = new Map(reports.map(report => [report.id, report.title]));
  const names = new Map<string, ICellName>();
  cells.forEach((cell, index) => {
    // A title stands where its cell does not: in previews, and in pictures of the panel.
    const title = maskSecrets(titles.get(cell.id) ?? firstLine(cell.source));
    const count = cell.execution_count;
    const ambiguous = count !== null && seen.get(count)! > 1;
    names.set(cell.id, {
      label:
        cell.cell_type !== 'code' || ambiguous
          ? `#${index + 1}`
          : `[${count ?? ' '}]`,
      title,
      tooltip: title
        ? trans.__('Cell %1 of %2: %3', index + 1, cells.length, title)
        : trans.__('Cell %1 of %2', index + 1, cells.length)
    });
  });
  return names;
}

/** The first line of a source that is not blank; of a heading its words. */
function firstLine(source: string): string {
  const line = source.split(/\r\n|\r|\n/).find(text => text.trim() !== '');
  return (line ?? '').trim();
}
