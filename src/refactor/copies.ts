/** What a notebook has of modules: the names that it imports from them, and copies of their functions. */

const IMPORT =
  /^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+)/gm;
const MARKER =
  /^#[ \t]*nbq:[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\w+)(?:[ \t]+\([0-9a-f]{8}\))?[ \t]*$/gm;

/**
 * The names that code imports from modules, under their own names.
 *
 * @returns The module of each.
 */
export function namesImported(sources: Iterable<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const source of sources) {
    for (const [, module, list] of source.matchAll(IMPORT)) {
      for (const part of list.replace(/[()]|#.*/g, '').split(',')) {
        const name = part.trim();
        if (/^[^\W\d]\w*$/.test(name)) {
          found.set(name, module);
        }
      }
    }
  }
  return found;
}

/**
 * The copies in some code, by the comments that say where they came from.
 *
 * @returns The module of each.
 */
export function copiesIn(sources: Iterable<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const source of sources) {
    for (const [, module, name] of source.matchAll(MARKER)) {
      found.set(name, module);
    }
  }
  return found;
}

/** Where a module may stand, as seen from where it is imported. */
export function filesOf(module: string): readonly string[] {
  const path = module.split('.').join('/');
  return [`${path}.py`, `${path}/__init__.py`];
}
