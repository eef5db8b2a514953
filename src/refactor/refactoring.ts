import type { ReactElement } from 'react';

import type { RefactorReply, RefactorWish, Refusal } from '../api/types';
import type { FileTexts } from '../tokens';

/** What the server says where it does not refuse. */
export type Answer = Exclude<RefactorReply, Refusal>;

/** A question to the server, with the texts of the files that it speaks of. */
export interface IQuestion {
  readonly wish: RefactorWish;
  readonly texts: FileTexts;
}

/** The names that the notebook has no longer, and those that are called otherwise. */
export function namesGone(answer: Answer): {
  readonly lost: string[];
  readonly renamed: Record<string, string>;
} {
  switch (answer.kind) {
    case 'extraction':
    case 'module-extraction':
      return { lost: answer.loses, renamed: {} };
    case 'inlining':
      return { lost: [answer.name], renamed: {} };
    case 'renaming':
      return { lost: [], renamed: { [answer.old]: answer.new } };
    default:
      return { lost: [], renamed: {} };
  }
}

/** What the fields of a refactoring are given. */
export interface IFieldsProps<Form> {
  readonly form: Form;
  /** Changes some of what the fields hold. */
  change(change: Partial<Form>): void;
  /** The last answer; null as long as there is none. */
  readonly answer: Answer | null;
  /** The texts of the files that the last question spoke of. */
  readonly texts: FileTexts;
}

/** Something to mind. */
export interface INote {
  /** A sentence; names in backquotes. */
  readonly text: string;
  readonly isWarning: boolean;
}

/**
 * One kind of refactoring of one selection: what is asked of a person, what that is as a question to the server, and
 * what to tell of the answer.
 */
export interface IRefactoring<Form> {
  readonly title: string;
  readonly initial: Form;
  /** What it does, a sentence. */
  lead(form: Form): string;
  /** Why the fields are not yet a question, a sentence; empty where they are. */
  problem(form: Form): string;
  question(form: Form): Promise<IQuestion>;
  /** Null where there is nothing to say. */
  readonly Fields: ((props: IFieldsProps<Form>) => ReactElement) | null;
  /** What comes of it, beside the changes of texts. */
  notes(answer: Answer): INote[];
  /** What was done, a sentence. */
  done(answer: Answer): string;
}
