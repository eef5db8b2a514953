// The server is held to the same cases.
import cases from '../testing-support/secretCases.json';
import { secretKinds } from './secretKinds';

const joined = (parts: readonly string[]): string => parts.join('');

describe('secretKinds', () => {
  it.each(cases.secrets.map(({ kind, parts }) => [kind, joined(parts)]))(
    'finds a %s',
    (kind, text) => {
      for (const around of [text, `x = (${text}) # ö`, `\n\t${text}\n`]) {
        expect([...secretKinds(around)]).toEqual([kind]);
      }
    }
  );

  it.each(cases.none.map(parts => [joined(parts)]))('leaves %j alone', text => {
    expect([...secretKinds(text)]).toEqual([]);
  });

  it('takes a known key for what it is, whatever it is called', () => {
    const { parts } = cases.secrets.find(
      ({ kind }) => kind === 'github-token'
    )!;
    expect([...secretKinds(`token = "${joined(parts)}"`)]).toEqual([
      'github-token'
    ]);
  });

  it('takes time in proportion to the length', () => {
    const seconds = (count: number): number => {
      const text = 'password = "swordfish7"\n'.repeat(count);
      const start = performance.now();
      secretKinds(text);
      return performance.now() - start;
    };
    seconds(100);
    expect(seconds(8000)).toBeLessThan(Math.max(40 * seconds(800), 1000));
  });
});
