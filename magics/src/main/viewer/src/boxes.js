// The box of a segment: upright, turned to its footprint.
import { Vector3 } from 'three';
import { place } from './data.js';

/**
 * @param least smallest stored confidence, 0..255
 * @returns lines, the middle of its lid, and its edges (length, depth, height) between the 1st and 99th percentile
 */
export function boxOf(scene, id, least, up, global) {
  const points = [];
  for (let i = 0; i < scene.n; i++) {
    if (scene.segment[i] === id && scene.confidence[i] >= least) points.push(new Vector3(...place(scene, i, global)));
  }
  if (points.length < 3) return null;
  const y = new Vector3(...up).normalize();
  const any = Math.abs(y.x) < 0.9 ? new Vector3(1, 0, 0) : new Vector3(0, 0, 1);
  const e1 = any.addScaledVector(y, -any.dot(y)).normalize();
  const e2 = y.clone().cross(e1);
  const percentile = (values) => {
    values.sort((a, b) => a - b);
    return [values[Math.floor(0.01 * (values.length - 1))], values[Math.ceil(0.99 * (values.length - 1))]];
  };
  // the direction in which the footprint's rectangle is smallest
  const flat = points.map((p) => [p.dot(e1), p.dot(e2)]);
  let best = null;
  for (let step = 0; step < 45; step++) {
    const angle = (step * Math.PI) / 90;
    const c = Math.cos(angle);
    const s = Math.sin(angle);
    const a = percentile(flat.map(([u, v]) => u * c + v * s));
    const b = percentile(flat.map(([u, v]) => v * c - u * s));
    const area = (a[1] - a[0]) * (b[1] - b[0]);
    if (!best || area < best.area * 0.999) best = { area, c, s, a, b };
  }
  const ax = e1.clone().multiplyScalar(best.c).addScaledVector(e2, best.s);
  const bx = e2.clone().multiplyScalar(best.c).addScaledVector(e1, -best.s);
  const tall = percentile(points.map((p) => p.dot(y)));
  const corner = (i, j, k) =>
    new Vector3().addScaledVector(ax, best.a[i]).addScaledVector(bx, best.b[j]).addScaledVector(y, tall[k]);
  const lines = [];
  for (const [p, q] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
    for (const pair of [[[0, p, q], [1, p, q]], [[p, 0, q], [p, 1, q]], [[p, q, 0], [p, q, 1]]]) {
      for (const k of pair) lines.push(corner(...k).toArray());
    }
  }
  const sides = [best.a[1] - best.a[0], best.b[1] - best.b[0]].sort((p, q) => q - p);
  return { lines, top: corner(0, 0, 1).lerp(corner(1, 1, 1), 0.5), size: [...sides, tall[1] - tall[0]] };
}
