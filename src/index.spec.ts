import plugins from './index';

describe('the extension', () => {
  it('names its plugins after itself, each once', () => {
    const ids = plugins.map(plugin => plugin.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^jupyter-nbquality:/);
    }
  });

  it('says what each plugin is for', () => {
    for (const plugin of plugins) {
      expect(plugin.description).toMatch(/\.$/);
    }
  });
});
