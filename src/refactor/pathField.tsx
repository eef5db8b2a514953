import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useId, useRef, useState } from 'react';

import { FIRST_FIELD } from './fields';

export interface IPathFieldProps {
  readonly label: string;
  readonly value: string;
  /** What is said below it. */
  readonly hint: string;
  change(value: string): void;
  /** It has the focus first. */
  readonly isFirst?: boolean;
  /** What a path may become. */
  complete(typed: string): Promise<readonly string[]>;
}

/** A path that completes itself: arrows choose, Enter and a click take. */
export function PathField(props: IPathFieldProps): ReactElement {
  const { label, value, hint, change, isFirst = false, complete } = props;
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [isAsked, setAsked] = useState(false);
  const [known, setKnown] = useState<readonly string[]>([]);
  const [active, setActive] = useState(-1);
  const offered = isAsked ? known : [];
  const isOpen = offered.length > 0;

  useEffect(() => {
    let isWanted = true;
    if (isAsked) {
      complete(value)
        .then(paths => {
          if (isWanted) {
            setKnown(paths);
            setActive(-1);
          }
        })
        .catch(() => isWanted && setKnown([]));
    }
    return () => {
      isWanted = false;
    };
  }, [value, isAsked, complete]);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const take = (path: string): void => {
    change(path);
    // What is in a folder is offered next.
    setAsked(path.endsWith('/'));
    setKnown([]);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) {
        setAsked(true);
        return;
      }
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = offered.length;
      setActive((Math.max(active, step < 0 ? 0 : -1) + step + count) % count);
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      if (active >= 0) {
        take(offered[active]);
      } else {
        setAsked(false);
      }
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      setAsked(false);
    }
  };
  return (
    <div className="jp-nbq-field">
      <label htmlFor={`${id}-input`}>{label}</label>
      <div className="jp-nbq-path">
        <input
          id={`${id}-input`}
          className={isFirst ? FIRST_FIELD : undefined}
          type="text"
          role="combobox"
          spellCheck={false}
          autoComplete="off"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
          aria-describedby={`${id}-hint`}
          value={value}
          onChange={event => {
            change(event.target.value);
            setAsked(true);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setAsked(false)}
        />
        <ul
          ref={list}
          id={`${id}-list`}
          role="listbox"
          aria-label={label}
          hidden={!isOpen}
        >
          {offered.map((path, index) => (
            <li
              key={path}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              // The field keeps the focus.
              onMouseDown={event => {
                event.preventDefault();
                take(path);
              }}
            >
              {path}
            </li>
          ))}
        </ul>
      </div>
      <div id={`${id}-hint`} className="jp-nbq-hint">
        {hint}
      </div>
    </div>
  );
}
