import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { Finding } from './api/types';

/** The least severity that is underlined in the cells. */
export type Underlined = 'error' | 'warning' | 'info' | 'none';

/**
 * The user's settings, with the defaults of the schema where a value is missing or malformed.
 */
export class QualitySettings {
  /** Takes the settings once they are loaded. */
  connect(settings: ISettingRegistry.ISettings): void {
    this._settings = settings;
    settings.changed.connect(() => this._changed.emit());
    this._changed.emit();
  }

  /** Any setting changed. */
  get changed(): ISignal<QualitySettings, void> {
    return this._changed;
  }

  /** Milliseconds from the last keystroke to the check. */
  get delay(): number {
    const delay = this._value('delay');
    return typeof delay === 'number' && delay >= 0 ? delay : 500;
  }

  /** Which findings are underlined in the cells. */
  get underline(): Underlined {
    const value = this._value('underline');
    return value === 'error' || value === 'info' || value === 'none'
      ? value
      : 'warning';
  }

  /** Whether the counts stand in the status bar. */
  get statusBar(): boolean {
    return this._value('statusBar') !== false;
  }

  /** Whether stale and edited cells are marked in the notebook. */
  get staleMarks(): boolean {
    return this._value('staleMarks') !== false;
  }

  /** Whether stale cells run after each run that they depend on. */
  get autoRun(): boolean {
    return this._value('autoRun') === true;
  }

  async setAutoRun(autoRun: boolean): Promise<void> {
    await this._settings?.set('autoRun', autoRun);
  }

  /** Whether refactorings are verified without being asked to. */
  get alwaysVerify(): boolean {
    return this._value('alwaysVerify') === true;
  }

  /** Whether the tests of a cell run after it. */
  get autoTest(): boolean {
    return this._value('autoTest') === true;
  }

  async setAutoTest(autoTest: boolean): Promise<void> {
    await this._settings?.set('autoTest', autoTest);
  }

  /** Whether what the active cell needs, and what needs it, is outlined. */
  get highlight(): boolean {
    return this._value('highlight') === true;
  }

  async setHighlight(highlight: boolean): Promise<void> {
    await this._settings?.set('highlight', highlight);
  }

  /** Whether a section of the panel is shown. */
  showsSection(id: string): boolean {
    const sections = this._value('sections');
    return !isRecord(sections) || sections[id] !== false;
  }

  /** A finding as the user wants to see it; null when its rule is off. */
  sift(finding: Finding): Finding | null {
    const severities = this._value('severities');
    const wanted = isRecord(severities)
      ? (severities[finding.code] ?? severities[finding.slug])
      : undefined;
    if (wanted === 'off') {
      return null;
    }
    return wanted === 'error' || wanted === 'warning' || wanted === 'info'
      ? { ...finding, severity: wanted }
      : finding;
  }

  /** Gives a rule another severity, or turns it off. */
  async setSeverity(
    code: string,
    severity: Finding['severity'] | 'off'
  ): Promise<void> {
    const severities = this._value('severities');
    await this._settings?.set('severities', {
      ...(isRecord(severities) ? (severities as Record<string, string>) : {}),
      [code]: severity
    });
  }

  private _value(key: string): unknown {
    return this._settings?.composite[key];
  }

  private _settings: ISettingRegistry.ISettings | null = null;
  private _changed = new Signal<QualitySettings, void>(this);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
