import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding, Fix, Notebook as NotebookSnapshot } from '../api/types';
import { REASON, reportApplied, reportError } from '../components/applied';
import { confirmPlan } from '../components/planDialog';
import type { IRulePages } from '../components/rulePage';
import type { IQualityModel, IQualitySettings } from '../tokens';

/**
 * What a person does about findings, from the panel, the hover card, a menu or a key alike.
 */
export class LintActions {
  constructor(
    private readonly _settings: IQualitySettings,
    private readonly _pages: IRulePages,
    private readonly _trans: TranslationBundle
  ) {}

  /**
   * Applies a fix of a finding. One that is not safe is shown first.
   *
   * @returns Whether it was applied.
   */
  async applyFix(model: IQualityModel, fix: Fix): Promise<boolean> {
    if (fix.applicability !== 'safe') {
      return this.previewFix(model, fix);
    }
    const { snapshot } = model;
    return snapshot ? this._apply(model, fix, snapshot) : false;
  }

  /** Shows what a fix would change, and applies it when the person says so. */
  async previewFix(model: IQualityModel, fix: Fix): Promise<boolean> {
    const { snapshot, inspection } = model;
    return (
      snapshot !== null &&
      (await confirmPlan(fix.plan, snapshot, this._trans, inspection?.cells)) &&
      this._apply(model, fix, snapshot)
    );
  }

  /** Silences a finding: one of its `silence` plans. Needs no preview: it changes no code that runs. */
  async silence(model: IQualityModel, silence: Fix): Promise<boolean> {
    const { snapshot } = model;
    return snapshot ? this._apply(model, silence, snapshot) : false;
  }

  /** Applies every safe fix of the notebook, or of one cell, in one undo step. */
  async fixAllSafe(model: IQualityModel, cell?: string): Promise<void> {
    try {
      const applied = await model.fix({
        finding: null,
        code: null,
        cell: cell ?? null
      });
      reportApplied(
        applied,
        this._trans._n(
          'Fixed %1 problem.',
          'Fixed %1 problems.',
          applied.fixed
        ),
        this._trans
      );
    } catch (error) {
      reportError(error);
    }
  }

  /** Formats cells; all where none are named. */
  async format(
    model: IQualityModel,
    cells: readonly string[] = []
  ): Promise<void> {
    try {
      const applied = await model.format(cells);
      if (!applied.applied) {
        Notification.warning(applied.reason, REASON);
        return;
      }
      // Of the text as it is now: it may have been typed a moment ago.
      await model.check();
      const broken = (model.inspection?.cells ?? []).filter(
        ({ id, parses }) =>
          !parses && (cells.length === 0 || cells.includes(id))
      ).length;
      if (broken > 0) {
        Notification.warning(
          this._trans._n(
            'One cell does not parse, so it was not formatted.',
            '%1 cells do not parse, so they were not formatted.',
            broken
          ),
          REASON
        );
      }
    } catch (error) {
      reportError(error);
    }
  }

  /** Turns a rule off in the user's settings, once they agreed. */
  async turnOff(code: string): Promise<boolean> {
    const answer = await showDialog({
      title: this._trans.__('Turn off rule %1', code),
      body: this._trans.__(
        'It will not be shown in any notebook. It can be turned on again in Settings, Notebook Quality, under Severities.'
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.okButton({ label: this._trans.__('Turn off') })
      ]
    });
    if (answer.button.accept) {
      await this._settings.setSeverity(code, 'off');
    }
    return answer.button.accept;
  }

  /** Opens the page of a finding's rule. */
  async readAbout(finding: Finding): Promise<void> {
    try {
      await this._pages.open(finding.code);
    } catch (error) {
      reportError(error);
    }
  }

  private async _apply(
    model: IQualityModel,
    fix: Fix,
    snapshot: NotebookSnapshot
  ): Promise<boolean> {
    const applied = await model.apply(fix.plan, snapshot);
    const done = this._trans.__('Done: %1.', fix.title.replace(/`/g, ''));
    reportApplied(applied, done, this._trans);
    return applied.applied;
  }
}
