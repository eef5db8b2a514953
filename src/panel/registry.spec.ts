import type { ICardPart } from '../tokens';
import { PanelRegistry } from './registry';

function part(id: string, rank: number): ICardPart {
  return { id, rank, body: () => null };
}

describe('PanelRegistry', () => {
  let registry: PanelRegistry;
  let changes: number;

  beforeEach(() => {
    registry = new PanelRegistry();
    changes = 0;
    registry.changed.connect(() => {
      changes++;
    });
  });

  const ids = (): string[] => registry.cardParts.map(({ id }) => id);

  it('keeps entries by rank, whatever the order they come in', () => {
    registry.addCardPart(part('late', 20));
    registry.addCardPart(part('early', 10));
    registry.addCardPart(part('also late', 20));
    expect(ids()).toEqual(['early', 'late', 'also late']);
    expect(changes).toBe(3);
  });

  it('takes an entry away again', () => {
    const added = registry.addCardPart(part('one', 1));
    registry.addCardPart(part('two', 2));
    added.dispose();
    added.dispose();
    expect(ids()).toEqual(['two']);
    expect(changes).toBe(3);
  });

  it('refuses a second entry of an id', () => {
    registry.addCardPart(part('one', 1));
    expect(() => registry.addCardPart(part('one', 2))).toThrow(/already/);
    expect(ids()).toEqual(['one']);
  });
});
