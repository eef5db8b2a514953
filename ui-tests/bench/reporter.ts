import type {
  FullResult,
  Reporter,
  TestCase,
  TestResult
} from '@playwright/test/reporter';

/** Passes on what a measurement prints, and why it failed; nothing else. */
export default class BenchReporter implements Reporter {
  printsToStdio(): boolean {
    return true;
  }

  onStdOut(chunk: string | Buffer, test?: TestCase): void {
    if (test) {
      process.stdout.write(chunk);
    }
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    for (const error of result.errors) {
      console.error(`${test.title}: ${error.message ?? error.value}`);
    }
  }

  onError(error: { message?: string }): void {
    console.error(error.message);
  }

  onEnd(result: FullResult): void {
    if (result.status === 'timedout' || result.status === 'interrupted') {
      console.error(`The measurement was ${result.status}.`);
    }
  }
}
