import { Notification } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { Flow } from '../api/types';
import { cellReference } from '../components/cellNames';
import { NO_ARGUMENTS } from '../components/commandArguments';
import { nameAt } from '../components/nameAt';
import { popupMenu } from '../components/popupMenu';
import { maskSecrets } from '../notebook/secretMask';
import type { IQualityClient, IQualityModel, IQualityTracker } from '../tokens';
import { CommandIDs } from './commandIds';
import { freshStaleness } from './freshStaleness';
import type { IPlace } from './names';
import { definitionOf } from './names';

/** What the commands need of the world. */
export interface INameCommandsOptions {
  commands: CommandRegistry;
  tracker: IQualityTracker;
  client: IQualityClient;
  trans: TranslationBundle;
}

/** The name at the cursor of the active cell, with where it is. */
interface IAsked {
  readonly panel: NotebookPanel;
  readonly model: IQualityModel;
  readonly name: string;
  readonly cell: string;
  readonly position: { line: number; column: number };
}

/**
 * Adds the commands about the name at the cursor.
 */
export function addNameCommands(options: INameCommandsOptions): void {
  const { commands, tracker, client, trans } = options;
  const isEnabled = (): boolean =>
    tracker.current?.content.activeCell?.model.type === 'code';
  const withName =
    (
      run: (asked: IAsked, flow: Flow) => Promise<void> | void
    ): (() => Promise<void>) =>
    async () => {
      const asked = askedName(tracker);
      if (!asked) {
        tell(trans.__('There is no name at the cursor.'));
        return;
      }
      await freshStaleness(asked.model);
      const flow = asked.model.inspection?.flow;
      if (!flow) {
        return;
      }
      try {
        await run(asked, flow);
      } catch (error) {
        tell((error as Error).message);
      }
    };

  commands.addCommand(CommandIDs.goToDefinition, {
    label: trans.__('Go to Definition'),
    caption: trans.__('Go to where the name at the cursor is defined'),
    describedBy: NO_ARGUMENTS,
    isEnabled,
    execute: withName(async (asked, flow) => {
      const place = definitionOf(flow, asked.name, asked);
      if (place) {
        await go(asked.panel, place);
      } else {
        tell(trans.__('No cell defines %1.', asked.name));
      }
    })
  });
  commands.addCommand(CommandIDs.findUses, {
    label: trans.__('Find Uses'),
    caption: trans.__('List where cells use what the name at the cursor holds'),
    describedBy: NO_ARGUMENTS,
    isEnabled,
    execute: withName(async asked => {
      const places = await usesOf(asked);
      if (places.length === 0) {
        tell(trans.__('No cell uses %1.', asked.name));
        return;
      }
      const editor = asked.panel.content.activeCell?.editor;
      const at = editor?.getCoordinateForPosition(editor.getCursorPosition());
      popupMenu(
        [
          places.map(place => ({
            label: label(asked.model, place),
            run: () => go(asked.panel, place)
          }))
        ],
        { x: at?.left ?? 0, y: at?.bottom ?? 0 },
        () => editor?.focus()
      );
    })
  });

  /** Every use of what the name holds there, a line once. */
  async function usesOf(asked: IAsked): Promise<IPlace[]> {
    const { model, name, cell, position } = asked;
    const { snapshot } = model;
    if (!snapshot) {
      return [];
    }
    const { uses } = await client.uses({
      notebook: snapshot,
      name,
      cell,
      line: position.line
    });
    const lines = new Map<string, IPlace>();
    for (const place of uses) {
      const key = JSON.stringify([place.cell, place.range.start.line]);
      if (!lines.has(key)) {
        lines.set(key, place);
      }
    }
    return Array.from(lines.values());
  }

  function go(panel: NotebookPanel, place: IPlace): Promise<void> {
    return tracker.reveal(panel, place.cell, {
      range: place.range,
      focus: true
    });
  }

  /** A cell, the line, and what stands there. */
  function label(model: IQualityModel, { cell, range }: IPlace): string {
    const name = cellReference(model, cell, trans)?.label ?? '';
    const line = range?.start.line ?? 0;
    const source = model.currentSource(cell) ?? '';
    const text = maskSecrets(source).split(/\r\n|\r|\n/)[line] ?? '';
    return trans.__('%1 line %2: %3', name, line + 1, text.trim());
  }

  function tell(sentence: string): void {
    Notification.info(sentence, { autoClose: 3000 });
  }
}

function askedName(tracker: IQualityTracker): IAsked | null {
  const { current: panel } = tracker;
  const cell = panel?.content.activeCell;
  const editor = cell?.editor;
  if (!panel || !cell || !editor || cell.model.type !== 'code') {
    return null;
  }
  const position = editor.getCursorPosition();
  const name = nameAt(editor.getLine(position.line) ?? '', position.column);
  return name === null
    ? null
    : {
        panel,
        model: tracker.modelOf(panel),
        name,
        cell: cell.model.id,
        position
      };
}
