// What the tests share: Debian's Chromium with software graphics, and the documents that ViewerDocumentsTest,
// SplatDocumentsTest and HostilePagesTest write (here, if the Java tests have not run yet).
import { chromium } from 'playwright-core';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const viewerFolder = resolve(here, '..');
export const documents = resolve(here, '../../../../target/viewer');

const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find((p) => p && existsSync(p));

export async function launch() {
  if (!['small.html', 'splats-room.json', 'hostile-tables.html', 'plain-tables.html'].every((f) => existsSync(resolve(documents, f)))) {
    const root = resolve(here, '../../../../..');
    const test = ['-Dtest=ViewerDocumentsTest,SplatDocumentsTest,HostilePagesTest', '-Dsurefire.failIfNoSpecifiedTests=false'];
    execFileSync('mvn', ['-q', '-B', '-pl', 'magics', '-am', 'test', ...test], { cwd: root, stdio: 'inherit' });
  }
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'] });
}

/** Opens a document, with CPU_SLOWER=4 as on a processor of a quarter of the speed, and keeps account of all that must not happen. */
export async function open(browser, name, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1100, height: 640 }, acceptDownloads: true, ...options });
  const bad = [];
  const url = pathToFileURL(resolve(documents, name)).href;
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !/GPU stall|GL Driver Message|willReadFrequently/.test(m.text()) && bad.push(`console: ${m.text()}`));
  page.on('pageerror', (e) => bad.push(`error: ${e.stack}`));
  page.on('dialog', (d) => {
    bad.push(`dialog: ${d.message()}`);
    d.dismiss();
  });
  page.on('popup', () => bad.push('a window was opened'));
  page.on('request', (r) => {
    if (!/^(data|blob|about):/.test(r.url()) && r.url() !== url) bad.push(`request: ${r.url()}`);
  });
  page.setDefaultTimeout(120000); // a slow machine is no failure
  if (process.env.CPU_SLOWER) {
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: Number(process.env.CPU_SLOWER) });
  }
  await page.goto(url);
  return { page, bad };
}

/** A document on its own, ready to be used. */
export async function openViewer(browser, name, options) {
  const opened = await open(browser, name, options);
  await opened.page.waitForFunction(() => globalThis.panst3rViewer?.stage.live, null, { timeout: 60000 });
  await settled(opened.page);
  return opened;
}

/** Waits until flights are over and the last picture is drawn. */
export async function settled(page, ms = 150) {
  await page.evaluate((wait) => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done)), wait)), ms);
  // where frames are slow, a flight lasts longer than its time, and a part of the points is drawn until the camera rests
  await page.waitForFunction(() => {
    const stage = globalThis.panst3rViewer?.stage;
    return !stage?.live || (!stage.flying && stage.cloud.share === 1);
  }, null, { timeout: 60000 });
}

/** Waits until what is looked at is so; gives up after three minutes with what was seen last, for the assertion to tell. */
export async function until(look, so) {
  const end = Date.now() + 180000;
  let seen = await look();
  while (!so(seen) && Date.now() < end) {
    await new Promise((done) => setTimeout(done, 100));
    seen = await look();
  }
  return seen;
}

/** The picture as RGBA, small enough to be handed over; drawn anew, since WebGL forgets what it has shown. */
export async function pixels(page, width = 220, height = 140) {
  const base64 = await page.evaluate(([w, h]) => {
    const canvas = globalThis.panst3rViewer.stage.shoot(w, h, false);
    const data = canvas.getContext('2d').getImageData(0, 0, w, h).data;
    let text = '';
    for (let i = 0; i < data.length; i += 8190) text += String.fromCharCode(...data.subarray(i, i + 8190));
    return btoa(text);
  }, [width, height]);
  return Buffer.from(base64, 'base64');
}

/** Share of pixels that differ clearly. */
export function difference(a, b) {
  let n = 0;
  for (let i = 0; i < a.length; i += 4) {
    if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 24) n++;
  }
  return n / (a.length / 4);
}

/** Share of pixels that are not the background, which is the colour of the first corner. */
export function covered(a) {
  const blank = Buffer.alloc(a.length);
  for (let i = 0; i < a.length; i++) blank[i] = a[i % 4];
  return difference(a, blank);
}
