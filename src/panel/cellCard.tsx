import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { Fragment } from 'react';

import { CellNameButton } from '../components/cellNameButton';
import { cellName } from '../components/cellNames';
import type {
  IPanelProps,
  IPanelRegistry,
  IQualityTracker,
  ISection
} from '../tokens';

/** The id of the section in the settings. */
export const CELL_SECTION = 'this-cell';

/**
 * The section about the active cell. What it says of the cell comes from the features.
 */
export function cellSection(
  registry: IPanelRegistry,
  tracker: IQualityTracker,
  trans: TranslationBundle
): ISection {
  return {
    id: CELL_SECTION,
    rank: 0,
    title: trans.__('This cell'),
    openAtFirst: true,
    summary: ({ activeCellId }) =>
      activeCellId === null ? trans.__('no code cell') : '',
    body: props =>
      props.activeCellId === null ? (
        <p className="jp-nbq-none">
          {trans.__('Click a code cell to see what is known about it.')}
        </p>
      ) : (
        <CellCard
          // A part that keeps something of its own begins anew with each cell.
          key={props.activeCellId}
          panel={props}
          cellId={props.activeCellId}
          registry={registry}
          tracker={tracker}
          trans={trans}
        />
      )
  };
}

function CellCard(props: {
  panel: IPanelProps;
  cellId: string;
  registry: IPanelRegistry;
  tracker: IQualityTracker;
  trans: TranslationBundle;
}): ReactElement | null {
  const { panel, cellId, registry, tracker, trans } = props;
  const name = cellName(panel.model, cellId, trans);
  if (!name) {
    return null;
  }
  return (
    <div className="jp-nbq-cellcard">
      <div className="jp-nbq-cellcard-name">
        <CellNameButton
          name={name}
          cellId={cellId}
          notebook={panel.notebook}
          tracker={tracker}
          isTabStop
        />
        <code className="jp-nbq-celltitle">{name.title}</code>
      </div>
      {registry.cardParts.map(part => (
        <Fragment key={part.id}>{part.body(panel)}</Fragment>
      ))}
    </div>
  );
}
