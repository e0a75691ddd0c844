// Gaussians as splats (Kerbl et al. 2023), drawn as the Java side draws them (panst3r.splat.Footprint): each an ellipse of
// its own, blended from far to near. Harmonics go to degree 1. The order is made anew in slices as the camera turns, so the
// page is never held up; until it is there, the order before stands.
import * as THREE from 'three';

const VERTEX = /* glsl */ `
precision highp float;
precision highp int;
precision highp usampler2D;
in vec2 corner;
in uint which;               // from far to near
uniform mat4 viewMatrix;
uniform mat4 projectionMatrix;
uniform vec3 cameraPosition;
uniform usampler2D gaussians; // two texels each, see Splats
uniform sampler2D palette;    // as for points
uniform vec3 least;           // of the means
uniform vec3 span;
uniform vec2 sizes;           // logarithm of the smallest size, and the span
uniform float harmonics;      // 0 without degree 1
uniform float pointSize;
uniform float pixels;         // focal length in pixels
uniform vec2 whole;           // size of the picture in pixels
uniform vec2 part;            // of the tile of it that is drawn
uniform float behind;
uniform float blend;
uniform int mode;
uniform vec3 background;
out vec2 from;
out vec4 shade;

vec4 bytes(uint v) { return vec4(v & 255u, (v >> 8) & 255u, (v >> 16) & 255u, v >> 24); }

vec3 facing(vec2 code) {
  vec2 uv = 2.0 * code / 63.0 - 1.0;
  float w = 1.0 - abs(uv.x) - abs(uv.y);
  float over = max(0.0, -w);
  return vec3(uv.x < 0.0 ? uv.x + over : uv.x - over, uv.y < 0.0 ? uv.y + over : uv.y - over, w);
}

void main() {
  gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  from = vec2(0.0);
  shade = vec4(0.0);
  int at = 2 * int(which);
  uvec4 a = texelFetch(gaussians, ivec2(at & 2047, at >> 11), 0);
  uvec4 b = texelFetch(gaussians, ivec2((at + 1) & 2047, at >> 11), 0);
  int id = int(a.y >> 16);
  vec4 entry = texelFetch(palette, ivec2(id & 255, id >> 8), 0);
  vec3 mean = least + span * vec3(a.x & 65535u, a.x >> 16, a.y & 65535u) / 65535.0;
  vec4 size = bytes(b.x);
  vec4 more = bytes(b.y);
  vec4 tint = bytes(a.w) / 255.0;
  vec3 toEye = cameraPosition - mean;
  vec3 side = facing(vec2(size.w, more.x));
  if (entry.a < 0.25 || dot(side, toEye) < behind * length(side) * length(toEye)) return;

  vec4 seen = viewMatrix * vec4(mean, 1.0);
  vec3 p = vec3(seen.x, -seen.y, -seen.z); // y down, z ahead
  if (p.z <= 0.2) return;
  vec2 limit = 1.3 * whole / (2.0 * pixels);
  vec2 slope = clamp(p.xy / p.z, -limit, limit);
  mat3 turn = mat3(viewMatrix);
  vec4 q = normalize(bytes(a.z) - 128.0);
  mat3 axes = turn * mat3(
    1.0 - 2.0 * (q.z * q.z + q.w * q.w), 2.0 * (q.y * q.z + q.x * q.w), 2.0 * (q.y * q.w - q.x * q.z),
    2.0 * (q.y * q.z - q.x * q.w), 1.0 - 2.0 * (q.y * q.y + q.w * q.w), 2.0 * (q.z * q.w + q.x * q.y),
    2.0 * (q.y * q.w + q.x * q.z), 2.0 * (q.z * q.w - q.x * q.y), 1.0 - 2.0 * (q.y * q.y + q.z * q.z));
  vec3 s = pointSize * exp(sizes.x + sizes.y * size.xyz / 255.0);
  // rows of J·R·Q·S: how the picture of it moves along each axis of the ellipsoid
  vec3 x = pixels / p.z * s * vec3(axes[0].x + slope.x * axes[0].z, axes[1].x + slope.x * axes[1].z, axes[2].x + slope.x * axes[2].z);
  vec3 y = pixels / p.z * s * vec3(-axes[0].y + slope.y * axes[0].z, -axes[1].y + slope.y * axes[1].z, -axes[2].y + slope.y * axes[2].z);
  float A = dot(x, x) + 0.3;
  float B = dot(x, y);
  float C = dot(y, y) + 0.3;
  float middle = 0.5 * (A + C);
  float apart = sqrt(max(0.0, middle * middle - (A * C - B * B)));
  float reach = 2.0 * log(255.0 * tint.a);
  if (!(reach > 0.0)) return;
  reach = sqrt(reach);
  vec2 longest = abs(B) > 1e-6 * middle ? normalize(vec2(B, middle + apart - A)) : A >= C ? vec2(1.0, 0.0) : vec2(0.0, 1.0);
  vec2 offset = reach * (corner.x * sqrt(middle + apart) * longest
    + corner.y * sqrt(max(0.1, middle - apart)) * vec2(-longest.y, longest.x));
  vec4 place = projectionMatrix * seen;
  gl_Position = place + place.w * vec4(2.0 * offset.x / part.x, -2.0 * offset.y / part.y, 0.0, 0.0);
  from = reach * corner;

  vec3 colour = 1.5 * tint.rgb - 0.25;
  if (harmonics > 0.0) {
    vec3 d = -normalize(toEye);
    vec4 second = bytes(b.z);
    vec4 third = bytes(b.w);
    colour += harmonics * 0.4886025119029199 / 127.0 * (
      -d.y * (more.yzw - 128.0) + d.z * (second.xyz - 128.0) - d.x * (vec3(second.w, third.xy) - 128.0));
  }
  colour = max(colour, 0.0);
  if (mode == 1) colour = mix(colour, entry.rgb, blend);
  if (entry.a < 0.75) colour = mix(colour, background, 0.82);
  shade = vec4(colour, tint.a);
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
in vec2 from;
in vec4 shade;
out vec4 colour;
void main() {
  float a = min(0.99, shade.a * exp(-0.5 * dot(from, from)));
  if (a < 1.0 / 255.0) discard;
  colour = vec4(shade.rgb * a, a);
}`;

