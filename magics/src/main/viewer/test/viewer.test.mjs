import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { covered, difference, documents, launch, openViewer, pixels, settled } from './browser.mjs';

let browser;
let page;
let bad;
before(async () => {
  browser = await launch();
  ({ page, bad } = await openViewer(browser, 'small.html'));
});
after(() => browser?.close());

const reset = () => page.evaluate(() => {
  const v = panst3rViewer;
  v.clearMarks();
  v.showAll();
  v.set({ mode: 'segment', blend: 0.6, confidence: v.head.confidence.threshold, percentile: false, pointSize: 1, range: 1, cameras: true, labels: true, global: false, tool: null, hiddenViews: new Set() });
  v.stage.fly(v.head.viewpoint.position, v.head.viewpoint.target, v.head.viewpoint.fovY);
}).then(() => settled(page, 900));

async function changes(what, action, least = 0.01) {
  const was = await pixels(page);
  await action();
  await settled(page);
  const is = await pixels(page);
  const share = difference(was, is);
  assert.ok(share > least, `${what} changed only ${(100 * share).toFixed(2)} % of the picture`);
  return [was, is];
}

/** Moves a slider as a hand would: by its value and the input event. */
const slide = (name, value) => page.evaluate(([n, v]) => {
  const input = document.querySelector(`[data-name="${n}"] input[type=range]`);
  input.value = v;
  input.dispatchEvent(new Event('input', { bubbles: true }));
}, [name, value]);

test('the picture is not blank', async () => {
  const share = covered(await pixels(page));
  assert.ok(share > 0.3, `only ${(100 * share).toFixed(0)} % covered`);
});

test('sliders change what is drawn', async () => {
  await reset();
  await changes('blend', () => slide('Blend', 0));
  await changes('confidence', () => slide('Confidence', 200));
  await slide('Confidence', 0);
  await changes('point size', () => slide('Point size', 2));
  await changes('range', () => slide('Range', 0.3));
  await changes('camera size', () => slide('Camera size', 1.5), 0.002);
});

test('the threshold in percent hides about that share of the points', async () => {
  await reset();
  const share = await page.evaluate(() => {
    const v = panst3rViewer;
    v.set({ percentile: true, percent: 40 });
    const least = v.leastConfidence() * 255;
    return v.scene.confidence.filter((c) => c < least).length / v.scene.n;
  });
  assert.ok(Math.abs(share - 0.4) < 0.05, `${share}`);
});

test('every colour mode looks different', async () => {
  await reset();
  await slide('Blend', 1);
  const seen = [];
  for (const mode of ['photo', 'segment', 'class', 'confidence', 'depth', 'view']) {
    await page.click(`.tabs [data-mode=${mode}]`);
    await settled(page);
    const picture = await pixels(page);
    for (const [other, was] of seen) assert.ok(difference(was, picture) > 0.02, `${mode} looks like ${other}`);
    seen.push([mode, picture]);
    assert.equal(await page.getAttribute(`.tabs [data-mode=${mode}]`, 'aria-pressed'), 'true');
  }
});

test('click on a segment shows it alone, the eye hides it, search finds it', async () => {
  await reset();
  const all = covered(await pixels(page));
  await page.click('.segments .name:has-text("table")');
  await settled(page);
  const alone = covered(await pixels(page));
  assert.ok(alone < 0.6 * all, `${alone} of ${all}`);
  await page.click('.segments .name:has-text("table")');
  await page.mouse.move(300, 300); // off the list, whose rows highlight
  await settled(page);
  assert.ok(Math.abs(covered(await pixels(page)) - all) < 0.01);
  await changes('hiding', () => page.click('.segments li:has-text("table") .eye'));
  assert.deepEqual(await page.evaluate(() => [...panst3rViewer.state.hidden].map((id) => panst3rViewer.segments.get(id).className)), ['table']);
  await page.click('text=Show all');
  await page.fill('input[type=search]', 'tabl');
  assert.equal(await page.locator('.segments li:visible').count(), 1);
  await page.fill('input[type=search]', '');
  await page.click('text=By class');
  assert.equal(await page.locator('.segments .nested').count(), 0);
  await page.click('text=By size');
  await changes('hovering in the list', () => page.hover('.segments li:has-text("table")'));
  await page.mouse.move(300, 300);
});

test('views can be switched off', async () => {
  await reset();
  await changes('hiding a view', async () => {
    await page.click('.tile:nth-child(1) .eye');
    await page.click('.tile:nth-child(2) .eye');
  });
});

