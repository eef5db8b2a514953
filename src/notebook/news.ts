import type { ISignal } from '@lumino/signaling';

/** Waits until one of some signals tells of something, or nobody wants to wait any more. */
export function news(
  signals: readonly ISignal<unknown, unknown>[],
  abort: AbortSignal
): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      signals.forEach(signal => signal.disconnect(end));
      abort.removeEventListener('abort', end);
      resolve();
    };
    signals.forEach(signal => signal.connect(end));
    abort.addEventListener('abort', end, { once: true });
  });
}
