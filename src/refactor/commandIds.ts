/** The ids of the commands that refactor. */
export const CommandIDs = {
  extractFunction: 'nbquality:extract-function',
  extractModule: 'nbquality:extract-module'
} as const;
