import {
  FakeNotebook,
  makeCellFlow,
  makeFlow
} from '../../testing-support/graphs';
import { GraphModel, MANY_CELLS, isOnWay } from './model';

const made: GraphModel[] = [];

function graphOf(notebook: FakeNotebook): GraphModel {
  const graph = new GraphModel(notebook);
  made.push(graph);
  return graph;
}

afterEach(() => {
  made.splice(0).forEach(graph => graph.dispose());
});

const CELLS = ['a', 'b', 'c', 'd'].map(id => makeCellFlow(id));
const FLOW = makeFlow(CELLS, ['a', 'b'], ['b', 'c'], ['a', 'd']);

function chain(count: number) {
  const ids = Array.from({ length: count }, (_, place) => `c${place}`);
  return makeFlow(
    ids.map(id => makeCellFlow(id)),
    ...ids.slice(1).map((id, place): [string, string] => [ids[place], id])
  );
}

describe('the graph of a notebook', () => {
  it('follows the active cell without moving anything', () => {
    const notebook = new FakeNotebook(FLOW);
    const graph = graphOf(notebook);
    const before = graph.picture!.layout;
    const onChanged = jest.fn();
    graph.changed.connect(onChanged);
    notebook.activate('b');
    expect(graph.selected).toBe('b');
    expect(onChanged).toHaveBeenCalledTimes(1);
    expect(graph.picture!.layout).toBe(before);
    expect(Array.from(graph.linked.above)).toEqual(['b', 'a']);
    expect(Array.from(graph.linked.below)).toEqual(['b', 'c']);
  });

  it('keeps its layout after a check that found the same', () => {
    const notebook = new FakeNotebook(FLOW);
    const graph = graphOf(notebook);
    const before = graph.picture!.layout;
    notebook.check(makeFlow(CELLS, ['a', 'b'], ['b', 'c'], ['a', 'd']));
    expect(graph.picture!.layout).toBe(before);
    notebook.check(makeFlow(CELLS, ['a', 'b']));
    expect(graph.picture!.layout).not.toBe(before);
    expect(graph.picture!.arrows).toHaveLength(1);
  });

  it('draws what ran, in its order, where that is asked for', () => {
    const notebook = new FakeNotebook(FLOW);
    const graph = graphOf(notebook);
    expect(graph.hasRunOrder).toBe(false);
    const { dependencies } = makeFlow([], ['c', 'a'], ['a', 'b'], ['b', 'a']);
    notebook.check(FLOW, null, {
      cells: ['c', 'b', 'a'],
      dependencies,
      elsewhere: []
    });
    expect(graph.hasRunOrder).toBe(true);
    expect(graph.picture!.cells).toEqual(['a', 'b', 'c', 'd']);

    graph.choose({ order: 'run' });
    const { cells, arrows, back } = graph.picture!;
    expect(cells).toEqual(['c', 'a', 'b']);
    expect(arrows.map(({ source, target }) => source + target)).toEqual([
      'ca',
      'ab'
    ]);
    expect(back).toBe(1);

    // Restarted: nothing ran, and the notebook is drawn as it is written.
    notebook.check(FLOW);
    expect(graph.picture!.cells).toEqual(['a', 'b', 'c', 'd']);
  });

  it('draws what the selected cell is linked with, and stays there', () => {
    const notebook = new FakeNotebook(FLOW);
    const graph = graphOf(notebook);
    notebook.activate('c');
    graph.choose({ scope: 'linked' });
    expect(graph.picture!.cells).toEqual(['a', 'b', 'c']);
    const before = graph.picture!.layout;
    notebook.activate('d');
    expect(graph.anchor).toBe('c');
    expect(graph.picture!.layout).toBe(before);
    graph.choose({ scope: 'linked' });
    expect(graph.picture!.cells).toEqual(['a', 'd']);
  });

  it('opens with the linked cells of a long notebook, and draws all when asked', () => {
    const notebook = new FakeNotebook(
      makeFlow(
        [
          ...chain(MANY_CELLS).cells,
          makeCellFlow('x'),
          makeCellFlow('y', {
            uses: [{ name: 'x', certain: true, range: null }]
          })
        ],
        ['x', 'y']
      )
    );
    notebook.activate('y');
    const graph = graphOf(notebook);
    notebook.check(notebook.model.inspection!.flow);
    expect(graph.choices.scope).toBe('linked');
    expect(graph.picture!.cells).toEqual(['x', 'y']);
    graph.choose({ scope: 'all' });
    expect(graph.picture!.cells).toHaveLength(MANY_CELLS + 2);
  });

  it('opens with the linked cells too where all was known before', () => {
    const notebook = new FakeNotebook(chain(MANY_CELLS + 1));
    notebook.activate('c3');
    const graph = graphOf(notebook);
    expect(graph.choices.scope).toBe('linked');
    expect(graph.anchor).toBe('c3');
  });

  it('shows a cell that is not drawn', () => {
    const notebook = new FakeNotebook(
      makeFlow(
        [makeCellFlow('i', { imports_only: true }), ...CELLS],
        ['i', 'a']
      )
    );
    const graph = graphOf(notebook);
    expect(graph.picture!.cells).not.toContain('i');
    graph.show('i');
    expect(graph.selected).toBe('i');
    expect(graph.picture!.cells).toContain('i');
  });

  it('goes on around another cell when the one it is linked to is gone', () => {
    const notebook = new FakeNotebook(FLOW);
    notebook.activate('c');
    const graph = graphOf(notebook);
    graph.choose({ scope: 'linked' });
    notebook.activate('a');
    notebook.check(
      makeFlow(
        CELLS.filter(({ cell }) => cell !== 'c'),
        ['a', 'b'],
        ['a', 'd']
      )
    );
    expect(graph.anchor).toBe('a');
    expect(graph.picture!.cells).toEqual(['a', 'b', 'd']);
  });

  it('says how results stand only where it is known what ran', () => {
    const notebook = new FakeNotebook(FLOW);
    const graph = graphOf(notebook);
    expect(graph.stateOf('a')).toBeNull();
    notebook.check(FLOW, {
      a: 'edited',
      b: 'stale',
      c: 'not-run',
      d: 'fresh'
    });
    expect(graph.stateOf('c')).toBe('not-run');
    expect(graph.staleCount).toBe(2);
    graph.choose({ scope: 'stale' });
    expect(graph.picture!.cells).toEqual(['a', 'b']);
  });

  it('knows what lies on the way', () => {
    const notebook = new FakeNotebook(FLOW);
    notebook.activate('b');
    const graph = graphOf(notebook);
    expect(
      graph
        .picture!.arrows.filter(arrow => isOnWay(arrow, graph.linked))
        .map(({ target }) => target)
    ).toEqual(['b', 'c']);
  });

  it('says nothing more once it is disposed', () => {
    const notebook = new FakeNotebook(FLOW);
    const graph = graphOf(notebook);
    const onChanged = jest.fn();
    graph.changed.connect(onChanged);
    graph.dispose();
    notebook.activate('b');
    notebook.check(FLOW);
    expect(onChanged).not.toHaveBeenCalled();
  });
});
