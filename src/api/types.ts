/**
 * The types on the wire. Generated from the server's: do not edit, run
 * `python -m jupyter_nbquality.server.typescript`.
 */

/**
 * What applying a fix may do.
 *
 * `safe` keeps the meaning of the code, `unsafe` may change results, `structural` changes
 * the cells, outputs or files of the notebook rather than the code in one cell.
 */
export type Applicability = 'safe' | 'structural' | 'unsafe';

export type Operation =
  | ChangeCell
  | InsertCell
  | DeleteCell
  | MoveCell
  | SetCellType
  | ClearOutputs
  | IgnoreRule
  | ChangeMetadata
  | SetKernelspec
  | UpgradeFormat
  | RenameFile
  | ChangeFile;

/**
 * How much a finding asks of a person.
 *
 * `info` is shown quietly, is never counted as a problem and never fails a check.
 */
export type Severity = 'error' | 'info' | 'warning';

export type FixReply = PlanReply | Refusal;

export type GatherReply = GatheredReply | Refusal;

export type QuickReply = QuickRun | VerifyDone;

export type RefactorReply =
  | Extraction
  | ModuleExtraction
  | NamedExpression
  | Renaming
  | Inlining
  | Move
  | Split
  | Merge
  | ImportInlining
  | PushBack
  | Refusal;

export type RefactorWish =
  | ExtractFunctionWish
  | ExtractModuleWish
  | ExtractVariableWish
  | ExtractConstantWish
  | RenameWish
  | InlineWish
  | MoveWish
  | SplitWish
  | MergeWish
  | InlineImportWish
  | PushBackWish;

export type SuggestLine = LineProgress | LineConsent | SuggestDone | LineFailed;

export type TestLine =
  LineProgress | LineConsent | TestTold | TestsDone | LineFailed;

export type VerifyLine = LineProgress | LineConsent | VerifyDone | LineFailed;

/**
 * What was written, one entry an operation.
 */
export interface ApplyReply {
  files: WrittenFile[];
}

/**
 * A file that was written or renamed.
 */
export interface WrittenFile {
  /**
   * Where it is now, relative to the server root.
   */
  path: string;
  /**
   * Of its text now, see `edits.source_hash`; empty where it was only renamed.
   */
  text_hash: string;
}

/**
 * Asks for changes of files; they are made in order, and none when one cannot be made.
 */
export interface ApplyRequest {
  operations: (ChangeFile | RenameFile)[];
}

/**
 * Writes a text file. `before_hash` is that of its text before; `null` when it is new.
 */
export interface ChangeFile {
  kind: 'change-file';
  path: string;
  before_hash: string | null;
  text: string;
}

/**
 * Renames a file; both paths are relative to the server root, or to the working directory.
 */
export interface RenameFile {
  kind: 'rename-file';
  path: string;
  new_path: string;
}

/**
 * What came of a function of a test, or of one of its sets of parameters.
 */
export interface CaseResult {
  /**
   * Such as `test_total[2-4]`.
   */
  name: string;
  /**
   * What came of it.
   */
  status:
    'blocked' | 'died' | 'error' | 'failed' | 'passed' | 'skipped' | 'timeout';
  /**
   * Why, a sentence; empty where it passed.
   */
  message: string;
  /**
   * How long it took.
   */
  seconds: number;
}

/**
 * One cell.
 */
export interface Cell {
  /**
   * Stable; made up where the notebook has none (and then never written unasked).
   */
  id: string;
  /**
   * `code`, `markdown` or `raw`.
   */
  cell_type: 'code' | 'markdown' | 'raw';
  /**
   * The person's text, unchanged.
   */
  source: string;
  /**
   * The number in the prompt; `null` when not run.
   */
  execution_count?: number | null;
  /**
   * The tags in its metadata.
   */
  tags?: string[];
  /**
   * The `nbquality` part of its metadata, raw; see `metadata`.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * Digest of the outputs; `null` when not a code cell.
   */
  outputs?: OutputDigest | null;
}

/**
 * What is known of a cell's outputs without having them.
 */
export interface OutputDigest {
  /**
   * Bytes of all outputs as JSON.
   */
  size?: number;
  /**
   * Bytes of the largest single output.
   */
  largest?: number;
  /**
   * Every MIME type among the outputs, sorted; `text/plain` for streams.
   */
  mime_types?: string[];
  /**
   * The exception's class name where a traceback is saved.
   */
  error_name?: string | null;
  /**
   * Kinds of secrets seen in the text outputs (names of `secrets.SHAPES`), sorted.
   */
  secrets?: string[];
}

/**
 * What one cell needs from another, in document order.
 */
export interface CellDependency {
  /**
   * The id of the cell that gives.
   */
  source: string;
  /**
   * The id of the cell that needs.
   */
  target: string;
  /**
   * The names, sorted; files begin with `file:`.
   */
  names: string[];
  /**
   * `definition`: it binds the names; `mutation`: it changes their objects; `possible-mutation`: it may change them; `deletion`: it deletes them.
   */
  kind: 'definition' | 'deletion' | 'mutation' | 'possible-mutation';
}

/**
 * What a cell does with the names of the notebook.
 */
