import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { covered, launch, open, openViewer, pixels, settled, until, viewerFolder } from './browser.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test('the file that is checked in is what the sources give', async () => {
  const out = join(await mkdtemp(join(tmpdir(), 'viewer-')), 'viewer.min.js');
  execFileSync(process.execPath, ['build.mjs', out], { cwd: viewerFolder });
  const kept = await readFile(resolve(viewerFolder, '../resources/panst3r/magics/viewer/viewer.min.js'));
  assert.ok(kept.equals(await readFile(out)), 'run: npm ci && npm run build');
  assert.match(kept.toString('latin1').slice(0, 400), /three\.js[\s\S]*MIT License/);
});

/** The frames of a page that have a viewer, with what they show. */
async function states(page) {
  const out = [];
  for (const frame of page.frames().slice(1)) {
    out.push(
      await frame
        .evaluate(() => {
          const v = globalThis.panst3rViewer;
          if (!v) return { started: false };
          const filled = (canvas) => {
            const c = document.createElement('canvas');
            c.width = 60;
            c.height = 40;
            const ink = c.getContext('2d');
            ink.drawImage(canvas, 0, 0, 60, 40);
            const d = ink.getImageData(0, 0, 60, 40).data;
            let n = 0;
            for (let i = 0; i < d.length; i += 4) n += Math.abs(d[i] - d[0]) + Math.abs(d[i + 1] - d[1]) + Math.abs(d[i + 2] - d[2]) > 24 ? 1 : 0;
            return n / (d.length / 4);
          };
          return { started: true, live: v.stage.live, filled: v.stage.live ? filled(v.stage.shoot(60, 40, false)) : filled(v.stage.last) };
        })
        .catch(() => ({ started: false })),
    );
  }
  return out;
}

test('fifty viewers: never more than eight contexts, none blank', async () => {
  const { page, bad } = await open(browser, 'fifty.html', { viewport: { width: 900, height: 1400 } });
  let most = 0;
  for (let k = 0; k < 50; k += 2) {
    await page.evaluate((i) => document.querySelectorAll('iframe')[i].scrollIntoView(), k);
    const now = await until(() => states(page), (all) => all[k].live);
    most = Math.max(most, now.filter((s) => s.live).length);
  }
  const end = await until(() => states(page), (all) => all.every((s) => s.started && s.filled > 0.15));
  assert.equal(end.length, 50);
  assert.ok(most <= 8 && most >= 1, `${most} live contexts`);
  assert.deepEqual(end.map((s, i) => (s.started && s.filled > 0.15 ? null : `${i}: ${JSON.stringify(s)}`)).filter(Boolean), []);
  // back at the top they come to life again
  await page.evaluate(() => document.querySelector('iframe').scrollIntoView());
  assert.equal((await until(() => states(page), (all) => all[0].live))[0].live, true);
  assert.deepEqual(bad, []);
  await page.close();
});

test('nine in sight at once: eight live, one a still picture', async () => {
  const { page, bad } = await open(browser, 'fifty.html', { viewport: { width: 700, height: 9 * 600 } });
  const started = async () => (await states(page)).filter((s) => s.started);
  await until(started, (all) => all.length >= 9 && all.filter((s) => s.live).length === 8);
  await settled(page, 1000); // and so it stays
  const now = await started();
  assert.ok(now.length >= 9, `${now.length} started`);
  assert.equal(now.filter((s) => s.live).length, 8);
  assert.deepEqual(bad, []);
  await page.close();
});

test('linked viewers move together', async () => {
  const { page, bad } = await open(browser, 'pair.html', { viewport: { width: 1000, height: 1200 } });
  const [, a, b] = page.frames();
  for (const f of [a, b]) await f.waitForFunction(() => globalThis.panst3rViewer?.stage.live, null, { timeout: 60000 });
  await a.evaluate(() => panst3rViewer.stage.goSide(true));
  await a.waitForFunction(() => !panst3rViewer.stage.flying, null, { timeout: 60000 });
  const apart = ([p, q]) => Math.hypot(...p.map((x, k) => x - q[k]));
  const positions = () => Promise.all([a, b].map((f) => f.evaluate(() => panst3rViewer.stage.viewpoint().position)));
  const [va, vb] = await until(positions, (both) => apart(both) < 1e-6);
  assert.ok(apart([va, vb]) < 1e-6, `${va} ${vb}`);
  // a message that is not one changes nothing
  await page.evaluate(() => {
    for (const message of [{ tag: 'panst3r-viewer', kind: 'viewpoint', scene: 'Small room', viewpoint: { position: ['x', 0, 0], target: [0, 0, 0], fovY: 50 } }, 7, null, { tag: 'panst3r-viewer', kind: 'context', since: 'x' }]) {
      window.frames[0].postMessage(message, '*');
    }
    window.frames[0].postMessage({ tag: 'panst3r-viewer', kind: 'select', segments: [1, 2] }, '*');
  });
  await until(() => a.evaluate(() => panst3rViewer.state.selected?.size), (n) => n === 2);
  assert.deepEqual(await a.evaluate(() => [panst3rViewer.stage.viewpoint().position.every(Number.isFinite), [...panst3rViewer.state.selected]]), [true, [1, 2]]);
  assert.deepEqual(bad, []);
  await page.close();
});

