import type { TranslationBundle } from '@jupyterlab/translation';
import { settingsIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { RovingGroup } from '../components/rovingGroup';
import type { IPanelProps, IToolbarAction } from '../tokens';

export interface IToolbarProps {
  readonly actions: readonly IToolbarAction[];
  readonly panel: IPanelProps;
  /** Opens the settings; null where they cannot be opened. */
  readonly onSettings: (() => void) | null;
  readonly trans: TranslationBundle;
}

/** The buttons of the features, and the settings. */
export function Toolbar(props: IToolbarProps): ReactElement {
  const { actions, panel, onSettings, trans } = props;
  return (
    <RovingGroup
      kind="bar"
      role="toolbar"
      label={trans.__('Notebook Quality')}
      className="jp-nbq-toolbar"
    >
      {actions.map(action => (
        <ActionButton key={action.id} action={action} panel={panel} />
      ))}
      <span className="jp-nbq-grow" />
      {onSettings && (
        <button
          type="button"
          className="jp-nbq-toolbutton"
          title={trans.__('Settings')}
          aria-label={trans.__('Settings')}
          onClick={onSettings}
        >
          <settingsIcon.react tag={null} />
        </button>
      )}
    </RovingGroup>
  );
}

function ActionButton(props: {
  action: IToolbarAction;
  panel: IPanelProps;
}): ReactElement {
  const { action, panel } = props;
  const icon = action.icon(panel);
  const label = action.label(panel);
  const caption = action.caption(panel);
  return (
    <button
      type="button"
      className="jp-nbq-toolbutton"
      title={caption}
      // The name begins with the words that are seen, so that it can be spoken.
      aria-label={label ? `${label}: ${caption}` : caption}
      disabled={!action.enabled(panel)}
      onClick={() => void action.run(panel)}
    >
      <icon.react tag={null} />
      {label && <span className="jp-nbq-toolbutton-label">{label}</span>}
    </button>
  );
}
