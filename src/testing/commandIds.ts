/** The ids of the commands about tests. Those about one cell take `{ cell: id }`. */
export const CommandIDs = {
  addTest: 'nbquality:add-test',
  suggestTests: 'nbquality:suggest-tests',
  runTests: 'nbquality:run-tests',
  runCellTests: 'nbquality:run-cell-tests',
  runTestsClean: 'nbquality:run-tests-clean',
  toggleAutoTest: 'nbquality:toggle-auto-test'
} as const;
