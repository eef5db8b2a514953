import type { TranslationBundle } from '@jupyterlab/translation';
import {
  LabIcon,
  addIcon,
  fileIcon,
  notebookIcon
} from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { maskSecrets } from '../notebook/secretMask';
import type { Highlight, Token } from './highlight';
import { useHighlighted } from './highlight';
import type { DiffLine, IDiffPair } from './lineDiff';
import { lineDiff, sideBySide } from './lineDiff';
import { MessageText } from './messageText';
import type { IPlanPart } from './planPreview';

const SIGNS = { same: ' ', added: '+', removed: '−' };

/** A line of one of the two texts. */
type TextLine = Exclude<DiffLine, { kind: 'skipped' }>;

export interface IPlanPartsProps {
  readonly parts: readonly IPlanPart[];
  readonly trans: TranslationBundle;
  /** Whether the old and the new text stand beside each other. */
  readonly isSideBySide?: boolean;
  /** Colours code; without it, it has one colour. */
  readonly highlight?: Highlight | null;
}

/** What a plan changes, a box for each cell and file. */
export function PlanParts(props: IPlanPartsProps): ReactElement {
  const { parts, ...others } = props;
  return (
    <>
      {parts.map((part, index) => (
        <PlanPart key={`${index} ${part.label}`} part={part} {...others} />
      ))}
    </>
  );
}

function PlanPart(
  props: Omit<IPlanPartsProps, 'parts'> & { part: IPlanPart }
): ReactElement {
  const { part, trans, isSideBySide = false, highlight = null } = props;
  const { kind, label, title, note, texts } = part;
  const before = maskSecrets(texts?.before ?? '');
  const after = maskSecrets(texts?.after ?? '');
  const old = useHighlighted(before, highlight);
  const fresh = useHighlighted(after, highlight);
  const lines = texts
    ? lineDiff(texts.before ?? '', texts.after, maskSecrets)
    : [];
  const tokensOf = ({ kind: of, number }: TextLine): readonly Token[] | null =>
    (of === 'removed' ? old : fresh)?.[number - 1] ?? null;
  const isNewFile = kind === 'file' && texts?.before === null;
  const icon = isNewFile ? addIcon : kind === 'file' ? fileIcon : notebookIcon;
  const isDivided =
    isSideBySide &&
    lines.some(line => line.kind === 'removed') &&
    lines.some(line => line.kind === 'added');
  return (
    <section className="jp-nbq-plan-part" aria-label={label}>
      <div className="jp-nbq-plan-head">
        <LabIcon.resolveReact
          icon={icon}
          className="jp-nbq-icon"
          tag="span"
          aria-hidden="true"
        />
        <b>{label}</b>
        <code className="jp-nbq-celltitle jp-nbq-grow">{title}</code>
        <span className="jp-nbq-muted">{counts(lines, isNewFile, trans)}</span>
      </div>
      {note && (
        <p className="jp-nbq-plan-note">
          <MessageText text={note} />
        </p>
      )}
      {lines.length > 0 && (
        <div
          className={`jp-nbq-diff ${isDivided ? 'jp-nbq-mod-divided' : ''}`}
          role="group"
          tabIndex={0}
          aria-label={label}
        >
          {isDivided
            ? sideBySide(lines).map((pair, index) => (
                <DiffPair
                  key={index}
                  pair={pair}
                  tokensOf={tokensOf}
                  trans={trans}
                />
              ))
            : lines.map((line, index) =>
                line.kind === 'skipped' ? (
                  <Skipped key={index} count={line.count} trans={trans} />
                ) : (
                  <DiffRow
                    key={index}
                    line={line}
                    tokens={tokensOf(line)}
                    trans={trans}
                  />
                )
              )}
        </div>
      )}
    </section>
  );
}

/** How many lines are added and removed, in words; empty where none are. */
function counts(
  lines: readonly DiffLine[],
  isNewFile: boolean,
  trans: TranslationBundle
): string {
  const added = lines.filter(({ kind }) => kind === 'added').length;
  const removed = lines.filter(({ kind }) => kind === 'removed').length;
  if (isNewFile) {
    return trans.__('new file, %1 added', added);
  }
  if (removed === 0) {
    return added === 0 ? '' : trans.__('%1 added', added);
  }
  return added === 0
    ? trans.__('%1 removed', removed)
    : trans.__('%1 added, %2 removed', added, removed);
}

function Skipped(props: {
  count: number;
  trans: TranslationBundle;
}): ReactElement {
  return (
    <div className="jp-nbq-diff-skipped">
      {props.trans._n(
        '%1 line that stays as it is',
        '%1 lines that stay as they are',
        props.count
      )}
    </div>
  );
}

function DiffPair(props: {
  pair: IDiffPair;
  tokensOf(line: TextLine): readonly Token[] | null;
  trans: TranslationBundle;
}): ReactElement {
  const { pair, tokensOf, trans } = props;
  if (pair.skipped > 0) {
    return <Skipped count={pair.skipped} trans={trans} />;
  }
  const half = (line: TextLine | null, number?: number): ReactElement =>
    line ? (
      <DiffRow
        line={line}
        number={number}
        tokens={tokensOf(line)}
        trans={trans}
      />
    ) : (
      <div className="jp-nbq-diff-line jp-nbq-mod-void" />
    );
  return (
    <>
      {half(pair.left, pair.leftNumber)}
      {half(pair.right)}
    </>
  );
}

function DiffRow(props: {
  line: TextLine;
  number?: number;
  tokens: readonly Token[] | null;
  trans: TranslationBundle;
}): ReactElement {
  const { line, number = line.number, tokens, trans } = props;
  const { kind, text } = line;
  return (
    <div className={`jp-nbq-diff-line jp-nbq-mod-${kind}`}>
      <span className="jp-nbq-diff-number" aria-hidden="true">
        {number}
      </span>
      <span className="jp-nbq-diff-sign" aria-hidden="true">
        {SIGNS[kind]}
      </span>
      {kind === 'added' && (
        <span className="jp-nbq-unseen">{trans.__('Added:')} </span>
      )}
      {kind === 'removed' && (
        <span className="jp-nbq-unseen">{trans.__('Removed:')} </span>
      )}
      <span className="jp-nbq-diff-text">
        {tokens
          ? tokens.map(([words, classes], index) =>
              classes ? (
                <span key={index} className={classes}>
                  {words}
                </span>
              ) : (
                words
              )
            )
          : text}
      </span>
    </div>
  );
}
