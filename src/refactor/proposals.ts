import { PathExt } from '@jupyterlab/coreutils';

import type { Notebook, Range } from '../api/types';
import type { ITarget } from './target';

/** How many words a proposed name has at most. */
const WORDS = 4;

/** Words that say nothing in a name. */
const EMPTY = new Set(['a', 'an', 'and', 'of', 'our', 'some', 'the', 'then']);

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' ')
);

/** Names of Python that something new cannot or should not have. */
const TAKEN = new Set([
  ...KEYWORDS,
  ...(
    'match case type abs all any ascii bin bool bytes ' +
    'callable chr compile complex dict dir display eval exec exit filter float format frozenset getattr globals ' +
    'hasattr hash help hex id input int isinstance iter len list locals map max min next object oct open ord pow ' +
    'print quit range repr reversed round set setattr slice sorted str sum super tuple vars zip'
  ).split(' ')
]);

/**
 * A name for a function made of a selection: what the comment on top of it says, or the heading above it, or what it
 * gives; `step` where nothing says anything.
 *
 * @param taken - Names that the notebook has.
 */
export function proposeFunctionName(
  notebook: Notebook,
  target: ITarget,
  taken: ReadonlySet<string>
): string {
  const heading = headingAbove(notebook, target.cells[0]);
  const source = selectedSource(notebook, target);
  const made = lastBound(source);
  const name =
    nameOf(commentOnTop(source)) ||
    (heading?.isNext ? nameOf(heading.text) : '') ||
    (made && `make_${made}`) ||
    (heading ? nameOf(heading.text) : '') ||
    'step';
  return free(name, taken);
}

/**
 * A name for the value of an expression: that of the method, the attribute or the column that it ends with; `value` where
 * nothing says anything.
 */
export function proposeVariableName(
  source: string,
  { start, end }: Range,
  taken: ReadonlySet<string>
): string {
  const lines = source.split('\n').slice(start.line, end.line + 1);
  lines[lines.length - 1] = (lines[lines.length - 1] ?? '').slice(
    0,
    end.column
  );
  const text = lines.join('\n').slice(start.column);
  const [, attribute, column] =
    /(?:\.\s*([\p{L}_][\p{L}\p{N}_]*)|\[\s*["']([^"']*)["']\s*\])\s*$/u.exec(
      withoutCall(text)
    ) ?? [];
  return free(nameOf(attribute ?? column ?? '') || 'value', taken);
}

/**
 * A name for a literal: that of the keyword or the parameter that it is given to, or what a short text says; `CONSTANT`
 * where nothing says anything.
 */
export function proposeConstantName(
  source: string,
  { start, end }: Range,
  taken: ReadonlySet<string>
): string {
  const line = source.split('\n')[start.line] ?? '';
  const [, given] =
    /([\p{L}_][\p{L}\p{N}_]*)\s*(?::[^=]*)?=\s*$/u.exec(
      line.slice(0, start.column)
    ) ?? [];
  const [, text] =
    (start.line === end.line &&
      /^["']([^"']{1,40})["']$/u.exec(line.slice(start.column, end.column))) ||
    [];
  return free(
    (nameOf(given ?? '') || nameOf(text ?? '') || 'constant').toUpperCase(),
    taken
  );
}

/** An expression without the arguments that it ends with. */
function withoutCall(text: string): string {
  const whole = text.trimEnd();
  if (!whole.endsWith(')')) {
    return whole;
  }
  let depth = 0;
  for (let index = whole.length - 1; index >= 0; index--) {
    depth += whole[index] === ')' ? 1 : whole[index] === '(' ? -1 : 0;
    if (depth === 0) {
      return whole.slice(0, index);
    }
  }
  return whole;
}

/** Whether a word is one that Python has for itself. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/**
 * A file for definitions: named after the heading above them, else after the notebook.
 */
export function proposeModule(notebook: Notebook, target: ITarget): string {
  const heading = headingAbove(notebook, target.cells[0]);
  const stem = PathExt.basename(notebook.path, '.ipynb');
  const name =
    nameOf(heading?.text ?? '', 2) || `${nameOf(stem) || 'notebook'}_functions`;
  return `${name}.py`;
}

/** What words are as a name of Python; empty where they hold none. */
export function nameOf(words: string, most = WORDS): string {
  const found = words
    .normalize('NFKC')
    .toLowerCase()
    // It's, don't
    .replace(/(\p{L})['’](\p{L})/gu, '$1$2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '' && !EMPTY.has(word));
  while (found.length > 0 && /^\p{N}/u.test(found[0])) {
    found.shift();
  }
  return found.slice(0, most).join('_');
}

/** A name as it is, or with a number where it is taken. */
function free(name: string, taken: ReadonlySet<string>): string {
  const isFree = (one: string): boolean => !taken.has(one) && !TAKEN.has(one);
  if (isFree(name)) {
    return name;
  }
  let number = 2;
  while (!isFree(`${name}_${number}`)) {
    number++;
  }
  return `${name}_${number}`;
}

/** The heading that a cell stands under, and whether the cell is the first code below it; null without one. */
function headingAbove(
  { cells }: Notebook,
  id: string
): { text: string; isNext: boolean } | null {
  let isNext = true;
  for (
    let index = cells.findIndex(cell => cell.id === id) - 1;
    index >= 0;
    index--
  ) {
    const { cell_type: type, source } = cells[index];
    const headings = type === 'markdown' ? headingsOf(source) : [];
    if (headings.length > 0) {
      return { text: headings[headings.length - 1], isNext };
    }
    isNext &&= type !== 'code';
  }
  return null;
}

function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$/gm)].map(
    ([, text]) => text.replace(/\[([^\]]*)\]\([^)]*\)|[*_`~]/g, '$1')
  );
}

/** The text of a selection, whole lines. */
export function selectedSource({ cells }: Notebook, target: ITarget): string {
  const sources = cells
    .filter(({ id }) => target.cells.includes(id))
    .map(({ source }) => source);
  if (!target.range) {
    return sources.join('\n');
  }
  const { start, end } = target.range;
  return sources
    .join('\n')
    .split('\n')
    .slice(start.line, end.line + 1)
    .join('\n');
}

/** The words of the comment that a source begins with; empty where it begins with code. */
function commentOnTop(source: string): string {
  const [, words = ''] = /^\s*#+(?!\s*%%)[ \t]*(.*)/.exec(source) ?? [];
  // A comment that is code would make a strange name.
  return /[=()[\]{}]|^\W*!/.test(words) ? '' : words;
}

/** The last plain name that a source binds at its outermost level; empty where it binds none. */
function lastBound(source: string): string {
  const found = [
    ...source.matchAll(/^([\p{L}_][\p{L}\p{N}_]*)[ \t]*=(?!=)/gmu)
  ];
  return found.length > 0 ? found[found.length - 1][1] : '';
}
