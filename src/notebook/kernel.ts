import type { ISessionContext } from '@jupyterlab/apputils';

/** Whether a notebook has a kernel that can run something. */
export function hasKernel(session: ISessionContext): boolean {
  const kernel = session.session?.kernel;
  return !!kernel && kernel.status !== 'dead' && !session.isTerminating;
}

/** Whether it is certain that a notebook has no kernel: none is being looked for. */
export function lacksKernel(session: ISessionContext): boolean {
  return session.isReady && !session.isRestarting && !hasKernel(session);
}
