import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';

/** Where a test runs; see the guide. */
export type Engine = 'fork' | 'clean' | 'shared';

/** The key of the tests in our part of a cell's metadata. */
export const TESTS_KEY = 'tests';

/** What the name of a test may be. */
const NAME = /^[A-Za-z0-9_-]+$/;

const MOST_SECONDS = 86_400;

const ENGINES: ReadonlySet<unknown> = new Set(['fork', 'clean', 'shared']);

/** A test of a cell. */
export interface ICellTest {
  /** What holds where it passes, in the words of who wrote it. */
  readonly title: string;
  /** What it is called on the command line; no other test of the cell is called so. */
  readonly name: string;
  readonly source: string;
  /** In seconds; null for the default. */
  readonly timeout: number | null;
  /** Where it is to run; null for the default. */
  readonly engine: Engine | null;
  /** Marks of pytest; kept as they are where a test is edited. */
  readonly marks?: readonly string[];
}

/** A test as it stands in the metadata. */
export interface IStoredTest extends ICellTest {
  /** Its place in the list, which may hold entries that are none. */
  readonly place: number;
}

/** What the metadata of a cell say of its tests. */
export interface IReadTests {
  readonly tests: readonly IStoredTest[];
  /** How many entries are not understood; they are kept as they are. */
  readonly malformed: number;
}

const NONE: IReadTests = { tests: [], malformed: 0 };

/** Reads the tests in our part of a cell's metadata. */
export function readTests(ours: unknown): IReadTests {
  const entries = entriesOf(ours);
  if (entries.length === 0) {
    return NONE;
  }
  const tests: IStoredTest[] = [];
  const names = new Set<string>();
  entries.forEach((entry, place) => {
    const test = testOf(entry, place);
    // Where two are called the same, nobody could say which is meant.
    if (test && !names.has(test.name)) {
      names.add(test.name);
      tests.push(test);
    }
  });
  return { tests, malformed: entries.length - tests.length };
}

/**
 * Puts a test into our part of a cell's metadata.
 *
 * @param place - The place of the one that it replaces; null for a new one. What is known there besides is kept.
 */
export function withTest(
  ours: unknown,
  test: ICellTest,
  place: number | null
): PartialJSONObject {
  const entries = [...entriesOf(ours)];
  const before = place === null ? undefined : entries[place];
  const entry = entryOf(test, isObject(before) ? before : {});
  if (place === null) {
    entries.push(entry);
  } else {
    entries[place] = entry;
  }
  return withEntries(ours, entries);
}

/** Takes a test out of our part of a cell's metadata. */
export function withoutTest(ours: unknown, place: number): PartialJSONObject {
  return withEntries(
    ours,
    entriesOf(ours).filter((_, index) => index !== place)
  );
}

/** The entries, whatever they are. */
export function entriesOf(ours: unknown): readonly PartialJSONValue[] {
  const entries = isObject(ours) ? ours[TESTS_KEY] : undefined;
  return Array.isArray(entries) ? entries : [];
}

/** Puts other entries into our part of a cell's metadata. */
export function withEntries(
  ours: unknown,
  entries: readonly PartialJSONValue[]
): PartialJSONObject {
  const others = without(isObject(ours) ? ours : {}, TESTS_KEY);
  return entries.length > 0 ? { ...others, [TESTS_KEY]: [...entries] } : others;
}

/** The name in an entry, whatever else it is; null where it has none. */
export function nameIn(entry: PartialJSONValue): string | null {
  return isObject(entry) && typeof entry.name === 'string' ? entry.name : null;
}

/** A name like the one wanted that is not taken. */
export function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 2, name = wanted; ; number++) {
    if (!taken.has(name)) {
      return name;
    }
    name = `${wanted}_${number}`;
  }
}

/** The name of a test, from its title: `AUC above 0.80` becomes `auc_above_0_80`. */
export function nameFor(title: string, taken: ReadonlySet<string>): string {
  const name = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase()
    .slice(0, 60)
    .replace(/_+$/, '');
  return freeName(name || 'test', taken);
}

/** What a test is called that was given no title: its first line. */
export function titleFor(source: string): string {
  const lines = source
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
  const line = lines.find(text => /^(async )?def test|^assert\b/.test(text));
  const title = (line ?? lines[0] ?? '')
    .replace(/^(async )?def (test_)?(\w+).*$/, (...parts) =>
      String(parts[3]).replace(/_/g, ' ')
    )
    .replace(/^assert\s+/, '');
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
}

/** Whether two values of the metadata say the same. */
export function isSame(
  one: PartialJSONValue | undefined,
  other: PartialJSONValue | undefined
): boolean {
  return JSONExt.deepEqual(one ?? null, other ?? null);
}

function testOf(entry: PartialJSONValue, place: number): IStoredTest | null {
  if (!isObject(entry)) {
    return null;
  }
  const { title, name, source, options } = entry;
  const text = textOf(source);
  if (
    typeof name !== 'string' ||
    !NAME.test(name) ||
    text === null ||
    (title !== undefined && typeof title !== 'string')
  ) {
    return null;
  }
  const wishes = optionsOf(options);
  if (!wishes) {
    return null;
  }
  return {
    title: title?.trim() ? title : name,
    name,
    source: text,
    ...wishes,
    place
  };
}

/** What the options say; null where they are malformed. */
function optionsOf(
  options: unknown
): Pick<ICellTest, 'timeout' | 'engine' | 'marks'> | null {
  if (options === undefined) {
    return { timeout: null, engine: null };
  }
  if (!isObject(options)) {
    return null;
  }
  const { timeout = null, engine = null, marks = [] } = options;
  const isTime =
    timeout === null ||
    (typeof timeout === 'number' && timeout > 0 && timeout <= MOST_SECONDS);
  return isTime && (engine === null || ENGINES.has(engine)) && areMarks(marks)
    ? {
        timeout,
        engine: engine as Engine | null,
        ...(marks.length > 0 && { marks })
      }
    : null;
}

function areMarks(marks: unknown): marks is string[] {
  return (
    Array.isArray(marks) &&
    marks.every(mark => typeof mark === 'string' && /^[^\W_]\w*$/.test(mark))
  );
}

function entryOf(
  { title, name, source, timeout, engine }: ICellTest,
  before: PartialJSONObject
): PartialJSONObject {
  const options = {
    ...without(
      isObject(before.options) ? before.options : {},
      'timeout',
      'engine'
    ),
    ...(timeout === null ? {} : { timeout }),
    ...(engine === null ? {} : { engine })
  };
  return {
    ...without(before, 'options'),
    title,
    name,
    // As nbformat keeps sources, so that a diff can be read.
    source: source.match(/[^\n]*\n|[^\n]+$/g) ?? [],
    ...(Object.keys(options).length > 0 ? { options } : {})
  };
}

function without(
  object: PartialJSONObject,
  ...keys: readonly string[]
): PartialJSONObject {
  return Object.fromEntries(
    Object.entries(object).filter(([key]) => !keys.includes(key))
  );
}

function textOf(source: unknown): string | null {
  if (typeof source === 'string') {
    return source;
  }
  return Array.isArray(source) &&
    source.every((line): line is string => typeof line === 'string')
    ? source.join('')
    : null;
}

function isObject(value: unknown): value is PartialJSONObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
