/** Characters that are twice as wide as others where all have one width: of East Asian scripts, and pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** How many characters of ordinary width a text is as wide as. */
export function widthOf(text: string): number {
  return Array.from(text).reduce(
    (sum, character) => sum + (WIDE.test(character) ? 2 : 1),
    0
  );
}

/** A text of no more characters than these. */
export function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length > longest
    ? `${characters.slice(0, longest - 1).join('')}…`
    : text;
}

/** A text no wider than so many characters of ordinary width. */
export function cutToWidth(text: string, widest: number): string {
  if (widthOf(text) <= widest) {
    return text;
  }
  let kept = '';
  for (const character of text) {
    if (widthOf(kept + character) > widest - 1) {
      break;
    }
    kept += character;
  }
  return `${kept}…`;
}