export interface CellFlow {
  /**
   * Its id.
   */
  cell: string;
  /**
   * Whether its names are known; not so where it does not parse or is no Python, and nothing was known before.
   */
  known: boolean;
  /**
   * Whether they are those of an earlier text, as it does not parse now.
   */
  kept: boolean;
  /**
   * Whether it does nothing but import.
   */
  imports_only: boolean;
  /**
   * The names it binds; not certain where it does on some paths only.
   */
  defines: NameAt[];
  /**
   * The names it reads that are not bound in it before.
   */
  uses: NameAt[];
  /**
   * The names its functions read when they run, where it does not bind them.
   */
  deferred_uses: NameAt[];
  /**
   * The names whose objects it changes, though they were made elsewhere.
   */
  mutates: NameAt[];
  /**
   * The names it deletes.
   */
  deletes: NameAt[];
  /**
   * What in it may define any name: `from x import *`, `%run x.py`.
   */
  unknown: string[];
}

/**
 * A name of the notebook, and where it stands first in the cell.
 */
export interface NameAt {
  /**
   * The name.
   */
  name: string;
  /**
   * Whether what is said of it is so; otherwise it may be.
   */
  certain: boolean;
  /**
   * Where; `null` where no single place says it.
   */
  range: Range | null;
}

/**
 * What stands between two positions; the end is not part of it.
 */
export interface Range {
  start: Position;
  end: Position;
}

/**
 * A place in a cell: zero-based line, and column in UTF-16 code units.
 */
export interface Position {
  line: number;
  column: number;
}

/**
 * What is known about one cell.
 */
export interface CellReport {
  /**
   * The cell's id.
   */
  id: string;
  /**
   * Of the source that was looked at, see `edits.source_hash`.
   */
  source_hash: string;
  /**
   * The first code line that is no comment, import or magic; else the first line; may be empty.
   */
  title: string;
  /**
   * Whether it is valid code; true for cells that are not Python.
   */
  parses: boolean;
}

/**
 * How a cell's result stands.
 */
export interface CellStaleness {
  /**
   * Its id.
   */
  cell: string;
  /**
   * `not-run` in this kernel; `edited` since it ran; `stale`; else `fresh`.
   */
  state: 'edited' | 'fresh' | 'not-run' | 'stale';
  /**
   * Why, the plainest first.
   */
  reasons: Reason[];
  /**
   * Why it may be another one, where that is only possible; told quietly.
   */
  maybe: Reason[];
}

/**
 * Why a result is stale.
 */
export interface Reason {
  /**
   * `edited`: the cell itself, since it ran; `input-edited`: `cell` was edited, so `name` may differ; `input-ran-later`: `cell` bound `name` anew after this ran; `input-changed-later`: `cell` changed what `name` holds after this ran; `input-not-run`: `cell`, which gives `name`, did not run; `input-stale`: `cell` is stale; `other-input`: `name` came from `cell`, and would come from another place; `own-result`: the cell ran again on what it had made of `name` itself; `ghost`: `name` came from code that is in no cell any more; `module-edited`: the local module `name` was written after this ran; `module-outdated`: it was written after the kernel imported it, and the kernel does not read it again.
   */
  kind:
    | 'edited'
    | 'ghost'
    | 'input-changed-later'
    | 'input-edited'
    | 'input-not-run'
    | 'input-ran-later'
    | 'input-stale'
    | 'module-edited'
    | 'module-outdated'
    | 'other-input'
    | 'own-result';
  /**
   * The name; empty where the kind has none.
   */
  name: string;
  /**
   * The id of the other cell; `null` where there is none.
   */
  cell: string | null;
}

/**
 * Edits the source of one cell. `source_hash` is that of the text it was computed for.
 */
export interface ChangeCell {
  kind: 'change-cell';
  cell: string;
  source_hash: string;
  edits: TextEdit[];
}

/**
 * Replaces the text of a range; an empty range inserts.
 */
export interface TextEdit {
  range: Range;
  text: string;
}

/**
 * Gives the `nbquality` part of a cell's metadata another value; none where it is empty.
 */
export interface ChangeMetadata {
  kind: 'change-metadata';
  cell: string;
  metadata: {
    [k: string]: unknown;
  };
}

/**
 * Empties the outputs of a code cell and takes its execution count away.
 */
export interface ClearOutputs {
  kind: 'clear-outputs';
  cell: string;
}

/**
 * Removes a cell with its outputs.
 */
export interface DeleteCell {
  kind: 'delete-cell';
  cell: string;
  source_hash: string;
}

/**
 * The first place where two runs of something differ.
 */
export interface Difference {
  /**
   * `output`: a cell shows something else; `error`: it raises, or raises no more, or something else; `value`: a name holds something else in the end; `missing`: a name is there in one run only.
   */
  what: 'error' | 'missing' | 'output' | 'value';
  /**
   * The id of the cell; of a value the one behind which it differs first, `null` where it is that of the end.
   */
  cell: string | null;
  /**
   * The name; empty for outputs.
   */
  name: string;
  /**
   * Where in it: `column price, row 3`; empty where that cannot be told.
   */
  place: string;
  /**
   * What was there, short.
   */
  before: string;
  /**
   * What is there now, short.
   */
  after: string;
}

/**
 * An ordered list of changes that are made together or not at all.
 */
export interface EditPlan {
  title: string;
  operations: Operation[];
}