const WIDTH = 2048;
const BUCKETS = 1 << 16;
/** Longest time that sorting keeps the page from anything else, in ms. */
const SLICE = 6;
const CHUNK = 1 << 15;

export class Splats {
  #sorting = null;
  #wanted = null;
  #sorted = null; // direction of the order that is shown

  /**
   * @param data as readSplats gives it
   * @param shared uniforms of the points: one slider for both
   * @param onsorted called when there is a new order
   */
  constructor(data, shared, onsorted) {
    const { head, n } = data;
    this.n = n;
    this.head = head;
    this.onsorted = onsorted;
    this.means = data.means;
    const rows = Math.max(1, Math.ceil((2 * n) / WIDTH));
    this.texture = new THREE.DataTexture(pack(data, rows), WIDTH, rows, THREE.RGBAIntegerFormat, THREE.UnsignedIntType);
    this.texture.internalFormat = 'RGBA32UI';
    this.texture.unpackAlignment = 4;
    this.texture.needsUpdate = true;
    const geometry = new THREE.InstancedBufferGeometry();
    geometry.setAttribute('corner', new THREE.BufferAttribute(new Float32Array([-1, -1, 1, -1, 1, 1, -1, 1]), 2));
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    this.order = new THREE.InstancedBufferAttribute(Uint32Array.from({ length: n }, (_, i) => i), 1);
    this.order.gpuType = THREE.IntType;
    this.order.setUsage(THREE.DynamicDrawUsage);
    geometry.setAttribute('which', this.order);
    geometry.instanceCount = n;
    this.own = {
      gaussians: { value: this.texture },
      least: { value: new THREE.Vector3(...head.min) },
      span: { value: new THREE.Vector3(...head.size) },
      sizes: { value: new THREE.Vector2(head.leastScale, head.scales) },
      harmonics: { value: head.degree > 0 ? head.harmonics : 0 },
      whole: { value: new THREE.Vector2(1, 1) },
      part: { value: new THREE.Vector2(1, 1) },
    };
    this.mesh = new THREE.Mesh(
      geometry,
      new THREE.RawShaderMaterial({
        glslVersion: THREE.GLSL3,
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        uniforms: { ...shared, ...this.own },
        transparent: true,
        depthWrite: false,
        blending: THREE.CustomBlending,
        blendSrc: THREE.OneFactor,
        blendDst: THREE.OneMinusSrcAlphaFactor,
        side: THREE.DoubleSide,
      }),
    );
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 1; // after the photos in the room, which hide what is behind them
  }

  /** Rows of the texture that so many Gaussians need. */
  static rows(n) {
    return Math.ceil((2 * n) / WIDTH);
  }

