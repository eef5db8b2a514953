import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

/**
 * Asks whether to go on, after a look at what there is to see; Cancel has the focus.
 *
 * @param go - What the button is called that goes on.
 */
export async function ask(
  title: string,
  node: HTMLElement,
  go: string,
  trans: TranslationBundle
): Promise<boolean> {
  node.classList.add('jp-nbq-testsources');
  const dialog = new Dialog({
    title,
    body: new Widget({ node }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: go })
    ],
    defaultButton: 0
  });
  dialog.node.ariaLabel = title;
  const { button } = await dialog.launch();
  return button.accept;
}
