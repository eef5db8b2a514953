// Not in jsdom; JupyterLab warns of its absence on every import.
Object.defineProperty(navigator, 'clipboard', { value: {} });
