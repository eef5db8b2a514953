import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { Fragment } from 'react';

import { RovingGroup } from '../components/rovingGroup';
import type { ICount, IPanelProps } from '../tokens';

export interface ISummaryProps {
  readonly counts: readonly ICount[];
  readonly panel: IPanelProps;
  readonly onFilter: (id: string | null) => void;
  readonly trans: TranslationBundle;
}

/** What is counted: each count is a toggle that filters the section it belongs to. */
export function Summary(props: ISummaryProps): ReactElement {
  const { counts, panel, onFilter, trans } = props;
  return (
    <RovingGroup
      kind="bar"
      role="group"
      label={trans.__('Summary; each count filters the panel')}
      className="jp-nbq-summary"
    >
      {counts.map((count, index) => (
        <Fragment key={count.id}>
          {index > 0 && count.group !== counts[index - 1].group && (
            <span className="jp-nbq-summary-rule" aria-hidden="true" />
          )}
          <CountButton
            count={count}
            value={count.value(panel)}
            isPressed={panel.filter === count.id}
            onPress={isPressed => onFilter(isPressed ? count.id : null)}
          />
        </Fragment>
      ))}
    </RovingGroup>
  );
}

function CountButton(props: {
  count: ICount;
  value: number | null;
  isPressed: boolean;
  onPress: (isPressed: boolean) => void;
}): ReactElement {
  const { count, value, isPressed, onPress } = props;
  const label = count.label(value);
  const role = value ? count.role : 'neutral';
  const { icon } = count;
  return (
    <button
      type="button"
      className="jp-nbq-count"
      aria-pressed={isPressed}
      aria-label={label}
      title={label}
      onClick={() => onPress(!isPressed)}
    >
      <span className={`jp-nbq-icon jp-nbq-mod-${role}`} aria-hidden="true">
        <icon.react tag={null} />
      </span>
      {value ?? '–'}
    </button>
  );
}
