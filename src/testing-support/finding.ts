import type { Finding } from '../api/types';

/** A finding for tests: of one cell, on its first three characters. */
export function makeFinding(parts: Partial<Finding> = {}): Finding {
  return {
    id: 'f1',
    code: 'NB301',
    slug: 'absolute-path',
    severity: 'warning',
    message: 'A path that works on one computer only',
    why: '',
    cell: 'a',
    range: { start: { line: 0, column: 0 }, end: { line: 0, column: 3 } },
    fixes: [],
    silence: [],
    not_yet: false,
    url: '',
    ...parts
  };
}

/** A finding at a place of a cell. */
export function findingAt(
  cell: string,
  line: number,
  column: number,
  parts: Partial<Finding> = {}
): Finding {
  return makeFinding({
    id: `${cell}:${line}:${column}`,
    cell,
    range: { start: { line, column }, end: { line, column: column + 1 } },
    ...parts
  });
}
