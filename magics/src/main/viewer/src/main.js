/* global VIEWER_CSS */
import { readScene } from './data.js';
import { Viewer } from './viewer.js';

const sheet = new CSSStyleSheet(); // allowed by the page's policy, which lets no <style> in
sheet.replaceSync(VIEWER_CSS);
document.adoptedStyleSheets = [sheet];

/** Nothing is unpacked, and no graphics are asked for, before the viewer is first seen. */
function start() {
  const root = document.getElementById('viewer');
  let started = false;
  new IntersectionObserver(async (entries, observer) => {
    if (started || !entries.some((e) => e.isIntersecting)) return;
    started = true;
    observer.disconnect();
    try {
      globalThis.panst3rViewer = new Viewer(await readScene(document), root);
    } catch (error) {
      root.textContent = `The 3D view could not start: ${error.message}`;
      root.className = 'failed';
      console.error(error);
    }
  }).observe(root);
}
start();
