/** The letters of a name, also those beyond ASCII. */
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/gu;

/**
 * The name at a column of a line; null where there is none, and for the name of an attribute.
 */
export function nameAt(line: string, column: number): string | null {
  for (const match of line.matchAll(NAME)) {
    const [name] = match;
    const { index } = match;
    if (index <= column && column <= index + name.length) {
      return /\.\s*$/.test(line.slice(0, index)) ? null : name;
    }
  }
  return null;
}
