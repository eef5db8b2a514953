import type { CDPSession, Page } from '@playwright/test';

/** A task of the main thread that took more than 50 ms; times in milliseconds. */
export interface ILongTask {
  readonly start: number;
  readonly duration: number;
  /** How long code of the extension ran in it. */
  readonly ours: number;
}

/** What the protocol of Chromium gives as a profile; times in microseconds. */
interface IProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

interface IWindow {
  nbqLongTasks: { start: number; duration: number }[];
}

const OURS = '/extensions/jupyter-nbquality/';
const SAMPLE_US = 500;

/**
 * Watches the main thread while something is done.
 *
 * @returns The long tasks, each with the time in which a function of the extension was on the stack.
 */
export async function longTasksWhile(
  page: Page,
  action: () => Promise<void>
): Promise<ILongTask[]> {
  // Galata's page stands before the browser's own, which alone can be profiled.
  const [real] = page.context().pages();
  const session = await page.context().newCDPSession(real);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  await session.send('Performance.enable');
  await page.evaluate(() => {
    const found: IWindow['nbqLongTasks'] = [];
    (window as unknown as IWindow).nbqLongTasks = found;
    new PerformanceObserver(list => {
      for (const { startTime, duration } of list.getEntries()) {
        found.push({ start: startTime, duration });
      }
    }).observe({ type: 'longtask' });
  });
  await session.send('Profiler.start');
  const offset = await clockOffset(page, session);
  await action();
  const { profile } = await session.send('Profiler.stop');
  const tasks = await page.evaluate(
    () => (window as unknown as IWindow).nbqLongTasks
  );
  await session.detach();
  const spans = ourSpans(profile);
  return tasks.map(({ start, duration }) => {
    const from = start + offset;
    const end = from + duration;
    const ours = spans.reduce(
      (sum, [first, last]) =>
        sum + Math.max(0, Math.min(last, end) - Math.max(first, from)),
      0
    );
    return { start, duration, ours };
  });
}

/** What to add to `performance.now()` for the clock of profiles, in milliseconds. */
async function clockOffset(page: Page, session: CDPSession): Promise<number> {
  const offsets: number[] = [];
  for (let round = 0; round < 5; round++) {
    const now = await page.evaluate(() => performance.now());
    const { metrics } = await session.send('Performance.getMetrics');
    const at = metrics.find(({ name }) => name === 'Timestamp')!.value * 1000;
    offsets.push(at - now);
  }
  // The answer that came quickest is the truest.
  return Math.min(...offsets);
}

/** The times, in milliseconds, in which a function of the extension was on the stack. */
function ourSpans(profile: IProfile): [number, number][] {
  const ours = new Set<number>();
  const byId = new Map(profile.nodes.map(node => [node.id, node]));
  const visit = (id: number, isOurs: boolean): void => {
    const node = byId.get(id)!;
    const here = isOurs || node.callFrame.url.includes(OURS);
    if (here) {
      ours.add(id);
    }
    node.children?.forEach(child => visit(child, here));
  };
  visit(profile.nodes[0].id, false);
  const spans: [number, number][] = [];
  let time = profile.startTime;
  profile.samples?.forEach((sample, index) => {
    const next = time + (profile.timeDeltas?.[index + 1] ?? 0);
    time += index === 0 ? (profile.timeDeltas?.[0] ?? 0) : 0;
    if (ours.has(sample)) {
      spans.push([time / 1000, next / 1000]);
    }
    time = next;
  });
  return spans;
}
