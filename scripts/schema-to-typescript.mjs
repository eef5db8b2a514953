/**
 * Reads a JSON Schema on stdin and writes the TypeScript types of its `$defs` to stdout, formatted as
 * the file named by the first argument is. Run by `python -m jupyter_nbquality.server.typescript`.
 */
import { text } from 'node:stream/consumers';

import { compile } from 'json-schema-to-typescript';
import prettier from 'prettier';

/** The line that the compiler adds to each comment. */
const ORIGIN =
  /( \* ?\n)? \* This interface was referenced by .*\n.* the `definition` ".*"\.\n/g;

const schema = JSON.parse(await text(process.stdin));
const compiled = await compile(schema, 'Wire', {
  additionalProperties: false,
  bannerComment: schema.$comment,
  format: false,
  unreachableDefinitions: true
});
const types = compiled
  .replace(ORIGIN, '')
  .replace(/^\/\*\*\n \*\/\n/gm, '')
  // The schema itself describes nothing: it only carries the definitions.
  .replace(/^export interface Wire \{\s*\}$/m, '');
try {
  const style = await prettier.resolveConfig(process.argv[2]);
  const formatted = await prettier.format(types, {
    ...style,
    parser: 'typescript'
  });
  process.stdout.write(
    formatted.replace(/^(\}|.*;)\n(?=\/\*\*|export )/gm, '$1\n\n')
  );
} catch (error) {
  // Without its trace, which quotes a whole minified parser.
  console.error(error.message);
  process.exitCode = 1;
}
