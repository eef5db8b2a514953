import type { Flow, Notebook } from '../../api/types';
import cases from '../../testing-support/graphCases.json';
import { mermaidOf } from './mermaid';

describe('the Mermaid text of a graph', () => {
  it.each(cases.map(one => [one.name, one] as const))(
    'is that of the command line: %s',
    (_, { cells, flow, mermaid }) => {
      const text = mermaidOf(
        { path: '', cells } as unknown as Notebook,
        flow as unknown as Flow
      );
      expect(text.split('\n')).toEqual([...mermaid, '']);
    }
  );

  it('masks secrets', () => {
    const secret = ['ghp', 'Zq3vT8sLm2Wd9Kx7Rb4Nf6Hj1Pc5Gy0UaaU0'].join('_');
    const text = mermaidOf(
      {
        path: '',
        cells: [{ id: 'a', cell_type: 'code', source: `token = "${secret}"` }]
      },
      {
        cells: [{ cell: 'a', known: true, unknown: [] }],
        dependencies: []
      } as unknown as Flow
    );
    expect(text).toContain('token =');
    expect(text).not.toContain(secret);
  });
});
