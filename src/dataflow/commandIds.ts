/** The ids of the commands about the flow between cells. Those about one cell take `{ cell: id }`. */
export const CommandIDs = {
  revealCell: 'nbquality:reveal-cell',
  runWithNeeds: 'nbquality:run-with-needs',
  runStale: 'nbquality:run-stale',
  runWithUsers: 'nbquality:run-with-users',
  runUsers: 'nbquality:run-users',
  toggleAutoRun: 'nbquality:toggle-auto-run',
  goToDefinition: 'nbquality:go-to-definition',
  findUses: 'nbquality:find-uses',
  toggleHighlight: 'nbquality:toggle-highlight',
  gather: 'nbquality:gather',
  showInGraph: 'nbquality:show-in-graph'
} as const;