test('with a kernel: what is clicked arrives, what is chosen stands out', async () => {
  const { page, bad } = await open(browser, 'wired.html', { viewport: { width: 900, height: 2000 } });
  const [, mine, sibling, foreign] = page.frames();
  for (const f of [mine, sibling, foreign]) await f.waitForFunction(() => globalThis.panst3rViewer?.stage.live, null, { timeout: 60000 });
  const script = await readFile(resolve(viewerFolder, '../resources/panst3r/magics/live/page.js'), 'utf8');
  await page.addScriptTag({ type: 'module', content: script.replace('export default', 'globalThis.wire =') });
  await page.waitForFunction(() => globalThis.wire);
  await page.evaluate(() => {
    globalThis.said = [];
    globalThis.model = { get: () => 'abc', send: (m) => said.push(m), on: (name, f) => (model.custom = f), off: () => {} };
    globalThis.stop = wire.initialize({ model });
  });
  const said = (kind) => page.evaluate((k) => said.filter((m) => m.kind === k), kind);
  const chosen = (frame) => frame.evaluate(() => [...(panst3rViewer.state.selected ?? [])]);
  const chosenIs = (frame, ids) => until(() => chosen(frame), (now) => String(now) === String(ids));
  await until(() => said('ready'), (all) => all.length >= 2);
  assert.deepEqual((await said('ready')).map((m) => m.scene).sort(), [0, 1]);

  const pixel = await mine.evaluate(() => {
    panst3rViewer.pin(1000);
    return panst3rViewer.picked;
  });
  await foreign.evaluate(() => panst3rViewer.pin(7));
  await mine.evaluate(() => panst3rViewer.stage.goSide(true));
  await page.waitForFunction(() => said.some((m) => m.kind === 'look'), null, { timeout: 60000 });
  assert.deepEqual(await said('pick'), [{ kind: 'pick', scene: 0, view: pixel.view, row: pixel.row, column: pixel.column }]);
  const looks = await said('look');
  assert.equal(looks.length, 1);
  const there = await mine.evaluate(() => panst3rViewer.stage.viewpoint());
  const size = await mine.evaluate(() => [panst3rViewer.host.clientWidth, panst3rViewer.host.clientHeight]);
  assert.deepEqual(looks[0], { kind: 'look', scene: 0, look: { viewpoint: there, width: size[0], height: size[1], backs: false } });

  // "render what I see": asked with the same view, answered with a picture, or a sentence
  assert.equal(await foreign.evaluate(() => panst3rViewer.tools.render.hidden), true);
  await mine.click('[aria-label^="Render what I see"]');
  await page.waitForFunction(() => said.some((m) => m.kind === 'render'));
  assert.deepEqual(await said('render'), [{ kind: 'render', scene: 0, look: looks[0].look, ask: 0 }]);
  assert.match(await mine.locator('[role=dialog]').innerText(), /answers between cells/);
  await page.evaluate(() => model.custom({ kind: 'frame', ask: 0, error: 'There are <b>no</b> Gaussians.' }, []));
  await mine.locator('[role=dialog]:has-text("There are <b>no</b> Gaussians.")').waitFor({ timeout: 60000 });
  await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    canvas.width = 30;
    canvas.height = 10;
    const bytes = await (await new Promise((done) => canvas.toBlob(done))).arrayBuffer();
    model.custom({ kind: 'frame', ask: 0, line: 'colours, labels, depth' }, [new DataView(bytes)]);
  });
  await mine.locator('[role=dialog] img').waitFor({ timeout: 60000 });
  await mine.waitForFunction(() => document.querySelector('[role=dialog] img').naturalWidth === 30);
  await mine.click('[role=dialog] [aria-label="Close"]');

  await page.click('tr[data-segment="2"] >> nth=0');
  await chosenIs(mine, [2]);
  await settled(page); // the others have had the time
  assert.deepEqual([await chosen(mine), await chosen(sibling), await chosen(foreign)], [[2], [], []]);
  await page.click('tr[data-segment="1"] >> nth=0', { modifiers: ['Control'] });
  assert.deepEqual(await chosenIs(mine, [2, 1]), [2, 1]);
  await page.focus('tr[data-segment="1"] >> nth=0');
  await page.keyboard.press('Enter');
  assert.deepEqual(await chosenIs(mine, [1]), [1]);
  assert.equal(await page.getAttribute('tr[data-segment="1"] >> nth=0', 'aria-selected'), 'true');
  await page.evaluate(() => model.custom({ kind: 'select', scene: 1, segments: [3, 'x', -1] }));
  await chosenIs(sibling, [3]);
  assert.deepEqual([await chosen(mine), await chosen(sibling)], [[1], [3]]);
  assert.ok(await sibling.locator('.segments .chosen').count() > 0, 'no row of the list tells what is chosen');

  // a frame that Jupyter takes from the page begins anew, where it was
  await page.evaluate(() => {
    const frame = document.querySelector('iframe');
    const place = frame.parentNode;
    frame.remove();
    setTimeout(() => place.append(frame), 100);
  });
  const added = () => page.frames().find((f) => ![mine, sibling, foreign, page.mainFrame()].includes(f));
  const again = await until(added, Boolean);
  await again.waitForFunction(() => globalThis.panst3rViewer?.stage.live, null, { timeout: 60000 });
  assert.deepEqual(await chosenIs(again, [1]), [1]);
  const off = (p) => Math.hypot(...p.map((x, k) => x - there.position[k]));
  const back = await until(() => again.evaluate(() => panst3rViewer.stage.viewpoint().position), (p) => off(p) < 1e-3);
  assert.ok(off(back) < 1e-3, `${back} ${there.position}`);

  await page.evaluate(() => stop());
  await page.click('tr[data-segment="2"] >> nth=0');
  await settled(page);
  assert.deepEqual(await chosen(again), [1]);
  assert.deepEqual(bad, []);
  await page.close();
});

