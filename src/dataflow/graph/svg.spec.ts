import { nullTranslator } from '@jupyterlab/translation';

import {
  FakeNotebook,
  makeCellFlow,
  makeFlow
} from '../../testing-support/graphs';
import { GraphModel } from './model';
import type { IPalette } from './palette';
import { svgOf } from './svg';

const made: GraphModel[] = [];

function graphOf(notebook: FakeNotebook): GraphModel {
  const graph = new GraphModel(notebook);
  made.push(graph);
  return graph;
}

afterEach(() => {
  made.splice(0).forEach(graph => graph.dispose());
});

const PALETTE: IPalette = {
  ground: '#ffffff',
  node: '#fefefe',
  border: '#bdbdbd',
  text: '#202020',
  muted: '#606060',
  line: '#757575',
  linked: '#1976d2',
  warning: '#e65100',
  region: '#fef3ea',
  font: 'monospace'
};
const HOSTILE = '</text><script>alert("1")</script>&amp;\u0000\u001b[31m';

function drawn(notebook: FakeNotebook): { text: string; root: Element } {
  const graph = graphOf(notebook);
  const text = svgOf(graph, graph.picture!, {
    title: `Graph: ${HOSTILE}`,
    palette: PALETTE,
    trans: nullTranslator.load('jupyter_nbquality')
  });
  const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
  return { text, root: parsed.documentElement };
}

describe('the picture that stands alone', () => {
  const flow = makeFlow(
    [makeCellFlow('a'), makeCellFlow('b'), makeCellFlow('c', { known: false })],
    ['a', 'b']
  );

  it('holds every cell, its state and the names', () => {
    const notebook = new FakeNotebook(flow, { a: 'raw = 1', b: 'df = raw' });
    notebook.check(flow, {
      a: 'fresh',
      b: 'stale',
      c: 'not-run'
    });
    const { root } = drawn(notebook);
    const words = Array.from(
      root.querySelectorAll('text'),
      node => node.textContent
    );
    expect(words).toEqual(
      expect.arrayContaining([
        '[1]',
        'raw = 1',
        'fresh',
        '[2]',
        'df = raw',
        'stale',
        '[3]',
        'not run',
        'a'
      ])
    );
  });

  it('takes what is in a notebook for text', () => {
    const notebook = new FakeNotebook(flow, { a: HOSTILE });
    const { text, root } = drawn(notebook);
    expect(root.querySelector('parsererror')).toBeNull();
    expect(root.querySelector('script')).toBeNull();
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(root.querySelector('title')!.textContent).toContain('<script>');
  });

  it('needs nothing else: no variables, styles, links', () => {
    const { text } = drawn(new FakeNotebook(flow));
    expect(text).not.toMatch(/var\(|<style|href|url\(|class=/);
    expect(text).toContain('xmlns="http://www.w3.org/2000/svg"');
  });

  it('shows what is selected and what it is linked with', () => {
    const notebook = new FakeNotebook(flow);
    notebook.activate('b');
    const { root } = drawn(notebook);
    expect(
      root.querySelectorAll(`rect[stroke="${PALETTE.linked}"]`)
    ).toHaveLength(1);
    expect(
      root.querySelectorAll(`path[stroke="${PALETTE.linked}"]`)
    ).toHaveLength(1);
  });

  it('draws names that no cell defines as dashed arrows from nowhere', () => {
    const flow = makeFlow([makeCellFlow('a'), makeCellFlow('b')], ['a', 'b']);
    const { root } = drawn(
      new FakeNotebook({ ...flow, missing: [{ cell: 'b', names: ['flaged'] }] })
    );
    expect(root.textContent).toContain('flaged?');
    expect(root.querySelectorAll('path[stroke-dasharray="4 3"]')).toHaveLength(
      1
    );
  });
});
