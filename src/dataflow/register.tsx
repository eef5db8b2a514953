import type { TranslationBundle } from '@jupyterlab/translation';

import type { IPanelRegistry, IQualityTracker } from '../tokens';
import { CellNamesPart } from './cellNamesPart';
import { Dependencies } from './dependencies';

/** The id of the section in the settings. */
export const DEPENDENCIES_SECTION = 'dependencies';

/**
 * Registers what the panel shows of the flow between cells.
 */
export function registerDataflow(
  registry: IPanelRegistry,
  options: { tracker: IQualityTracker; trans: TranslationBundle }
): void {
  const { tracker, trans } = options;
  registry.addCardPart({
    id: 'names',
    rank: 20,
    body: panel => (
      <CellNamesPart panel={panel} tracker={tracker} trans={trans} />
    )
  });
  registry.addSection({
    id: DEPENDENCIES_SECTION,
    rank: 20,
    title: trans.__('Dependencies'),
    openAtFirst: false,
    summary: () => '',
    body: panel =>
      panel.model.inspection && (
        <Dependencies
          key={panel.notebook.id}
          panel={panel}
          flow={panel.model.inspection.flow}
          tracker={tracker}
          trans={trans}
        />
      )
  });
}
