import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Token } from '@lumino/coreutils';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type {
  EditPlan,
  Finding,
  ApplyReply,
  ApplyRequest,
  FixReply,
  FormatRequest,
  GatherReply,
  GatherRequest,
  FixRequest,
  InspectRequest,
  Inspection,
  Notebook as NotebookSnapshot,
  QuickReply,
  QuickRequest,
  RefactorReply,
  RefactorRequest,
  RulePage,
  ServerInfo,
  SuggestLine,
  SuggestRequest,
  TestLine,
  TestRequest,
  TestRunner,
  Uses,
  UsesRequest,
  VerifyLine,
  VerifyRequest
} from './api/types';
import type { QualitySettings } from './settings';

/**
 * What the server part is asked.
 */
export interface IQualityClient {
  /** The server part's versions; asked once. Rejects with a `ServerMissingError` when it does not answer. */
  serverInfo(): Promise<ServerInfo>;
  /** Everything the panel shows about one notebook. */
  inspect(request: InspectRequest, signal?: AbortSignal): Promise<Inspection>;
  /** Fixes as an edit plan, or a refusal. */
  fix(request: FixRequest): Promise<FixReply>;
  /** Formatting as an edit plan, or a refusal. */
  format(request: FormatRequest): Promise<FixReply>;
  /** The least code that computes a cell as a notebook of its own, or a refusal. */
  gather(request: GatherRequest): Promise<GatherReply>;
  /** A refactoring as an edit plan with what to tell of it, or a refusal; changes nothing. */
  refactor(
    request: RefactorRequest,
    signal?: AbortSignal
  ): Promise<RefactorReply>;
  /** Where what a name holds in a place is defined and used. */
  uses(request: UsesRequest): Promise<Uses>;
  /** Changes files on the server, where they still are as the plan knew them. */
  apply(request: ApplyRequest): Promise<ApplyReply>;
  /**
   * Runs a notebook as it is and as it would be after a plan, in kernels of their own, and compares. Resolves when
   * the last line was told.
   *
   * @param signal - Stops it, and ends the kernels.
   */
  verify(
    request: VerifyRequest,
    onLine: (line: VerifyLine) => void,
    signal?: AbortSignal
  ): Promise<void>;
  /**
   * What a live kernel has to evaluate to compare what a plan changes; or, of a request with an answer, what came of it.
   */
  quick(request: QuickRequest, signal?: AbortSignal): Promise<QuickReply>;
  /** The page of a rule. */
  rule(code: string): Promise<RulePage>;
  /**
   * Looks for tests of a cell: runs what it needs, and it itself many times, in kernels of its own. Resolves when the
   * last line was told.
   *
   * @param signal - Stops it, and ends the kernels.
   */
  suggest(
    request: SuggestRequest,
    onLine: (line: SuggestLine) => void,
    signal?: AbortSignal
  ): Promise<void>;
  /** What runs tests in a kernel; asked once. */
  testRunner(): Promise<TestRunner>;
  /**
   * Runs tests in new kernels, each after the cells that it needs. Resolves when the last line was told.
   *
   * @param signal - Stops it, and ends the kernels.
   */
  runTests(
    request: TestRequest,
    onLine: (line: TestLine) => void,
    signal?: AbortSignal
  ): Promise<void>;
}

/**
 * Where a check of a notebook stands.
 *
 * `waiting`: changes are being typed or the model is hidden; `checking`: a request is under way;
 * `done`: the inspection is that of the newest content; `failed`: the last request failed, see `error`;
 * `missing`: the server part does not answer, or is too old, see `error`.
 */
export type CheckStatus =
  'waiting' | 'checking' | 'done' | 'failed' | 'missing';

/**
 * What came of applying a plan.
 */
export interface IApplied {
  /** Whether the plan was applied; otherwise nothing was changed. */
  readonly applied: boolean;
  /** Why not, a sentence. */
  readonly reason: string;
  /**
   * Takes it back, files too; resolves to false, changing nothing, where a text changed since. Rejects with a sentence
   * where a file could not be put back.
   */
  undo(): Promise<boolean>;
}

/**
 * The texts that a plan was computed for of files it changes, by their path; null where there was no file.
 */
export type FileTexts = ReadonlyMap<string, string | null>;

/**
 * What a kernel executed once.
 */
export interface IRunRecord {
  /** The cell's id; null where it is not known which cell it was. */
  readonly cell: string | null;
  /** The text at that time. */
  readonly source: string;
  /** The execution count; null where it is not known. */
  readonly count: number | null;
  /** When it began, in seconds since 1970; null where it is not known. */
  readonly started: number | null;
  /** How long it took, in seconds; null while it runs, and where it is not known. */
  readonly took: number | null;
}

