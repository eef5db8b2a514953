import type { IQualityModel } from '../tokens';
import { isSame, nameIn } from './cellTests';
import { keyOf } from './items';
import type { ISuccession, ITestedCell } from './moves';
import { bare, merges, sourceIn, splits } from './moves';
import type { IStamp, IVerdict } from './verdicts';
import { isLive } from './verdicts';

/**
 * Finds out which cells were split and merged, so that the others hold the same code.
 *
 * @param before - All cells as they were, in order.
 * @param now - All cells, in order.
 * @param added - The ids of those that are new.
 */
export function successions(
  before: readonly ITestedCell[],
  now: readonly ITestedCell[],
  added: ReadonlySet<string>
): ISuccession[] {
  const whole = [...merges(before, now, added)].filter(
    ({ before: parts, after }) =>
      parts.length > 1 &&
      bare(parts.map(({ source }) => source).join('')) === bare(after[0].source)
  );
  return [...splits(before, now, added), ...whole];
}

/** For the tests of cells that became others: what told each before from others, and what does now. */
export function newKeys({
  before,
  after
}: ISuccession): (readonly [from: string, to: string])[] {
  const keys: (readonly [string, string])[] = [];
  for (const { id, entries } of before) {
    for (const entry of entries) {
      const name = nameIn(entry);
      const homes = after.flatMap(cell =>
        cell.entries.map(other => ({ cell, other }))
      );
      // In a cell that was merged it may have got another name.
      const home =
        homes.find(({ other }) => isSame(other, entry)) ??
        homes.find(({ other }) => sourceIn(other) === sourceIn(entry));
      const named = home && nameIn(home.other);
      if (name !== null && home && named) {
        keys.push([keyOf(id, name), keyOf(home.cell.id, named)]);
      }
    }
  }
  return keys;
}

/**
 * What a verdict was about, in the cells that others became: what was tested is still the same. Where it was not any more,
 * it stays so.
 */
export function followed(
  model: IQualityModel,
  { result, stamp }: IVerdict,
  all: readonly ISuccession[]
): IStamp {
  const [test, kernel, told] = JSON.parse(stamp.text) as [
    string,
    string | null,
    [source: string | null, count: number | null][]
  ];
  let seen = stamp.cells.map((cell, index) => ({ cell, told: told[index] }));
  const ran = new Map(stamp.ran);
  for (const { before, after } of all) {
    const own = new Map(before.map(({ id, source }) => [id, source]));
    const place = seen.findIndex(({ cell }) => own.has(cell));
    const isOld = seen.some(
      one => own.has(one.cell) && own.get(one.cell) !== one.told[0]
    );
    if (place < 0 || isOld) {
      continue;
    }
    const rest = seen.filter(({ cell }) => !own.has(cell));
    const heirs = after.map(({ id, source }): (typeof seen)[number] => {
      const last = isLive(result) ? model.runs.lastRun(id) : null;
      if (last && last.source.trimEnd() === own.get(id)?.trimEnd()) {
        ran.set(id, last.source);
      }
      return { cell: id, told: [source, last?.count ?? null] };
    });
    seen = [...rest.slice(0, place), ...heirs, ...rest.slice(place)];
  }
  return {
    cells: seen.map(({ cell }) => cell),
    text: JSON.stringify([test, kernel, seen.map(one => one.told)]),
    ran
  };
}
