import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { countFunctions } from './definitions';

/**
 * Where a module is on the server.
 *
 * @param notebook - The path of the notebook on the server.
 * @param file - The module, as seen from the notebook's folder.
 * @returns Null where it is outside of what the server shows.
 */
export function serverPath(notebook: string, file: string): string | null {
  const path = PathExt.join(PathExt.dirname(notebook), file);
  return path.startsWith('..') || file.startsWith('/') ? null : path;
}

/**
 * The folders on the server in which a module may stand: beside the notebook, and above it, there
 * also below `src` or `lib`; the nearest first.
 *
 * @param notebook - The path of the notebook on the server.
 */
export function moduleFolders(notebook: string): readonly string[] {
  const folders: string[] = [];
  let level = PathExt.dirname(notebook);
  for (;;) {
    folders.push(level, PathExt.join(level, 'src'), PathExt.join(level, 'lib'));
    if (level === '') {
      return folders;
    }
    level = PathExt.dirname(level);
  }
}

/** Whether a module is not in the notebook's folder or below. */
export function isOutside(file: string): boolean {
  return PathExt.normalize(file).startsWith('..');
}

/**
 * Why a file cannot be a module, a sentence; empty where it can.
 */
export function fileProblem(
  notebook: string,
  file: string,
  trans: TranslationBundle
): string {
  if (file.trim() === '') {
    return trans.__('Name the file.');
  }
  if (!file.endsWith('.py')) {
    return trans.__('The name of the file ends in .py.');
  }
  return serverPath(notebook, file) === null
    ? trans.__('The file must be in a folder that the server shows.')
    : '';
}

/**
 * What becomes of a file, in words.
 *
 * @param existing - Its text; null where it is new, undefined where it is not known yet.
 */
export function fileHint(
  file: string,
  existing: string | null | undefined,
  trans: TranslationBundle
): string {
  if (isOutside(file)) {
    return trans.__("Outside the notebook's folder: add it to the import path");
  }
  if (existing === undefined) {
    return '';
  }
  if (existing === null) {
    return trans.__('New file, next to the notebook');
  }
  const count = countFunctions(existing);
  return count === 0
    ? trans.__('Adds to a file without functions')
    : trans._n(
        'Adds to a file with %1 function',
        'Adds to a file with %1 functions',
        count
      );
}

/** What of a folder can be named in a path: folders, with a slash, and modules. */
export function completions(
  typed: string,
  entries: readonly { readonly name: string; readonly type: string }[]
): string[] {
  const folder = folderOf(typed);
  const start = typed.slice(folder.length).toLowerCase();
  return entries
    .filter(
      ({ name, type }) =>
        !/^[._]/.test(name) && (type === 'directory' || name.endsWith('.py'))
    )
    .map(({ name, type }) => folder + name + (type === 'directory' ? '/' : ''))
    .filter(
      path =>
        path !== typed &&
        path.slice(folder.length).toLowerCase().startsWith(start)
    )
    .sort((one, other) => one.localeCompare(other));
}

/** The part of a path up to its last slash. */
export function folderOf(typed: string): string {
  return typed.slice(0, typed.lastIndexOf('/') + 1);
}
