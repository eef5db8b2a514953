import type { TranslationBundle } from '@jupyterlab/translation';
import { errorIcon, refreshIcon, stopIcon } from '@jupyterlab/ui-components';

import type { Finding } from '../../api/types';
import { fixIcon, warningIcon } from '../../components/icons';
import type {
  ICount,
  IPanelProps,
  IPanelRegistry,
  IQualityTracker,
  ISection,
  IToolbarAction
} from '../../tokens';
import type { ILintActions } from '../tokens';
import { CellProblems } from './cellProblems';
import { countOf } from './grouping';
import { Problems } from './problems';

/** The id of the section in the settings. */
export const PROBLEMS_SECTION = 'problems';

/** The counts, by the severity they count. */
const COUNTS = { error: 'errors', warning: 'warnings' } as const;

/** What the sections need of the world. */
export interface ISectionsOptions {
  tracker: IQualityTracker;
  actions: ILintActions;
  trans: TranslationBundle;
}

/**
 * Registers what the panel shows of lint.
 */
export function registerLint(
  registry: IPanelRegistry,
  options: ISectionsOptions
): void {
  const { tracker, actions, trans } = options;
  registry.addSection(problemsSection(options));
  registry.addCardPart({
    id: 'problems',
    rank: 30,
    body: panel => (
      <CellProblems
        panel={panel}
        tracker={tracker}
        actions={actions}
        trans={trans}
      />
    )
  });
  registry.addCount(severityCount('error', trans));
  registry.addCount(severityCount('warning', trans));
  registry.addAction(checkAction(trans));
  registry.addAction(fixAction(actions, trans));
}

function problemsSection(options: ISectionsOptions): ISection {
  const { tracker, actions, trans } = options;
  return {
    id: PROBLEMS_SECTION,
    rank: 10,
    title: trans.__('Problems'),
    openAtFirst: true,
    summary: panel => {
      const { model, filter, busy } = panel;
      if (!model.inspection) {
        return busy ? trans.__('checking') : '';
      }
      const errors = countOf(model.findings, 'error');
      const warnings = countOf(model.findings, 'warning');
      if (isOurs(filter)) {
        return trans.__('%1 of %2', filtered(panel).length, errors + warnings);
      }
      return (
        [
          errors > 0 ? trans._n('%1 error', '%1 errors', errors) : '',
          warnings > 0 ? trans._n('%1 warning', '%1 warnings', warnings) : ''
        ]
          .filter(words => words !== '')
          .join(', ') || trans.__('none')
      );
    },
    announcement: ({ model }) => {
      if (!model.inspection) {
        return '';
      }
      const count =
        countOf(model.findings, 'error') + countOf(model.findings, 'warning');
      return count > 0
        ? trans._n('%1 problem', '%1 problems', count)
        : trans.__('No problems');
    },
    body: panel =>
      panel.model.inspection && (
        <Problems
          // Another notebook begins with its own first rows.
          key={panel.notebook.id}
          panel={panel}
          findings={filtered(panel)}
          tracker={tracker}
          actions={actions}
          trans={trans}
        />
      )
  };
}

function severityCount(
  severity: keyof typeof COUNTS,
  trans: TranslationBundle
): ICount {
  const isError = severity === 'error';
  return {
    id: COUNTS[severity],
    rank: isError ? 10 : 11,
    group: 'problems',
    section: PROBLEMS_SECTION,
    icon: isError ? errorIcon : warningIcon,
    role: severity,
    value: ({ model }) =>
      model.inspection ? countOf(model.findings, severity) : null,
    label: value => {
      if (value === null) {
        return isError
          ? trans.__('Errors: not known yet')
          : trans.__('Warnings: not known yet');
      }
      return isError
        ? trans._n('%1 error', '%1 errors', value)
        : trans._n('%1 warning', '%1 warnings', value);
    }
  };
}

function checkAction(trans: TranslationBundle): IToolbarAction {
  return {
    id: 'check',
    rank: 10,
    icon: ({ busy }) => (busy ? stopIcon : refreshIcon),
    label: () => '',
    caption: ({ busy }) =>
      busy ? trans.__('Stop checking') : trans.__('Check again'),
    enabled: () => true,
    run: async ({ model, busy }) => {
      if (busy) {
        model.stop();
      } else {
        await model.recheck();
      }
    }
  };
}

function fixAction(
  actions: ILintActions,
  trans: TranslationBundle
): IToolbarAction {
  const count = ({ model }: IPanelProps): number =>
    model.findings.filter(isSafe).length;
  return {
    id: 'fix-safe',
    rank: 20,
    icon: () => fixIcon,
    label: panel =>
      count(panel) > 0
        ? trans.__('Fix %1 safe', count(panel))
        : trans.__('Fix safe'),
    caption: () =>
      trans.__('Fix all safe problems: only fixes that cannot change results'),
    enabled: panel => count(panel) > 0,
    run: ({ model }) => actions.fixAllSafe(model)
  };
}

function isSafe({ fixes }: Finding): boolean {
  return fixes.some(({ applicability }) => applicability === 'safe');
}

function isOurs(filter: string | null): boolean {
  return Object.values<string | null>(COUNTS).includes(filter);
}

/** The findings that the pressed count lets through. */
function filtered({ model, filter }: IPanelProps): readonly Finding[] {
  return isOurs(filter)
    ? model.findings.filter(
        ({ severity }) => severity !== 'info' && COUNTS[severity] === filter
      )
    : model.findings;
}