/**
 * Adds a cell below the cell `after`; at the top where that is `null`.
 *
 * `metadata` is the `nbquality` part of its metadata; see `metadata`.
 */
export interface InsertCell {
  kind: 'insert-cell';
  after: string | null;
  cell_type: 'code' | 'markdown' | 'raw';
  source: string;
  metadata: {
    [k: string]: unknown;
  };
}

/**
 * Moves a cell below the cell `after`; to the top where that is `null`.
 */
export interface MoveCell {
  kind: 'move-cell';
  cell: string;
  source_hash: string;
  after: string | null;
}

/**
 * Turns a cell into one of another type and gives it a new source.
 */
export interface SetCellType {
  kind: 'set-cell-type';
  cell: string;
  source_hash: string;
  cell_type: 'code' | 'markdown' | 'raw';
  source: string;
}

/**
 * Adds a code to `metadata.nbquality.ignore` of a cell; of the notebook when `null`.
 */
export interface IgnoreRule {
  kind: 'ignore-rule';
  cell: string | null;
  code: string;
}

/**
 * Writes which kernel the notebook is for.
 */
export interface SetKernelspec {
  kind: 'set-kernelspec';
  name: string;
  display_name: string;
  language: string;
}

/**
 * Brings the notebook to nbformat 4.5, with cell ids.
 */
export interface UpgradeFormat {
  kind: 'upgrade-format';
}

/**
 * Names that a cell has from code that stands in no cell as far as we know.
 */
export interface Elsewhere {
  /**
   * The id of the cell that needs them.
   */
  target: string;
  /**
   * Sorted; files begin with `file:`.
   */
  names: string[];
  /**
   * `unknown`: it is not known which cell ran; `deleted`: the cell is gone.
   */
  origin: 'deleted' | 'unknown';
}

/**
 * Why a request was not answered.
 */
export interface ErrorReply {
  /**
   * A sentence for a person.
   */
  message: string;
  /**
   * A short name of the kind of error for a program, such as `time-limit`.
   */
  reason: string;
}

/**
 * Asks for a name for a literal, bound on top.
 */
export interface ExtractConstantWish {
  refactoring: 'extract-constant';
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * Where the literal stands.
   */
  range: Range;
  /**
   * The new name.
   */
  name: string;
  /**
   * Whether it is replaced wherever else the notebook has it.
   */
  everywhere?: boolean;
}

/**
 * Asks for a function made of a selection.
 */
export interface ExtractFunctionWish {
  refactoring: 'extract-function';
  /**
   * What to make a function of.
   */
  selection: Selection;
  /**
   * The function's name.
   */
  name: string;
  /**
   * Whether it gets a first line of documentation.
   */
  docstring?: boolean;
  /**
   * What a person wants of its parameters.
   */
  parameters?: ParameterWish[];
}

/**
 * Code cells that stand one below the other, or a part of them.
 */
export interface Selection {
  /**
   * Their ids; other cells may stand between them if they hold no code.
   */
  cells: string[];
  /**
   * Where it begins in the first cell; `null` for the beginning.
   */
  start?: Position | null;
  /**
   * Where it ends in the last cell; `null` for the end.
   */
  end?: Position | null;
}

/**
 * What a person wants of a parameter; the order of the wishes is that of the parameters.
 */
export interface ParameterWish {
  /**
   * What it is called in the notebook.
   */
  name: string;
  /**
   * What it is called in the function; empty: the same.
   */
  called?: string;
  /**
   * Its type; `null`: the one that the notebook annotates it with, if any.
   */
  annotation?: string | null;
  /**
   * Whether it is not given in the call, but has its constant value as default.
   */
  by_default?: boolean;
}

/**
 * Asks to move definitions into a module.
 */
export interface ExtractModuleWish {
  refactoring: 'extract-module';
  /**
   * The ids of the cells whose definitions move.
   */
  cells: string[];
  /**
   * The path of the module, as seen from the folder of the notebook.
   */
  module: string;
  /**
   * Its path, relative to the server root.
   */
  path: string;
  /**
   * The name of a function that is made of the cells first; empty where their own definitions move.
   */
  function?: string;
  /**
   * The names that move; with none, all that the cells define.
   */
  names?: string[];
  /**
   * Its text; `null` where it is new.
   */
  existing?: string | null;
  /**
   * Whether a cell is added that makes the kernel follow changes of modules.
   */
  autoreload?: boolean;
}

/**
 * Asks for a name for an expression.
 */
export interface ExtractVariableWish {
  refactoring: 'extract-variable';
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * Where the expression stands.
   */
  range: Range;
  /**
   * The new name.
   */
  name: string;
}

/**
 * A function that was made of a selection.
 */
export interface Extraction {
  kind: 'extraction';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * Of the function.
   */
  name: string;
  /**
   * What it takes, in order, by the names of the function.
   */
  parameters: string[];
  /**
   * The names of the notebook that it gives, in order.
   */
  returns: string[];
  /**
   * Names that the notebook has no longer: nobody else reads them.
   */
  loses: string[];
  /**
   * Its text.
   */
  function: string;
  /**
   * The text of the call.
   */
  call: string;
  /**
   * The parameters, in order.
   */
  details: Parameter[];
  /**
   * What a person should know, in sentences.
   */
  warnings: string[];
}

