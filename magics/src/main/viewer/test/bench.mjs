// Frame time of a million points in software graphics, beside plain three.js Points of the same number and size in the
// same page: npm run bench, after
//   mvn -pl magics -am test -Dtest=ViewerDocumentsTest -Dviewer.bench=true -Dsurefire.failIfNoSpecifiedTests=false
import { build } from 'esbuild';
import { launch, openViewer } from './browser.mjs';
import { viewerFolder } from './browser.mjs';

const plain = await build({
  stdin: {
    contents: `
      import * as THREE from 'three';
      globalThis.plainPoints = (viewer, width, height) => {
        const { scene, stage } = viewer;
        const renderer = new THREE.WebGLRenderer({ antialias: true });
        renderer.setSize(width, height, false);
        const n = scene.n;
        const position = new Float32Array(3 * n), color = new Float32Array(3 * n);
        const { min, size } = scene.head.box;
        for (let i = 0; i < n; i++) {
          for (let k = 0; k < 3; k++) position[3 * i + k] = min[k] + scene.local[k][i] / 65535 * size[k];
          color[3 * i] = scene.red[i] / 255; color[3 * i + 1] = scene.green[i] / 255; color[3 * i + 2] = scene.blue[i] / 255;
        }
        const geometry = new THREE.BufferGeometry();
        geometry.setAttribute('position', new THREE.BufferAttribute(position, 3));
        geometry.setAttribute('color', new THREE.BufferAttribute(color, 3));
        const footprints = scene.head.views.map((v) => v.footprint * v.depthMedian).sort((a, b) => a - b);
        const material = new THREE.PointsMaterial({ vertexColors: true, size: footprints[footprints.length >> 1] });
        const root = new THREE.Scene();
        root.background = new THREE.Color('#f4f5f7');
        const points = new THREE.Points(geometry, material);
        points.frustumCulled = false;
        root.add(points);
        return { renderer, root };
      };`,
    resolveDir: viewerFolder,
  },
  bundle: true,
  format: 'iife',
  write: false,
});

const browser = await launch();
const { page } = await openViewer(browser, process.argv[2] ?? 'million.html', { viewport: { width: 1068, height: 700 } });
await page.evaluate(plain.outputFiles[0].text);
const result = await page.evaluate(() => {
  const v = panst3rViewer;
  v.set({ confidence: 1, labels: false, cameras: false });
  const { stage } = v;
  const canvas = stage.canvas;
  const other = plainPoints(v, canvas.width, canvas.height);
  const finish = (renderer) => {
    const gl = renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  };
  const camera = stage.camera.clone();
  const turn = (k) => {
    camera.position.copy(stage.camera.position);
    camera.rotateY((k - 5) * 0.01);
    camera.updateMatrixWorld();
  };
  const times = { viewer: [], plain: [] };
  for (let k = 0; k < 22; k++) {
    // in turn, so that what else the machine does hits both
    for (const [name, renderer, root] of [['viewer', stage.renderer, stage.root], ['plain', other.renderer, other.root]]) {
      camera.copy(stage.camera);
      turn(k % 11);
      const start = performance.now();
      renderer.render(root, camera);
      finish(renderer);
      if (k > 1) times[name].push(performance.now() - start);
    }
  }
  const median = (a) => a.sort((x, y) => x - y)[a.length >> 1];
  return { points: v.scene.n, width: canvas.width, height: canvas.height, viewer: median(times.viewer), plain: median(times.plain), best: [Math.min(...times.viewer), Math.min(...times.plain)] };
});
console.log(`${result.points} points, ${result.width}×${result.height}: viewer ${result.viewer.toFixed(0)} ms, plain Points ${result.plain.toFixed(0)} ms (medians of 20), ratio ${(result.viewer / result.plain).toFixed(2)}; best ${result.best.map((x) => x.toFixed(0)).join(' / ')} ms`);
await browser.close();
