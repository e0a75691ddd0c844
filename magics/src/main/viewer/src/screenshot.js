// The picture as a PNG of any size. Where the frame may not download, the picture itself can still be saved.
import { h } from './dom.js';

const LARGEST = 16384;

const fileName = (viewer, more = '') => `${viewer.head.title.replace(/[^\p{L}\p{N}_-]+/gu, '-').slice(0, 60) || 'scene'}${more}.png`;

/** Draws what hangs over the picture, labels, rulers and boxes, into it. */
export function drawText(viewer, canvas) {
  const { stage, labels } = viewer;
  const ink = canvas.getContext('2d');
  const scale = canvas.height / stage.host.clientHeight;
  ink.textBaseline = 'middle';
  ink.textAlign = 'left';
  ink.font = `${12 * scale}px system-ui, sans-serif`;
  const style = getComputedStyle(viewer.root);
  const tag = (box, text, colour) => {
    ink.globalAlpha = 0.88;
    ink.fillStyle = style.getPropertyValue('--card');
    ink.beginPath();
    ink.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 4 * scale);
    ink.fill();
    ink.globalAlpha = 1;
    let x = box.left + 6 * scale;
    const y = (box.top + box.bottom) / 2;
    if (colour) {
      ink.fillStyle = colour;
      ink.beginPath();
      ink.arc(x + 4 * scale, y, 4 * scale, 0, 2 * Math.PI);
      ink.fill();
      x += 13 * scale;
    }
    ink.fillStyle = style.getPropertyValue('--text');
    ink.fillText(text, x, y + scale);
  };
  const aspect = stage.camera.aspect;
  stage.camera.aspect = canvas.width / canvas.height;
  stage.camera.updateProjectionMatrix();
  if (viewer.state.labels) {
    for (const p of labels.arrange(canvas.width, canvas.height, (s) => viewer.visible(s.id), scale)) {
      tag(p, p.item.segment.name, viewer.colourOf(p.item.segment));
    }
  }
  const marks = [...viewer.boxes.values()].map((b) => [b.at, b.tag.textContent]);
  for (const r of viewer.rulers) if (r.to) marks.push([r.from.clone().lerp(r.to, 0.5), r.tag.textContent]);
  for (const [position, text] of marks) {
    const at = stage.project(position, canvas.width, canvas.height);
    if (!at) continue;
    const w = ink.measureText(text).width + 12 * scale;
    tag({ left: at.x - w / 2, right: at.x + w / 2, top: at.y - 10 * scale, bottom: at.y + 10 * scale }, text);
  }
  stage.camera.aspect = aspect;
  stage.camera.updateProjectionMatrix();
}

export function openScreenshot(viewer) {
  const { stage } = viewer;
  const ratio = stage.host.clientWidth / stage.host.clientHeight;
  const number = (name, value) => h('input', { type: 'number', min: 16, max: LARGEST, value, 'aria-label': name });
  const width = number('Width in pixels', Math.round(stage.host.clientWidth * 2));
  const height = number('Height in pixels', Math.round(stage.host.clientHeight * 2));
  width.addEventListener('input', () => (height.value = Math.round(width.value / ratio)));
  const transparent = h('input', { type: 'checkbox' });
  const labels = h('input', { type: 'checkbox', checked: true });
  const result = h('div', { className: 'result' });
  const make = h('button', { type: 'button', className: 'primary', onclick: () => {
    const size = [width, height].map((i) => Math.round(Number(i.value)));
    if (!size.every((n) => n >= 16 && n <= LARGEST)) {
      result.textContent = `Between 16 and ${LARGEST} pixels, please.`;
      return;
    }
    const canvas = viewer.picture(size[0], size[1], { transparent: transparent.checked, labels: labels.checked });
    canvas.toBlob((blob) => {
      if (!blob) {
        result.textContent = 'This size is more than the browser can make; try a smaller one.';
        return;
      }
      const url = URL.createObjectURL(blob);
      result.replaceChildren(
        h('a', { href: url, download: fileName(viewer), className: 'primary' }, 'Save'),
        h('span', { className: 'faint' }, ` ${size[0]} × ${size[1]}, ${(blob.size / 1024).toFixed(0)} kB. Or right-click the picture.`),
        h('img', { src: url, alt: `Picture of ${viewer.head.title}` }),
      );
    }, 'image/png');
  } }, 'Make the picture');
  const v = stage.viewpoint();
  const numbers = [...v.position, ...v.target, v.fovY].map((x) => Number(x.toFixed(4))).join(',');
  const viewpoint = h('input', { type: 'text', readOnly: true, value: numbers, 'aria-label': 'This viewpoint', onfocus: () => viewpoint.select() });
  viewer.dialog('Picture as PNG',
    h('div', { className: 'row' }, width, h('span', {}, '×'), height, h('span', {}, 'pixels')),
    h('label', { className: 'check' }, labels, 'with labels'),
    h('label', { className: 'check' }, transparent, 'transparent background'),
    make, result,
    h('label', { className: 'check faint', title: 'For figures made in the notebook' }, 'Viewpoint', viewpoint));
}

/** Asks the kernel for what is seen, and shows the answer. */
export function openRender(viewer) {
  const result = h('div', { className: 'result', role: 'status' }, 'Asked the kernel; it answers between cells …');
  viewer.rendered = ({ png, line, error }) => {
    if (!(png instanceof Uint8Array)) {
      result.textContent = typeof error === 'string' && error ? error : 'The kernel sent no picture.';
      return;
    }
    const url = URL.createObjectURL(new Blob([png], { type: 'image/png' }));
    result.replaceChildren(
      h('a', { href: url, download: fileName(viewer, '-rendered'), className: 'primary' }, 'Save'),
      h('span', { className: 'faint' }, ` ${line}. In a cell: %panst3r novel --camera view`),
      h('img', { src: url, alt: String(line) }),
    );
  };
  viewer.dialog('What I see, rendered', result);
  viewer.peers.tell('render', viewer.look());
}
