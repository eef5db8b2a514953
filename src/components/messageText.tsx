import type { ReactElement } from 'react';

import { codeParts } from './codeText';

/** A message with the code in its backquotes set as code. */
export function MessageText({ text }: { text: string }): ReactElement {
  return (
    <>
      {codeParts(text).map(({ text: words, isCode }, index) =>
        isCode ? <code key={index}>{words}</code> : words
      )}
    </>
  );
}
