const jupyterlab = require('@jupyterlab/testing/lib/jest-config')(__dirname);

// Published as ES modules only, so Jest has to translate them.
const scopes = [
  '@codemirror',
  '@jupyter',
  '@jupyterlab',
  '@lumino',
  '@microsoft',
  '@rjsf'
];
const packages = [
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
];

module.exports = {
  ...jupyterlab,
  modulePathIgnorePatterns: [
    '<rootDir>/.venv/',
    '<rootDir>/jupyter_nbquality/',
    '<rootDir>/lib/'
  ],
  reporters: process.env.CI ? ['default', 'github-actions'] : ['default'],
  roots: ['<rootDir>/src'],
  setupFiles: [...jupyterlab.setupFiles, '<rootDir>/jest.setup.js'],
  testRegex: '\\.spec\\.tsx?$',
  transformIgnorePatterns: [
    `/node_modules/(?!(${[...scopes, ...packages].join('|')})).+`
  ]
};
