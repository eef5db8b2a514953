import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReactElement } from 'react';

import { CellNameButton } from '../components/cellNameButton';
import { cellName, cellReference } from '../components/cellNames';
import { RovingGroup } from '../components/rovingGroup';
import type { IPanelProps, IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';
import { testHandlers } from './handlers';
import type { ICellItems, ITestItem } from './items';
import { countCells, testedCells } from './items';
import { TestRow } from './testRow';
import type { Testing } from './testing';
import type { ICounts } from './words';
import { countedAs } from './words';

/** What the parts of the panel about tests need of the world. */
export interface ITestPartOptions {
  readonly tracker: IQualityTracker;
  readonly testing: Testing;
  readonly commands: CommandRegistry;
  readonly trans: TranslationBundle;
}

export interface ITestSectionProps extends ITestPartOptions {
  readonly panel: IPanelProps;
  /** The tests that are shown; null for all. */
  readonly only: keyof ICounts | null;
}

/** Every test of the notebook, by cell. */
export function TestSection(props: ITestSectionProps): ReactElement {
  const { panel, only, testing, commands, trans } = props;
  const { model, activeCellId } = panel;
  const { context } = model;
  const cells = testedCells(context);
  const isShown = (item: ITestItem): boolean =>
    only === null || countedAs(testing.standing(model, item)) === only;
  const groups = cells
    .map(cell => ({ ...cell, items: cell.items.filter(isShown) }))
    .filter(
      ({ items, malformed }) =>
        items.length > 0 || (only === null && malformed > 0)
    );
  const hasTests = cells.some(({ items }) => items.length > 0);
  const isRunning = testing.runner.progress(context) !== null;
  return (
    <RovingGroup kind="rows" className="jp-nbq-tests">
      {groups.length === 0 && (
        <p className="jp-nbq-none">
          {hasTests
            ? trans.__('No test is so.')
            : trans.__(
                'No tests. A test is a line or more that must hold after a cell, such as: assert total > 0'
              )}
        </p>
      )}
      {groups.map(group => (
        <Group key={group.cell} {...props} group={group} />
      ))}
      {only === null && (
        <div className="jp-nbq-tests-foot" data-nbq-row="foot">
          {activeCellId !== null && (
            <button
              type="button"
              className="jp-nbq-act"
              tabIndex={-1}
              onClick={() =>
                void commands.execute(CommandIDs.addTest, {
                  cell: activeCellId
                })
              }
            >
              {trans.__(
                'Add test to %1',
                cellReference(model, activeCellId, trans)?.label ?? ''
              )}
            </button>
          )}
          {hasTests && (
            <button
              type="button"
              className="jp-nbq-act"
              tabIndex={-1}
              disabled={isRunning}
              title={trans.__(
                'Run every test in a new kernel, after the cells that it needs'
              )}
              onClick={() => void commands.execute(CommandIDs.runTestsClean)}
            >
              {trans.__('Run all from a clean start')}
            </button>
          )}
          <p className="jp-nbq-muted">{coverage(cells, panel, trans)}</p>
        </div>
      )}
    </RovingGroup>
  );
}

function Group(props: ITestSectionProps & { group: ICellItems }): ReactElement {
  const { group, panel, tracker, trans } = props;
  const { cell, items, malformed } = group;
  const name = cellName(panel.model, cell, trans);
  return (
    <>
      <div
        className="jp-nbq-group"
        data-nbq-row={`heading ${cell}`}
        data-nbq-heading=""
      >
        {name && (
          <>
            <CellNameButton
              name={name}
              cellId={cell}
              notebook={panel.notebook}
              tracker={tracker}
            />
            <code className="jp-nbq-celltitle">{name.title}</code>
          </>
        )}
      </div>
      <TestRows
        {...props}
        items={items}
        label={name ? `${name.label} ${name.title}`.trim() : trans.__('Tests')}
        markActive
      />
      {malformed > 0 && (
        <p className="jp-nbq-none">
          {trans._n(
            'What stands in the metadata of this cell as a test cannot be read as one, and is kept as it is.',
            '%1 entries in the metadata of this cell cannot be read as tests, and are kept as they are.',
            malformed
          )}
        </p>
      )}
    </>
  );
}

/** The rows of some tests. */
export function TestRows(
  props: ITestPartOptions & {
    panel: IPanelProps;
    items: readonly ITestItem[];
    label: string;
    markActive?: boolean;
  }
): ReactElement {
  const { panel, items, label, markActive, testing, trans } = props;
  const { model, activeCellId } = panel;
  const handlers = testHandlers(props);
  return (
    <div role="list" aria-label={label}>
      {items.map(item => (
        <TestRow
          key={item.key}
          item={item}
          standing={testing.standing(model, item)}
          running={testing.results.running(model.context, item)}
          weakness={testing.weakness(model, item)}
          isActive={markActive === true && item.cell === activeCellId}
          handlers={handlers}
          trans={trans}
        />
      ))}
    </div>
  );
}

/** How much of the notebook is tested: `3 of 11 cells have tests. 9 outputs can be compared.` */
function coverage(
  cells: readonly ICellItems[],
  { model }: IPanelProps,
  trans: TranslationBundle
): string {
  const { cells: total, compared } = countCells(model.context);
  const tested = cells.filter(({ items }) => items.length > 0).length;
  return trans.__(
    '%1 · %2',
    trans._n(
      '%1 of %2 cells has tests',
      '%1 of %2 cells have tests',
      tested,
      total
    ),
    trans._n(
      '%1 output compared by nbval',
      '%1 outputs compared by nbval',
      compared
    )
  );
}
