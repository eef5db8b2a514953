import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';

import { CellNameButton, pointAt } from '../components/cellNameButton';
import { cellReference } from '../components/cellNames';
import { RovingGroup } from '../components/rovingGroup';
import { maskSecrets } from '../notebook/secretMask';
import type { IPanelProps, IQualityTracker } from '../tokens';
import { linksOf } from './links';
import type { INames } from './links';

/** How many groups of names are shown before the rest is asked for. */
const SHOWN = 4;

/** What the active cell reads and writes, and the cells at the other end. */
export function CellNamesPart(props: {
  panel: IPanelProps;
  tracker: IQualityTracker;
  trans: TranslationBundle;
}): ReactElement | null {
  const { panel, trans } = props;
  const { model, activeCellId } = panel;
  const flow = model.inspection?.flow;
  if (!flow || activeCellId === null) {
    return null;
  }
  const links = linksOf(flow);
  const known = links.cell(activeCellId);
  const reads = links.reads(activeCellId);
  const writes = links.writes(activeCellId);
  if (!known || (reads.length === 0 && writes.length === 0)) {
    return null;
  }
  return (
    <RovingGroup kind="bar" className="jp-nbq-names">
      <dl>
        {reads.length > 0 && (
          <Names
            {...props}
            key={`reads ${activeCellId}`}
            title={trans.__('Reads')}
            entries={reads}
            joint={trans.__('from')}
          />
        )}
        {writes.length > 0 && (
          <Names
            {...props}
            key={`writes ${activeCellId}`}
            title={trans.__('Writes')}
            entries={writes}
            joint={trans.__('used in')}
          />
        )}
      </dl>
      {known.kept && (
        <p className="jp-nbq-muted">
          {trans.__('As of the last text that parsed.')}
        </p>
      )}
    </RovingGroup>
  );
}

function Names(props: {
  panel: IPanelProps;
  tracker: IQualityTracker;
  trans: TranslationBundle;
  title: string;
  entries: readonly INames[];
  joint: string;
}): ReactElement {
  const { panel, tracker, trans, title, entries, joint } = props;
  const [isOpen, open] = useState(false);
  const shown = isOpen ? entries : entries.slice(0, SHOWN);
  const more = entries.length - shown.length;
  return (
    <>
      <dt>{title}</dt>
      <dd>
        {shown.map(({ names, cells }) => (
          <span key={names.join()} className="jp-nbq-nameentry">
            <code
              onMouseEnter={() => pointAt(panel.notebook, cells, true)}
              onMouseLeave={() => pointAt(panel.notebook, cells, false)}
            >
              {names.map(wordsOf).join(', ')}
            </code>
            {cells.length > 0 && (
              <>
                <span className="jp-nbq-muted">{joint}</span>
                {cells.map((cell): ReactNode => {
                  const name = cellReference(panel.model, cell, trans);
                  return (
                    name && (
                      <CellNameButton
                        key={cell}
                        name={name}
                        cellId={cell}
                        notebook={panel.notebook}
                        tracker={tracker}
                      />
                    )
                  );
                })}
              </>
            )}
          </span>
        ))}
        {more > 0 && (
          <button
            type="button"
            className="jp-nbq-act"
            title={trans.__('Show all names')}
            onClick={() => open(true)}
          >
            {trans.__('+%1', more)}
          </button>
        )}
      </dd>
    </>
  );
}

/** A file is shown by its path. */
function wordsOf(name: string): string {
  return name.startsWith('file:')
    ? maskSecrets(name.slice('file:'.length))
    : name;
}
