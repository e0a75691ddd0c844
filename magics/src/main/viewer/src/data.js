// The scene as the Java side wrote it (panst3r.magics.viewer.SceneData): a JSON head and one deflated block of columns.

/** @returns the head, with typed arrays of all points and of the small maps of each view */
export async function readScene(page) {
  const head = JSON.parse(page.getElementById('panst3r-scene').textContent);
  const splats = page.getElementById('panst3r-splats-head');
  head.splats = splats && JSON.parse(splats.textContent);
  return unpack(head, await inflated(page.getElementById('panst3r-data')));
}

/** @returns the Gaussians of the page (panst3r.magics.viewer.SplatData), unpacked when they are first asked for */
export async function readSplats(page, head) {
  const n = head.shown;
  const bytes = await inflated(page.getElementById('panst3r-splats'));
  const { u8, u16, end } = columns(bytes);
  const three = (read) => [read(n), read(n), read(n)];
  const data = { head, n };
  data.means = three(u16);
  data.segment = u16(n);
  data.scales = three(u8);
  data.rotation = [...three(u8), u8(n)];
  data.opacity = u8(n);
  data.colour = rgb(u8, n);
  data.facing = [u8(n), u8(n)];
  data.harmonics = head.degree > 0 ? [...three(u8), ...three(u8), ...three(u8)] : null;
  if (!end()) throw new Error('the splats of this scene are damaged');
  return data;
}

async function inflated(element) {
  const packed = new Blob([base64(element.textContent)]).stream();
  return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream('deflate'))).arrayBuffer());
}

function base64(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Columns are differences to the value before (mod 2^8 or 2^16); 16-bit columns have their low bytes first. */
function columns(bytes) {
  let at = 0;
  const u8 = (n) => {
    const out = bytes.slice(at, at + n);
    at += n;
    for (let i = 1; i < n; i++) out[i] += out[i - 1];
    return out;
  };
  const u16 = (n) => {
    const out = new Uint16Array(n);
    for (let i = 0, before = 0; i < n; i++) out[i] = before += bytes[at + i] | (bytes[at + n + i] << 8);
    at += 2 * n;
    return out;
  };
  // positions in world coordinates are told as multiples of 8 steps from the local ones
  const besides = (local) => {
    const out = new Uint16Array(local.length);
    for (let i = 0; i < out.length; i++) {
      const steps = ((bytes[at + i] | (bytes[at + out.length + i] << 8)) << 16) >> 16;
      out[i] = Math.max(0, Math.min(65535, local[i] + 8 * steps));
    }
    at += 2 * out.length;
    return out;
  };
  return { u8, u16, besides, end: () => at === bytes.length };
}

/** Red and blue are told as differences to green. */
function rgb(u8, n) {
  const green = u8(n);
  const red = u8(n);
  const blue = u8(n);
  for (let i = 0; i < n; i++) {
    red[i] += green[i];
    blue[i] += green[i];
  }
  return [red, green, blue];
}

function unpack(head, bytes) {
  const { u8, u16, besides, end } = columns(bytes);
  const n = head.points.shown;
  const scene = { head, n };
  scene.local = [u16(n), u16(n), u16(n)];
  scene.global = head.points.global ? scene.local.map((local) => besides(local)) : null;
  const [red, green, blue] = rgb(u8, n);
  Object.assign(scene, { red, green, blue });
  scene.confidence = u8(n);
  scene.segment = u16(n);
  scene.row = u16(n);
  scene.column = u16(n);
  scene.facing = [u8(n), u8(n)];
  scene.disagreement = head.points.disagreement ? u8(n) : null;
  scene.view = new Uint16Array(n);
  let first = 0;
  head.views.forEach((view, v) => {
    view.first = first;
    scene.view.fill(v, first, (first += view.points));
    const size = view.mapWidth * view.mapHeight;
    view.map = { segment: u16(size), confidence: u8(size), depth: u8(size) };
  });
  if (first !== n || !end()) throw new Error('the data of this scene is damaged');
  shuffle(scene);
  return scene;
}

/** Mixes the points of each view, the same way each time: any first part of them is then a thinner picture of all. */
function shuffle(scene) {
  const columns = [
    ...scene.local, ...(scene.global ?? []), scene.red, scene.green, scene.blue, scene.confidence, scene.segment,
    scene.row, scene.column, ...scene.facing, ...(scene.disagreement ? [scene.disagreement] : []),
  ];
  const order = new Uint32Array(scene.n);
  let seed = 1;
  for (const { first, points } of scene.head.views) {
    for (let i = first; i < first + points; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const j = first + Math.floor((seed / 2 ** 32) * (i - first + 1));
      order[i] = order[j];
      order[j] = i;
    }
  }
  for (const column of columns) {
    const was = column.slice();
    for (let i = 0; i < order.length; i++) column[i] = was[order[i]];
  }
  scene.order = order;
}

/**
 * Takes over other segments for the same points, as panst3r.magics.viewer.Repaint writes them: ids of the points and of
 * the pixels of each map, then how much each point disagrees.
 */
export function resegment(scene, bytes) {
  const { n, order, head } = scene;
  const ids = head.views.reduce((sum, view) => sum + view.map.segment.length, n);
  if (bytes.length !== 2 * ids + n) throw new Error('these segments are of another scene');
  const id = (i) => bytes[2 * i] | (bytes[2 * i + 1] << 8);
  for (let i = 0; i < n; i++) {
    scene.segment[i] = id(order[i]);
    if (scene.disagreement) scene.disagreement[i] = bytes[2 * ids + order[i]];
  }
  let at = n;
  for (const { map } of head.views) for (let i = 0; i < map.segment.length; i++) map.segment[i] = id(at++);
}

/** Confidence is stored on a logarithmic scale from 1 to the scene's largest. */
export const toConfidence = (head, byte) => Math.pow(head.confidence.max, byte / 255);
export const fromConfidence = (head, value) =>
  value <= 1 ? 0 : Math.min(1, Math.log(value) / Math.log(head.confidence.max));

/** Working pixel → pixel of the upright photo. */
export function toPhoto(view, column, row) {
  const m = view.viewToPhoto;
  const x = m[0] * (column + 0.5) + m[1] * (row + 0.5) + m[2];
  const y = m[3] * (column + 0.5) + m[4] * (row + 0.5) + m[5];
  const w = m[6] * (column + 0.5) + m[7] * (row + 0.5) + m[8];
  return [Math.floor(x / w), Math.floor(y / w)];
}

/** World position of point i as displayed. */
export function place(scene, i, global) {
  const from = global && scene.global ? scene.global : scene.local;
  const { min, size } = scene.head.box;
  return [0, 1, 2].map((k) => min[k] + (from[k][i] / 65535) * size[k]);
}

/** Which way the surface of point i faces, as panst3r.picture.Facing codes it: a direction, about −127..127. */
export function facing(scene, i) {
  const u = (2 * scene.facing[0][i]) / 63 - 1;
  const v = (2 * scene.facing[1][i]) / 63 - 1;
  const w = 1 - Math.abs(u) - Math.abs(v);
  const over = Math.max(0, -w);
  const d = [u < 0 ? u + over : u - over, v < 0 ? v + over : v - over, w];
  const length = 127 / Math.hypot(...d);
  return d.map((x) => x * length);
}