test('in a cell: sandboxed, themed, over its still picture', async () => {
  const { page, bad } = await open(browser, 'pair.html');
  const frame = page.frames()[1];
  await frame.waitForFunction(() => globalThis.panst3rViewer?.stage.live, null, { timeout: 60000 });
  assert.equal(await frame.evaluate(() => window.origin), 'null');
  assert.equal(await frame.evaluate(() => document.documentElement.dataset.theme), 'light');
  await page.evaluate(() => (document.body.dataset.jpThemeLight = 'false'));
  await frame.waitForFunction(() => document.documentElement.dataset.theme === 'dark', null, { timeout: 30000 });
  const still = await page.evaluate(() => {
    const image = document.querySelector('img');
    return [image.naturalWidth > 0, image.alt];
  });
  assert.deepEqual(still, [true, '3D view: 147,456 points, 3 photos, 18 segments']);
  assert.deepEqual(bad, []);
  await page.close();
});

test('the policy lets no other script, style or request pass', async () => {
  const { page } = await openViewer(browser, 'small.html');
  const result = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.injected = true';
    document.body.append(script);
    const blocked = await fetch('https://example.invalid/').then(() => false, () => true);
    // later, because what the debugger evaluates itself is exempt from the policy
    const evil = await new Promise((done) => setTimeout(() => {
      try {
        done(new Function('return true')());
      } catch {
        done(false);
      }
    }));
    return { injected: globalThis.injected === true, blocked, evil };
  });
  assert.deepEqual(result, { injected: false, blocked: true, evil: false });
  await page.close();
});

