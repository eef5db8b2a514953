import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon, historyIcon } from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { CSSProperties, MouseEvent, ReactElement } from 'react';

import { cellName, cellReference } from '../../components/cellNames';
import { notRunIcon } from '../../components/icons';
import { linksOf } from '../links';
import type { IBox } from './layout';
import type { CellState, GraphModel } from './model';

/** What can be done with a node. */
export interface INodeActions {
  /** Makes it the notebook's active cell. */
  select(cell: string): void;
  /** Goes to the cell in the notebook. */
  open(cell: string): void;
  /** Opens its menu. */
  menu(cell: string, event: MouseEvent<HTMLElement>): void;
  /** Goes back to the notebook. */
  leave(): void;
}

/** A cell in the graph, a button. */
export function GraphNode(props: {
  graph: GraphModel;
  cell: string;
  box: IBox;
  isTabStop: boolean;
  isLinked: boolean;
  actions: INodeActions;
  trans: TranslationBundle;
}): ReactElement | null {
  const { graph, cell, box, isTabStop, isLinked, actions, trans } = props;
  const { model } = graph.notebook;
  const name = cellName(model, cell, trans);
  if (!name) {
    return null;
  }
  const state = graph.stateOf(cell);
  const isSelected = cell === graph.selected;
  const place: CSSProperties = {
    left: box.x,
    top: box.y,
    width: box.width,
    height: box.height
  };
  return (
    <button
      type="button"
      className={[
        'jp-nbq-graph-node',
        isSelected ? 'jp-nbq-mod-selected' : '',
        isLinked ? '' : 'jp-nbq-mod-far',
        graph.isStale(cell) ? 'jp-nbq-mod-stale' : '',
        isKnown(graph, cell) ? '' : 'jp-nbq-mod-unknown'
      ]
        .filter(Boolean)
        .join(' ')}
      style={place}
      title={name.tooltip}
      tabIndex={isTabStop ? 0 : -1}
      aria-current={isSelected || undefined}
      data-nbq-cell={cell}
      onClick={() => actions.select(cell)}
      onDoubleClick={() => actions.open(cell)}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        actions.menu(cell, event);
      }}
    >
      <span className="jp-nbq-graph-nodehead">
        <b>{name.label}</b>
        <StateWords state={state} trans={trans} />
      </span>
      <code>{name.title}</code>
      <span className="jp-nbq-unseen">{sentence(graph, cell, trans)}</span>
    </button>
  );
}

/** The words for how a result stands; empty where that is not known. */
export function stateWords(state: CellState, trans: TranslationBundle): string {
  switch (state) {
    case 'stale':
      return trans.__('stale');
    case 'edited':
      return trans.__('edited since it ran');
    case 'not-run':
      return trans.__('not run');
    case 'fresh':
      return trans.__('fresh');
    default:
      return '';
  }
}

const ICONS: Partial<Record<NonNullable<CellState>, LabIcon>> = {
  stale: historyIcon,
  edited: editIcon,
  'not-run': notRunIcon
};

function StateWords(props: {
  state: CellState;
  trans: TranslationBundle;
}): ReactElement {
  const { state, trans } = props;
  const icon = state && ICONS[state];
  return (
    <span className="jp-nbq-graph-state">
      {stateWords(state, trans)}
      {icon && (
        <span
          className={`jp-nbq-icon jp-nbq-mod-${state === 'not-run' ? 'neutral' : 'warning'}`}
          aria-hidden="true"
        >
          <icon.react tag={null} />
        </span>
      )}
    </span>
  );
}

/** Whether the names of a cell are known. */
export function isKnown(graph: GraphModel, cell: string): boolean {
  return graph.flow ? (linksOf(graph.flow).cell(cell)?.known ?? true) : true;
}

/** What the lines at a node say. */
function sentence(
  graph: GraphModel,
  cell: string,
  trans: TranslationBundle
): string {
  const missing = graph.missing(cell);
  return missing.length > 0
    ? trans.__(
        '%1, reads %2, which no cell above defines',
        linkSentence(graph, cell, trans),
        missing.join(', ')
      )
    : linkSentence(graph, cell, trans);
}

function linkSentence(
  graph: GraphModel,
  cell: string,
  trans: TranslationBundle
): string {
  if (!isKnown(graph, cell)) {
    return trans.__('its names are not known');
  }
  const { model } = graph.notebook;
  const links = linksOf(graph.flow!);
  const labels = (cells: readonly string[]): string =>
    cells
      .map(id => cellReference(model, id, trans)?.label ?? '')
      .filter(Boolean)
      .join(', ');
  const needs = labels(links.needs(cell));
  const users = labels(
    links.all
      .filter(({ source }) => source === cell)
      .map(({ target }) => target)
  );
  if (needs && users) {
    return trans.__('needs %1, is used by %2', needs, users);
  }
  if (needs) {
    return trans.__('needs %1', needs);
  }
  return users
    ? trans.__('is used by %1', users)
    : trans.__('needs no other cell');
}
