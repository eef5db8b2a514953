import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IApplied } from '../tokens';

/** How long the offer to undo stays, in milliseconds. */
const UNDO_OFFER = 8000;

/** How long it is shown why something was not done; without a time JupyterLab shows nothing. */
export const REASON = { autoClose: 8000 };

/**
 * Tells what came of a plan: that it is done, with the offer to undo it, or why it was not applied.
 *
 * @param done - What was done, a sentence.
 * @param hasFiles - Whether files were changed too.
 */
export function reportApplied(
  applied: IApplied,
  done: string,
  trans: TranslationBundle,
  hasFiles = false
): void {
  if (!applied.applied) {
    Notification.warning(applied.reason, REASON);
    return;
  }
  const undo = async (): Promise<void> => {
    try {
      if (!(await applied.undo())) {
        Notification.warning(
          hasFiles
            ? trans.__(
                'The notebook or the file was edited since, so nothing was undone.'
              )
            : trans.__('The notebook was edited since, so nothing was undone.'),
          REASON
        );
      }
    } catch (error) {
      reportError(error);
    }
  };
  Notification.emit(done, 'success', {
    autoClose: UNDO_OFFER,
    actions: [{ label: trans.__('Undo'), callback: () => void undo() }]
  });
}

/** Tells that something failed. */
export function reportError(error: unknown): void {
  Notification.error(
    error instanceof Error ? error.message : String(error),
    REASON
  );
}
