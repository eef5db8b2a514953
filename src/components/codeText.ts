/** A piece of a message: words, or code that stood in backquotes. */
export interface ICodePart {
  readonly text: string;
  readonly isCode: boolean;
}

/**
 * Takes a message apart at its backquotes. The pieces are text, to be shown as text.
 */
export function codeParts(message: string): ICodePart[] {
  return message
    .split(/`([^`]*)`/)
    .map((text, index) => ({ text, isCode: index % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