/**
 * A parameter of a function that is made.
 */
export interface Parameter {
  /**
   * What it is called in the notebook.
   */
  name: string;
  /**
   * What it is called in the function.
   */
  called: string;
  /**
   * Its type; empty without.
   */
  annotation: string;
  /**
   * Its default value, where it is not given in the call; else empty.
   */
  default: string;
  /**
   * The value that could be its default, as the notebook gives it no other; empty where there is none.
   */
  constant: string;
}

/**
 * One problem at one place.
 */
export interface Finding {
  /**
   * Stable while the cell's other lines and the other cells change; unique in a notebook.
   */
  id: string;
  /**
   * The rule's code, `NB301` or ruff's `F401`.
   */
  code: string;
  /**
   * The rule's name for people, `absolute-path`.
   */
  slug: string;
  /**
   * As the settings have it.
   */
  severity: Severity;
  /**
   * What is wrong, one sentence without a full stop; names in backquotes. Secrets masked.
   */
  message: string;
  /**
   * Why it matters, one sentence, may be empty.
   */
  why: string;
  /**
   * The cell's id; `null` for the notebook as a whole.
   */
  cell: string | null;
  /**
   * Where in the cell; `null` for the cell as a whole (its outputs, its count).
   */
  range: Range | null;
  /**
   * What would mend it, the best first; may be empty.
   */
  fixes: Fix[];
  /**
   * What would make it go unreported from now on, the narrowest first.
   */
  silence: Fix[];
  /**
   * It may only mean that the person has not finished writing; silent in the focused cell.
   */
  not_yet: boolean;
  /**
   * The rule's page, a path of the user guide or ruff's address.
   */
  url: string;
}

/**
 * One way to mend a finding, as data.
 *
 * `title` names what it does (`Add import`), never `Fix`. A fix of several titles stands as
 * several fixes, the best first.
 */
export interface Fix {
  title: string;
  applicability: Applicability;
  plan: EditPlan;
}

/**
 * The changes that would do what was asked.
 */
export interface PlanReply {
  kind: 'plan';
  /**
   * The changes; without operations when there is nothing to change.
   */
  plan: EditPlan;
  /**
   * How many findings they mend; cells that change, where a format was asked.
   */
  fixed: number;
}

/**
 * Why a change was not made: a sentence for a person, and the cell it is about.
 */
export interface Refusal {
  kind: 'refusal';
  code: string;
  message: string;
  cell: string | null;
}

/**
 * Asks how to fix what a scope holds.
 */
export interface FixRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * What to fix.
   */
  scope?: Scope;
  /**
   * Whether fixes that may change results are wanted too.
   */
  unsafe?: boolean;
  /**
   * The id of the cell that is being written, whose names may be needed soon.
   */
  writing?: string | null;
}

/**
 * A whole notebook.
 */
export interface Notebook {
  /**
   * Relative to the server root in the front end, to the working directory in the CLI; empty when unknown.
   */
  path: string;
  /**
   * All cells, in order.
   */
  cells: Cell[];
  /**
   * Of its kernel, in lower case; `python` where nothing says otherwise.
   */
  language?: string;
  /**
   * Of its kernel, such as `3.12.1`; empty when unknown.
   */
  language_version?: string;
  /**
   * The kernel's name; empty when missing.
   */
  kernelspec?: string;
  /**
   * Major format version of the file.
   */
  nbformat?: number;
  /**
   * Minor format version of the file.
   */
  nbformat_minor?: number;
  /**
   * Whether the file has ids of its own in every cell.
   */
  has_cell_ids?: boolean;
  /**
   * The `nbquality` part of the notebook's metadata, raw; see `metadata`.
   */
  metadata?: {
    [k: string]: unknown;
  };
}

/**
 * Which findings are to be fixed; all where nothing is given.
 */
export interface Scope {
  /**
   * The id of one finding. Its first fix is applied, of whatever kind: it was asked for.
   */
  finding?: string | null;
  /**
   * A rule's code.
   */
  code?: string | null;
  /**
   * A cell's id; no other cell is changed.
   */
  cell?: string | null;
}

/**
 * The flow between the cells of a notebook.
 */
export interface Flow {
  /**
   * One entry a code cell, in order.
   */
  cells: CellFlow[];
  /**
   * In the order of who needs, then of who gives.
   */
  dependencies: CellDependency[];
  /**
   * The cells that read such names, in order. None below a cell that may define any name.
   */
  missing: MissingNames[];
}

/**
 * What a cell reads and no cell above it defines.
 */
export interface MissingNames {
  /**
   * Its id.
   */
  cell: string;
  /**
   * Sorted.
   */
  names: string[];
}

/**
 * Asks how to format cells.
 */
export interface FormatRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * The ids of the cells to format; with none, all code cells.
   */
  cells?: string[];
}

/**
 * What computes a cell.
 */
export interface GatheredReply {
  kind: 'notebook';
  /**
   * A notebook that runs on its own, without outputs: a file as JSON.
   */
  content: {
    [k: string]: unknown;
  };
  /**
   * How many code cells it has.
   */
  cells: number;
  /**
   * The names that it reads and nothing in the notebook defines, sorted.
   */
  missing: string[];
}

