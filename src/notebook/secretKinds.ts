import type { SecretShape } from '../api/secretShapes';
import {
  EXAMPLE_PATTERN,
  PLACEHOLDER_PATTERN,
  SECRET_SHAPES
} from '../api/secretShapes';

const shapes = SECRET_SHAPES.map(shape => ({
  ...shape,
  pattern: new RegExp(shape.pattern, shape.ignore_case ? 'gi' : 'g')
}));

const example = new RegExp(EXAMPLE_PATTERN, 'i');
const placeholder = new RegExp(`^(?:${PLACEHOLDER_PATTERN})$`, 'i');

/**
 * The kinds of secrets in a text, as the server finds them in a file: examples are none, and of two shapes that fit the
 * same text the first has it.
 */
export function secretKinds(text: string): Set<string> {
  const kinds = new Set<string>();
  const taken: { start: number; end: number }[] = [];
  const lower = text.toLowerCase();
  for (const shape of shapes) {
    if (!shape.needles.some(needle => lower.includes(needle))) {
      continue;
    }
    for (const { index, 1: before, 2: secret } of text.matchAll(
      shape.pattern
    )) {
      const start = index + before.length;
      const end = start + secret.length;
      if (
        !taken.some(other => other.start < end && start < other.end) &&
        !isExample(shape.certainty, secret)
      ) {
        taken.push({ start, end });
        kinds.add(shape.name);
      }
    }
  }
  return kinds;
}

function isExample(
  certainty: SecretShape['certainty'],
  secret: string
): boolean {
  return (
    certainty !== 'certain' &&
    (example.test(secret) ||
      (certainty === 'assigned' && placeholder.test(secret)))
  );
}
