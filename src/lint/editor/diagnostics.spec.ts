import { Text } from '@codemirror/state';

import { findingAt, makeFinding } from '../../testing-support/finding';
import { diagnosticsOf, spanIn } from './diagnostics';

const text = (source: string): Text => Text.of(source.split(/\r\n|\r|\n/));

describe('diagnosticsOf', () => {
  const source = 'import os\nprint(flaged)\n';

  it('places what is to be underlined, in order', () => {
    const diagnostics = diagnosticsOf(
      [
        findingAt('a', 1, 6, { severity: 'error' }),
        findingAt('a', 0, 7),
        findingAt('a', 0, 0, { severity: 'info' }),
        makeFinding({ id: 'whole', range: null })
      ],
      source,
      text(source),
      'warning'
    );
    expect(
      diagnostics?.map(({ from, to, severity }) => [from, to, severity])
    ).toEqual([
      [7, 8, 'warning'],
      [16, 17, 'error']
    ]);
  });

  it.each([
    ['error', ['error']],
    ['warning', ['error', 'warning']],
    ['info', ['error', 'info', 'warning']],
    ['none', []]
  ] as const)('underlines from %p up', (underline, severities) => {
    const findings = (['error', 'warning', 'info'] as const).map(severity =>
      findingAt('a', 0, 0, { id: severity, severity })
    );
    expect(
      diagnosticsOf(findings, source, text(source), underline)
        ?.map(({ severity }) => severity)
        .sort()
    ).toEqual(severities);
  });

  it('leaves an editor alone that has another text than was checked', () => {
    expect(
      diagnosticsOf([findingAt('a', 0, 0)], source, text('x'), 'warning')
    ).toBeNull();
  });

  it('takes CRLF and CR for the line breaks they are', () => {
    const dos = 'import os\r\nprint(flaged)\r';
    expect(
      diagnosticsOf([findingAt('a', 1, 6)], dos, text(dos), 'warning')
    ).toMatchObject([{ from: 16, to: 17 }]);
  });
});

describe('spanIn', () => {
  const span = (line: number, column: number, doc: Text): [number, number] => {
    const at = { line, column };
    const { from, to } = spanIn(doc, { start: at, end: at });
    return [from, to];
  };

  it('widens an empty range so that it can be seen', () => {
    expect(span(0, 1, text('abc'))).toEqual([1, 2]);
    expect(span(0, 3, text('abc\nd'))).toEqual([2, 3]);
    expect(span(0, 0, text(''))).toEqual([0, 0]);
  });

  it('stays inside the text', () => {
    expect(span(7, 7, text('abc'))).toEqual([2, 3]);
    expect(span(0, 99, text('abc'))).toEqual([2, 3]);
  });
});
