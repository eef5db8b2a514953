/**
 * Reads a stream of lines as they come.
 *
 * @param stream - UTF-8; a line, or a character, may come in several pieces.
 * @param onLine - Called with each line that is not empty, without its end.
 */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void
): Promise<void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.filter(line => line.trim()).forEach(onLine);
  };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      take(`${decoder.decode()}\n`);
      return;
    }
    take(decoder.decode(value, { stream: true }));
  }
}