/**
 * Asks for the least code that computes a cell, as a notebook of its own.
 */
export interface GatherRequest {
  /**
   * The document.
   */
  notebook: WholeNotebook;
  /**
   * The id of the cell.
   */
  cell: string;
}

/**
 * A document with all that its file holds.
 */
export interface WholeNotebook {
  /**
   * Relative to the server root; empty when unknown.
   */
  path: string;
  /**
   * The file as JSON; outputs may be left out.
   */
  content: {
    [k: string]: unknown;
  };
}

/**
 * A function or a class that was brought into the notebook.
 */
export interface ImportInlining {
  kind: 'import-inlining';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * What it is called.
   */
  name: string;
  /**
   * Where it came from, as it is imported.
   */
  module: string;
  /**
   * The names that the notebook imports besides, for it needs them.
   */
  along: string[];
  /**
   * Its text in the notebook.
   */
  text: string;
  /**
   * Sentences about what to mind.
   */
  notes: string[];
}

/**
 * Asks to bring what a notebook imports from a module beside it into the notebook.
 */
export interface InlineImportWish {
  refactoring: 'inline-import';
  name: string;
}

/**
 * Asks to put what a name holds where it is read.
 */
export interface InlineWish {
  refactoring: 'inline';
  /**
   * Of a variable or a function.
   */
  name: string;
  /**
   * See `RenameWish`.
   */
  at?: PlaceInCell | null;
}

/**
 * A place in a cell, such as that of the cursor.
 */
export interface PlaceInCell {
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * Where in it.
   */
  position: Position;
}

/**
 * A name of the notebook that is no longer needed.
 */
export interface Inlining {
  kind: 'inlining';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * The name, which the notebook has no longer.
   */
  name: string;
  /**
   * What stands in its place.
   */
  text: string;
  /**
   * In how many places.
   */
  places: number;
  /**
   * Names that the notebook has then: those of a function's own variables.
   */
  gains: string[];
}

/**
 * Asks for everything that is shown about a notebook.
 */
export interface InspectRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * What ran since its kernel started, in order; `null` where that is not known, as without a kernel.
   */
  runs?: Run[] | null;
}

/**
 * What the kernel executed once.
 */
export interface Run {
  /**
   * The cell's id; `null` where it is not known which cell it was.
   */
  cell: string | null;
  /**
   * The text at that time; `null` where it is the one that the cell has now.
   */
  source: string | null;
  /**
   * When it began to run, in seconds since 1970; `null` where that is not known.
   */
  started?: number | null;
}

/**
 * The reply to one look at a notebook.
 */
export interface Inspection {
  /**
   * Whether the notebook's language is analysed; otherwise only language-free rules spoke.
   */
  supported: boolean;
  /**
   * The notebook's language, for a sentence about it.
   */
  language: string;
  /**
   * One report a cell, in order.
   */
  cells: CellReport[];
  /**
   * In the order of cells and positions; those of the notebook as a whole come first.
   */
  findings: Finding[];
  /**
   * The names of each code cell, and the dependencies between cells.
   */
  flow: Flow;
  /**
   * How the result of each code cell stands; `null` where it is not known what ran.
   */
  staleness: CellStaleness[] | null;
  /**
   * What the last run of each cell had from others, in this kernel; `null` likewise.
   */
  ran: RunDependencies | null;
  /**
   * Sentences about what could not be done: a setting that is wrong, a limit that was reached.
   */
  notices: string[];
}

/**
 * What the last runs of cells had from earlier runs.
 */
export interface RunDependencies {
  /**
   * The cells of the notebook that ran, in the order in which they ran last.
   */
  cells: string[];
  /**
   * Between cells of the notebook, in the order in which those ran last that need, then of the runs of those that gave. A cell that gave may have run again since.
   */
  dependencies: CellDependency[];
  /**
   * What is left out of them, as it came from no cell of the notebook.
   */
  elsewhere: Elsewhere[];
}

/**
 * Nothing was run: it reaches out of the notebook's folder, and nobody agreed to that.
 */
export interface LineConsent {
  kind: 'consent';
  effects: WorldEffect[];
}

/**
 * Something that a cell does outside of its kernel.
 */
export interface WorldEffect {
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * What.
   */
  kind: 'database' | 'environment' | 'network' | 'subprocess' | 'writes-file';
  /**
   * The path, where it is written out; else empty.
   */
  what: string;
  /**
   * Whether it happens in the folder of the notebook, of which a copy is made.
   */
  stays_inside: boolean;
}

/**
 * It could not be done, or went wrong on the way.
 */
export interface LineFailed {
  kind: 'failed';
  /**
   * A sentence for a person.
   */
  message: string;
}

/**
 * How far it is.
 */
export interface LineProgress {
  kind: 'progress';
  /**
   * What is done, from 0 to 1.
   */
  share: number;
  /**
   * What is going on.
   */
  label: string;
}

/**
 * A place that speaks of a name, where a change of it changes nothing that runs.
 */
export interface Mention {
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * Where.
   */
  range: Range;
  /**
   * In a `markdown` cell or in a `comment`.
   */
  where: 'comment' | 'markdown';
}

/**
 * One cell in place of several.
 */
