// Bundles the viewer and three.js into the one file that the Java side embeds. `node build.mjs OUT` writes elsewhere.
import { build } from 'esbuild';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, process.argv[2] ?? '../resources/panst3r/magics/viewer/viewer.min.js');
const license = await readFile(resolve(here, 'node_modules/three/LICENSE'), 'utf8');

const css = await build({
  entryPoints: [resolve(here, 'src/viewer.css')],
  bundle: true,
  minify: true,
  write: false,
});
const js = await build({
  entryPoints: [resolve(here, 'src/main.js')],
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome94', 'firefox113', 'safari16.4'],
  charset: 'ascii',
  legalComments: 'none',
  define: { VIEWER_CSS: JSON.stringify(css.outputFiles[0].text.trim()) },
  write: false,
});
const notice = `/*! This file contains three.js:\n${license.trim()}\n*/\n`;
// "use strict" keeps three's classes lean; the text must not be able to end or upset the <script> element around it.
const text = (notice + js.outputFiles[0].text).replace(/\r\n/g, '\n');
if (/<\/script|<!--/i.test(text)) throw new Error('the bundle holds text that would end its <script> element');
await mkdir(dirname(out), { recursive: true });
await writeFile(out, text);
console.log(`${out}: ${(text.length / 1024).toFixed(0)} kB`);
