// The points: one draw call for each photo, coloured in the vertex shader, so that no slider rewrites a buffer.
import * as THREE from 'three';
import { viridis } from './colours.js';
import { facing } from './data.js';

const VERTEX = /* glsl */ `
precision highp float;
in vec4 place;             // quantised x y z, segment
in vec4 tint;              // r g b confidence
in vec4 side;              // which way the surface faces
#ifdef DISAGREEMENT
in float disagreement;
#endif
uniform mat4 modelViewMatrix;
uniform mat4 projectionMatrix;
uniform mat4 viewMatrix;
uniform sampler2D palette; // a colour for each segment; alpha 0 hidden, ½ faded, 1 shown
uniform sampler2D ramp;
uniform vec3 eye;          // the photo's camera, in the frame of the viewing camera
uniform vec3 axis;         // its viewing direction, likewise
uniform float footprint;   // width of a sample at distance 1
uniform float pointSize;   // factor set by the user
uniform float spread;      // factor that makes up for points left out
uniform float pixels;      // height of the picture / (2 tan(fov/2))
uniform float leastConfidence;
uniform float furthest;
uniform float deepest;
uniform float behind;      // cosine below which a surface is seen from behind and left out
uniform float blend;
uniform int mode;          // 0 photo, 1 palette, 2 confidence, 3 depth, 4 view, 5 disagreement
uniform vec3 viewColour;
uniform vec3 background;
#ifdef PICK
uniform int first;
flat out vec4 shade;
#else
out vec3 shade;
#endif
void main() {
  int id = int(place.w + 0.5);
  vec4 entry = texelFetch(palette, ivec2(id & 255, id >> 8), 0);
  vec4 at = modelViewMatrix * vec4(place.xyz, 1.0);
  float away = distance(at.xyz, eye);
  bool back = dot(mat3(viewMatrix) * side.xyz, -at.xyz) < behind * length(at.xyz);
  if (tint.w < leastConfidence || entry.a < 0.25 || away > furthest || back) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 0.0;
    return;
  }
  gl_Position = projectionMatrix * at;
  gl_PointSize = clamp(footprint * away * pointSize * spread * pixels / max(1e-6, -at.z), 1.0, 64.0);
#ifdef PICK
  int index = first + gl_VertexID + 1;
  shade = vec4(float(index & 255), float((index >> 8) & 255), float((index >> 16) & 255), 255.0) / 255.0;
#else
  vec3 other = entry.rgb;
  if (mode == 2) other = texture(ramp, vec2(tint.w, 0.5)).rgb;
  else if (mode == 3) other = texture(ramp, vec2(1.0 - dot(at.xyz - eye, axis) / deepest, 0.5)).rgb;
  else if (mode == 4) other = viewColour;
#ifdef DISAGREEMENT
  else if (mode == 5) other = texture(ramp, vec2(disagreement, 0.5)).rgb;
#endif
  shade = mode == 0 ? tint.rgb : mix(tint.rgb, other, blend);
  if (entry.a < 0.75) shade = mix(shade, background, 0.82);
#endif
}`;

const FRAGMENT = /* glsl */ `
precision mediump float;
#ifdef PICK
flat in vec4 shade;
#else
in vec3 shade;
#endif
out vec4 colour;
void main() {
  vec2 d = gl_PointCoord - 0.5;
  if (dot(d, d) > 0.25) discard;
#ifdef PICK
  colour = shade;
#else
  colour = vec4(shade, 1.0);
#endif
}`;

/** Colour modes that splats have, too: of what photo, how sure and how far away is known of points only. */
export const SPLAT_MODES = ['photo', 'segment', 'class'];

export const MODES = { photo: 0, segment: 1, class: 1, confidence: 2, depth: 3, view: 4, disagreement: 5 };