/**
 * What ran in the kernel of a document since it started, whoever asked for it.
 */
export interface IRunRecords {
  /** In order; null without a kernel, and while it is not known what ran before. */
  readonly records: readonly IRunRecord[] | null;
  /** The last run of a cell; null where it did not run in this kernel. */
  lastRun(cellId: string): IRunRecord | null;
  /**
   * Takes the text that cells have now for the one that ran: they were changed in a way that was shown to keep their
   * results.
   */
  accept(cellIds: readonly string[]): void;
  /** Anything above changed. */
  readonly changed: ISignal<IRunRecords, void>;
}

/**
 * The quality of one open document. Two views of a document share one.
 */
export interface IQualityModel {
  readonly context: DocumentRegistry.IContext<INotebookModel>;
  /** What was sent for the last inspection; the texts that its ranges and plans speak of. */
  readonly snapshot: NotebookSnapshot | null;
  /** The last reply; kept while a new check runs. */
  readonly inspection: Inspection | null;
  readonly status: CheckStatus;
  /** A sentence for a person, when `status` is `failed` or `missing`. */
  readonly error: string;
  /** What ran in the kernel; sent with each check, which then tells what is stale. */
  readonly runs: IRunRecords;
  /** When the inspection was made. */
  readonly checkedAt: Date | null;
  /** How many cells the running check looks at anew. */
  readonly checkingCells: number;
  /**
   * The findings to be shown now: without those that only mean *not yet* in the cell being written,
   * with the severities of the settings; in the order of the reply.
   */
  readonly findings: readonly Finding[];
  /** The cell being written: focused, and edited since it got the focus or ran. */
  readonly writing: string | null;
  /** Anything above changed. */
  readonly changed: ISignal<IQualityModel, void>;
  readonly isDisposed: boolean;
  /** Checks now, without waiting for the delay. */
  check(): Promise<void>;
  /** Checks now even where nothing changed: the settings of the project may have. */
  recheck(): Promise<void>;
  /** Stops the running check; earlier results stay. */
  stop(): void;
  /** The place of a cell in the notebook as it is now, from 0; -1 when it is gone. */
  cellIndex(cellId: string): number;
  /** The source of a cell as it is now; null when it is gone. */
  currentSource(cellId: string): string | null;
  /** The notebook as it is now, for a question to the server. */
  takeSnapshot(): NotebookSnapshot;
  /**
   * Applies a plan that was computed for `snapshot`, in one undo step. Refuses, changing nothing, where a cell it
   * touches has another text now than in the snapshot, or the notebook is read-only.
   *
   * @param texts - What the plan was computed for of files. Those that are open in an editor are changed there, and
   * what becomes of all of them can be undone.
   */
  apply(
    plan: EditPlan,
    snapshot: NotebookSnapshot,
    texts?: FileTexts
  ): Promise<IApplied>;
  /** Asks the server for the fixes of a scope against the notebook as it is now, and applies them. */
  fix(
    scope: FixRequest['scope'],
    options?: { unsafe?: boolean }
  ): Promise<IApplied & { fixed: number }>;
  /** Formats cells; all where none are named. */
  format(cells?: readonly string[]): Promise<IApplied>;
}

/**
 * Follows the notebooks that are open, and the one that is current.
 */
export interface IQualityTracker {
  /** The notebook the panel shows: the one used last, or the one that is followed; null when none is open. */
  readonly current: NotebookPanel | null;
  /** Its model; null when none is open. */
  readonly model: IQualityModel | null;
  /** `current` changed. */
  readonly currentChanged: ISignal<IQualityTracker, void>;
  /** The current notebook's active cell changed, or its model. */
  readonly activeCellChanged: ISignal<IQualityTracker, void>;
  /** The id of the active code cell of `current`; stays on the last code cell when a markdown cell is active. */
  readonly activeCellId: string | null;
  /** The model of a notebook; made on the first call. */
  modelOf(panel: NotebookPanel): IQualityModel;
  /** Shows a notebook though another was used last, as while its graph is in front; null shows the one used last. */
  follow(panel: NotebookPanel | null): void;
  /** Calls back for every open notebook. */
  forEach(callback: (panel: NotebookPanel, model: IQualityModel) => void): void;
  /** A notebook was opened and has a model now. */
  readonly modelAdded: ISignal<
    IQualityTracker,
    { panel: NotebookPanel; model: IQualityModel }
  >;
  /**
   * Scrolls to a cell and makes it active; selects the range there is one. Focus stays where it is, or goes to the
   * cell's editor with `focus`.
   */
  reveal(
    panel: NotebookPanel,
    cellId: string,
    options?: { range?: Finding['range']; focus?: boolean }
  ): Promise<void>;
  /** A watch needs results (the panel is visible, squiggles are on): checks run only while there is one. */
  watch(): { dispose(): void };
}

