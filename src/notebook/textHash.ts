/**
 * A hash of a text, to find out whether it is still the same; not against an attacker.
 *
 * Twice FNV-1a (Fowler, Noll, Vo) with 32 bits, from two beginnings.
 */
export function textHash(text: string): string {
  return [0x811c9dc5, 0x9747b28c]
    .map(start => {
      let hash = start;
      for (let index = 0; index < text.length; index++) {
        hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
      }
      return (hash >>> 0).toString(36);
    })
    .join('.');
}