export class Cloud {
  constructor(scene) {
    this.scene = scene;
    this.group = new THREE.Group();
    const { min, size } = scene.head.box;
    this.group.position.fromArray(min);
    this.group.scale.set(size[0] / 65535, size[1] / 65535, size[2] / 65535);
    const entries = scene.head.segments.reduce((most, s) => Math.max(most, s.id + 1), scene.head.live ?? 1);
    const rows = Math.ceil(entries / 256);
    this.palette = new THREE.DataTexture(new Uint8Array(256 * rows * 4), 256, rows);
    this.ramp = new THREE.DataTexture(viridis(), 256, 1);
    this.ramp.minFilter = this.ramp.magFilter = THREE.LinearFilter;
    this.ramp.needsUpdate = true;
    this.shared = {
      palette: { value: this.palette },
      ramp: { value: this.ramp },
      pointSize: { value: 1 },
      spread: { value: 1 },
      pixels: { value: 1 },
      leastConfidence: { value: 0 },
      furthest: { value: Infinity },
      blend: { value: 0.6 },
      mode: { value: 1 },
      behind: { value: scene.head.behind },
      deepest: { value: Math.max(...scene.head.views.map((v) => v.depthMax), 1e-6) },
      background: { value: new THREE.Color(1, 1, 1) },
    };
    this.parts = scene.head.views.map((view, v) => this.#part(view, v));
    this.useGlobal(false);
  }

  #part(view, v) {
    const { scene } = this;
    const { first, points } = view;
    const tint = new Uint8Array(points * 4);
    for (let i = 0; i < points; i++) {
      tint[4 * i] = scene.red[first + i];
      tint[4 * i + 1] = scene.green[first + i];
      tint[4 * i + 2] = scene.blue[first + i];
      tint[4 * i + 3] = scene.confidence[first + i];
    }
    const side = new Int8Array(points * 4);
    for (let i = 0; i < points; i++) side.set(facing(scene, first + i), 4 * i);
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute('side', new THREE.BufferAttribute(side, 4, true));
    geometry.setAttribute('place', new THREE.BufferAttribute(new Uint16Array(points * 4), 4));
    geometry.setAttribute('tint', new THREE.BufferAttribute(tint, 4, true));
    if (scene.disagreement) {
      const part = scene.disagreement.subarray(first, first + points);
      geometry.setAttribute('disagreement', new THREE.BufferAttribute(part, 1, true));
    }
    const own = {
      eye: { value: new THREE.Vector3() },
      axis: { value: new THREE.Vector3() },
      footprint: { value: view.footprint },
      viewColour: { value: new THREE.Color(view.color) },
      first: { value: first },
    };
    const material = (defines) =>
      new THREE.RawShaderMaterial({
        glslVersion: THREE.GLSL3,
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        uniforms: { ...this.shared, ...own },
        defines: { ...defines, ...(scene.disagreement ? { DISAGREEMENT: 1 } : {}) },
      });
    const points3d = new THREE.Points(geometry, material({}));
    points3d.frustumCulled = false;
    points3d.userData = { draw: points3d.material, pick: material({ PICK: 1 }) };
    const eye = new THREE.Vector3(...view.position);
    const axis = new THREE.Vector3(view.rotation[2], view.rotation[5], view.rotation[8]);
    points3d.onBeforeRender = (renderer, root, camera) => {
      own.eye.value.copy(eye).applyMatrix4(camera.matrixWorldInverse);
      own.axis.value.copy(axis).transformDirection(camera.matrixWorldInverse);
      points3d.material.uniformsNeedUpdate = true;
    };
    this.group.add(points3d);
    return points3d;
  }

  useGlobal(global) {
    const { scene } = this;
    const from = global && scene.global ? scene.global : scene.local;
    scene.head.views.forEach((view, v) => {
      const attribute = this.parts[v].geometry.getAttribute('place');
      const out = attribute.array;
      for (let i = 0, j = view.first; i < view.points; i++, j++) {
        out[4 * i] = from[0][j];
        out[4 * i + 1] = from[1][j];
        out[4 * i + 2] = from[2][j];
        out[4 * i + 3] = scene.segment[j];
      }
      attribute.needsUpdate = true;
    });
  }

  /** The points have other segments. */
  resegment() {
    const { scene } = this;
    scene.head.views.forEach((view, v) => {
      const { geometry } = this.parts[v];
      const place = geometry.getAttribute('place');
      for (let i = 0; i < view.points; i++) place.array[4 * i + 3] = scene.segment[view.first + i];
      place.needsUpdate = true;
      const differs = geometry.getAttribute('disagreement');
      if (differs) differs.needsUpdate = true;
    });
  }

  /** Draws only this share of the points, each as much wider: for while the camera moves and graphics are slow. */
  setShare(share) {
    if (share === this.share) return;
    this.share = share;
    this.shared.spread.value = Math.sqrt(1 / share);
    this.parts.forEach((part, v) => part.geometry.setDrawRange(0, Math.ceil(share * this.scene.head.views[v].points)));
  }

  /** @param entry (segment id) → [r, g, b, alpha] in 0..255 */
  paint(entry) {
    const data = this.palette.image.data;
    for (let id = 0; id < data.length / 4; id++) data.set(entry(id), 4 * id);
    this.palette.needsUpdate = true;
  }

  /** Index of the point under every pixel of the picture, −1 for none. */
  readIds(renderer, camera, width, height) {
    const target = new THREE.WebGLRenderTarget(width, height);
    const pixels = this.shared.pixels.value;
    this.shared.pixels.value = height / (2 * Math.tan((camera.fov * Math.PI) / 360));
    for (const part of this.parts) part.material = part.userData.pick;
    const { visible } = this.group; // splats may stand in for the points: these are what is picked
    this.group.visible = true;
    const clear = renderer.getClearAlpha();
    renderer.setClearAlpha(0);
    renderer.setRenderTarget(target);
    renderer.clear();
    renderer.render(this.group, camera);
    const bytes = new Uint8Array(width * height * 4);
    renderer.readRenderTargetPixels(target, 0, 0, width, height, bytes);
    renderer.setRenderTarget(null);
    renderer.setClearAlpha(clear);
    this.group.visible = visible;
    target.dispose();
    for (const part of this.parts) part.material = part.userData.draw;
    this.shared.pixels.value = pixels;
    const ids = new Int32Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = 4 * ((height - 1 - y) * width + x);
        ids[y * width + x] = (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16)) - 1;
      }
    }
    return ids;
  }
}
