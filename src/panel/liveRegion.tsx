import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';

/** The least time between two announcements, in milliseconds. */
const PAUSE = 3000;

/**
 * Says a text to those who cannot see it, when it changed, at most every three seconds.
 */
export function LiveRegion({ text }: { text: string }): ReactElement {
  const [said, setSaid] = useState('');
  const last = useRef(-Infinity);

  useEffect(() => {
    const wait = Math.max(last.current + PAUSE - performance.now(), 0);
    const timer = window.setTimeout(() => {
      last.current = performance.now();
      setSaid(text);
    }, wait);
    return () => window.clearTimeout(timer);
  }, [text]);

  return (
    <div role="status" aria-live="polite" className="jp-nbq-unseen">
      {said}
    </div>
  );
}
