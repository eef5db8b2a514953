import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { useEffect, useState } from 'react';

/** A piece of a line and the classes it is drawn with, empty for none. */
export type Token = readonly [text: string, classes: string];

/** Takes code apart into the tokens of its lines. */
export type Highlight = (code: string) => Promise<readonly Token[][]>;

/** Colours Python as the editors do, with what IPython adds to it. */
export function pythonHighlight(languages: IEditorLanguageRegistry): Highlight {
  return async code => {
    const node = document.createElement('div');
    await languages.highlight(
      code,
      languages.findByMIME('text/x-ipython') ??
        languages.findByMIME('text/x-python'),
      node
    );
    return tokenLines(node);
  };
}

/** The lines of an element that holds texts and flat spans. */
export function tokenLines(node: Node): Token[][] {
  const lines: Token[][] = [[]];
  for (const child of Array.from(node.childNodes)) {
    const classes = child instanceof HTMLElement ? child.className : '';
    (child.textContent ?? '').split(/\r\n|\r|\n/).forEach((text, index) => {
      if (index > 0) {
        lines.push([]);
      }
      if (text) {
        lines[lines.length - 1].push([text, classes]);
      }
    });
  }
  return lines;
}

/** The tokens of a text's lines; null until they are known. */
export function useHighlighted(
  code: string,
  highlight: Highlight | null
): readonly Token[][] | null {
  const [known, setKnown] = useState<{
    code: string;
    lines: readonly Token[][];
  } | null>(null);
  useEffect(() => {
    let isWanted = true;
    if (highlight) {
      highlight(code)
        .then(lines => isWanted && setKnown({ code, lines }))
        .catch((error: unknown) => console.warn(error));
    }
    return () => {
      isWanted = false;
    };
  }, [code, highlight]);
  // Lines of an earlier text would be other words.
  return known?.code === code ? known.lines : null;
}
