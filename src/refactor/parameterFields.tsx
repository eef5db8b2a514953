import type { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon, caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useState } from 'react';

import type { Parameter } from '../api/types';
import { CheckField } from './fields';

/** What a person wants of a parameter. */
export interface IParameterForm {
  /** What it is called in the notebook. */
  readonly name: string;
  readonly called: string;
  /** Null: as it is proposed. */
  readonly annotation: string | null;
  readonly byDefault: boolean;
}

/**
 * The parameters of a function, in the order that a person gave them.
 *
 * @param known - Those that the function has.
 */
export function inOrder(
  wishes: readonly IParameterForm[],
  known: readonly Parameter[]
): IParameterForm[] {
  const names = new Set(known.map(({ name }) => name));
  const wanted = wishes.filter(({ name }) => names.has(name));
  return [
    ...wanted,
    ...known
      .filter(({ name }) => !wanted.some(wish => wish.name === name))
      .map(({ name }) => ({
        name,
        called: name,
        annotation: null,
        byDefault: false
      }))
  ];
}

/** Parameters with one of them a place further up or down. */
export function moved(
  parameters: readonly IParameterForm[],
  index: number,
  by: -1 | 1
): IParameterForm[] {
  const found = [...parameters];
  const [one] = found.splice(index, 1);
  found.splice(index + by, 0, one);
  return found;
}

interface IParameterFieldsProps {
  readonly known: readonly Parameter[];
  readonly wishes: readonly IParameterForm[];
  change(wishes: readonly IParameterForm[]): void;
  readonly trans: TranslationBundle;
}

/** The names, types, and order of parameters. */
export function ParameterFields(props: IParameterFieldsProps): ReactElement {
  const { known, wishes, change, trans } = props;
  const rows = inOrder(wishes, known);
  const [held, hold] = useState<{ element: Element | null }>({ element: null });
  useEffect(() => {
    // What is moved among its siblings loses the focus.
    if (held.element instanceof HTMLElement) {
      held.element.focus();
    }
  }, [held]);
  const edit = (index: number, wish: Partial<IParameterForm>): void =>
    change(rows.map((row, at) => (at === index ? { ...row, ...wish } : row)));
  const move = (index: number, by: -1 | 1): void => {
    if (index + by >= 0 && index + by < rows.length) {
      hold({ element: document.activeElement });
      change(moved(rows, index, by));
    }
  };
  const onKey = (event: KeyboardEvent, index: number): void => {
    if (
      event.altKey &&
      (event.key === 'ArrowUp' || event.key === 'ArrowDown')
    ) {
      event.preventDefault();
      move(index, event.key === 'ArrowUp' ? -1 : 1);
    }
  };
  return (
    <fieldset className="jp-nbq-field">
      <legend>{trans.__('Parameters')}</legend>
      {rows.length === 0 && trans.__('Takes nothing.')}
      {rows.map((row, index) => {
        const { name, called, annotation, byDefault } = row;
        const detail = known.find(one => one.name === name);
        return (
          <div
            key={name}
            className="jp-nbq-parameter"
            onKeyDown={event => onKey(event, index)}
          >
            <input
              type="text"
              spellCheck={false}
              autoComplete="off"
              aria-label={trans.__('Name of the parameter %1', name)}
              value={called}
              onChange={event => edit(index, { called: event.target.value })}
            />
            <input
              type="text"
              spellCheck={false}
              autoComplete="off"
              placeholder={trans.__('type')}
              aria-label={trans.__('Type of the parameter %1', name)}
              value={annotation ?? detail?.annotation ?? ''}
              onChange={event =>
                edit(index, { annotation: event.target.value })
              }
            />
            {rows.length > 1 &&
              ([-1, 1] as const).map(by => (
                <button
                  key={by}
                  type="button"
                  className="jp-nbq-act"
                  aria-label={
                    by < 0
                      ? trans.__('Move %1 up', name)
                      : trans.__('Move %1 down', name)
                  }
                  title={
                    by < 0
                      ? trans.__('Move up (Alt+Arrow Up)')
                      : trans.__('Move down (Alt+Arrow Down)')
                  }
                  aria-disabled={
                    index + by < 0 || index + by >= rows.length || undefined
                  }
                  onClick={() => move(index, by)}
                >
                  <LabIcon.resolveReact
                    icon={by < 0 ? caretUpIcon : caretDownIcon}
                    className="jp-nbq-icon"
                    tag="span"
                    aria-hidden="true"
                  />
                </button>
              ))}
            {detail && (detail.constant || byDefault) && (
              <CheckField
                label={trans.__('Not given: by default %1', detail.constant)}
                isChecked={byDefault}
                change={isChecked => edit(index, { byDefault: isChecked })}
              />
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
