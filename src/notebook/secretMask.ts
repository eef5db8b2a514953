import { SECRET_SHAPES } from '../api/secretShapes';

const MASK = '•'.repeat(8);

const shapes = SECRET_SHAPES.map(shape => ({
  ...shape,
  pattern: new RegExp(shape.pattern, shape.ignore_case ? 'gi' : 'g')
}));

/**
 * A text with what looks like a secret replaced by bullets, line by line, for showing it. Masks examples too: that
 * costs nothing here.
 */
export function maskSecrets(text: string): string {
  const lower = text.toLowerCase();
  return shapes
    .filter(({ needles }) => needles.some(needle => lower.includes(needle)))
    .reduce(
      (masked, { pattern }) =>
        masked.replace(
          pattern,
          (_, before: string, secret: string) =>
            before + secret.replace(/[^\r\n]+/g, MASK)
        ),
      text
    );
}
