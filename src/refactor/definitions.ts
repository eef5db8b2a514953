const DEFINITION =
  /^(?:async[ \t]+def|def|class)[ \t]+([\p{L}_][\p{L}\p{N}_]*)|^([A-Z][A-Z0-9_]*)[ \t]*(?::[^=\n]*)?=(?!=)/gmu;

/** Strings over several lines: what stands in them looks like code and is none. */
const LONG_STRING = /("""|''')(?:\\[^]|(?!\1)[^])*\1/g;

/**
 * The functions, classes and constants that a source defines for the whole notebook, in order. The server decides what
 * can move; this is for the list to choose from.
 */
export function namesDefined(source: string): string[] {
  const text = source.replace(LONG_STRING, '""');
  return [
    ...new Set(
      [...text.matchAll(DEFINITION)].map(
        ([, name, constant]) => name ?? constant
      )
    )
  ];
}

/** How many functions a module defines. */
export function countFunctions(source: string): number {
  return (
    source.replace(LONG_STRING, '""').match(/^(?:async[ \t]+)?def[ \t]/gm) ?? []
  ).length;
}

/** Whether a source holds code beside its definitions, constants and imports. */
export function hasOtherCode(source: string): boolean {
  return source
    .replace(LONG_STRING, '""')
    .split(/\r\n|\r|\n/)
    .some(
      line =>
        // What is indented, or closes a bracket, goes on.
        !/^([ \t#)\]}]|$)/.test(line) &&
        !/^(@|(async[ \t]+def|def|class|import|from)(?![\p{L}\p{N}_]))/u.test(
          line
        ) &&
        !/^[A-Z][A-Z0-9_]*[ \t]*(:[^=]*)?=(?!=)/.test(line)
    );
}