test('two hundred hostile names: no dialog, no request, no node', async () => {
  const { page, bad } = await open(browser, 'hostile.html', { viewport: { width: 1000, height: 700 } });
  const frames = page.frames().slice(1);
  assert.ok(frames.length * 14 >= 200, `${frames.length} documents`);
  const tags = new Set();
  const ids = new Set();
  for (let i = 0; i < frames.length; i++) {
    await page.evaluate((k) => document.querySelectorAll('iframe')[k].scrollIntoView(), i);
    await frames[i].waitForFunction(() => globalThis.panst3rViewer?.stage.live, null, { timeout: 60000 });
    const found = await frames[i].evaluate(() => {
      const v = panst3rViewer;
      const names = v.head.segments.map((s) => s.name);
      for (const s of v.head.segments.slice(0, 3)) v.toggleBox(s.id);
      v.pin(Math.floor(v.scene.n / 2));
      v.help();
      v.flyTo(0);
      const texts = document.body.innerText;
      return {
        tags: [...new Set([...document.querySelectorAll('*')].map((e) => e.localName))],
        ids: [...document.querySelectorAll('[id]')].map((e) => e.id),
        handlers: [...document.querySelectorAll('*')].flatMap((e) => [...e.attributes].map((a) => a.name)).filter((n) => /^on|commandlinker|^srcdoc$|^style$/.test(n) && n !== 'style'),
        shown: names.filter((n) => n.trim() && n.length < 40 && !texts.includes(n)).length,
        segments: names.length,
      };
    });
    found.tags.forEach((t) => tags.add(t));
    found.ids.forEach((t) => ids.add(t));
    assert.deepEqual(found.handlers, []);
  }
  const known = ['html', 'head', 'meta', 'title', 'body', 'div', 'script', 'main', 'canvas', 'span', 'i', 'button', 'svg', 'path', 'aside', 'header', 'h1', 'h2', 'p', 'section', 'label', 'input', 'output', 'ul', 'li', 'b', 'table', 'tr', 'th', 'td', 'img'];
  assert.deepEqual([...tags].filter((t) => !known.includes(t)), []);
  assert.deepEqual([...ids].sort(), ['panst3r-data', 'panst3r-scene', 'viewer']);
  const outside = await page.evaluate(() => [...new Set([...document.body.querySelectorAll('*')].map((e) => e.localName))].sort());
  assert.deepEqual(outside, ['div', 'iframe', 'img', 'style']);
  await settled(page, 1500);
  assert.deepEqual(bad, []);
  await page.close();
});

for (const kind of ['tables', 'compare', 'sweep', 'figures', 'errors']) {
  test(`hostile names in ${kind}: the page is made as with plain ones`, async () => {
    const made = [];
    for (const names of ['plain', 'hostile']) {
      const { page, bad } = await open(browser, `${names}-${kind}.html`);
      await settled(page, 500);
      made.push(await page.evaluate(() => {
        const out = new Set();
        const ids = [];
        for (const e of document.body.querySelectorAll('*')) {
          out.add(`${e.localName} ${e.getAttributeNames().sort()}`);
          if (e.id) ids.push(e.id);
        }
        return { kinds: [...out].sort(), scripts: document.scripts.length, ids: [...new Set(ids)].sort(), text: document.body.textContent };
      }));
      assert.deepEqual(bad, []);
      await page.close();
    }
    const [plain, hostile] = made;
    const { text } = hostile;
    assert.deepEqual(hostile.kinds.filter((k) => !plain.kinds.includes(k)), []);
    assert.deepEqual([hostile.scripts, hostile.ids], [0, plain.ids]);
    assert.ok(text.includes('<script>'), 'no name is there as text');
  });
}

test('what export writes opens from disk: drawn, nothing asked for', async () => {
  const { page, bad } = await openViewer(browser, 'exported.html');
  assert.ok(covered(await pixels(page)) > 0.02);
  assert.deepEqual(bad, []);
  await page.close();
});

test('a scene without segments, and one with a disagreement', async () => {
  const geometry = await openViewer(browser, 'geometry.html');
  assert.ok(covered(await pixels(geometry.page)) > 0.3);
  assert.equal(await geometry.page.locator('.segments').count(), 0);
  assert.deepEqual(geometry.bad, []);
  await geometry.page.close();
  const other = await openViewer(browser, 'disagreement.html');
  await other.page.click('[data-mode=disagreement]');
  await settled(other.page);
  assert.match(await other.page.innerText('.scale'), /agree[\s\S]*differ/);
  assert.deepEqual(other.bad, []);
  await other.page.close();
});

test('usable at 400 pixels, by touch', async () => {
  const { page, bad } = await openViewer(browser, 'small.html', { viewport: { width: 400, height: 560 }, hasTouch: true, isMobile: false });
  assert.equal(await page.isVisible('.panel'), false);
  await page.tap('.panelbutton');
  assert.equal(await page.isVisible('.panel'), true);
  await page.tap('.tabs [data-mode=photo]');
  await page.tap('.panelbutton');
  assert.equal(await page.isVisible('.panel'), false);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 400, `${wide} pixels wide`);
  await page.tap('.stripbutton');
  assert.equal(await page.isVisible('.strip'), false);
  assert.deepEqual(bad, []);
  await page.close();
});
