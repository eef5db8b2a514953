import type { ISessionContext } from '@jupyterlab/apputils';

/** Whether a notebook has a kernel that can run something. */
export function hasKernel(session: ISessionContext): boolean {
  const kernel = session.session?.kernel;
  return !!kernel && kernel.status !== 'dead' && !session.isTerminating;
}

/** What a kernel says of itself that is on its way. */
const COMING: ReadonlySet<string> = new Set([
  'initializing',
  'starting',
  'restarting',
  'autorestarting',
  'connecting',
  'terminating'
]);

/** Whether a notebook has no kernel, and none is on its way. */
export function lacksKernel(session: ISessionContext): boolean {
  return !hasKernel(session) && !COMING.has(session.kernelDisplayStatus);
}
