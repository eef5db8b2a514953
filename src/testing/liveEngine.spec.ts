import { decoded, expressionFor } from './liveEngine';

const { execFileSync } = jest.requireActual<{
  execFileSync(
    file: string,
    args: string[],
    options: { encoding: string; input: string }
  ): string;
}>('node:child_process');

/** A runner that tells what it was asked. */
const RUNNER = {
  before:
    "(lambda json, asked: json.dumps({'hazards': ['it\\'s \\\\ \"so\"'], 'results': [{**json.loads(asked)['tests'][0], 'status': 'passed', 'engine': json.loads(asked)['engine'], 'message': repr(total)}]}))(__import__('json'), ",
  after: ')'
};

describe('a question to a kernel', () => {
  it('is understood by Python, and its answer here', () => {
    const source = 'assert total == "é \\n \'x\' \u{1f600}"\n';
    const expression = expressionFor(
      RUNNER,
      {
        title: 'T',
        name: 'total_is',
        source,
        timeout: 2.5,
        engine: null,
        marks: ['slow']
      },
      'fork'
    );
    // As a kernel does it: the value of the expression, as its display shows it, and nothing new among the names.
    const shown = execFileSync('python3', ['-'], {
      encoding: 'utf-8',
      input: `
total = 3
before = set(globals()) | {"before"}
value = eval(${JSON.stringify(expression)})
assert eval(${JSON.stringify(expression)}) == value
assert set(globals()) - before == {"value"}, set(globals()) - before
print(repr(value))
`
    });
    const { result, hazards } = decoded(shown.trim());
    expect(result).toMatchObject({
      name: 'total_is',
      source,
      timeout: 2.5,
      marks: ['slow'],
      engine: 'fork',
      fell_back: '',
      message: '3'
    });
    expect(hazards).toEqual(['it\'s \\ "so"']);
  });
});