  /** @param width, height of the whole picture; @param w, h of the tile of it that is drawn */
  setSize(width, height, w = width, h = height) {
    this.own.whole.value.set(width, height);
    this.own.part.value.set(w, h);
  }

  dispose() {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.texture.dispose();
  }

  /** Sorts for a camera, between the frames. Only where it looks counts, not where it stands. */
  sort(camera) {
    const ahead = direction(camera);
    if (this.#sorting) this.#wanted = ahead;
    else if (!same(ahead, this.#sorted)) {
      this.#sorting = sorted(this.means, this.head.size, ahead);
      this.#slice(ahead);
    }
  }

  #slice(ahead) {
    setTimeout(() => {
      if (!this.#sorting) return;
      const end = performance.now() + SLICE;
      let step;
      do step = this.#sorting.next();
      while (!step.done && performance.now() < end);
      if (!step.done) return this.#slice(ahead);
      this.#sorting = null;
      this.#take(step.value, ahead);
      this.onsorted();
      const next = this.#wanted;
      this.#wanted = null;
      if (next && !same(next, ahead)) {
        this.#sorting = sorted(this.means, this.head.size, next);
        this.#slice(next);
      }
    });
  }

  /** Sorts now, for a picture that must be right. */
  sortNow(camera) {
    const ahead = direction(camera);
    if (same(ahead, this.#sorted)) return;
    this.#sorting = this.#wanted = null;
    const steps = sorted(this.means, this.head.size, ahead);
    let step;
    do step = steps.next();
    while (!step.done);
    this.#take(step.value, ahead);
  }

  #take(order, ahead) {
    this.order.array.set(order);
    this.order.needsUpdate = true;
    this.#sorted = ahead;
  }
}

function direction(camera) {
  const e = camera.matrixWorld.elements;
  return [-e[8], -e[9], -e[10]];
}

function same(a, b) {
  return !!b && a.every((x, k) => Math.abs(x - b[k]) < 1e-7);
}

/** A counting sort by depth that stops for breath; the last value is the order, far to near, the later of equals first. */
function* sorted(means, size, ahead) {
  const [x, y, z] = means;
  const n = x.length;
  const w = ahead.map((d, k) => (d * size[k]) / 65535);
  const depths = new Float32Array(n);
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < n; ) {
    for (const end = Math.min(n, i + CHUNK); i < end; i++) {
      const d = w[0] * x[i] + w[1] * y[i] + w[2] * z[i];
      depths[i] = d;
      if (d < least) least = d;
      if (d > most) most = d;
    }
    yield;
  }
  const scale = (BUCKETS - 1) / Math.max(most - least, 1e-12);
  const starts = new Uint32Array(BUCKETS + 1);
  const keys = new Uint16Array(n);
  for (let i = 0; i < n; ) {
    for (const end = Math.min(n, i + CHUNK); i < end; i++) {
      keys[i] = (most - depths[i]) * scale;
      starts[keys[i] + 1]++;
    }
    yield;
  }
  for (let b = 0; b < BUCKETS; b++) starts[b + 1] += starts[b];
  yield;
  const order = new Uint32Array(n);
  for (let i = n - 1; i >= 0; ) {
    for (const end = Math.max(-1, i - CHUNK); i > end; i--) order[starts[keys[i]]++] = i;
    yield;
  }
  return order;
}

/**
 * Two texels of four 32-bit numbers each: x y, z segment, rotation, colour opacity; sizes and the first half of the facing,
 * its second half and the harmonics.
 */
function pack({ n, means, segment, scales, rotation, opacity, colour, facing, harmonics }, rows) {
  const out = new Uint32Array(WIDTH * rows * 4);
  const four = (a, b, c, d) => (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  for (let i = 0; i < n; i++) {
    const at = 8 * i;
    out[at] = (means[0][i] | (means[1][i] << 16)) >>> 0;
    out[at + 1] = (means[2][i] | (segment[i] << 16)) >>> 0;
    out[at + 2] = four(rotation[0][i], rotation[1][i], rotation[2][i], rotation[3][i]);
    out[at + 3] = four(colour[0][i], colour[1][i], colour[2][i], opacity[i]);
    out[at + 4] = four(scales[0][i], scales[1][i], scales[2][i], facing[0][i]);
    const h = harmonics;
    out[at + 5] = h ? four(facing[1][i], h[0][i], h[1][i], h[2][i]) : facing[1][i];
    if (h) {
      out[at + 6] = four(h[3][i], h[4][i], h[5][i], h[6][i]);
      out[at + 7] = four(h[7][i], h[8][i], 0, 0);
    }
  }
  return out;
}