/**
 * How a cell is named: `[4]`, `[ ]`, or `#6` with its tooltip and its title.
 */
export interface ICellName {
  readonly label: string;
  readonly title: string;
  readonly tooltip: string;
}

/** What the parts of the panel are given. */
export interface IPanelProps {
  readonly notebook: NotebookPanel;
  readonly model: IQualityModel;
  readonly activeCellId: string | null;
  /** The id of the pressed count, see `ICount`; null for no filter. */
  readonly filter: string | null;
  /** A check has been running for so long that it is shown. */
  readonly busy: boolean;
}

/** A button behind the title of a section. */
export interface ISectionAction {
  readonly icon: LabIcon;
  readonly label: string;
  /** A whole sentence. */
  readonly caption: string;
  run(): void;
}

/** A section of the panel. */
export interface ISection {
  readonly id: string;
  readonly rank: number;
  readonly title: string;
  /** Whether it is open at first use. */
  readonly openAtFirst: boolean;
  /** The quiet words behind the title: `2 errors, 5 warnings`. */
  summary(props: IPanelProps): string;
  /** What is read out after a check: `7 problems`. */
  announcement?(props: IPanelProps): string;
  /** A button behind the title, there also while the section is closed; null for none. */
  action?(props: IPanelProps): ISectionAction | null;
  body(props: IPanelProps): ReactElement | null;
}

/** A part of the card `This cell`; null when it has nothing to say. */
export interface ICardPart {
  readonly id: string;
  readonly rank: number;
  body(props: IPanelProps): ReactElement | null;
}

/** A count in the summary; pressing it filters the section it belongs to. */
export interface ICount {
  readonly id: string;
  readonly rank: number;
  /** Counts of one group stand together, between two rules. */
  readonly group: string;
  readonly section: string;
  readonly icon: LabIcon;
  /** The colour role where the count is not 0. */
  readonly role: 'error' | 'warning' | 'success' | 'neutral';
  /** The number; null when unknown. */
  value(props: IPanelProps): number | null;
  /** `2 errors`, a whole translated phrase. */
  label(value: number | null): string;
}

/** A button in the panel's toolbar. */
export interface IToolbarAction {
  readonly id: string;
  readonly rank: number;
  icon(props: IPanelProps): LabIcon;
  /** The visible words, `Fix 3 safe`; empty for an icon alone. */
  label(props: IPanelProps): string;
  /** Tooltip and accessible name: a whole sentence. */
  caption(props: IPanelProps): string;
  enabled(props: IPanelProps): boolean;
  run(props: IPanelProps): Promise<void>;
}

/** Where features register what the panel shows of them. Each `add` returns what takes it away again. */
export interface IPanelRegistry {
  addSection(section: ISection): { dispose(): void };
  addCardPart(part: ICardPart): { dispose(): void };
  addCount(count: ICount): { dispose(): void };
  addAction(action: IToolbarAction): { dispose(): void };
  /** Has the panel drawn anew: what an entry says changed without a change of the notebook's model. */
  refresh(): void;
  readonly sections: readonly ISection[];
  readonly cardParts: readonly ICardPart[];
  readonly counts: readonly ICount[];
  readonly actions: readonly IToolbarAction[];
  readonly changed: ISignal<IPanelRegistry, void>;
}

export const IQualityClient = new Token<IQualityClient>(
  'jupyter-nbquality:IQualityClient',
  'Asks the server part of Notebook Quality.'
);

/** The user's settings; see `QualitySettings`. */
export type IQualitySettings = QualitySettings;

export const IQualitySettings = new Token<IQualitySettings>(
  'jupyter-nbquality:IQualitySettings',
  'The settings of Notebook Quality.'
);

export const IQualityTracker = new Token<IQualityTracker>(
  'jupyter-nbquality:IQualityTracker',
  'Follows the quality of the open notebooks.'
);

export const IPanelRegistry = new Token<IPanelRegistry>(
  'jupyter-nbquality:IPanelRegistry',
  'Takes the sections, card parts, counts and actions of the Notebook Quality panel.'
);
