import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, errorIcon } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { ReactElement } from 'react';

import { warningIcon } from '../components/icons';
import type { IQualityModel, IQualityTracker } from '../tokens';
import { countProblems } from './counts';

/** What the item needs of the world. */
export interface IStatusItemOptions {
  tracker: IQualityTracker;
  trans: TranslationBundle;
  /** Whether the user wants it now: a notebook is in front. */
  isWanted(): boolean;
  /** Opens the panel. */
  open(): void;
}

/**
 * The counts of the current notebook in the status bar. A click opens the panel.
 */
export class StatusItem extends ReactWidget {
  constructor(private readonly _options: IStatusItemOptions) {
    super();
    this.addClass('jp-nbq-status');
    const { tracker } = _options;
    tracker.currentChanged.connect(this._follow, this);
    this._follow();
  }

  /** Whether there is something to show. */
  get isShown(): boolean {
    return (
      this._model?.inspection?.supported === true && this._options.isWanted()
    );
  }

  /** `isShown` may have changed. */
  get shownChanged(): ISignal<StatusItem, void> {
    return this._shownChanged;
  }

  /** Shows what is known now. */
  refresh(): void {
    this._shownChanged.emit();
    this.update();
  }

  render(): ReactElement | null {
    if (!this._model || !this.isShown) {
      return null;
    }
    const { trans, open } = this._options;
    const { errors, warnings } = countProblems(this._model.findings);
    const errorWords = trans._n('%1 error', '%1 errors', errors);
    const warningWords = trans._n('%1 warning', '%1 warnings', warnings);
    const label =
      errors + warnings === 0
        ? trans.__('No problems in this notebook. Open Notebook Quality.')
        : trans.__(
            '%1, %2 in this notebook. Open Notebook Quality.',
            errorWords,
            warningWords
          );
    return (
      <button
        type="button"
        className="jp-nbq-status-button"
        title={label}
        aria-label={label}
        onClick={open}
      >
        {errors + warnings === 0 ? (
          trans.__('No problems')
        ) : (
          <>
            <errorIcon.react tag="span" aria-hidden="true" />
            {errors}
            <warningIcon.react tag="span" aria-hidden="true" />
            {warnings}
          </>
        )}
      </button>
    );
  }

  private _follow(): void {
    this._model?.changed.disconnect(this.refresh, this);
    this._model = this._options.tracker.model;
    this._model?.changed.connect(this.refresh, this);
    this.refresh();
  }

  private _model: IQualityModel | null = null;
  private _shownChanged = new Signal<StatusItem, void>(this);
}
