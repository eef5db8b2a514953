import type { Kernel } from '@jupyterlab/services';

import { requestValues } from '../notebook/evaluation';

/** So long is waited for a kernel that may be busy, in milliseconds. */
const PATIENCE = 2000;

/**
 * The types of what names hold in a kernel, as they are written in the notebook: `int`, `pd.DataFrame`. Those that are
 * not known, or have no name in the notebook, are left out. Runs no code of the notebook, and leaves nothing behind.
 */
export async function runtimeTypes(
  kernel: Kernel.IKernelConnection,
  names: readonly string[]
): Promise<ReadonlyMap<string, string>> {
  const future = requestValues(
    kernel,
    Object.fromEntries(names.map(name => [name, typeExpression(name)]))
  );
  const reply = await Promise.race([
    future.done,
    new Promise<null>(resolve => {
      setTimeout(() => resolve(null), PATIENCE);
    })
  ]);
  const found = new Map<string, string>();
  if (reply?.content.status === 'ok') {
    for (const name of names) {
      const text = textOf(reply.content.user_expressions[name]);
      if (text) {
        found.set(name, text);
      }
    }
  }
  return found;
}

/**
 * An expression of Python whose value is how the type of a name is written: a type of Python's own; else a name that holds
 * it; else as part of a module that is imported.
 */
export function typeExpression(name: string): string {
  return (
    "(lambda t, ns: t.__name__ if getattr(__import__('builtins'), t.__name__, None) is t and t.__name__ not in ns " +
    "else next((n for n, v in ns.items() if v is t and not n.startswith('_')), None) " +
    "or next((n + '.' + t.__name__ for n, v in ns.items() " +
    "if type(v) is type(__import__('sys')) and not n.startswith('_') and vars(v).get(t.__name__) is t), ''))" +
    `(type(${name}), dict(globals()))`
  );
}

/** The text that is the value of an expression; empty where it failed. */
function textOf(value: unknown): string {
  const { status, data } = (value ?? {}) as {
    status?: string;
    data?: Record<string, unknown>;
  };
  const text = status === 'ok' ? data?.['text/plain'] : '';
  // The representation of a text: a name needs no escapes.
  return typeof text === 'string'
    ? (/^'([\p{L}\p{N}_.]+)'$/u.exec(text)?.[1] ?? '')
    : '';
}