test('hover tells what is there, click pins it, and both agree with the truth of the document', async () => {
  await reset();
  await page.evaluate(() => panst3rViewer.set({ labels: false, cameras: false }));
  const target = await page.evaluate(() => {
    const v = panst3rViewer;
    const box = v.host.getBoundingClientRect();
    // a visible point of the table, looked up through the picture itself
    for (let y = 60; y < box.height - 60; y += 7) {
      for (let x = 60; x < box.width - 60; x += 7) {
        const i = v.stage.pointAt(x, y);
        if (i >= 0 && v.segments.get(v.scene.segment[i])?.className === 'table') {
          const p = v.stage.project(v.stage.position(i));
          return { x: box.x + x, y: box.y + y, off: Math.hypot(p.x - x, p.y - y) };
        }
      }
    }
    return null;
  });
  assert.ok(target, 'no point of the table found');
  assert.ok(target.off < 12, `the point picked lies ${target.off} pixels away`);
  await page.mouse.move(target.x, target.y);
  await settled(page);
  const tip = await page.innerText('.tip');
  assert.match(tip, /table[\s\S]*class score 0\.\d\d[\s\S]*confidence [\d.]+[\s\S]*photo-\d\d\.jpg · pixel \d+, \d+/);
  await page.mouse.click(target.x, target.y);
  await settled(page);
  assert.match(await page.innerText('.pin'), /table/);
  const [picked, mark] = await page.evaluate(() => [panst3rViewer.picked, !!document.querySelector('.mark:not([hidden])')]);
  assert.ok(mark, 'no mark in the photo');
  assert.equal(picked.photoX >= 4 * picked.column && picked.photoX < 4 * picked.column + 4, true);
});

test('a pixel of a photo finds its point', async () => {
  await reset();
  const box = await page.locator('.tile:nth-child(2) .picture').boundingBox();
  await page.mouse.click(box.x + 0.5 * box.width, box.y + 0.6 * box.height);
  await settled(page);
  const picked = await page.evaluate(() => panst3rViewer.picked);
  assert.equal(picked.view, 1);
  assert.ok(Math.abs(picked.column - 128) < 8 && Math.abs(picked.row - 0.6 * 192) < 8, JSON.stringify(picked));
});

test('the photos’ strip shows segments, confidence and depth', async () => {
  const sum = () => page.evaluate(() => {
    const c = document.querySelector('.tile canvas');
    return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((a, b) => (a * 31 + b) % 1e9, 0);
  });
  const seen = new Set([await sum()]);
  for (const mode of ['segment', 'confidence', 'depth']) {
    await page.click(`.stripbar [data-mode=${mode}]`);
    seen.add(await sum());
  }
  await page.click('.stripbar [data-mode=photo]');
  assert.equal(seen.size, 4);
});

test('a camera can be flown to, and the photo lies over its points', async () => {
  await reset();
  await page.evaluate(() => panst3rViewer.flyTo(1));
  await settled(page, 1500);
  const view = await page.evaluate(() => {
    const { position, fovY } = panst3rViewer.stage.viewpoint();
    return { position, fovY, camera: panst3rViewer.head.views[1].position, inside: panst3rViewer.stage.inside };
  });
  assert.equal(view.inside, 1);
  assert.ok(Math.hypot(...view.position.map((x, k) => x - view.camera[k])) < 0.01);
  // the photo and the points of the same camera show the same: fading it out changes little in photo colours
  await page.evaluate(() => panst3rViewer.set({ mode: 'photo', labels: false, pointSize: 1.5, confidence: 1 }));
  await settled(page);
  await page.evaluate(() => panst3rViewer.stage.setPhotoOpacity(0));
  const points = await pixels(page);
  await page.evaluate(() => panst3rViewer.stage.setPhotoOpacity(1));
  const photo = await pixels(page);
  assert.ok(difference(points, photo) < 0.4, `${difference(points, photo)}`);
  await page.keyboard.press('Escape');
});

test('keys work, and help lists them', async () => {
  await reset();
  await page.focus('canvas.gl');
  for (const key of ['ArrowLeft', 't', 'f', '+', 'c', '4']) {
    await changes(`key ${key}`, async () => {
      await page.keyboard.press(key);
      await settled(page, 900);
    }, 0.002);
  }
  await page.keyboard.press('?');
  assert.match(await page.innerText('[role=dialog]'), /arrows/);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('[role=dialog]').count(), 0);
});

