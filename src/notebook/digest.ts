import type { ICodeCellModel } from '@jupyterlab/cells';
import type { IOutputModel } from '@jupyterlab/rendermime';

import type { OutputDigest } from '../api/types';
import { secretKinds } from './secretKinds';

/** Text outputs beyond this many characters are not searched for secrets: it would stall the page. */
const SEARCHED = 200_000;

/**
 * Digests of the outputs of cells, made again only when the outputs changed.
 */
export class OutputDigests {
  /** What is known of the outputs of a cell. */
  of(cell: ICodeCellModel): OutputDigest {
    let digest = this._digests.get(cell);
    if (!digest) {
      digest = digestOf(cell);
      this._digests.set(cell, digest);
      if (!this._watched.has(cell)) {
        this._watched.add(cell);
        cell.outputs.changed.connect(() => this._digests.delete(cell));
      }
      // Of text that is printed on, the outputs as a whole say nothing.
      for (let index = 0; index < cell.outputs.length; index++) {
        const { streamText } = cell.outputs.get(index);
        if (streamText && !this._printed.has(streamText)) {
          this._printed.add(streamText);
          streamText.changed.connect(() => this._digests.delete(cell));
        }
      }
    }
    return digest;
  }

  private _digests = new WeakMap<ICodeCellModel, OutputDigest>();
  private _watched = new WeakSet<ICodeCellModel>();
  private _printed = new WeakSet<object>();
}

function digestOf(cell: ICodeCellModel): OutputDigest {
  const mimeTypes = new Set<string>();
  const secrets = new Set<string>();
  let size = 0;
  let largest = 0;
  let errorName: string | null = null;
  for (let index = 0; index < cell.outputs.length; index++) {
    const output = cell.outputs.get(index);
    let outputSize = 0;
    for (const [type, text] of texts(output)) {
      outputSize += text.length;
      if (isText(type)) {
        for (const kind of secretKinds(text.slice(0, SEARCHED))) {
          secrets.add(kind);
        }
      }
      if (output.type !== 'error') {
        mimeTypes.add(type);
      }
    }
    if (output.type === 'error') {
      const { ename } = output.toJSON() as { ename?: unknown };
      errorName ??= typeof ename === 'string' && ename ? ename : 'Error';
    }
    size += outputSize;
    largest = Math.max(largest, outputSize);
  }
  return {
    size,
    largest,
    mime_types: [...mimeTypes].sort(),
    error_name: errorName,
    secrets: [...secrets].sort()
  };
}

/** The texts of an output, each with its MIME type. */
function* texts(output: IOutputModel): Generator<[string, string]> {
  const raw = output.toJSON() as Record<string, unknown>;
  if (output.type === 'stream') {
    yield ['text/plain', joined(raw.text)];
  } else if (output.type === 'error') {
    yield [
      'text/plain',
      [raw.ename, raw.evalue, joined(raw.traceback)].join('\n')
    ];
  } else {
    for (const [type, value] of Object.entries(output.data)) {
      yield [
        type,
        typeof value === 'string' || Array.isArray(value)
          ? joined(value)
          : JSON.stringify(value ?? '')
      ];
    }
  }
}

function joined(value: unknown): string {
  if (Array.isArray(value)) {
    return value.join('');
  }
  return typeof value === 'string' ? value : '';
}

/** Whether what has this MIME type is text that may show a secret. */
function isText(type: string): boolean {
  return (
    type.startsWith('text/') ||
    ['json', 'xml', 'javascript'].some(ending => type.endsWith(ending))
  );
}
