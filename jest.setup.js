// Not in jsdom; JupyterLab warns of its absence on every import.
Object.defineProperty(navigator, 'clipboard', { value: {} });

// Neither is this; the layout of graphs needs it.
const { deserialize, serialize } = require('v8');
globalThis.structuredClone ??= value => deserialize(serialize(value));
