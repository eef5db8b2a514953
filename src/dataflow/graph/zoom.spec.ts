import { clampZoom, fittingZoom, openingZoom, zoomFor, zoomStep } from './zoom';

describe('the zoom', () => {
  it('goes up and down in steps, and ends', () => {
    expect(zoomStep(1, 1)).toBe(1.25);
    expect(zoomStep(1, -1)).toBe(0.9);
    expect(zoomStep(0.93, 1)).toBe(1);
    expect(zoomStep(0.999, 1)).toBe(1.25);
    expect(zoomStep(2, 1)).toBe(2);
    expect(zoomStep(0.1, -1)).toBe(0.1);
  });

  it('follows the wheel, however that counts', () => {
    expect(zoomFor(1, { deltaY: -400, deltaMode: 0 })).toBeCloseTo(2);
    expect(zoomFor(1, { deltaY: 400, deltaMode: 0 })).toBeCloseTo(0.5);
    expect(zoomFor(1, { deltaY: -3, deltaMode: 1 })).toBeGreaterThan(1.05);
  });

  it('has bounds', () => {
    expect(clampZoom(9)).toBe(2);
    expect(clampZoom(0)).toBe(0.1);
  });

  it('opens with all of a small graph, never larger than it is', () => {
    const area = { clientWidth: 800, clientHeight: 700 };
    expect(openingZoom({ width: 200, height: 100 }, area)).toBe(1);
    expect(openingZoom({ width: 1000, height: 300 }, area)).toBeCloseTo(0.8);
  });

  it('opens so that text can be read, and fits when asked', () => {
    const area = { clientWidth: 800, clientHeight: 600 };
    const size = { width: 4000, height: 3000 };
    expect(openingZoom(size, area)).toBe(0.7);
    expect(fittingZoom(size, area)).toBeLessThan(0.2);
  });
});
