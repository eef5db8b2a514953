import { readLines } from './lines';

/** What a connection brings, piece by piece. */
function streamOf(...pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = [...pieces];
  return {
    getReader: () => ({
      read: () => {
        const value = rest.shift();
        return Promise.resolve({ done: value === undefined, value });
      }
    })
  } as unknown as ReadableStream<Uint8Array>;
}

async function linesOf(...pieces: Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  await readLines(streamOf(...pieces), line => lines.push(line));
  return lines;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading lines', () => {
  it('gives each line once, however they are cut', async () => {
    const text = bytes('{"a": "é"}\n{"b": "🐍"}\n\n{"c": 1}\n');
    const expected = ['{"a": "é"}', '{"b": "🐍"}', '{"c": 1}'];
    for (let cut = 0; cut <= text.length; cut++) {
      expect(await linesOf(text.slice(0, cut), text.slice(cut))).toEqual(
        expected
      );
    }
    expect(await linesOf(...Array.from(text, byte => bytesOf(byte)))).toEqual(
      expected
    );
  });

  it('gives a line as soon as it is complete', async () => {
    const lines: string[] = [];
    const seen: number[] = [];
    const pieces = ['one\ntw', 'o\n', 'three'].map(bytes);
    const stream = {
      getReader: () => ({
        read: () => {
          seen.push(lines.length);
          const value = pieces.shift();
          return Promise.resolve({ done: value === undefined, value });
        }
      })
    } as unknown as ReadableStream<Uint8Array>;
    await readLines(stream, line => lines.push(line));
    expect(seen).toEqual([0, 1, 2, 2]);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('reads nothing from nothing', async () => {
    expect(await linesOf()).toEqual([]);
  });
});

function bytesOf(byte: number): Uint8Array {
  return Uint8Array.of(byte);
}
