import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, ReactElement } from 'react';

import { lacksKernel } from '../notebook/kernel';
import type { IPanelProps, IPanelRegistry, IQualitySettings } from '../tokens';
import { CheckFailed, FilterLine, NoKernel, Notices } from './banners';
import { Header } from './header';
import { LiveRegion } from './liveRegion';
import type { PanelMemory } from './memory';
import { Sections } from './sections';
import { NoNotebook, OtherLanguage, ServerMissing } from './states';
import { Summary } from './summary';
import { Toolbar } from './toolbar';

/** What a person can do in the panel that is not a feature's. Null: cannot be done in this application. */
export interface IPanelCommands {
  readonly openNotebook: (() => void) | null;
  readonly openSettings: (() => void) | null;
  /** Gives the notebook another kernel. */
  changeKernel(panel: IPanelProps): void;
  /** Starts a kernel for the notebook, or a new one where it died. */
  startKernel(panel: IPanelProps): void;
  /** Filters by a count; null for no filter. */
  setFilter(id: string | null): void;
  /** Gives the focus back to the notebook. */
  leave(): void;
}

export interface IPanelViewProps {
  /** The current notebook; null when none is open. */
  readonly panel: IPanelProps | null;
  readonly registry: IPanelRegistry;
  readonly settings: IQualitySettings;
  readonly memory: PanelMemory;
  readonly commands: IPanelCommands;
  readonly trans: TranslationBundle;
}

/** The whole panel. */
export function PanelView(props: IPanelViewProps): ReactElement {
  const { panel, commands, trans } = props;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (panel?.filter) {
        commands.setFilter(null);
      } else {
        commands.leave();
      }
    }
  };
  return (
    <div className="jp-nbq-view" onKeyDown={onKeyDown}>
      <Header
        notebook={panel?.notebook ?? null}
        model={panel?.model ?? null}
        busy={panel?.busy ?? false}
        trans={trans}
      />
      {!panel ? (
        <NoNotebook onOpen={commands.openNotebook} trans={trans} />
      ) : panel.model.status === 'missing' ? (
        <ServerMissing model={panel.model} trans={trans} />
      ) : (
        <NotebookView {...props} panel={panel} />
      )}
    </div>
  );
}

function NotebookView(
  props: IPanelViewProps & { panel: IPanelProps }
): ReactElement {
  const { panel, registry, settings, memory, commands, trans } = props;
  const { model, busy } = panel;
  const { inspection } = model;
  const shown = registry.sections.filter(({ id }) => settings.showsSection(id));
  const counts = registry.counts.filter(count =>
    settings.showsSection(count.section)
  );
  const filter = counts.find(({ id }) => id === panel.filter);
  const sections = filter
    ? shown.filter(({ id }) => id === filter.section)
    : shown;
  const isOther = inspection !== null && !inspection.supported;
  if (isOther && model.findings.length === 0) {
    return <Other {...props} language={inspection.language} />;
  }
  return (
    <>
      <Toolbar
        actions={registry.actions}
        panel={panel}
        onSettings={commands.openSettings}
        trans={trans}
      />
      {busy && (
        <div
          className="jp-nbq-progress"
          role="progressbar"
          aria-label={trans.__('Checking the notebook')}
        />
      )}
      <Summary
        counts={counts}
        panel={panel}
        onFilter={id => commands.setFilter(id)}
        trans={trans}
      />
      {isOther && <Other {...props} language={inspection.language} />}
      {model.status === 'failed' && <CheckFailed model={model} trans={trans} />}
      {!isOther && lacksKernel(panel.notebook.sessionContext) && (
        <NoKernel onStart={() => commands.startKernel(panel)} trans={trans} />
      )}
      <Notices notices={inspection?.notices ?? []} />
      {filter && (
        <FilterLine
          label={filter.label(filter.value(panel))}
          onClear={() => commands.setFilter(null)}
          trans={trans}
        />
      )}
      <Sections
        sections={sections}
        panel={panel}
        isOpen={section => filter !== undefined || memory.isOpen(section)}
        onToggle={(section, isOpen) => {
          if (filter) {
            commands.setFilter(null);
          }
          memory.setOpen(section, isOpen);
        }}
        trans={trans}
      />
      <LiveRegion
        text={shown
          .map(section => section.announcement?.(panel) ?? '')
          .filter(words => words !== '')
          .join(', ')}
      />
    </>
  );
}

function Other(
  props: IPanelViewProps & { panel: IPanelProps; language: string }
): ReactElement {
  const { panel, language, commands, trans } = props;
  return (
    <OtherLanguage
      language={language}
      onChange={() => commands.changeKernel(panel)}
      trans={trans}
    />
  );
}
