import type {
  CompletionContext,
  CompletionResult
} from '@codemirror/autocomplete';
import {
  acceptCompletion,
  autocompletion,
  startCompletion
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { Prec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { keymap } from '@codemirror/view';
import type { ISessionContext } from '@jupyterlab/apputils';

/** How long a kernel may take to complete, in milliseconds; one that is busy answers when it is done. */
const PATIENCE = 8000;

/**
 * Completion from the kernel of a notebook, with Tab behind a name or a dot, or Ctrl+Space.
 */
export function kernelCompletion(session: ISessionContext): Extension {
  return [
    autocompletion({
      activateOnTyping: false,
      override: [context => complete(session, context)]
    }),
    Prec.highest(
      keymap.of([
        {
          key: 'Tab',
          run: view =>
            acceptCompletion(view) ||
            (isBehindName(view) && startCompletion(view))
        }
      ])
    )
  ];
}

function isBehindName({ state }: EditorView): boolean {
  const { empty, head } = state.selection.main;
  const { text, from } = state.doc.lineAt(head);
  return empty && /[\p{L}\p{N}_.]$/u.test(text.slice(0, head - from));
}

async function complete(
  session: ISessionContext,
  context: CompletionContext
): Promise<CompletionResult | null> {
  const kernel = session.session?.kernel;
  if (!kernel) {
    return null;
  }
  const text = context.state.doc.toString();
  const reply = await Promise.race([
    // Kernels count characters, editors the units of UTF-16.
    kernel.requestComplete({
      code: text,
      cursor_pos: [...text.slice(0, context.pos)].length
    }),
    new Promise<null>(resolve => {
      window.setTimeout(() => resolve(null), PATIENCE);
    })
  ]);
  if (reply?.content.status !== 'ok' || context.aborted) {
    return null;
  }
  const { matches, cursor_start: start, metadata } = reply.content;
  const types = (metadata._jupyter_types_experimental ?? []) as {
    text: string;
    type: string;
  }[];
  const kinds = new Map(types.map(({ text: name, type }) => [name, type]));
  return {
    from: [...text].slice(0, start).join('').length,
    options: matches.map(label => ({ label, type: kinds.get(label) })),
    validFor: /^[\p{L}\p{N}_]*$/u
  };
}
