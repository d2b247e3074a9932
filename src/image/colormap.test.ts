import { describe, expect, it } from 'vitest';
import { applyColormap, COLORMAPS, colormap } from './colormap.ts';
import { classPalette } from './palette.ts';

describe('colormap', () => {
  it('has 256 entries from the first to the last colour', () => {
    // matplotlib: viridis(0) = #440154, viridis(1) = #fde725; magma(1) = #fcfdbf.
    expect([...colormap('viridis').slice(0, 3)]).toEqual([0x44, 0x01, 0x54]);
    expect([...colormap('viridis').slice(-3)]).toEqual([0xfd, 0xe7, 0x25]);
    expect([...colormap('magma').slice(-3)]).toEqual([0xfc, 0xfd, 0xbf]);
    expect([...colormap('gray').slice(0, 3), ...colormap('gray').slice(-3)]).toEqual([0, 0, 0, 255, 255, 255]);
  });
  it.each(COLORMAPS)('%s has many different colours', (name) => {
    const table = colormap(name);
    expect(table).toHaveLength(768);
    const colors = new Set(Array.from({ length: 256 }, (_, i) => table.slice(i * 3, i * 3 + 3).join()));
    expect(colors.size).toBeGreaterThan(200);
  });
  it('maps the range and clamps outside it', () => {
    const gray = colormap('gray');
    const reds = (rgb: Uint8Array) => [...rgb].filter((_, i) => i % 3 === 0);
    const plane = Float32Array.of(0, 1, 2, 3, 9, Number.NaN);
    expect(reds(applyColormap(plane, [1, 3], gray))).toEqual([0, 0, gray[128 * 3], 255, 255, 0]);
    expect(reds(applyColormap(plane, [1, 3], gray, true)).slice(0, 4)).toEqual([255, 255, gray[127 * 3], 0]);
    expect(reds(applyColormap(plane, [1, 1], gray))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('classPalette', () => {
  it('gives distinct colours; the first ones do not depend on the count', () => {
    const many = classPalette(256);
    const colors = Array.from({ length: 256 }, (_, i) => many.slice(i * 3, i * 3 + 3).join());
    expect(new Set(colors).size).toBe(256);
    expect(classPalette(18)).toEqual(many.slice(0, 54));
    expect(colors[0]).toBe('230,159,0');
  });
});
