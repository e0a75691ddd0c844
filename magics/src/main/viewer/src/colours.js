// Colour scales, the same as panst3r.picture.Palette's.

const VIRIDIS = ['440154', '482475', '414487', '355f8d', '2a788e', '21918c', '22a884', '44bf70', '7ad151', 'bddf26', 'fde725'];

/** 256 RGBA entries, dark blue to yellow. */
export function viridis() {
  const out = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (VIRIDIS.length - 1);
    const k = Math.min(VIRIDIS.length - 2, Math.floor(at));
    const a = rgb('#' + VIRIDIS[k]);
    const b = rgb('#' + VIRIDIS[k + 1]);
    for (let c = 0; c < 3; c++) out[4 * i + c] = Math.round(a[c] + (b[c] - a[c]) * (at - k));
    out[4 * i + 3] = 255;
  }
  return out;
}

/** "#rrggbb" → [r, g, b] */
export function rgb(hex) {
  const n = parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}
