import { CommandIDs } from '../commandIds';

/** The ids of the commands about the graph. */
export const GraphCommandIDs = {
  /** Opens the graph of a notebook. */
  open: 'nbquality:open-graph',
  /** Shows a cell in the graph. */
  show: CommandIDs.showInGraph,
  exportSvg: 'nbquality:export-graph-svg',
  exportMermaid: 'nbquality:export-graph-mermaid'
} as const;
