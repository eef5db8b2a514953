import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  downloadIcon,
  fastForwardIcon
} from '@jupyterlab/ui-components';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement, ReactNode } from 'react';

import { cellReference } from '../../components/cellNames';
import { fitIcon, minusIcon } from '../../components/icons';
import { RovingGroup } from '../../components/rovingGroup';
import type { GraphModel, IChoices } from './model';

/** What the toolbar does with what is not the graph's own. */
export interface IToolbarActions {
  zoomIn(): void;
  zoomOut(): void;
  fit(): void;
  /** Opens the menu of what the graph can be saved as, at a button. */
  exportMenu(button: HTMLElement): void;
  /** Runs the stale cells; null where nothing can run them now. */
  readonly runStale: (() => void) | null;
}

/** What is drawn, how, and how large. */
export function GraphToolbar(props: {
  graph: GraphModel;
  zoom: number;
  actions: IToolbarActions;
  trans: TranslationBundle;
}): ReactElement {
  const { graph, zoom, actions, trans } = props;
  const { choices, imports, staleCount } = graph;
  return (
    <RovingGroup
      kind="bar"
      role="toolbar"
      label={trans.__('Graph')}
      className="jp-nbq-graph-toolbar"
    >
      <Scopes graph={graph} trans={trans} />
      {graph.hasRunOrder && <Orders graph={graph} trans={trans} />}
      {imports.length > 0 && (
        <Check
          isOn={choices.hasImports}
          title={trans.__('Also show the cells that only import')}
          onClick={hasImports => graph.choose({ hasImports })}
        >
          {imports.length === 1
            ? trans.__('Imports %1', nameOf(graph, imports[0], trans))
            : trans.__('Imports')}
        </Check>
      )}
      <Check
        isOn={choices.hasNames}
        title={trans.__('Show on each arrow the names that a cell needs')}
        onClick={hasNames => graph.choose({ hasNames })}
      >
        {trans.__('Names on edges')}
      </Check>
      <Check
        isOn={choices.hasPossible}
        title={trans.__(
          'Also show where a cell may only change what another reads, or deletes it'
        )}
        onClick={hasPossible => graph.choose({ hasPossible })}
      >
        {trans.__('Possible')}
      </Check>
      <span className="jp-nbq-grow" />
      {staleCount > 0 && actions.runStale && (
        <button
          type="button"
          className="jp-nbq-toolbutton"
          title={trans.__('Run the cells whose results would be others now')}
          onClick={actions.runStale}
        >
          <fastForwardIcon.react tag={null} />
          {trans.__('Run %1 stale', staleCount)}
        </button>
      )}
      <IconButton
        icon={minusIcon}
        label={trans.__('Zoom out')}
        onClick={actions.zoomOut}
      />
      <span className="jp-nbq-graph-zoom" aria-live="polite">
        {trans.__('%1%', Math.round(zoom * 100))}
      </span>
      <IconButton
        icon={addIcon}
        label={trans.__('Zoom in')}
        onClick={actions.zoomIn}
      />
      <IconButton
        icon={fitIcon}
        label={trans.__('Show the whole graph')}
        onClick={actions.fit}
      />
      <IconButton
        icon={downloadIcon}
        label={trans.__('Save or copy the graph')}
        hasMenu
        onClick={actions.exportMenu}
      />
    </RovingGroup>
  );
}

/** Which cells are drawn. */
function Scopes(props: {
  graph: GraphModel;
  trans: TranslationBundle;
}): ReactElement {
  const { graph, trans } = props;
  const { choices, selected, anchor, staleCount } = graph;
  const choose = (scope: IChoices['scope']) => () => graph.choose({ scope });
  // A cell that is selected later does not change what is drawn, until it is asked for.
  const linkedTo = anchor ?? selected;
  const isOther = anchor !== null && selected !== null && selected !== anchor;
  return (
    <span
      className="jp-nbq-graph-scopes"
      role="group"
      aria-label={trans.__('Cells that are shown')}
    >
      <Toggle isOn={choices.scope === 'all'} onClick={choose('all')}>
        {trans.__('All cells')}
      </Toggle>
      {linkedTo !== null && (
        <Toggle
          isOn={choices.scope === 'linked'}
          onClick={anchor === null ? choose('linked') : () => undefined}
        >
          {trans.__('Linked to %1', nameOf(graph, linkedTo, trans))}
        </Toggle>
      )}
      {isOther && (
        <Toggle isOn={false} onClick={choose('linked')}>
          {trans.__('Linked to %1', nameOf(graph, selected, trans))}
        </Toggle>
      )}
      {(staleCount > 0 || choices.scope === 'stale') && (
        <Toggle isOn={choices.scope === 'stale'} onClick={choose('stale')}>
          {trans.__('Stale')}
        </Toggle>
      )}
    </span>
  );
}

/** What is meant by one cell needing another. */
function Orders(props: {
  graph: GraphModel;
  trans: TranslationBundle;
}): ReactElement {
  const { graph, trans } = props;
  const { order } = graph.choices;
  return (
    <span
      className="jp-nbq-graph-scopes"
      role="group"
      aria-label={trans.__('Order of the cells')}
    >
      <Toggle
        isOn={order === 'notebook'}
        title={trans.__('What cells need when the notebook runs from the top')}
        onClick={() => graph.choose({ order: 'notebook' })}
      >
        {trans.__('Notebook order')}
      </Toggle>
      <Toggle
        isOn={order === 'run'}
        title={trans.__('What the last run of each cell had from the others')}
        onClick={() => graph.choose({ order: 'run' })}
      >
        {trans.__('Run order')}
      </Toggle>
    </span>
  );
}

function Toggle(props: {
  isOn: boolean;
  title?: string;
  onClick: () => void;
  children: ReactNode;
}): ReactElement {
  return (
    <button
      type="button"
      className="jp-nbq-graph-scope"
      aria-pressed={props.isOn}
      title={props.title}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

function Check(props: {
  isOn: boolean;
  title: string;
  onClick: (isOn: boolean) => void;
  children: ReactNode;
}): ReactElement {
  const { isOn, title, onClick, children } = props;
  return (
    <button
      type="button"
      role="checkbox"
      className="jp-nbq-toolbutton"
      aria-checked={isOn}
      title={title}
      onClick={() => onClick(!isOn)}
    >
      <span className="jp-nbq-graph-box" aria-hidden="true" />
      {children}
    </button>
  );
}

function IconButton(props: {
  icon: LabIcon;
  label: string;
  hasMenu?: boolean;
  onClick: (button: HTMLElement) => void;
}): ReactElement {
  const { icon, label, hasMenu, onClick } = props;
  return (
    <button
      type="button"
      className="jp-nbq-toolbutton"
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      title={label}
      onClick={event => onClick(event.currentTarget)}
    >
      <icon.react tag={null} />
    </button>
  );
}

function nameOf(
  graph: GraphModel,
  cell: string,
  trans: TranslationBundle
): string {
  return cellReference(graph.notebook.model, cell, trans)?.label ?? '';
}