export interface Merge {
  kind: 'merge';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * The id of the cell that is left.
   */
  cell: string;
  /**
   * What it holds.
   */
  source: string;
  /**
   * What a person should know, in sentences.
   */
  warnings: string[];
}

/**
 * Asks to make one cell of several, by their ids.
 */
export interface MergeWish {
  refactoring: 'merge';
  cells: string[];
}

/**
 * Definitions that were moved into a module.
 */
export interface ModuleExtraction {
  kind: 'module-extraction';
  /**
   * The changes; the file first.
   */
  plan: EditPlan;
  /**
   * What is imported: `cleaning`, `package.cleaning`.
   */
  module: string;
  /**
   * The names that were moved, in the order of the module.
   */
  names: string[];
  /**
   * Those of them that were not asked for, but that the others need.
   */
  along: string[];
  /**
   * The module.
   */
  text: string;
  /**
   * Whether the file is new.
   */
  is_new: boolean;
  /**
   * Sentences about what to mind.
   */
  notes: string[];
  /**
   * Names that the notebook has no longer: nobody else reads them.
   */
  loses: string[];
}

/**
 * A cell in another place.
 */
export interface Move {
  kind: 'move';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * The id of the cell that it stands below then; `null` at the top.
   */
  after: string | null;
  /**
   * The ids of the code cells that it passes.
   */
  crossed: string[];
}

/**
 * Asks to move a cell below another one; to the top where that is `null`.
 */
export interface MoveWish {
  refactoring: 'move';
  cell: string;
  after: string | null;
}

/**
 * An expression that got a name.
 */
export interface NamedExpression {
  kind: 'named-expression';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * The name.
   */
  name: string;
  /**
   * The expression.
   */
  text: string;
  /**
   * How many other places of the notebook have the same literal, changed or not.
   */
  others?: number;
}

/**
 * Where a name stands.
 */
export interface Place {
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * The name.
   */
  range: Range;
}

/**
 * A test that could be added to a cell.
 */
export interface Proposal {
  /**
   * For people.
   */
  title: string;
  /**
   * For `pytest`: letters, digits, `_` and `-`; no other test of the cell has it.
   */
  name: string;
  /**
   * The code.
   */
  source: string;
  /**
   * One sentence: what it holds fast, and where that was seen.
   */
  why: string;
  /**
   * What it notices.
   */
  worth: Worth;
  /**
   * How many changes it notices that neither the cell's own tests nor the proposals above do; 0 for one that says in other words what another one says.
   */
  new: number;
}

/**
 * What a test notices of small changes of its cell: its mutation score.
 */
export interface Worth {
  /**
   * How many changes it notices.
   */
  killed: number;
  /**
   * How many were tried.
   */
  mutants: number;
  /**
   * Some that it does not notice.
   */
  survivors: Survivor[];
}

/**
 * A small change of a cell that no test noticed.
 */
export interface Survivor {
  /**
   * What was changed, such as `> became >=`.
   */
  title: string;
  /**
   * The line in the cell where, from 0.
   */
  line: number;
  /**
   * The lines that it touches, as they are.
   */
  before: string;
  /**
   * The same lines, changed.
   */
  after: string;
}

/**
 * What was written back into a module.
 */
export interface PushBack {
  kind: 'push-back';
  /**
   * The changes; the file first.
   */
  plan: EditPlan;
  /**
   * What was written.
   */
  name: string;
  /**
   * Where to, as it is imported.
   */
  module: string;
  /**
   * The module.
   */
  text: string;
  /**
   * The names that the module imports besides.
   */
  along: string[];
  /**
   * Sentences about what to mind.
   */
  notes: string[];
}

/**
 * Asks to write what was brought into the notebook back into its module.
 */
export interface PushBackWish {
  refactoring: 'push-back';
  /**
   * Of a function or a class.
   */
  name: string;
  /**
   * Whether it stays in the notebook, too.
   */
  keep?: boolean;
  /**
   * Whether it is written though the module changed it meanwhile.
   */
  replace?: boolean;
  /**
   * The path of the module, relative to the server root; empty where nobody knows.
   */
  path?: string;
  /**
   * Its text, as an editor has it; `null` for that on disk.
   */
  existing?: string | null;
}

/**
 * What a live kernel has to evaluate, by `user_expressions` of a silent request.
 */
export interface QuickRun {
  kind: 'run';
  /**
   * In Python.
   */
  expression: string;
  /**
   * The ids of the cells that run, as they are.
   */
  cells: string[];
}

/**
 * What came of it.
 */
export interface VerifyDone {
  kind: 'verdict';
  verdict: Verdict;
}

/**
 * Whether two versions do the same.
 */
export interface Verdict {
  /**
   * `identical`; `differs`; `could-not-run`.
   */
  state: 'could-not-run' | 'differs' | 'identical';
  /**
   * Why they could not be run, a sentence; else empty.
   */
  reason: string;
  /**
   * Where they differ; the first of each cell and name.
   */
  differences: Difference[];
  /**
   * The ids of cells and the names that differ from run to run anyway; of a name that does so in part, the parts in brackets: `df (column t)`.
   */
  undecided: string[];
  /**
   * How many cells ran in the new version.
   */
  cells: number;
  /**
   * How long all took.
   */
  seconds: number;
}

/**
 * Asks what a live kernel has to evaluate to compare what a plan changes; then, to judge it.
 */
