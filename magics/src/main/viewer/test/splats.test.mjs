// Splats in the browser against what the Java rasteriser shows of the same Gaussians (SplatDocumentsTest).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { covered, difference, documents, launch, openViewer, pixels, settled, until } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

// graphics are made by software here, and splats are many fragments
const SMALL = { viewport: { width: 650, height: 380 } };

const truth = async (name) => JSON.parse(await readFile(resolve(documents, name), 'utf8'));

/** Peak signal-to-noise ratio of the viewer's picture from there, in dB; with the order of another side if asked. */
async function psnr(page, { background, pictures }, index, { stale = null } = {}) {
  await page.evaluate(({ mode, backs }) => {
    const v = panst3rViewer;
    v.set({ mode, backs, blend: 1, cameras: false, labels: false });
  }, pictures[index]);
  return page.evaluate(async ([picture, back, other]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture.png}`;
    await image.decode();
    const { stage } = panst3rViewer;
    const colour = stage.root.background.clone();
    stage.root.background.setRGB(...back);
    if (other) {
      stage.setViewpoint(other);
      stage.shoot(16, 16, false);
      const sort = stage.splats.sortNow;
      stage.splats.sortNow = () => {};
      stage.setViewpoint(picture);
      var ours = stage.shoot(image.width, image.height, false);
      stage.splats.sortNow = sort;
    } else {
      stage.setViewpoint(picture);
      ours = stage.shoot(image.width, image.height, false);
    }
    stage.root.background.copy(colour);
    const c = document.createElement('canvas');
    c.width = image.width;
    c.height = image.height;
    c.getContext('2d').drawImage(image, 0, 0);
    const [a, b] = [ours, c].map((x) => x.getContext('2d').getImageData(0, 0, image.width, image.height).data);
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
    return 10 * Math.log10((255 ** 2 * a.length * 0.75) / sum); // alpha is equal
  }, [pictures[index], background, stale]);
}

test('few Gaussians look as the rasteriser draws them, from the front, from behind and from a side', async (t) => {
  const { page, bad } = await openViewer(browser, 'splats.html', SMALL);
  await page.waitForFunction(() => panst3rViewer.stage.splatting);
  const all = await truth('splats.json');
  for (const [i, { mode }] of all.pictures.entries()) {
    const db = await psnr(page, all, i);
    t.diagnostic(`picture ${i}, ${mode}: PSNR ${db.toFixed(1)} dB`);
    assert.ok(db > 38, `picture ${i}, ${mode}: PSNR ${db.toFixed(1)} dB`);
  }
  // what this test would see of a wrong order: that of the front, from behind
  const wrong = await psnr(page, all, 2, { stale: all.pictures[0] });
  t.diagnostic(`in the order of the other side: PSNR ${wrong.toFixed(1)} dB`);
  assert.ok(wrong < 30, `${wrong}`);
  assert.deepEqual(bad, []);
  await page.close();
});

// how many of the splats stand before one that is farther away, and how many there are; in the page
const ORDER = () => {
  const { stage } = panst3rViewer;
  const { means, head, order } = stage.splats;
  const e = stage.camera.matrixWorld.elements;
  const depth = (i) => -means.reduce((sum, axis, k) => sum + (e[8 + k] * axis[i] * head.size[k]) / 65535, 0);
  let wrong = 0;
  const all = order.array;
  const range = head.size.reduce((a, b) => a + b, 0) / 65536;
  for (let k = 1; k < all.length; k++) if (depth(all[k]) > depth(all[k - 1]) + range) wrong++;
  return { wrong, all: new Set(all).size, first: all[0], flying: stage.flying };
};

test('the order follows the camera by itself, in slices', async () => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  await page.keyboard.press('Tab');
  await page.evaluate(() => panst3rViewer.showSplats(true));
  const n = await page.evaluate(() => {
    const real = globalThis.setTimeout;
    globalThis.slices = 0;
    globalThis.setTimeout = (f, ms, ...rest) => real(f, ms, ...rest, ms === undefined && globalThis.slices++);
    return panst3rViewer.stage.splats.n;
  });
  const before = await page.evaluate(ORDER);
  assert.deepEqual([before.wrong, before.all], [0, n]);
  await page.evaluate(() => panst3rViewer.stage.goSide(true));
  const after = await until(() => page.evaluate(ORDER), (now) => !now.flying && now.wrong === 0);
  assert.deepEqual([after.wrong, after.all, after.flying], [0, n, false]);
  assert.notEqual(after.first, before.first);
  assert.ok((await page.evaluate(() => slices)) > 0);
  assert.deepEqual(bad, []);
  await page.close();
});

test('a room in splats, open from outside, as the rasteriser draws it', async (t) => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  await page.evaluate(() => panst3rViewer.showSplats(true));
  const all = await truth('splats-room.json');
  for (const i of all.pictures.keys()) {
    const db = await psnr(page, all, i);
    t.diagnostic(`picture ${i}: PSNR ${db.toFixed(1)} dB`);
    assert.ok(db > 33, `picture ${i}: PSNR ${db.toFixed(1)} dB`);
  }
  assert.deepEqual(bad, []);
  await page.close();
});

test('points and splats are switched by key and button; what is known of points only is off', async () => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  assert.match(await page.innerText('.panel header p'), /points · 3 photos/);
  const points = await pixels(page);
  await page.click('.tab:has-text("Depth")');
  await page.focus('canvas.gl');
  await page.keyboard.press('g');
  await page.waitForFunction(() => panst3rViewer.stage.splatting);
  await settled(page);
  assert.match(await page.innerText('.panel header p'), /^[\d,]+ splats · 3 photos · \d+ segments$/);
  assert.match(await page.getAttribute('[data-splats=true]', 'title'), /[\d,]+ of [\d,]+ Gaussians, colours of degree 1/);
  assert.equal(await page.evaluate(() => panst3rViewer.state.mode), 'photo');
  for (const name of ['Confidence', 'Depth', 'View']) assert.ok(await page.isDisabled(`.tab[data-mode=${name.toLowerCase()}]`), name);
  for (const name of ['Confidence', 'Range']) assert.ok(await page.isDisabled(`[data-name="${name}"] input`), name);
  const splats = await pixels(page);
  assert.ok(covered(splats) > 0.3);
  await page.click('.tab:has-text("Segment")');
  await settled(page);
  const segments = await pixels(page);
  assert.ok(difference(splats, segments) > 0.1);
  await page.click('.segments .name:has-text("table")');
  await settled(page);
  assert.ok(covered(await pixels(page)) < 0.6 * covered(segments), 'alone');
  await page.keyboard.press('Escape');
  // of photos there is nothing to hide but their cameras
  const said = await page.evaluate(() => {
    document.querySelector('.tile:nth-child(1) .eye').click();
    return document.querySelector('.message').textContent; // it goes after a while
  });
  assert.match(said, /only the camera is hidden/);
  await page.click('[data-splats=false]');
  await settled(page);
  assert.ok(!(await page.isDisabled('[data-name="Range"] input')));
  assert.ok(difference(points, splats) > 0.01);
  assert.deepEqual(bad, []);
  await page.close();
});

test('clicks find points, distances are measured and pictures are saved among splats, too', async () => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  await page.evaluate(async () => {
    await panst3rViewer.showSplats(true);
    panst3rViewer.set({ labels: false, cameras: false });
  });
  await settled(page);
  const target = await page.evaluate(() => {
    const v = panst3rViewer;
    const box = v.host.getBoundingClientRect();
    for (let y = 60; y < box.height - 60; y += 7) {
      for (let x = 60; x < box.width - 60; x += 7) {
        const i = v.stage.pointAt(x, y);
        if (i >= 0 && v.segments.get(v.scene.segment[i])?.className === 'sofa') return { x: box.x + x, y: box.y + y };
      }
    }
    return null;
  });
  assert.ok(target);
  await page.mouse.click(target.x, target.y);
  await settled(page);
  assert.match(await page.innerText('.pin'), /sofa/);
  assert.ok(await page.evaluate(() => panst3rViewer.stage.splatting && !panst3rViewer.stage.cloud.group.visible));
  await page.keyboard.press('m');
  await page.mouse.click(target.x, target.y);
  await page.mouse.click(target.x - 120, target.y);
  assert.match(await page.innerText('.tag'), /≈ m/);
  await page.evaluate(() => panst3rViewer.clearMarks());
  // in tiles, each with its part of the picture
  const seam = await page.evaluate(() => {
    const { stage } = panst3rViewer;
    const of = (tile) => {
      stage.renderer.capabilities.maxTextureSize = tile;
      return stage.shoot(300, 225, false).getContext('2d').getImageData(0, 0, 300, 225).data;
    };
    const whole = of(2048);
    const tiled = of(128);
    return whole.reduce((most, x, i) => Math.max(most, Math.abs(x - tiled[i])), 0);
  });
  assert.ok(seam <= 2, `${seam}`);
  assert.deepEqual(bad, []);
  await page.close();
});

test('where splats cannot be drawn, points are, and one sentence says why', async () => {
  for (const [break_, why] of [
    [() => (panst3rViewer.stage.renderer.capabilities.maxTextureSize = 4), /more than the graphics here can hold, so points are shown\./],
    [() => (document.getElementById('panst3r-splats').textContent = 'AAAA'), /could not be unpacked .*, so points are shown\./],
  ]) {
    const { page } = await openViewer(browser, 'splats-room.html', SMALL);
    await page.evaluate(break_);
    const said = await page.evaluate(async () => {
      await panst3rViewer.showSplats(true);
      return document.querySelector('.message').textContent;
    });
    assert.match(said, why);
    await page.evaluate(() => (panst3rViewer.stage.renderer.capabilities.maxTextureSize = 2048));
    await settled(page);
    assert.equal(await page.evaluate(() => panst3rViewer.stage.splatting || panst3rViewer.state.splats), false);
    assert.ok(covered(await pixels(page)) > 0.3);
    assert.ok(await page.isDisabled('[data-splats=true]'));
    await page.close();
  }
});

test('splats come back when the graphics were lent to other viewers', async () => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  await page.evaluate(() => panst3rViewer.showSplats(true));
  await settled(page);
  const before = await pixels(page);
  await page.evaluate(() => panst3rViewer.stage.release());
  await page.evaluate(() => panst3rViewer.stage.take());
  await settled(page);
  assert.ok(difference(before, await pixels(page)) < 0.01);
  assert.deepEqual(bad, []);
  await page.close();
});

test('splats that are asked for come, though the graphics go while they are unpacked', async () => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  const pressed = () => page.getAttribute('[data-splats=true]', 'aria-pressed');
  const early = await page.evaluate(async () => {
    const v = panst3rViewer;
    const asked = v.showSplats(true);
    v.share.drop(); // as when the view is scrolled out of sight
    const button = document.querySelector('[data-splats=true]');
    const at = [button.ariaPressed, v.stage.live, v.stage.splatting];
    await asked;
    return [...at, button.ariaPressed, button.disabled, v.stage.splatting];
  });
  assert.deepEqual(early, ['true', false, false, 'true', false, false]);
  await page.evaluate(() => panst3rViewer.share.want());
  await page.waitForFunction(() => panst3rViewer.state.splats && panst3rViewer.stage.splatting);
  assert.equal(await pressed(), 'true');
  assert.match(await page.innerText('.panel header p'), /^[\d,]+ splats/);
  assert.deepEqual(bad, []);
  await page.close();
});

test('points asked for while splats are unpacked stay', async () => {
  const { page, bad } = await openViewer(browser, 'splats-room.html', SMALL);
  const end = await page.evaluate(async () => {
    const v = panst3rViewer;
    const asked = v.showSplats(true);
    await v.showSplats(false);
    await asked;
    return [v.stage.splatting, v.state.splats, document.querySelector('[data-splats=false]').ariaPressed];
  });
  assert.deepEqual(end, [false, false, 'true']);
  assert.deepEqual(bad, []);
  await page.close();
});

test('a page that begins with splats says so before they are unpacked', async () => {
  const { page } = await openViewer(browser, 'splats.html', SMALL);
  assert.equal(await page.getAttribute('[data-splats=true]', 'aria-pressed'), 'true');
  await page.waitForFunction(() => panst3rViewer.stage.splatting);
  assert.equal(await page.getAttribute('[data-splats=true]', 'aria-pressed'), 'true');
  await page.close();
});

test('a shader that does not compile, as on graphics without what splats need: points, and a sentence', async () => {
  const { page } = await openViewer(browser, 'splats-room.html', SMALL);
  await page.evaluate(() => {
    const { prototype } = WebGL2RenderingContext;
    const real = prototype.shaderSource;
    prototype.shaderSource = function (shader, text) {
      real.call(this, shader, text.includes('gaussians') ? 'no shader' : text);
    };
    const message = document.querySelector('.message');
    globalThis.heard = [];
    new MutationObserver(() => heard.push(message.textContent)).observe(message, { childList: true });
    return panst3rViewer.showSplats(true);
  });
  await page.waitForFunction(() => heard.includes('The graphics here cannot draw splats, so points are shown.'));
  await settled(page);
  assert.equal(await page.evaluate(() => panst3rViewer.stage.splatting || panst3rViewer.state.splats), false);
  assert.ok(covered(await pixels(page)) > 0.3);
  await page.close();
});

test('graphics that are lost come back with the pointer, splats with them', async () => {
  const { page } = await openViewer(browser, 'splats-room.html', SMALL);
  await page.evaluate(() => panst3rViewer.showSplats(true));
  const before = await pixels(page);
  await page.evaluate(() => panst3rViewer.stage.renderer.getContext().getExtension('WEBGL_lose_context').loseContext());
  await page.waitForFunction(() => !panst3rViewer.stage.live);
  await page.mouse.move(5, 5);
  await page.mouse.move(300, 200);
  await page.waitForFunction(() => panst3rViewer.stage.live && panst3rViewer.stage.splatting);
  await settled(page);
  assert.ok(difference(before, await pixels(page)) < 0.01);
  await page.close();
});
