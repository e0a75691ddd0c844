// The picture: points, cameras, boxes and rulers in one three.js scene, drawn when something changed.
import * as THREE from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { Cloud } from './cloud.js';
import { place } from './data.js';
import { Splats } from './splats.js';

THREE.ColorManagement.enabled = false;

/** Degrees: a photo said to see more is looked at through less. */
const WIDEST = 120;

export class Stage {
  #frame = 0;
  #flight = null;
  #ids = null;
  #share = 1; // of the points that are drawn while the camera moves
  #drawn = 0;
  #rest = 0;

  constructor(scene, host) {
    this.scene = scene;
    this.host = host;
    this.root = new THREE.Scene();
    this.cloud = new Cloud(scene);
    this.root.add(this.cloud.group);
    this.overlay = new THREE.Group();
    this.root.add(this.overlay);
    const { viewpoint } = scene.head;
    this.camera = new THREE.PerspectiveCamera(viewpoint.fovY, 1, 0.001, 1000);
    this.camera.up.fromArray(viewpoint.up);
    this.last = document.createElement('canvas');
    this.last.className = 'last';
    this.last.setAttribute('aria-hidden', 'true');
    this.onframe = () => {};
    this.onmove = () => {};
    this.onsplatless = () => {};
    this.splats = null;
    this.global = false;
    this.radius = scene.head.radius;
    this.frusta = scene.head.views.map((view, v) => this.#frustum(view, v));
    this.frusta.forEach((f) => this.overlay.add(f.group));
    this.setFrustumSize(1);
    this.cloud.setShare(1);
    this.canvas = h('canvas');
    this.controls = null;
    this.target = new THREE.Vector3(...viewpoint.target);
    this.goHome(false);
  }

  // ---- the WebGL context comes and goes

  get live() {
    return !!this.renderer;
  }

  take() {
    const canvas = h('canvas');
    canvas.className = 'gl';
    canvas.tabIndex = 0;
    let renderer;
    try {
      renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true, premultipliedAlpha: true });
    } catch {
      return false;
    }
    this.renderer = renderer;
    renderer.outputColorSpace = THREE.LinearSRGBColorSpace; // colours are sRGB from end to end
    renderer.setPixelRatio(this.#pixelRatio());
    renderer.debug.onShaderError = (gl, program, vertex, fragment) => {
      console.error(gl.getShaderInfoLog(vertex), gl.getShaderInfoLog(fragment));
      this.onsplatless('The graphics here cannot draw splats');
    };
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      if (this.renderer === renderer) this.onlost?.();
    });
    this.canvas = canvas;
    this.host.prepend(canvas);
    const target = this.controls?.target.clone() ?? this.target;
    this.controls?.dispose();
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.target.copy(target);
    this.controls.zoomToCursor = true;
    this.controls.addEventListener('change', () => {
      this.inMotion();
      this.moved();
      this.onmove();
    });
    this.controls.addEventListener('start', () => {
      this.stopFlight();
      this.leavePhoto();
    });
    this.controls.addEventListener('end', () => this.onmove()); // 'change' leaves out a last step of under a thousandth
    this.controls.update();
    this.resize();
    this.drawNow();
    this.last.remove();
    return true;
  }

  /** Gives the context back and leaves the last picture in its place. */
  release() {
    if (!this.renderer) return;
    this.stopFlight();
    this.atRest();
    this.drawNow();
    const { canvas } = this;
    this.last.width = canvas.width;
    this.last.height = canvas.height;
    this.last.getContext('2d').drawImage(canvas, 0, 0);
    this.host.prepend(this.last);
    const { renderer } = this;
    this.renderer = null;
    this.root.traverse((o) => {
      o.geometry?.dispose();
      for (const m of [o.material, o.userData?.draw, o.userData?.pick]) m?.dispose?.();
      o.material?.map?.dispose();
    });
    this.cloud.palette.dispose();
    this.cloud.ramp.dispose();
    this.splats?.dispose();
    renderer.dispose();
    renderer.forceContextLoss();
    canvas.remove();
  }

  resize() {
    const { clientWidth: w, clientHeight: ht } = this.host;
    if (!w || !ht) return;
    this.camera.aspect = w / ht;
    this.camera.updateProjectionMatrix();
    this.renderer?.setSize(w, ht, false);
    this.moved();
    if (this.renderer) this.drawNow();
  }

  /** Something changed: draw with the next frame. */
  moved() {
    this.#ids = null;
    this.draw();
  }

  draw() {
    if (this.#frame || !this.renderer) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#advance();
      if (this.renderer) this.drawNow();
    });
  }

  drawNow() {
    const { camera } = this;
    const away = camera.position.distanceTo(this.controls.target);
    camera.near = Math.max(1e-4, Math.min(away, this.radius) / 200);
    camera.far = this.radius * 40 + away * 4;
    camera.updateProjectionMatrix();
    const { width, height } = this.renderer.domElement;
    this.#pixels(height);
    if (this.splatting) {
      this.splats.setSize(width, height);
      camera.updateMatrixWorld();
      this.splats.sort(camera);
    }
    this.renderer.render(this.root, camera);
    this.onframe();
  }

  // ---- points or splats

  /** Whether splats are drawn, not points. */
  get splatting() {
    return !!this.splats?.mesh.visible;
  }

  /**
   * @param data as readSplats gives it
   * @returns why they cannot be drawn here; null if they can
   */
  addSplats(data) {
    const most = this.renderer.capabilities.maxTextureSize;
    if (Splats.rows(data.n) > most) return `${data.n.toLocaleString('en')} splats are more than the graphics here can hold`;
    this.splats = new Splats(data, this.cloud.shared, () => this.draw());
    this.splats.mesh.visible = false;
    this.root.add(this.splats.mesh);
    return null;
  }

  showSplats(on) {
    if (!this.splats || this.splatting === on) return;
    this.atRest();
    this.splats.mesh.visible = on;
    this.cloud.group.visible = !on;
    if (on) {
      this.camera.updateMatrixWorld();
      this.splats.sortNow(this.camera);
    }
    this.moved();
  }

  #pixelRatio() {
    return Math.min(2, window.devicePixelRatio || 1);
  }

  /**
   * The camera moves: where frames take long, as without a graphics card, a part of the points is drawn until it rests; of
   * splats all, with fewer pixels.
   */
  inMotion() {
    const now = performance.now();
    const frame = now - this.#drawn;
    this.#drawn = now;
    if (frame < 1000) {
      if (frame > 60) this.#share = Math.max(0.1, this.#share * 0.7);
      else if (frame < 25) this.#share = Math.min(1, this.#share * 1.15);
    }
    const share = this.#share > 0.9 ? 1 : this.#share;
    if (this.splatting) this.#setRatio(Math.sqrt(share) * this.#pixelRatio());
    else this.cloud.setShare(share);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.atRest(), 220);
  }

  /** All points again, and all pixels. */
  atRest() {
    clearTimeout(this.#rest);
    const coarse = this.#setRatio(this.#pixelRatio());
    if (this.cloud.share === 1 && !coarse) return;
    this.cloud.setShare(1);
    this.moved();
  }

  /** @returns whether it was another */
  #setRatio(ratio) {
    if (!this.renderer || Math.abs(this.renderer.getPixelRatio() - ratio) < 0.02) return false;
    this.renderer.setPixelRatio(ratio);
    return true;
  }

  #pixels(height) {
    this.cloud.shared.pixels.value = height / (2 * Math.tan((this.camera.fov * Math.PI) / 360));
  }

  setBackground(colour) {
    this.cloud.shared.background.value.set(colour);
    this.root.background = new THREE.Color(colour);
    this.moved();
  }

  // ---- where the camera is

  viewpoint() {
    return {
      position: this.camera.position.toArray(),
      target: (this.controls?.target ?? this.target).toArray(),
      up: this.camera.up.toArray(),
      fovY: this.camera.fov,
    };
  }

  setViewpoint(v) {
    this.stopFlight();
    this.camera.position.fromArray(v.position);
    this.camera.fov = v.fovY;
    this.target.fromArray(v.target);
    if (this.controls) {
      this.controls.target.copy(this.target);
      this.controls.update();
    } else this.camera.lookAt(this.target);
    this.moved();
  }

  goHome(fly = true) {
    const v = this.scene.head.viewpoint;
    if (fly) this.fly(v.position, v.target, v.fovY);
    else {
      this.camera.position.fromArray(v.position);
      this.camera.lookAt(...v.target);
    }
  }

  /** From above, or level from the side of the first camera. */
  goSide(top) {
    const { centre } = this.scene.head;
    const c = new THREE.Vector3(...centre);
    const up = this.camera.up.clone().normalize();
    const home = new THREE.Vector3(...this.scene.head.viewpoint.position).sub(c);
    const level = home.addScaledVector(up, -home.dot(up));
    if (level.lengthSq() < 1e-9) level.set(0, 0, -1);
    level.normalize();
    const away = (this.radius * 1.15) / Math.tan((this.scene.head.viewpoint.fovY * Math.PI) / 360);
    const from = top ? up.multiplyScalar(1).addScaledVector(level, 1e-3) : level;
    this.fly(c.clone().addScaledVector(from.normalize(), away).toArray(), centre, this.scene.head.viewpoint.fovY);
  }

  /** Moves the camera there within 0.7 s, at once for who prefers less motion. */
  fly(position, target, fovY, then) {
    this.leavePhoto();
    this.#flight = {
      from: this.camera.position.clone(),
      to: new THREE.Vector3(...position),
      targetFrom: this.controls.target.clone(),
      targetTo: new THREE.Vector3(...target),
      fovFrom: this.camera.fov,
      fovTo: fovY,
      start: performance.now(),
      time: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 700,
      then,
    };
    this.draw();
  }

  stopFlight() {
    this.#flight = null;
  }

  get flying() {
    return !!this.#flight;
  }

  #advance() {
    const f = this.#flight;
    if (!f) return;
    const t = f.time ? Math.min(1, (performance.now() - f.start) / f.time) : 1;
    const s = t * t * (3 - 2 * t);
    this.camera.position.lerpVectors(f.from, f.to, s);
    this.controls.target.lerpVectors(f.targetFrom, f.targetTo, s);
    this.camera.fov = f.fovFrom + (f.fovTo - f.fovFrom) * s;
    this.controls.update();
    if (t < 1) return this.draw();
    this.#flight = null;
    this.onmove(); // where it ends, exactly: the controls tell of no step under a thousandth
    f.then?.();
  }

  // ---- cameras of the photos

  #frustum(view, v) {
    // half a diagonal of at most 1: a focal length near 0 would let the photo cover the scene
    const far = 1 / Math.max(1, Math.hypot(view.width, view.height) / 2 / view.focal);
    const w = (far * view.width) / 2 / view.focal;
    const ht = (far * view.height) / 2 / view.focal;
    const corners = [[-w, -ht], [w, -ht], [w, ht], [-w, ht]];
    const lines = [];
    corners.forEach(([x, y], k) => {
      const [nx, ny] = corners[(k + 1) % 4];
      lines.push(0, 0, 0, x, y, far, x, y, far, nx, ny, far);
    });
    lines.push(-w * 0.5, -ht, far, 0, -ht * 1.35, far, w * 0.5, -ht, far, 0, -ht * 1.35, far); // which side is up
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute('position', new THREE.Float32BufferAttribute(lines, 3));
    const wire = new THREE.LineSegments(geometry, new THREE.LineBasicMaterial({ color: view.color }));
    const sheet = new THREE.BufferGeometry();
    sheet.setAttribute(
      'position',
      new THREE.Float32BufferAttribute([-w, -ht, far, w, -ht, far, w, ht, far, -w, ht, far], 3),
    );
    sheet.setAttribute('uv', new THREE.Float32BufferAttribute([0, 1, 1, 1, 1, 0, 0, 0], 2));
    sheet.setIndex([0, 1, 2, 0, 2, 3]);
    const photo = new THREE.Mesh(
      sheet,
      new THREE.MeshBasicMaterial({ transparent: true, opacity: 0.9, side: THREE.DoubleSide, visible: false }),
    );
    photo.userData.view = v;
    const group = new THREE.Group();
    const r = view.rotation;
    const [x, y, z] = view.position;
    group.matrixAutoUpdate = false;
    group.add(wire, photo);
    const pose = new THREE.Matrix4().set(r[0], r[1], r[2], x, r[3], r[4], r[5], y, r[6], r[7], r[8], z, 0, 0, 0, 1);
    if (view.photo) {
      const image = new Image();
      image.onload = () => {
        photo.material.map = new THREE.Texture(image);
        photo.material.map.needsUpdate = true;
        photo.material.visible = true;
        photo.material.needsUpdate = true;
        this.draw();
      };
      image.src = view.photo;
    }
    return { group, wire, photo, pose };
  }

  setFrustumSize(factor) {
    const size = this.radius * 0.09 * factor;
    for (const f of this.frusta) {
      f.group.matrix.copy(f.pose).scale(new THREE.Vector3(size, size, size));
      f.group.matrixWorldNeedsUpdate = true;
    }
    this.draw();
  }

  /** Flies into a photo's camera and lays the photo over the points. */
  flyToView(v, opacity, then) {
    const view = this.scene.head.views[v];
    const eye = new THREE.Vector3(...view.position);
    const ahead = new THREE.Vector3(view.rotation[2], view.rotation[5], view.rotation[8]);
    const fov = (2 * Math.atan(view.height / 2 / view.focal) * 180) / Math.PI;
    const wide = (2 * Math.atan(view.width / 2 / view.focal / this.camera.aspect) * 180) / Math.PI;
    const target = eye.clone().addScaledVector(ahead, view.depthMedian);
    // a hair behind the camera, so that turning starts from a sane place
    this.fly(eye.clone().addScaledVector(ahead, -1e-4 * this.radius).toArray(), target.toArray(), Math.min(WIDEST, Math.max(fov, wide) * 1.02), () => {
      this.inside = v;
      this.setPhotoOpacity(opacity);
      then?.();
    });
  }

  setPhotoOpacity(opacity) {
    if (this.inside === undefined) return;
    const f = this.frusta[this.inside];
    f.photo.material.opacity = opacity;
    f.photo.material.depthTest = false;
    f.photo.renderOrder = 5;
    f.group.visible = true;
    this.draw();
  }

  leavePhoto() {
    if (this.inside === undefined) return;
    const f = this.frusta[this.inside];
    f.photo.material.opacity = 0.9;
    f.photo.material.depthTest = true;
    f.photo.renderOrder = 0;
    this.inside = undefined;
    this.onleave?.();
    this.draw();
  }

  // ---- what is under the pointer

  /** Index of the point shown at (x, y) in CSS pixels of the picture, searched in a small circle; −1 for none. */
  pointAt(x, y) {
    if (!this.renderer || this.cloud.share < 1) return -1;
    const { clientWidth: w, clientHeight: ht } = this.host;
    this.#ids ??= this.cloud.readIds(this.renderer, this.camera, w, ht);
    let best = -1;
    let bestDistance = 26;
    for (let dy = -5; dy <= 5; dy++) {
      for (let dx = -5; dx <= 5; dx++) {
        const px = Math.round(x) + dx;
        const py = Math.round(y) + dy;
        if (px < 0 || py < 0 || px >= w || py >= ht) continue;
        const id = this.#ids[py * w + px];
        const d = dx * dx + dy * dy;
        if (id >= 0 && d < bestDistance) {
          best = id;
          bestDistance = d;
        }
      }
    }
    return best;
  }

  /** The photo sheet under the pointer if it is in front of the point there; −1 for none. */
  viewAt(x, y, point) {
    const { clientWidth: w, clientHeight: ht } = this.host;
    if (!this.overlay.visible || this.inside !== undefined) return -1;
    const caster = new THREE.Raycaster();
    caster.setFromCamera(new THREE.Vector2((x / w) * 2 - 1, 1 - (y / ht) * 2), this.camera);
    const sheets = this.frusta.filter((f) => f.group.visible).map((f) => f.photo);
    const hit = caster.intersectObjects(sheets, false)[0];
    if (!hit) return -1;
    if (point >= 0 && this.position(point).distanceTo(this.camera.position) < hit.distance) return -1;
    return hit.object.userData.view;
  }

  position(i) {
    return new THREE.Vector3(...place(this.scene, i, this.global));
  }

  /** Where a world position stands in the picture, in CSS pixels; null if it is behind the camera. */
  project(position, width = this.host.clientWidth, height = this.host.clientHeight) {
    const p = new THREE.Vector3().copy(position).applyMatrix4(this.camera.matrixWorldInverse);
    if (p.z > -this.camera.near) return null;
    p.applyMatrix4(this.camera.projectionMatrix);
    return { x: ((p.x + 1) / 2) * width, y: ((1 - p.y) / 2) * height, depth: p.z };
  }

  /** Lines between pairs of world positions that the user put there: rulers, boxes. */
  addLines(positions, colour) {
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute('position', new THREE.Float32BufferAttribute(positions.flat(), 3));
    const lines = new THREE.LineSegments(geometry, new THREE.LineBasicMaterial({ color: colour, depthTest: false }));
    lines.renderOrder = 6;
    lines.frustumCulled = false;
    this.root.add(lines);
    this.draw();
    return {
      remove: () => {
        this.root.remove(lines);
        geometry.dispose();
        this.draw();
      },
    };
  }

  /** The picture at any size, in tiles where the size is above what the graphics can do; a 2D canvas. */
  shoot(width, height, transparent) {
    const { renderer, camera } = this;
    this.atRest();
    const out = h('canvas');
    out.width = width;
    out.height = height;
    const ink = out.getContext('2d');
    const background = this.root.background;
    const tile = Math.min(2048, renderer.capabilities.maxTextureSize);
    const aspect = camera.aspect;
    camera.aspect = width / height;
    if (transparent) this.root.background = null;
    this.#pixels(height);
    if (this.splatting) {
      camera.updateMatrixWorld();
      this.splats.sortNow(camera);
    }
    for (let y = 0; y < height; y += tile) {
      for (let x = 0; x < width; x += tile) {
        const w = Math.min(tile, width - x);
        const ht = Math.min(tile, height - y);
        camera.setViewOffset(width, height, x, y, w, ht);
        this.splats?.setSize(width, height, w, ht);
        const target = new THREE.WebGLRenderTarget(w, ht, { samples: 4 });
        renderer.setRenderTarget(target);
        renderer.setClearAlpha(transparent ? 0 : 1);
        renderer.clear();
        renderer.render(this.root, camera);
        const bytes = new Uint8ClampedArray(w * ht * 4);
        renderer.readRenderTargetPixels(target, 0, 0, w, ht, bytes);
        const image = new ImageData(w, ht);
        for (let row = 0; row < ht; row++) {
          image.data.set(bytes.subarray((ht - 1 - row) * w * 4, (ht - row) * w * 4), row * w * 4);
        }
        for (let i = 0; i < image.data.length; i += 4) {
          const a = image.data[i + 3];
          if (a > 0 && a < 255) for (let c = 0; c < 3; c++) image.data[i + c] = (image.data[i + c] * 255) / a;
        }
        ink.putImageData(image, x, y);
        target.dispose();
      }
    }
    camera.clearViewOffset();
    camera.aspect = aspect;
    camera.updateProjectionMatrix();
    renderer.setRenderTarget(null);
    this.root.background = background;
    this.moved();
    return out;
  }
}

function h(tag) {
  return document.createElement(tag);
}