export interface QuickRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * What would be done.
   */
  plan: EditPlan;
  /**
   * Names that the notebook need not have afterwards.
   */
  lost?: string[];
  /**
   * What names are called afterwards, where that is not what they were.
   */
  renamed?: {
    [k: string]: string;
  };
  /**
   * What the kernel came to, as `text/plain`; `null` where it was not asked yet.
   */
  answer?: string | null;
  /**
   * How long that took.
   */
  seconds?: number;
}

/**
 * Another name for a name of the notebook.
 */
export interface Renaming {
  kind: 'renaming';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * The name as it was.
   */
  old: string;
  /**
   * As it is then.
   */
  new: string;
  /**
   * In how many places of the code it stands, that of tests included.
   */
  places: number;
  /**
   * The ids of the cells that change, in order.
   */
  cells: string[];
  /**
   * Where else it is spoken of; changed along only where that was asked for.
   */
  mentions: Mention[];
  /**
   * What a person should know, in sentences.
   */
  warnings: string[];
}

/**
 * Several cells in place of one.
 */
export interface Split {
  kind: 'split';
  /**
   * The changes.
   */
  plan: EditPlan;
  /**
   * The id of the cell, which is the last of them then.
   */
  cell: string;
  /**
   * What they hold, in order.
   */
  sources: string[];
  /**
   * What a person should know, in sentences.
   */
  warnings: string[];
  /**
   * The first line of each part but the first, from 1.
   */
  lines: number[];
  /**
   * Where it was proposed to cut it, where that was asked.
   */
  suggested: SuggestedCut[];
}

/**
 * A line above which a cell may well be split.
 */
export interface SuggestedCut {
  /**
   * The line, from 1.
   */
  line: number;
  /**
   * What begins there: `import`, `define`, `load`, `clean`, `model`, `plot`.
   */
  what: string;
}

/**
 * Asks how to refactor a notebook; changes nothing.
 */
export interface RefactorRequest {
  notebook: Notebook;
  wish: RefactorWish;
}

/**
 * Asks for another name for a name of the notebook.
 */
export interface RenameWish {
  refactoring: 'rename';
  /**
   * The name.
   */
  name: string;
  /**
   * What it is to be called.
   */
  to: string;
  /**
   * Where a person saw the name; refused where it is not that of the notebook there.
   */
  at?: PlaceInCell | null;
  /**
   * Where else it is changed along.
   */
  mentions?: ('comment' | 'markdown')[];
}

/**
 * Asks to make several cells of one.
 */
export interface SplitWish {
  refactoring: 'split';
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * Above which lines, from 1, it is cut; with none, where it begins to do another kind of thing.
   */
  lines?: number[];
  /**
   * A line, from 1, whose statement is to begin a cell.
   */
  cursor?: number | null;
}

/**
 * One rule of ours in the list of rules.
 */
export interface RuleInfo {
  /**
   * Its code.
   */
  code: string;
  /**
   * Its name for people.
   */
  slug: string;
  /**
   * As it speaks unless the settings say otherwise.
   */
  severity: Severity;
  /**
   * Whether it speaks unasked.
   */
  default: boolean;
  /**
   * What it finds, one sentence.
   */
  summary: string;
  /**
   * Why it matters, one sentence.
   */
  why: string;
}

/**
 * The page that explains a rule.
 */
export interface RulePage {
  /**
   * Its code.
   */
  code: string;
  /**
   * Its name for people.
   */
  slug: string;
  /**
   * The page.
   */
  markdown: string;
}

/**
 * What a kernel answers.
 */
export interface RunReply {
  /**
   * One for each test, in order.
   */
  results: TestResult[];
  /**
   * Whether pytest ran.
   */
  pytest: boolean;
  /**
   * What was seen that makes forking a bad choice in this kernel, a sentence each.
   */
  hazards: string[];
}

/**
 * What came of a test.
 */
export interface TestResult {
  /**
   * Of the test.
   */
  name: string;
  /**
   * `failed`: an assert is false; `error`: something else was raised; `timeout`: it did not end; `died`: it took its process with it; `blocked`: it could not run, as a cell that it needs raised.
   */
  status:
    'blocked' | 'died' | 'error' | 'failed' | 'passed' | 'skipped' | 'timeout';
  /**
   * Where it ran: `fork`: in a forked child of the kernel; `shared`: in the kernel; `clean`: in a kernel of its own, after the cells that it needs.
   */
  engine: 'clean' | 'fork' | 'shared';
  /**
   * How long it took.
   */
  seconds?: number;
  /**
   * What went wrong, a sentence or the assert with its values.
   */
  message?: string;
  /**
   * What stood on the right of an assert with `==`.
   */
  expected?: string;
  /**
   * What stood on the left.
   */
  got?: string;
  /**
   * The traceback, and what the parts of the assert held.
   */
  detail?: string;
  /**
   * What it printed.
   */
  output?: string;
  /**
   * The line of the test where it went wrong, from 0; -1 where it is not known.
   */
  line?: number;
  /**
   * One for each function `test_…` and set of parameters.
   */
  cases?: CaseResult[];
  /**
   * The lines of cells that ran, from 0, by cell; only where they were asked for.
   */
  lines?: {
    [k: string]: number[];
  };
  /**
   * Why it did not end in a forked child before: `timeout` or `died`.
   */
  fell_back?: '' | 'died' | 'timeout';
}

