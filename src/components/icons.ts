import { LabIcon } from '@jupyterlab/ui-components';

/** Makes an icon of ours from the paths of a 16 px drawing in the theme's colour. */
function icon(name: string, paths: string): LabIcon {
  return new LabIcon({
    name: `jupyter-nbquality:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><g fill="none"><g class="jp-icon3" stroke="#616161" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${paths}</g></g></svg>`
  });
}

/** A triangle: something that is wrong, but does not fail. */
export const warningIcon = icon(
  'warning',
  '<path d="M8 2 14.5 13.5h-13Z"/><path d="M8 6.5v3.2M8 11.6v.1"/>'
);

/** A wand: changes that keep the meaning of the code. */
export const fixIcon = icon(
  'fix',
  '<path d="m3 13 7-7M10 2v2M14 6h-2M12.6 3.4l-1 1M5 3v1.6M4.2 3.8h1.6M12 10v1.6M11.2 10.8h1.6"/>'
);

/** A plug: the server part does not answer. */
export const plugIcon = icon(
  'plug',
  '<path d="M6 2v3M10 2v3M4 5h8v2.5a4 4 0 0 1-8 0ZM8 11.5V14"/>'
);

/** A dashed ring: a cell that was not run. */
export const notRunIcon = icon(
  'not-run',
  '<circle cx="8" cy="8" r="5.5" stroke-dasharray="2.5 2.4"/>'
);

/** A line: less. */
export const minusIcon = icon('minus', '<path d="M3.5 8h9"/>');

/** Four corners: all of it. */
export const fitIcon = icon(
  'fit',
  '<path d="M2.5 5.5v-3h3M10.5 2.5h3v3M13.5 10.5v3h-3M5.5 13.5h-3v-3"/>'
);

/** Three cells and what leads from one to the others. */
export const graphIcon = icon(
  'graph',
  '<circle cx="3.5" cy="8" r="1.8"/><circle cx="12" cy="3.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="m5.2 7.2 5-2.8M5.2 8.8l5 2.8"/>'
);

/** A shield with a tick: seen to do the same. */
export const verifiedIcon = icon(
  'verified',
  '<path d="M8 1.8 13 4v3.8c0 3-2.1 5.2-5 6.4-2.9-1.2-5-3.4-5-6.4V4z"/><path d="m5.7 7.9 1.7 1.7 3-3.3"/>'
);

/** A flask: tests. */
export const testIcon = icon(
  'test',
  '<path d="M6 2h4M6.8 2v4.3L3 12.6c-.4.7 0 1.4.8 1.4h8.4c.8 0 1.2-.7.8-1.4L9.2 6.3V2M5 10h6"/>'
);
