import type { ReactElement, ReactNode } from 'react';
import { useEffect, useId, useRef } from 'react';

/** On the field that has the focus first. */
export const FIRST_FIELD = 'jp-nbq-refactor-first';

export interface ITextFieldProps {
  readonly label: string;
  readonly value: string;
  change(value: string): void;
  /** It has the focus first, its text selected. */
  readonly isFirst?: boolean;
}

/** A name to be written. */
export function TextField(props: ITextFieldProps): ReactElement {
  const { label, value, change, isFirst = false } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isFirst) {
      input.current?.select();
    }
  }, [isFirst]);
  return (
    <div className="jp-nbq-field">
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        className={isFirst ? FIRST_FIELD : undefined}
        type="text"
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={event => change(event.target.value)}
      />
    </div>
  );
}

/** One of several, where these are many. */
export function SelectField(props: {
  readonly label: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly value: string;
  change(value: string): void;
  /** It has the focus first. */
  readonly isFirst?: boolean;
}): ReactElement {
  const { label, choices, value, change, isFirst = false } = props;
  const id = useId();
  return (
    <div className="jp-nbq-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={isFirst ? FIRST_FIELD : undefined}
        value={value}
        onChange={event => change(event.target.value)}
      >
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Something to be had or not. */
export function CheckField(props: {
  readonly label: ReactNode;
  readonly isChecked: boolean;
  change(isChecked: boolean): void;
}): ReactElement {
  const { label, isChecked, change } = props;
  return (
    <label className="jp-nbq-choice">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={event => change(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

/** One of several ways. */
export function ChoiceField<Value extends string>(props: {
  readonly label: string;
  readonly choices: readonly (readonly [value: Value, label: string])[];
  readonly value: Value;
  change(value: Value): void;
  /** The chosen one has the focus first. */
  readonly isFirst?: boolean;
}): ReactElement {
  const { label, choices, value, change, isFirst = false } = props;
  const name = useId();
  return (
    <fieldset className="jp-nbq-field">
      <legend>{label}</legend>
      {choices.map(([choice, words]) => (
        <label key={choice} className="jp-nbq-choice">
          <input
            className={isFirst && choice === value ? FIRST_FIELD : undefined}
            type="radio"
            name={name}
            checked={choice === value}
            onChange={() => change(choice)}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