test('measuring gives the distance of the two points', async () => {
  await reset();
  await page.evaluate(() => panst3rViewer.set({ cameras: false }));
  await page.click('[title^="Measure"]');
  const ends = await page.evaluate(() => {
    const v = panst3rViewer;
    const box = v.host.getBoundingClientRect();
    const found = [];
    for (let x = 100; x < box.width - 60 && found.length < 2; x += 150) {
      for (let y = 80; y < box.height - 80; y += 9) {
        const i = v.stage.pointAt(x, y);
        if (i >= 0) {
          found.push({ x: box.x + x, y: box.y + y, p: v.stage.position(i).toArray() });
          break;
        }
      }
    }
    return found;
  });
  for (const e of ends) await page.mouse.click(e.x, e.y);
  const expected = Math.hypot(...ends[0].p.map((x, k) => x - ends[1].p[k]));
  assert.equal(await page.innerText('.tag'), `${expected.toFixed(2)} ≈ m`);
  await page.keyboard.press('Escape');
});

test('the box of a segment has the size of the thing', async () => {
  await reset();
  await page.evaluate(() => panst3rViewer.set({ confidence: 1 }));
  await page.hover('.segments li:has-text("picture")');
  await page.click('.segments li:has-text("picture") .box');
  const size = (await page.innerText('.tag')).match(/([\d.]+) × ([\d.]+) × ([\d.]+)/).slice(1).map(Number);
  // 1.30 wide, 0.75 high
  assert.ok(Math.abs(size[0] - 1.3) < 0.08 && size[1] < 0.12 && Math.abs(size[2] - 0.75) < 0.08, size.join(' × '));
  await page.evaluate(() => panst3rViewer.clearMarks());
});

test('a picture can be saved at any size, and is what the Java side draws', async () => {
  await reset();
  await page.keyboard.press('Escape');
  await page.click('[title^="Picture as PNG"]');
  await page.fill('[aria-label="Width in pixels"]', '3001');
  await page.fill('[aria-label="Height in pixels"]', '2100');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('text=Make the picture').then(() => page.click('a:has-text("Save")')),
  ]);
  const png = await readFile(await download.path());
  assert.equal(png.readUInt32BE(16), 3001);
  assert.equal(png.readUInt32BE(20), 2100);
  await page.keyboard.press('Escape');

  const java = (await readFile(resolve(documents, 'small.png'))).toString('base64');
  const result = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const v = panst3rViewer;
    v.set({ labels: false });
    v.stage.setViewpoint(v.head.viewpoint);
    for (const f of v.stage.frusta) f.photo.visible = false; // wire frames only, as there
    const ours = v.stage.shoot(image.width, image.height, false);
    for (const f of v.stage.frusta) f.photo.visible = true;
    // both at a sixth, over the same background: what remains are things, not single points
    const shrink = (source) => {
      const c = document.createElement('canvas');
      c.width = Math.round(image.width / 6);
      c.height = Math.round(image.height / 6);
      const ink = c.getContext('2d');
      ink.fillStyle = getComputedStyle(v.root).getPropertyValue('--back');
      ink.fillRect(0, 0, c.width, c.height);
      ink.imageSmoothingQuality = 'high';
      ink.drawImage(source, 0, 0, c.width, c.height);
      return ink.getImageData(0, 0, c.width, c.height).data;
    };
    const a = shrink(ours);
    const b = shrink(image);
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i] - b[i]);
    return sum / a.length;
  }, java);
  assert.ok(result < 6, `mean difference ${result.toFixed(2)} of 255`);
});

test('local and global points are both there', async () => {
  await reset();
  await changes('the global pointmap', () => page.click('.switch:has-text("Global")'), 0.001);
});

test('the theme follows the system and can be switched', async () => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
  await page.click('[title="Light or dark"]');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await page.click('[title="Light or dark"]');
});

test('everything that can be used has a name for a screen reader', async () => {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, input, canvas.gl, [role=toolbar]')]
      .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim() || e.closest('label')?.textContent.trim()))
      .map((e) => e.outerHTML.slice(0, 120)),
  );
  assert.deepEqual(nameless, []);
  assert.match(await page.getAttribute('canvas.gl', 'aria-label'), /Small room: .*3 photos · 18 segments/);
});

test('nothing was asked of a network, and nothing complained', () => assert.deepEqual(bad, []));
