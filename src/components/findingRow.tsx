import type { TranslationBundle } from '@jupyterlab/translation';
import { ellipsesIcon } from '@jupyterlab/ui-components';
import type { MouseEvent, ReactElement } from 'react';
import { memo, useRef } from 'react';

import type { Finding, Fix } from '../api/types';
import { MessageText } from './messageText';
import type { IMenuEntry } from './popupMenu';
import { popupMenu } from './popupMenu';
import { SeverityIcon } from './severityIcon';

/** What is done with the finding of a row. */
export interface IFindingHandlers {
  /** Shows its text in the cell. */
  reveal(finding: Finding, focus: boolean): void;
  applyFix(finding: Finding, fix: Fix): void;
  read(finding: Finding): void;
  /** The entries of its menu. */
  menu(finding: Finding): readonly (readonly IMenuEntry[])[];
}

export interface IFindingRowProps {
  readonly finding: Finding;
  /** It is in the active cell, and is marked so. */
  readonly isActive: boolean;
  /** The same object from one rendering to the next, so that rows that did not change are not rendered again. */
  readonly handlers: IFindingHandlers;
  readonly trans: TranslationBundle;
}

/**
 * A finding: what is wrong, its rule, what would mend it, and a menu.
 */
export const FindingRow = memo((props: IFindingRowProps): ReactElement => {
  const { finding, isActive, handlers, trans } = props;
  const fix = finding.fixes.length > 0 ? finding.fixes[0] : null;
  const more = useRef<HTMLButtonElement>(null);
  return (
    <div
      role="listitem"
      className={`jp-nbq-row${isActive ? ' jp-nbq-mod-active' : ''}`}
      aria-current={isActive || undefined}
      data-nbq-row={finding.id}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        // A menu that was asked for with a key is opened by that key.
        if (event.button === 2) {
          popupMenu(
            handlers.menu(finding),
            { x: event.clientX, y: event.clientY },
            () => more.current?.focus({ preventScroll: true })
          );
        }
      }}
    >
      <SeverityIcon severity={finding.severity} trans={trans} />
      <div className="jp-nbq-grow">
        <button
          type="button"
          className="jp-nbq-message"
          title={finding.why || trans.__('Go to the code')}
          tabIndex={-1}
          onClick={(event: MouseEvent) =>
            handlers.reveal(finding, event.ctrlKey || event.metaKey)
          }
        >
          <MessageText text={finding.message} />
        </button>
        <div className="jp-nbq-meta">
          <button
            type="button"
            className="jp-nbq-rule"
            title={trans.__('Read about %1, %2', finding.code, finding.slug)}
            tabIndex={-1}
            onClick={() => handlers.read(finding)}
          >
            {finding.code}
          </button>
          {fix && (
            <button
              type="button"
              className="jp-nbq-act"
              title={
                fix.applicability === 'safe'
                  ? trans.__('Keeps the meaning of the code')
                  : trans.__('Shows the change first')
              }
              tabIndex={-1}
              onClick={() => handlers.applyFix(finding, fix)}
            >
              <MessageText text={fix.title} />
            </button>
          )}
        </div>
      </div>
      <button
        ref={more}
        type="button"
        className="jp-nbq-iconbutton"
        aria-label={trans.__('Ignore and other actions')}
        aria-haspopup="menu"
        title={trans.__('Ignore and other actions')}
        tabIndex={-1}
        onClick={event =>
          popupMenu(handlers.menu(finding), event.currentTarget)
        }
      >
        <ellipsesIcon.react tag={null} />
      </button>
    </div>
  );
});
FindingRow.displayName = 'FindingRow';
