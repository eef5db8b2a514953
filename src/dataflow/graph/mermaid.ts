import type { Flow, Notebook } from '../../api/types';
import { maskSecrets } from '../../notebook/secretMask';
import type { Strength } from './arrows';
import { arrowsOf, oneLine } from './arrows';
import { cut } from './text';

const ARROWS: Record<Strength, string> = {
  certain: '-->',
  possible: '-.->',
  deletion: '--x'
};

const LONGEST_TITLE = 48;
const MOST_NAMES = 4;

/** Lines that say little of what a cell does. */
const DULL = ['#', '%', 'import ', 'from ', '"""', "'''"];

// What ends a line, and what is space, in Python's words.
const LINE_END = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/;
const SPACES = /[\s\x1c-\x1f\x85]+/g;

/** Whatever could be syntax, Markdown or HTML in a label. */
const SYNTAX = /[^\p{L}\p{N}_ ,.:()/=+'…-]/gu;

/**
 * The dependencies between all cells of a notebook as a Mermaid flowchart, the one that `nbquality graph --format
 * mermaid` writes; see `dataflow/drawing/mermaid.py`.
 */
export function mermaidOf(notebook: Notebook, flow: Flow): string {
  const numbers = new Map(
    notebook.cells.map((cell, place) => [cell.id, place + 1])
  );
  const sources = new Map(notebook.cells.map(({ id, source }) => [id, source]));
  const lines = ['flowchart TD'];
  for (const { cell } of flow.cells) {
    const number = numbers.get(cell);
    const title = titleOf(sources.get(cell) ?? '');
    const label = title ? `${number}: ${title}` : `${number}`;
    lines.push(`    c${number}["${escaped(label)}"]`);
  }
  for (const { source, target, names, strength } of arrowsOf(flow)) {
    const label = labelOf(names);
    lines.push(
      `    c${numbers.get(source)} ${ARROWS[strength]}${label && `|"${escaped(label)}"|`} c${numbers.get(target)}`
    );
  }
  const unknown = flow.cells
    .filter(({ known, unknown: reasons }) => !known || reasons.length > 0)
    .map(({ cell }) => `c${numbers.get(cell)}`);
  if (unknown.length > 0) {
    lines.push(
      '    classDef unknown stroke-dasharray: 4 3',
      `    class ${unknown.join(',')} unknown`
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A line of a cell: the first that is no comment, import or magic, if any. Secrets are masked. */
function titleOf(source: string): string {
  const lines = maskSecrets(source)
    .split(LINE_END)
    .map(line => line.replace(SPACES, ' ').trim())
    .filter(line => line !== '');
  const line =
    lines.find(one => !DULL.some(start => one.startsWith(start))) ??
    lines[0] ??
    '';
  return cut(oneLine(line).replace(SPACES, ' ').trim(), LONGEST_TITLE);
}

function labelOf(names: readonly string[]): string {
  return names.length <= MOST_NAMES
    ? names.join(', ')
    : `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length + 1 - MOST_NAMES} more`;
}

/** What may be syntax as Mermaid's entity codes. */
function escaped(text: string): string {
  return text.replace(SYNTAX, match => `#${match.codePointAt(0)};`);
}
