/** The colours of a drawing that stands alone, each as `#rrggbb`, and its font. */
export interface IPalette {
  readonly ground: string;
  readonly node: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly linked: string;
  readonly warning: string;
  readonly region: string;
  readonly font: string;
}

/** Where each colour comes from: a value of CSS with the theme's variables. */
const SOURCES: Record<Exclude<keyof IPalette, 'font'>, string> = {
  ground: 'var(--jp-layout-color0)',
  node: 'var(--jp-layout-color1)',
  border: 'var(--jp-border-color1)',
  text: 'var(--jp-ui-font-color1)',
  muted: 'var(--jp-nbq-muted)',
  line: 'var(--jp-inverse-border-color)',
  linked: 'var(--jp-brand-color1)',
  warning: 'var(--jp-warn-color0)',
  region: 'var(--jp-nbq-warning-tint)'
};

/**
 * The theme's colours as they are now, without transparency: they are painted on the ground, and what is there then is
 * read.
 */
export function themePalette(): IPalette {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const computed = (source: string): string => {
    probe.style.color = source;
    return getComputedStyle(probe).color;
  };
  const ground = computed(SOURCES.ground);
  const painted = (source: string): string => {
    for (const color of [ground, computed(source)]) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map(part => part.toString(16).padStart(2, '0')).join('')}`;
  };
  try {
    const colors = Object.fromEntries(
      Object.entries(SOURCES).map(([name, source]) => [name, painted(source)])
    ) as Omit<IPalette, 'font'>;
    probe.style.fontFamily = 'var(--jp-code-font-family)';
    return { ...colors, font: getComputedStyle(probe).fontFamily };
  } finally {
    probe.remove();
  }
}
