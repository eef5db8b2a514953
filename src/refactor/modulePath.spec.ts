import { nullTranslator } from '@jupyterlab/translation';

import {
  completions,
  fileHint,
  fileProblem,
  folderOf,
  moduleFolders,
  serverPath
} from './modulePath';

const trans = nullTranslator.load('test');

describe('the path of a module on the server', () => {
  it.each([
    ['a.ipynb', 'features.py', 'features.py'],
    ['work/a.ipynb', 'churn/features.py', 'work/churn/features.py'],
    ['work/a.ipynb', '../features.py', 'features.py'],
    ['work/a.ipynb', './features.py', 'work/features.py'],
    ['work/a.ipynb', '../../features.py', null],
    ['a.ipynb', '../features.py', null],
    ['work/a.ipynb', '/etc/features.py', null]
  ])('beside %s: %s', (notebook, file, path) => {
    expect(serverPath(notebook, file)).toBe(path);
  });
});

describe('the folders of modules', () => {
  it.each([
    ['a.ipynb', ['', 'src', 'lib']],
    ['work/a.ipynb', ['work', 'work/src', 'work/lib', '', 'src', 'lib']]
  ])('of %s', (notebook, folders) => {
    expect(moduleFolders(notebook)).toEqual(folders);
  });
});

describe('a file that is no module', () => {
  it.each([
    [' ', 'Name the file.'],
    ['features', 'The name of the file ends in .py.'],
    ['churn/', 'The name of the file ends in .py.'],
    ['../x.py', 'The file must be in a folder that the server shows.'],
    ['x.py', '']
  ])('%j', (file, problem) => {
    expect(fileProblem('a.ipynb', file, trans)).toBe(problem);
  });
});

describe('what becomes of a file', () => {
  it.each([
    ['a.py', undefined, ''],
    ['b/a.py', null, 'New file, next to the notebook'],
    ['a.py', 'def f(): 1', 'Adds to a file with 1 function'],
    ['a.py', 'def f(): 1\ndef g(): 2', 'Adds to a file with 2 functions'],
    ['a.py', 'X = 1', 'Adds to a file without functions'],
    [
      '../a.py',
      null,
      "Outside the notebook's folder: add it to the import path"
    ]
  ])('%s, which holds %j', (file, existing, hint) => {
    expect(fileHint(file, existing, trans)).toBe(hint);
  });
});

describe('completing a path', () => {
  const entries = [
    { name: 'tests', type: 'directory' },
    { name: 'Train.py', type: 'file' },
    { name: 'data.csv', type: 'file' },
    { name: '.venv', type: 'directory' },
    { name: '__pycache__', type: 'directory' },
    { name: 'churn.ipynb', type: 'notebook' }
  ];

  it('offers folders and modules', () => {
    expect(completions('', entries)).toEqual(['tests/', 'Train.py']);
    expect(completions('t', entries)).toEqual(['tests/', 'Train.py']);
    expect(completions('tr', entries)).toEqual(['Train.py']);
    expect(completions('a/b/te', entries)).toEqual(['a/b/tests/']);
  });

  it('does not offer what is there already', () => {
    expect(completions('Train.py', entries)).toEqual([]);
  });

  it('knows the folder that is written', () => {
    expect(folderOf('a/b/te')).toBe('a/b/');
    expect(folderOf('te')).toBe('');
  });
});
