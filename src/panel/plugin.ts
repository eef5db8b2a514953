import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { codeCheckIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

/**
 * The side panel.
 */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-nbquality:panel',
  description: 'Adds the Notebook Quality panel to the right sidebar.',
  autoStart: true,
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('jupyter_nbquality');
    const widget = new Widget();
    widget.id = 'jp-nbq-panel';
    widget.addClass('jp-nbq-Panel');
    widget.title.icon = codeCheckIcon;
    widget.title.caption = trans.__('Notebook Quality');
    app.shell.add(widget, 'right', { rank: 1000, type: 'Notebook Quality' });
    restorer?.add(widget, widget.id);
  }
};
