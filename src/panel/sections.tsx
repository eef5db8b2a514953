import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { CSSProperties, ReactElement } from 'react';
import { Fragment } from 'react';

import type { IPanelProps, ISection, ISectionAction } from '../tokens';
import { SectionBoundary } from './sectionBoundary';

export interface ISectionsProps {
  readonly sections: readonly ISection[];
  readonly panel: IPanelProps;
  readonly isOpen: (section: ISection) => boolean;
  readonly onToggle: (section: ISection, isOpen: boolean) => void;
  readonly trans: TranslationBundle;
}

/** What the element of a section's title is called. */
export function titleId(section: { id: string }): string {
  return `jp-nbq-section-${section.id}`;
}

/**
 * The sections, one below the other in one area that scrolls. The titles are siblings of the bodies, so that they can
 * stick to both edges: each stays one click away.
 */
export function Sections(props: ISectionsProps): ReactElement {
  const { sections, panel, isOpen, onToggle, trans } = props;
  const count = sections.length;
  return (
    <div
      className="jp-nbq-sections"
      style={{ '--jp-nbq-section-count': count } as CSSProperties}
    >
      {sections.map((section, index) => (
        <Fragment key={section.id}>
          <SectionTitle
            section={section}
            summary={section.summary(panel)}
            action={section.action?.(panel) ?? null}
            isOpen={isOpen(section)}
            onToggle={onToggle}
            index={index}
          />
          {isOpen(section) && (
            <div
              id={`${titleId(section)}-body`}
              className="jp-nbq-section-body"
              role="region"
              aria-labelledby={titleId(section)}
            >
              <SectionBoundary subject={panel.model.inspection} trans={trans}>
                <SectionBody section={section} panel={panel} />
              </SectionBoundary>
            </div>
          )}
        </Fragment>
      ))}
    </div>
  );
}

function SectionBody(props: {
  section: ISection;
  panel: IPanelProps;
}): ReactElement | null {
  const { section, panel } = props;
  return section.body(panel) ?? (panel.busy ? <Skeleton /> : null);
}

function SectionTitle(props: {
  section: ISection;
  summary: string;
  action: ISectionAction | null;
  isOpen: boolean;
  onToggle: (section: ISection, isOpen: boolean) => void;
  index: number;
}): ReactElement {
  const { section, summary, action, isOpen, onToggle, index } = props;
  const caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <div
      className="jp-nbq-section-title"
      style={{ '--jp-nbq-section-index': index } as CSSProperties}
    >
      <h3>
        <button
          id={titleId(section)}
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? `${titleId(section)}-body` : undefined}
          onClick={() => onToggle(section, !isOpen)}
        >
          <span className="jp-nbq-caret" aria-hidden="true">
            <caret.react tag={null} />
          </span>
          <span className="jp-nbq-section-name">{section.title}</span>
          {summary && <span className="jp-nbq-section-summary">{summary}</span>}
        </button>
      </h3>
      {action && (
        <button
          type="button"
          className="jp-nbq-toolbutton"
          title={action.caption}
          onClick={() => action.run()}
        >
          <action.icon.react tag={null} />
          {action.label}
        </button>
      )}
    </div>
  );
}

/** Lines that stand for what is not known yet. */
function Skeleton(): ReactElement {
  return (
    <div className="jp-nbq-skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  );
}
