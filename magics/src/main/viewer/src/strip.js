// The photos under the picture: as taken, as segments, as confidence, as depth. A pixel there is a point above.
import { h, iconButton, press } from './dom.js';
import { rgb, viridis } from './colours.js';

export const STRIP_MODES = { photo: 'Photo', segment: 'Segments', confidence: 'Confidence', depth: 'Depth' };

export class Strip {
  constructor(scene, host, actions) {
    this.scene = scene;
    this.actions = actions;
    this.mode = 'photo';
    this.ramp = viridis();
    this.buttons = Object.entries(STRIP_MODES).map(([mode, name]) =>
      h('button', { type: 'button', className: 'tab', onclick: () => this.show(mode), 'data-mode': mode }, name),
    );
    this.list = h('div', { className: 'photos', role: 'list', 'aria-label': 'Photos' });
    this.tiles = scene.head.views.map((view, v) => this.#tile(view, v));
    this.list.append(...this.tiles.map((t) => t.element));
    this.playButton = iconButton('play', 'Fly through the cameras', () => actions.play());
    host.append(
      h('div', { className: 'stripbar', role: 'toolbar', 'aria-label': 'What the photos show' }, this.buttons, this.playButton),
      this.list,
    );
    this.show(scene.head.live ? 'segment' : 'photo'); // what changes is what is looked at
  }

  #tile(view, v) {
    const canvas = h('canvas', { width: view.mapWidth, height: view.mapHeight });
    const mark = h('i', { className: 'mark', hidden: true });
    const picture = h('button', {
      type: 'button',
      className: 'picture',
      title: `${view.name}: click a pixel for its point, double-click to stand at its camera`,
      'aria-label': `Photo ${v + 1}, ${view.name}: stand at its camera`,
      onclick: (event) => {
        if (event.detail === 0) return this.actions.fly(v); // by keyboard
        const box = canvas.getBoundingClientRect();
        this.actions.pixel(v, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
      },
      ondblclick: () => this.actions.fly(v),
      onpointermove: (event) => {
        const box = canvas.getBoundingClientRect();
        this.actions.hover(v, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
      },
      onpointerleave: () => this.actions.hover(-1),
    }, canvas, mark);
    const dot = h('i', { className: 'dot' });
    dot.style.background = view.color;
    const eye = iconButton('eye', `Points of ${view.name}`, () => this.actions.toggle(v), { 'aria-pressed': 'true', className: 'icon eye' });
    const element = h('div', { className: 'tile', role: 'listitem' }, picture, h('div', { className: 'caption' }, dot, h('span', { title: view.name }, view.name), eye));
    picture.style.aspectRatio = `${view.width} / ${view.height}`;
    return { element, canvas, mark, eye, picture, image: null, view, v };
  }

  setHidden(hidden) {
    this.tiles.forEach((t) => {
      press(t.eye, !hidden.has(t.v));
      t.element.classList.toggle('off', hidden.has(t.v));
    });
  }

  setPlace(v) {
    this.tiles.forEach((t) => t.element.classList.toggle('here', t.v === v));
  }

  show(mode) {
    this.mode = mode;
    for (const b of this.buttons) press(b, b.dataset.mode === mode);
    for (const t of this.tiles) this.#paint(t);
  }

  repaint() {
    if (this.mode === 'segment') this.show('segment');
  }

  /** Shows where a point is in its photo. */
  mark(v, column, row) {
    for (const t of this.tiles) {
      t.mark.hidden = t.v !== v;
      if (t.v !== v) continue;
      t.mark.style.left = `${(100 * (column + 0.5)) / t.view.width}%`;
      t.mark.style.top = `${(100 * (row + 0.5)) / t.view.height}%`;
    }
  }

  #paint(t) {
    const { canvas, view } = t;
    const ink = canvas.getContext('2d');
    const photo = () => {
      if (t.image) {
        canvas.width = t.image.width;
        canvas.height = t.image.height;
        ink.drawImage(t.image, 0, 0);
      } else if (view.photo) {
        const image = new Image();
        image.onload = () => {
          t.image = image;
          this.#paint(t);
        };
        image.src = view.photo;
      }
    };
    if (this.mode === 'photo') return photo();
    canvas.width = view.mapWidth;
    canvas.height = view.mapHeight;
    const out = new ImageData(view.mapWidth, view.mapHeight);
    const { segment, confidence, depth } = view.map;
    for (let i = 0; i < segment.length; i++) {
      let c;
      if (this.mode === 'segment') c = rgb(this.actions.colour(segment[i]));
      else {
        // the same direction as in 3D: near is bright
        const at = 4 * (this.mode === 'confidence' ? confidence[i] : 255 - depth[i]);
        c = this.ramp.subarray(at, at + 3);
      }
      out.data.set(c, 4 * i);
      out.data[4 * i + 3] = 255;
    }
    ink.putImageData(out, 0, 0);
  }
}