/**
 * What is asked of a kernel.
 */
export interface RunRequest {
  /**
   * The tests.
   */
  tests: TestToRun[];
  /**
   * `fork`: each in a forked child; `shared`: in the kernel itself.
   */
  engine?: 'fork' | 'shared';
  /**
   * `never` where pytest is not to be used though it is there.
   */
  pytest?: 'auto' | 'never';
  /**
   * Whether it is told which lines of cells ran.
   */
  coverage?: boolean;
  /**
   * With `coverage`, the cells: their sources, by what they are called in the answer.
   */
  cells?: {
    [k: string]: string;
  };
}

/**
 * A test.
 */
export interface TestToRun {
  /**
   * Of it.
   */
  name: string;
  /**
   * Its code.
   */
  source: string;
  /**
   * The most seconds that it may take; 0 for what is usual.
   */
  timeout?: number;
  /**
   * Its marks, of which `skip` and `xfail` count.
   */
  marks?: string[];
}

/**
 * What a test that the cell has already is worth.
 */
export interface ScoredTest {
  /**
   * Its name.
   */
  name: string;
  /**
   * Whether it passes on the cell as it is; if not, its worth is not known.
   */
  passes: boolean;
  /**
   * What it notices.
   */
  worth: Worth;
  /**
   * Whether it notices nothing, or next to nothing, though there were changes to notice.
   */
  weak: boolean;
}

/**
 * Who answers.
 */
export interface ServerInfo {
  /**
   * Of the server part.
   */
  version: string;
  /**
   * The version of this interface; a front end speaks one of them.
   */
  api: number;
  /**
   * The version of ruff in use; empty when ruff cannot be run.
   */
  ruff: string;
}

/**
 * What came of it.
 */
export interface SuggestDone {
  kind: 'suggestion';
  suggestion: Suggestion;
}

/**
 * What came of looking for tests of a cell.
 */
export interface Suggestion {
  /**
   * Its id.
   */
  cell: string;
  /**
   * The best first; empty where nothing was found that notices more.
   */
  proposals: Proposal[];
  /**
   * The tests that it has.
   */
  tests: ScoredTest[];
  /**
   * What all of them together notice: those that it has, and the proposals.
   */
  worth: Worth;
  /**
   * A sentence where there is something to say: why nothing is proposed, or that not all changes were tried; mostly empty.
   */
  remark: string;
  /**
   * How long it took.
   */
  seconds: number;
}

/**
 * Asks for tests of a cell: what it needs runs in a fresh kernel, and it itself many times.
 */
export interface SuggestRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * The id of the cell.
   */
  cell: string;
  /**
   * Whether it may run though it reaches out of its folder.
   */
  consent?: boolean;
}

/**
 * Which test of a notebook.
 */
export interface TestKey {
  /**
   * The id of its cell.
   */
  cell: string;
  /**
   * Its name.
   */
  name: string;
}

/**
 * What came of a test.
 */
export interface TestTold {
  kind: 'result';
  /**
   * The id of its cell.
   */
  cell: string;
  /**
   * What came of it.
   */
  result: TestResult;
}

/**
 * All of them have run.
 */
export interface TestsDone {
  kind: 'done';
  /**
   * How many.
   */
  tests: number;
  /**
   * How long it took.
   */
  seconds: number;
}

/**
 * Asks to run tests in fresh kernels, after what they need of the notebook.
 */
export interface TestRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * Which tests; all where none is named.
   */
  tests?: TestKey[];
  /**
   * Whether cells may run that reach out of the notebook's folder.
   */
  consent?: boolean;
}

/**
 * What runs tests in a kernel: an expression in Python, without what is asked for.
 *
 * To be evaluated by `user_expressions` of a silent request without code. Between the two parts
 * goes the request as JSON, in quotes as a text of JSON.
 */
export interface TestRunner {
  /**
   * What stands before the request.
   */
  before: string;
  /**
   * What stands behind it.
   */
  after: string;
}

/**
 * Where a definition is, and where it is used.
 */
export interface Uses {
  /**
   * Where the name is bound, in document order; several where it depends on what ran, which of them counts. Empty where no cell defines it.
   */
  definitions: Place[];
  /**
   * Where it is read or its object changed, in document order.
   */
  uses: Place[];
}

/**
 * Asks where what a name holds is used.
 */
export interface UsesRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * The name.
   */
  name: string;
  /**
   * The id of the cell where it stands.
   */
  cell: string;
  /**
   * The line there, from 0.
   */
  line: number;
}

/**
 * Asks to run a notebook as it is, and as it would be after a plan.
 */
export interface VerifyRequest {
  /**
   * The document.
   */
  notebook: Notebook;
  /**
   * What would be done.
   */
  plan: EditPlan;
  /**
   * Names that the notebook need not have afterwards.
   */
  lost?: string[];
  /**
   * What names are called afterwards, where that is not what they were.
   */
  renamed?: {
    [k: string]: string;
  };
  /**
   * Whether it may run though it reaches out of its folder.
   */
  consent?: boolean;
}

/**
 * The version of the interface that these types belong to.
 */
export const API_VERSION = 1;
