import type { CellDependency, CellFlow, Flow } from '../api/types';
import { Links } from './links';

function cell(id: string, more: Partial<CellFlow> = {}): CellFlow {
  return {
    cell: id,
    known: true,
    kept: false,
    imports_only: false,
    defines: [],
    uses: [],
    deferred_uses: [],
    mutates: [],
    deletes: [],
    unknown: [],
    ...more
  };
}

function needs(
  target: string,
  source: string,
  names: string[],
  kind: CellDependency['kind'] = 'definition'
): CellDependency {
  return { source, target, names, kind };
}

const name = (text: string): CellFlow['defines'][number] => ({
  name: text,
  certain: true,
  range: null
});

const flow: Flow = {
  missing: [],
  cells: [
    cell('imports', { imports_only: true, defines: [name('pd')] }),
    cell('load', { defines: [name('df'), name('path')] }),
    cell('clean', { mutates: [name('df')] }),
    cell('plot')
  ],
  dependencies: [
    needs('load', 'imports', ['pd']),
    needs('clean', 'load', ['df']),
    needs('plot', 'imports', ['pd']),
    needs('plot', 'load', ['df']),
    needs('plot', 'clean', ['df'], 'mutation'),
    needs('plot', 'load', ['path'], 'possible-mutation')
  ]
};

describe('Links', () => {
  const links = new Links(flow);

  it('tells what a cell reads and from where, imports last', () => {
    expect(links.reads('plot')).toEqual([
      { names: ['df'], cells: ['load', 'clean'] },
      { names: ['pd'], cells: ['imports'] }
    ]);
  });

  it('tells who uses what a cell makes, and what nobody uses', () => {
    expect(links.writes('load')).toEqual([
      { names: ['df'], cells: ['clean', 'plot'] },
      { names: ['path'], cells: [] }
    ]);
    expect(links.writes('clean')).toEqual([{ names: ['df'], cells: ['plot'] }]);
  });

  it('tells which cells a cell needs, in notebook order', () => {
    expect(links.needs('plot')).toEqual(['imports', 'load', 'clean']);
    expect(links.needs('imports')).toEqual([]);
  });

  it('follows dependencies at any remove', () => {
    expect(links.ancestors('plot')).toEqual(
      new Set(['imports', 'load', 'clean'])
    );
    expect(links.descendants('load')).toEqual(new Set(['clean', 'plot']));
    expect(links.descendants('plot')).toEqual(new Set());
  });

  it('comes to an end where cells need each other', () => {
    const round = new Links({
      missing: [],
      cells: [cell('a'), cell('b')],
      dependencies: [needs('a', 'b', ['x']), needs('b', 'a', ['y'])]
    });
    expect(round.ancestors('a')).toEqual(new Set(['b']));
  });

  it('has nothing to say of a cell it does not know', () => {
    expect(links.reads('gone')).toEqual([]);
    expect(links.writes('gone')).toEqual([]);
    expect(links.cell('gone')).toBeNull();
  });
});
