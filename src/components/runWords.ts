import type { TranslationBundle } from '@jupyterlab/translation';

import { cellReference } from './cellNames';
import type { IQualityModel } from '../tokens';

/** More cells than these are counted and not named. */
const MOST_NAMED = 4;

/** The cells that will run: `[3], [4]`, or `7 cells` and their names in the tooltip. */
export function cellsWords(
  model: IQualityModel,
  cells: readonly string[],
  trans: TranslationBundle
): { words: string; tooltip: string } {
  const names = cells
    .map(cell => cellReference(model, cell, trans)?.label ?? '')
    .join(', ');
  return {
    words:
      cells.length > MOST_NAMED
        ? trans._n('%1 cell', '%1 cells', cells.length)
        : names,
    tooltip: trans.__('Runs %1', names)
  };
}

/**
 * How long cells took when they ran last: `about 3 s last time`; empty where none of them ran.
 */
export function lastTimeWords(
  model: IQualityModel,
  cells: readonly string[],
  trans: TranslationBundle
): string {
  const times = cells.map(cell => model.runs.lastRun(cell)?.took ?? null);
  const told = times.filter((took): took is number => took !== null);
  if (told.length === 0) {
    return '';
  }
  const seconds = told.reduce((sum, took) => sum + took, 0);
  const time = durationWords(seconds, trans);
  if (told.length < times.length) {
    // Some never ran, so nobody knows.
    return trans.__('%1 or more last time', time);
  }
  return seconds < 1
    ? trans.__('under 1 s last time')
    : trans.__('about %1 last time', time);
}

/** A time in its largest unit. */
export function durationWords(
  seconds: number,
  trans: TranslationBundle
): string {
  if (seconds < 60) {
    return trans.__('%1 s', Math.max(Math.round(seconds), 1));
  }
  if (seconds < 3600) {
    return trans.__('%1 min', Math.round(seconds / 60));
  }
  return trans.__('%1 h', Math.round(seconds / 360) / 10);
}
