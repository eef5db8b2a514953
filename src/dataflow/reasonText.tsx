import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { CellNameButton } from '../components/cellNameButton';
import { cellReference } from '../components/cellNames';
import type { IPanelProps, IQualityTracker } from '../tokens';
import type { ReasonPart } from './reasons';

/** A sentence about cells, in which each is a button that goes there. */
export function ReasonText(props: {
  parts: readonly ReasonPart[];
  panel: IPanelProps;
  tracker: IQualityTracker;
  trans: TranslationBundle;
}): ReactElement {
  const { parts, panel, tracker, trans } = props;
  return (
    <>
      {parts.map((part, index) => {
        if (part.kind !== 'cell') {
          return part.kind === 'code' ? (
            <code key={index}>{part.text}</code>
          ) : (
            part.text
          );
        }
        const name = cellReference(panel.model, part.id, trans);
        return name ? (
          <CellNameButton
            key={index}
            name={name}
            cellId={part.id}
            notebook={panel.notebook}
            tracker={tracker}
          />
        ) : (
          trans.__('a cell')
        );
      })}
    </>
  );
}
