/** The ids of the commands that refactor. */
export const CommandIDs = {
  extractFunction: 'nbquality:extract-function',
  extractModule: 'nbquality:extract-module',
  extractVariable: 'nbquality:extract-variable',
  extractConstant: 'nbquality:extract-constant',
  rename: 'nbquality:rename',
  inline: 'nbquality:inline',
  inlineImport: 'nbquality:inline-import',
  pushBack: 'nbquality:push-back',
  moveUp: 'nbquality:move-cell-up',
  moveDown: 'nbquality:move-cell-down',
  split: 'nbquality:split-cell',
  merge: 'nbquality:merge-cells'
} as const;
