import type { ILabShell } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import { MimeModel } from '@jupyterlab/rendermime';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { infoIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

import type { IQualityClient } from '../tokens';

const MARKDOWN = 'text/markdown';

/** Shows the pages of rules. */
export interface IRulePages {
  /** Opens the page of a rule, ours or ruff's; rejects with a sentence where it cannot be had. */
  open(code: string): Promise<void>;
}

/** What the pages need of the world. */
export interface IRulePagesOptions {
  client: IQualityClient;
  /** Renders the page; without it its Markdown is shown as text. */
  rendermime: IRenderMimeRegistry | null;
  /** Takes a tab for each page; where there is none, as in Notebook 7, a page is a dialog. */
  labShell: ILabShell | null;
  trans: TranslationBundle;
}

/**
 * Shows the pages of rules that the server part has, so that they can be read without a network.
 */
export class RulePages implements IRulePages {
  constructor(private readonly _options: IRulePagesOptions) {}

  async open(code: string): Promise<void> {
    const { client, labShell, trans } = this._options;
    const known = this._tabs.get(code);
    if (known && labShell) {
      labShell.activateById(known.id);
      return;
    }
    const page = await client.rule(code);
    const title = `${page.code} ${page.slug}`.trim();
    const content = await this._render(page.markdown);
    if (!labShell) {
      await showDialog({
        title,
        body: content,
        buttons: [Dialog.okButton({ label: trans.__('Close') })]
      });
      return;
    }
    const tab = new MainAreaWidget({ content });
    tab.id = `jp-nbq-rule-${page.code}`;
    tab.title.label = title;
    tab.title.icon = infoIcon;
    tab.title.closable = true;
    this._tabs.set(code, tab);
    tab.disposed.connect(() => this._tabs.delete(code));
    labShell.add(tab, 'main', { type: 'Notebook Quality' });
    labShell.activateById(tab.id);
  }

  /** The page as a widget; scripts in it do not run, whatever the server says. */
  private async _render(markdown: string): Promise<Widget> {
    const { rendermime } = this._options;
    const content = rendermime
      ? await rendered(rendermime, markdown)
      : plain(markdown);
    content.addClass('jp-nbq-RulePage');
    content.node.tabIndex = 0;
    return content;
  }

  private readonly _tabs = new Map<string, Widget>();
}

async function rendered(
  rendermime: IRenderMimeRegistry,
  markdown: string
): Promise<Widget> {
  const renderer = rendermime.createRenderer(MARKDOWN);
  await renderer.renderModel(
    new MimeModel({ data: { [MARKDOWN]: markdown }, trusted: false })
  );
  return renderer;
}

function plain(text: string): Widget {
  const widget = new Widget({ node: document.createElement('pre') });
  widget.node.textContent = text;
  return widget;
}
