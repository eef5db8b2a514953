/** Has the browser save a text as a file. */
export function download(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(
    new Blob([text], { type: `${type};charset=utf-8` })
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has not read it yet.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
