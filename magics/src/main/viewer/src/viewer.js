// The page around the picture: what is shown, the list of segments, picking, and what the keys do.
import { count, h, icon, iconButton, labelled, press, setIcon, short } from './dom.js';
import { fromConfidence, readSplats, resegment, toConfidence, toPhoto } from './data.js';
import { MODES, SPLAT_MODES } from './cloud.js';
import { rgb } from './colours.js';
import { Labels } from './labels.js';
import { ContextShare, Peers } from './peers.js';
import { Stage } from './stage.js';
import { Strip } from './strip.js';
import { boxOf } from './boxes.js';
import { drawText, openRender, openScreenshot } from './screenshot.js';

const MODE_NAMES = {
  photo: 'Photo',
  segment: 'Segment',
  class: 'Class',
  confidence: 'Confidence',
  depth: 'Depth',
  view: 'View',
  disagreement: 'Disagreement',
};
const VOID = '#8c8c8c';
const NARROW = 640;

/** Whether something from outside is a place to look from. */
function isViewpoint(v) {
  const three = (a) => Array.isArray(a) && a.length === 3 && a.every(Number.isFinite);
  return !!v && three(v.position) && three(v.target) && v.fovY > 0 && v.fovY < 180;
}

export class Viewer {
  constructor(scene, root) {
    this.scene = scene;
    this.head = scene.head;
    this.root = root;
    this.segmented = this.head.segments.length > 0 || this.head.live > 0;
    this.#index();
    this.state = {
      mode: this.head.mode,
      blend: 0.6,
      confidence: this.head.confidence.threshold,
      percentile: false,
      percent: 20,
      pointSize: 1,
      range: 1,
      cameras: true,
      cameraSize: 1,
      labels: true,
      backs: false,
      global: false,
      hiddenViews: new Set(),
      hidden: new Set(),
      solo: new Set(),
      hover: null,
      byClass: true,
      tool: null,
      theme: null,
      link: this.head.link === true,
      photoOpacity: 0.7,
      selected: this.head.selected?.length ? new Set(this.head.selected) : null,
      splats: false,
    };
    this.wantsSplats = !!this.head.splats?.first; // drawn once they are unpacked and there are graphics
    this.pins = [];
    this.rulers = [];
    this.boxes = new Map();
    this.#build();
    this.stage = new Stage(scene, this.host);
    this.labels = new Labels(this.stage, this.over, this.head.segments, () => {
      const { offsetWidth, offsetHeight } = this.toolbar;
      return [{ left: 0, top: 0, right: 8 + offsetWidth, bottom: 8 + offsetHeight }];
    });
    this.stage.onframe = () => this.#overlay();
    this.told = this.head.viewpoint;
    this.stage.onmove = () => {
      this.#tellMove();
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.#tellPage(), 300);
    };
    this.stage.onleave = () => this.#left();
    this.stage.onsplatless = (why) => this.#splatless(why);
    this.stage.onlost = () => {
      this.stage.release();
      this.share.drop();
    };
    this.strip = new Strip(scene, this.stripHost, {
      colour: (id) => this.colourOf(this.segments.get(id)),
      pixel: (v, x, y) => this.#pixel(v, x, y),
      hover: (v, x, y) => this.#stripHover(v, x, y),
      fly: (v) => this.flyTo(v),
      toggle: (v) => this.toggleView(v),
      play: () => this.play(),
    });
    this.#listen();
    this.#applyTheme();
    this.apply();
    this.peers = new Peers();
    this.share = new ContextShare(this.peers, () => this.#take(), () => this.stage.release());
    this.peers.on('viewpoint', (data) => this.#follow(data));
    const page = (kind, listener) => this.peers.on(kind, (data, source) => source === window.parent && listener(data));
    page('select', (data) => Array.isArray(data.segments) && this.select(data.segments.filter(Number.isInteger)));
    page('stand', (data) => isViewpoint(data.viewpoint) && this.stage.setViewpoint((this.told = data.viewpoint)));
    page('segments', (data) => this.head.live && data.colours instanceof Uint8Array && Array.isArray(data.segments) && this.resegment(data));
    page('hello', () => this.peers.tell('ready'));
    page('kernel', () => (this.tools.render.hidden = false));
    page('frame', (data) => this.rendered?.(data));
    this.peers.tell('ready');
    new IntersectionObserver((entries) => {
      const shown = entries[entries.length - 1].isIntersecting;
      clearTimeout(this.leaving);
      if (shown) this.share.want();
      else this.leaving = setTimeout(() => this.share.drop(), 300);
    }).observe(this.host);
  }

  #index() {
    this.segments = new Map(this.head.segments.map((s) => [s.id, s]));
    const voids = this.head.points.unassigned;
    if (voids > 0 && this.segmented) {
      this.segments.set(0, { id: 0, name: 'unassigned', className: 'unassigned', color: VOID, classColor: VOID, pixels: 0, points: voids });
    }
  }

  /** Shows the same points segmented anew (panst3r.magics.viewer.Repaint). What is hidden or alone stays so. */
  resegment({ segments, unassigned, colours }) {
    resegment(this.scene, colours);
    this.head.segments = segments;
    this.head.points.unassigned = unassigned;
    this.#index();
    for (const b of this.boxes.values()) b.remove();
    this.boxes.clear();
    this.stage.cloud.resegment();
    this.labels.replace(segments);
    this.#summarise();
    this.#fillList();
    this.apply();
    this.strip.repaint();
  }

  #summarise() {
    const { head } = this;
    const { noun, of } = this.state.splats ? { noun: 'splats', of: head.splats } : { noun: 'points', of: head.points };
    const shown = of.shown < of.total ? `${count(of.shown)} of ${short(of.total)} ${noun}` : `${count(of.shown)} ${noun}`;
    this.summary = [
      shown,
      `${head.views.length} photo${head.views.length === 1 ? '' : 's'}`,
      this.segmented ? `${head.segments.length} segment${head.segments.length === 1 ? '' : 's'}` : 'not segmented',
    ].join(' · ');
    if (this.summaryLine) this.summaryLine.textContent = this.summary;
  }

  #take() {
    if (this.stage.take()) {
      const { canvas } = this.stage;
      const parts = [];
      for (const s of this.head.segments) parts.push(s.name);
      canvas.setAttribute('role', 'application');
      canvas.setAttribute('aria-roledescription', '3D view');
      canvas.setAttribute(
        'aria-label',
        `${this.head.title}: ${this.summary}. ${parts.slice(0, 12).join(', ')}. Arrow keys turn, plus and minus zoom, question mark lists all keys.`,
      );
      this.root.classList.add('ready');
      if (this.head.splats && this.wantsSplats && !this.stage.splatting) this.showSplats(true);
    } else {
      this.message.textContent = 'No WebGL here: the still picture is what there is to see.';
    }
  }

  // ---- the page

  #build() {
    this.#summarise();

    this.over = h('div', { className: 'over' });
    this.tip = h('div', { className: 'tip', hidden: true, role: 'tooltip' });
    this.message = h('div', { className: 'message', role: 'status', 'aria-live': 'polite' });
    this.host = h('div', { className: 'host' });
    const tool = (name, label, action, toggle) => {
      const button = iconButton(name, label, action);
      if (toggle) press(button, false);
      return button;
    };
    this.tools = {
      reset: tool('reset', 'Reset the view (R)', () => this.stage.goHome()),
      top: tool('top', 'From above (T)', () => this.stage.goSide(true)),
      front: tool('front', 'Level, from the front (F)', () => this.stage.goSide(false)),
      measure: tool('measure', 'Measure between two points (M)', () => this.setTool('measure'), true),
      shot: tool('shot', 'Picture as PNG (P)', () => openScreenshot(this)),
      render: tool('render', 'Render what I see, in Java: colours, labels, depth (V)', () => openRender(this)),
      link: tool('link', 'Move together with the other viewers of this page', () => this.set({ link: !this.state.link }), true),
      theme: tool('theme', 'Light or dark', () => this.set({ theme: this.dark ? 'light' : 'dark' })),
      help: tool('help', 'Keys and gestures (?)', () => this.help()),
    };
    this.tools.render.hidden = true; // until a kernel is heard
    this.toolbar = h('div', { className: 'toolbar', role: 'toolbar', 'aria-label': 'View' }, Object.values(this.tools));
    this.panelButton = iconButton('panel', 'Settings and segments', () => this.togglePanel(), { className: 'icon panelbutton' });
    this.stripButton = iconButton('strip', 'Photos', () => this.toggleStrip(), { className: 'icon stripbutton' });
    this.inside = h('div', { className: 'inside', hidden: true });
    this.scale = h('div', { className: 'scale', hidden: true, 'aria-hidden': 'true' });
    this.stageBox = h('main', { className: 'stage' }, this.host, this.over, this.toolbar, this.panelButton, this.stripButton, this.inside, this.scale, this.message, this.tip);
    this.panel = h('aside', { className: 'panel', 'aria-label': 'Settings and segments' }, this.#panel());
    this.stripHost = h('section', { className: 'strip', 'aria-label': 'Photos' });
    this.root.replaceChildren(this.stageBox, this.panel, this.stripHost);
    this.root.className = 'app';
  }

  #slider(name, min, max, step, get, set, show, title) {
    const output = h('output');
    const input = h('input', { type: 'range', min, max, step, title, 'aria-label': name });
    const refresh = () => {
      input.min = typeof min === 'function' ? min() : min;
      input.max = typeof max === 'function' ? max() : max;
      input.step = typeof step === 'function' ? step() : step;
      input.value = get();
      output.textContent = show();
      input.setAttribute('aria-valuetext', output.textContent);
    };
    input.addEventListener('input', () => set(Number(input.value)));
    const element = labelled(name, input, output);
    element.dataset.name = name;
    this.refreshers.push(refresh);
    return element;
  }

  #toggle(name, get, set, title) {
    const button = h('button', { type: 'button', className: 'switch', title, onclick: () => set(!get()) }, h('span', {}, name), h('i'));
    this.refreshers.push(() => press(button, get()));
    return button;
  }

  #panel() {
    const { head } = this;
    const s = this.state;
    this.refreshers = [];
    this.kindButtons = head.splats
      ? [[false, 'Points', 'Points (G)'], [true, 'Splats', `${count(head.splats.shown)} of ${count(head.splats.total)} Gaussians, colours of degree ${head.splats.degree} (G)`]].map(
          ([on, name, title]) => h('button', { type: 'button', className: 'tab', title, 'data-splats': String(on), onclick: () => this.showSplats(on) }, name),
        )
      : [];
    const available = Object.keys(MODE_NAMES).filter(
      (m) => (this.segmented || !['segment', 'class'].includes(m)) && (m !== 'disagreement' || head.points.disagreement),
    );
    this.modeButtons = available.map((m) =>
      h('button', { type: 'button', className: 'tab', 'data-mode': m, onclick: () => this.set({ mode: m }) }, MODE_NAMES[m]),
    );
    const blend = this.#slider('Blend', 0, 1, 0.01, () => s.blend, (v) => this.set({ blend: v }), () => `${Math.round(s.blend * 100)} %`, 'From the photo’s colours to the chosen ones');
    this.refreshers.push(() => blend.classList.toggle('disabled', s.mode === 'photo'));
    // Equal steps of the slider are equal steps of the logarithm: confidence spans orders of magnitude.
    const confidence = this.#slider(
      'Confidence', 0, 255, 1,
      () => (s.percentile ? Math.round(s.percent * 2.55) : Math.round(fromConfidence(head, s.confidence) * 255)),
      (v) => this.set(s.percentile ? { percent: v / 2.55 } : { confidence: toConfidence(head, v) }),
      () => (s.percentile ? `${Math.round(s.percent)} %` : `≥ ${s.confidence < 10 ? s.confidence.toFixed(1) : Math.round(s.confidence)}`),
      'Points of less confidence are hidden',
    );
    const percent = h('button', { type: 'button', className: 'mini', title: 'Threshold as a share of the points', 'aria-label': 'Threshold in percent of the points', onclick: () => this.set({ percentile: !s.percentile }) }, '%');
    this.refreshers.push(() => press(percent, s.percentile));
    confidence.append(percent);
    const size = this.#slider('Point size', -1, 2, 0.05, () => Math.log2(s.pointSize), (v) => this.set({ pointSize: 2 ** v }), () => `${s.pointSize.toFixed(1)}×`);
    const range = this.#slider('Range', 0, 1, 0.005, () => s.range, (v) => this.set({ range: v }), () => (s.range >= 1 ? 'all' : this.length(this.#rangeDistance())), 'Points further from their camera are cut away');
    const cameraSize = this.#slider('Camera size', -2, 2, 0.05, () => Math.log2(s.cameraSize), (v) => this.set({ cameraSize: 2 ** v }), () => `${s.cameraSize.toFixed(1)}×`);
    this.refreshers.push(() => cameraSize.classList.toggle('disabled', !s.cameras));
    const switches = h('div', { className: 'switches' },
      this.#toggle('Cameras', () => s.cameras, (v) => this.set({ cameras: v }), 'Cameras of the photos (C)'),
      this.segmented ? this.#toggle('Labels', () => s.labels, (v) => this.set({ labels: v }), 'Names of segments (L)') : null,
      this.#toggle('Backs', () => s.backs, (v) => this.set({ backs: v }), 'Surfaces seen from behind; without them a room can be seen from outside (B)'),
      head.points.global ? this.#toggle('Global', () => s.global, (v) => this.set({ global: v }), 'The pointmap in world coordinates, instead of each photo’s own moved by its camera') : null,
    );
    // what is known of points only
    const pointwise = [confidence, range, ...[...switches.children].filter((b) => b.textContent === 'Global')];
    this.refreshers.push(() => {
      for (const part of pointwise) {
        part.classList.toggle('disabled', s.splats);
        for (const control of part.matches('button') ? [part] : part.querySelectorAll('input, button')) control.disabled = s.splats;
      }
    });
    const notes = (head.notes ?? []).map((n) => h('p', { className: 'note', role: 'note' }, n));
    return [
      h('header', {}, h('h1', { title: head.title }, head.title), (this.summaryLine = h('p', {}, this.summary)), notes),
      h('section', { 'aria-label': 'Colour' }, h('div', { className: 'tabs', role: 'group', 'aria-label': 'Colour by' }, this.modeButtons), blend),
      h('section', { 'aria-label': 'Points' },
        head.splats ? h('div', { className: 'tabs', role: 'group', 'aria-label': 'Points or splats' }, this.kindButtons) : null,
        confidence, size, range, switches, cameraSize),
      this.segmented ? this.#segmentList() : null,
    ];
  }

  #segmentList() {
    const search = h('input', { type: 'search', placeholder: 'Find …', 'aria-label': 'Find a segment', oninput: () => this.#filter(search.value) });
    const grouping = h('button', { type: 'button', className: 'mini wide', onclick: () => {
      this.state.byClass = !this.state.byClass;
      this.#fillList();
    } });
    this.groupButton = grouping;
    const all = h('button', { type: 'button', className: 'mini wide', title: 'Show every segment again (Esc)', onclick: () => this.showAll() }, 'Show all');
    this.allButton = all;
    this.list = h('ul', { className: 'segments', 'aria-label': 'Segments' });
    this.search = search;
    this.#fillList();
    return h('section', { className: 'grow', 'aria-label': 'Segments' }, h('div', { className: 'row' }, search, grouping, all), this.list);
  }

  #fillList() {
    const { state } = this;
    this.groupButton.textContent = state.byClass ? 'By class' : 'By size';
    this.groupButton.title = state.byClass ? 'Grouped by class; click to list by size' : 'Listed by size; click to group by class';
    const listed = [...this.segments.values()].sort((a, b) => (a.id === 0) - (b.id === 0) || b.points - a.points || a.id - b.id);
    this.rows = [];
    const rowsOf = (segments, nested) => segments.map((s) => this.#row([s], s.name, s.points, nested, s));
    if (!state.byClass) this.list.replaceChildren(...rowsOf(listed, false));
    else {
      const classes = new Map();
      for (const s of listed) classes.set(s.className, [...(classes.get(s.className) ?? []), s]);
      const rows = [];
      for (const [name, members] of classes) {
        if (members.length === 1) rows.push(...rowsOf(members, false));
        else {
          rows.push(this.#row(members, `${name} × ${members.length}`, members.reduce((n, s) => n + s.points, 0), false, null));
          rows.push(...rowsOf(members, true));
        }
      }
      this.list.replaceChildren(...rows);
    }
    this.#filter(this.search?.value ?? '');
    this.#refreshRows();
  }

  #row(segments, name, points, nested, single) {
    const ids = segments.map((s) => s.id);
    const dot = h('i', { className: 'dot' });
    const main = h('button', {
      type: 'button',
      className: 'name',
      title: `${name}: click to see it alone, with Ctrl to add it`,
      onclick: (event) => this.solo(ids, event.ctrlKey || event.metaKey || event.shiftKey),
    }, dot, h('span', { className: 'text' }, name), h('span', { className: 'count' }, points >= 10000 ? `${Math.round(points / 1000)}k` : count(points)));
    main.setAttribute('aria-label', `${name}, ${count(points)} points: show alone`);
    const box = single && single.id !== 0 ? iconButton('box', `Box and size of ${name}`, () => this.toggleBox(single.id), { 'aria-pressed': 'false', className: 'icon box' }) : null;
    const eye = iconButton('eye', `Show ${name}`, () => this.hide(ids), { 'aria-pressed': 'true', className: 'icon eye' });
    const element = h('li', {
      className: nested ? 'nested' : '',
      onpointerenter: () => this.set({ hover: new Set(ids) }),
      onpointerleave: () => this.set({ hover: null }),
      onfocusin: () => this.set({ hover: new Set(ids) }),
      onfocusout: () => this.set({ hover: null }),
    }, main, box, eye);
    this.rows.push({ ids, element, dot, main, eye, box, name: name.toLowerCase(), single, segments });
    return element;
  }

  #filter(text) {
    const wanted = text.trim().toLowerCase();
    for (const r of this.rows) r.element.hidden = wanted !== '' && !r.name.includes(wanted) && !r.segments.some((s) => String(s.id) === wanted);
  }

  #refreshRows() {
    if (!this.rows) return;
    const { hidden, solo, selected } = this.state;
    this.allButton.disabled = hidden.size === 0 && solo.size === 0 && !selected;
    for (const r of this.rows) {
      const off = r.ids.every((id) => !this.visible(id));
      const soloed = solo.size > 0 && r.ids.every((id) => solo.has(id));
      r.element.classList.toggle('off', off);
      r.element.classList.toggle('chosen', !!selected && r.ids.some((id) => selected.has(id)));
      press(r.main, soloed);
      press(r.eye, !off);
      if (r.eye.dataset.off !== String(off)) {
        r.eye.dataset.off = String(off);
        r.eye.replaceChildren(icon(off ? 'eyeOff' : 'eye'));
      }
      if (r.box) press(r.box, this.boxes.has(r.single.id));
      r.dot.style.background = r.single ? this.colourOf(r.single) : r.segments[0].classColor;
    }
  }

  // ---- what is shown

  visible(id) {
    const { hidden, solo } = this.state;
    return solo.size > 0 ? solo.has(id) : !hidden.has(id);
  }

  colourOf(segment) {
    if (!segment) return VOID;
    return this.state.mode === 'class' ? segment.classColor : segment.color;
  }

  /** Changes settings, each named as in {@code state}, and shows the result. */
  set(change) {
    const modeChanged = change.mode !== undefined && change.mode !== this.state.mode;
    const globalChanged = change.global !== undefined && change.global !== this.state.global;
    Object.assign(this.state, change);
    if (change.theme !== undefined) this.#applyTheme();
    if (globalChanged) {
      this.stage.global = this.state.global;
      this.stage.cloud.useGlobal(this.state.global);
    }
    this.apply();
    if (modeChanged) this.strip.repaint();
  }

  /** Draws splats instead of points, or points again. */
  async showSplats(on) {
    if (!this.head.splats) return this.say('This page has no splats: fit some with %panst3r splat, then plot again.');
    this.wantsSplats = on;
    this.#pressKind();
    if (on && !this.stage.splats) {
      try {
        this.unpacking ??= readSplats(document, this.head.splats);
        const data = await this.unpacking;
        // meanwhile points were asked for again, or the graphics went: with them they come, see #take
        if (!this.wantsSplats || !this.stage.live) return;
        const why = this.stage.splats ? null : this.stage.addSplats(data);
        if (why) return this.#splatless(why);
      } catch (error) {
        return this.#splatless(`The splats could not be unpacked (${error.message})`);
      }
    }
    const mode = on && !SPLAT_MODES.includes(this.state.mode) ? 'photo' : this.state.mode;
    this.stage.showSplats(on);
    this.set({ splats: this.stage.splatting, mode });
    this.#summarise();
  }

  /** What is wanted, though it may still be unpacked. */
  #pressKind() {
    for (const b of this.kindButtons) press(b, b.dataset.splats === String(this.wantsSplats));
  }

  /** Points it is then, and one sentence why. */
  #splatless(why) {
    this.stage.showSplats(false);
    this.head.splats = null;
    this.wantsSplats = false;
    for (const button of this.kindButtons) button.disabled = true;
    this.set({ splats: false });
    this.#summarise();
    this.say(`${why}, so points are shown.`);
  }

  apply() {
    const s = this.state;
    const { shared } = this.stage.cloud;
    shared.mode.value = MODES[s.mode];
    shared.blend.value = s.blend;
    shared.pointSize.value = s.pointSize;
    shared.leastConfidence.value = this.leastConfidence();
    shared.behind.value = s.backs ? -2 : this.head.behind;
    shared.furthest.value = s.range >= 1 ? 1e30 : this.#rangeDistance();
    const focus = s.hover ?? s.selected ?? null;
    this.stage.cloud.paint((id) => {
      const segment = this.segments.get(id);
      const [r, g, b] = rgb(this.colourOf(segment));
      return [r, g, b, !this.visible(id) ? 0 : focus && !focus.has(id) ? 128 : 255];
    });
    this.stage.cloud.parts.forEach((part, v) => (part.visible = !s.hiddenViews.has(v)));
    this.stage.overlay.visible = s.cameras || this.stage.inside !== undefined;
    this.stage.frusta.forEach((f, v) => (f.group.visible = (s.cameras && !s.hiddenViews.has(v)) || this.stage.inside === v));
    if (this.cameraSize !== s.cameraSize) {
      this.cameraSize = s.cameraSize;
      this.stage.setFrustumSize(s.cameraSize);
    }
    this.labels.shown = s.labels;
    this.labels.colour((x) => this.colourOf(x));
    for (const b of this.modeButtons) {
      press(b, b.dataset.mode === s.mode);
      b.disabled = s.splats && !SPLAT_MODES.includes(b.dataset.mode);
    }
    this.#pressKind();
    press(this.tools.link, s.link);
    press(this.tools.measure, s.tool === 'measure');
    this.root.classList.toggle('measuring', s.tool === 'measure');
    for (const refresh of this.refreshers) refresh();
    this.#refreshRows();
    this.#ramp();
    this.strip.setHidden(s.hiddenViews);
    this.stage.moved();
  }

  /** The threshold as stored, 0..1. */
  leastConfidence() {
    const s = this.state;
    if (!s.percentile) return fromConfidence(this.head, s.confidence) - 1e-4;
    this.histogram ??= this.scene.confidence.reduce((bins, c) => (bins[c]++, bins), new Uint32Array(256));
    let below = 0;
    const wanted = (s.percent / 100) * this.scene.n;
    for (let b = 0; b < 256; b++) {
      below += this.histogram[b];
      if (below > wanted) return b / 255 - 1e-4;
    }
    return 1;
  }

  #rangeDistance() {
    const { nearest, furthest } = this.head.range;
    return nearest * (furthest / nearest) ** this.state.range;
  }

  #ramp() {
    const s = this.state;
    const names = {
      confidence: ['1', this.head.confidence.max.toPrecision(2)],
      depth: [this.length(this.stage.cloud.shared.deepest.value), '0'],
      disagreement: ['agree', 'differ'],
    }[s.mode];
    this.scale.hidden = !names;
    if (names) this.scale.replaceChildren(h('span', {}, names[0]), h('i'), h('span', {}, names[1]));
  }

  length(metres) {
    const { unit } = this.head;
    return `${metres >= 100 ? Math.round(metres) : metres.toFixed(metres >= 10 ? 1 : 2)} ${unit}`;
  }

  solo(ids, add) {
    const { solo } = this.state;
    const same = ids.every((id) => solo.has(id)) && (add || solo.size === ids.length);
    const next = add ? new Set(solo) : new Set();
    for (const id of ids) {
      if (same) next.delete(id);
      else next.add(id);
    }
    this.set({ solo: same && !add ? new Set() : next });
    this.say(this.state.solo.size ? `${this.state.solo.size} shown alone` : 'All shown');
  }

  hide(ids) {
    const all = [...this.segments.keys()];
    const hidden = new Set(this.state.solo.size ? all.filter((id) => !this.state.solo.has(id)) : this.state.hidden);
    const off = ids.every((id) => hidden.has(id));
    for (const id of ids) {
      if (off) hidden.delete(id);
      else hidden.add(id);
    }
    this.set({ hidden, solo: new Set() });
  }

  showAll() {
    this.set({ hidden: new Set(), solo: new Set(), selected: null });
  }

  /** Highlights segments, as a table row or a command asks for. */
  select(ids) {
    const known = ids.filter((id) => this.segments.has(id));
    this.set({ selected: known.length ? new Set(known) : null });
    this.say(known.length ? `Highlighted: ${known.map((id) => this.segments.get(id).name).join(', ')}` : '');
  }

  toggleView(v) {
    const hiddenViews = new Set(this.state.hiddenViews);
    if (!hiddenViews.delete(v)) hiddenViews.add(v);
    this.set({ hiddenViews });
    if (this.state.splats) this.say('Splats are of all photos together: only the camera is hidden.');
  }

  toggleBox(id) {
    const known = this.boxes.get(id);
    if (known) {
      known.remove();
      this.boxes.delete(id);
    } else {
      const box = boxOf(this.scene, id, this.leastConfidence() * 255, this.head.viewpoint.up, this.state.global);
      if (!box) return this.say('No point of it is above the threshold.');
      const segment = this.segments.get(id);
      const lines = this.stage.addLines(box.lines, this.colourOf(segment));
      const text = box.size.map((x) => x.toFixed(2)).join(' × ') + ` ${this.head.unit}`;
      const tag = h('div', { className: 'tag' }, `${segment.name}: ${text}`);
      this.over.append(tag);
      this.boxes.set(id, {
        at: box.top,
        tag,
        remove: () => {
          lines.remove();
          tag.remove();
        },
      });
      this.say(`${segment.name} measures ${text}`);
    }
    this.apply();
  }

  // ---- picking

  #listen() {
    let pressed = null;
    const local = (event) => {
      const box = this.host.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    this.host.addEventListener('pointerdown', (event) => {
      pressed = [event.clientX, event.clientY];
      this.tip.hidden = true;
      if (!this.share.live) this.share.want();
    });
    this.host.addEventListener('pointermove', (event) => {
      if (event.buttons) return;
      this.pointer = local(event);
      if (this.pointerFrame) return;
      this.pointerFrame = requestAnimationFrame(() => {
        this.pointerFrame = 0;
        this.#hover();
      });
    });
    this.host.addEventListener('pointerleave', () => this.#unhover());
    this.host.addEventListener('pointerup', (event) => {
      if (!pressed || Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) > 4 || event.button !== 0) return;
      this.#click(...local(event));
    });
    this.host.addEventListener('dblclick', (event) => {
      this.stage.atRest();
      const i = this.stage.pointAt(...local(event));
      if (i < 0) return;
      // turn around what was clicked
      const p = this.stage.position(i);
      const v = this.stage.viewpoint();
      const ahead = p.clone().sub(this.stage.camera.position);
      const keep = this.stage.camera.position.clone().addScaledVector(ahead, 0.35);
      this.stage.fly(keep.toArray(), p.toArray(), v.fovY);
    });
    this.host.addEventListener('pointerenter', () => {
      if (this.share && !this.share.live) this.share.want();
    });
    new ResizeObserver(() => {
      this.#layout();
      this.stage.resize();
    }).observe(this.root);
    new ResizeObserver(() => this.stage.resize()).observe(this.host);
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
      matchMedia(query).addEventListener('change', () => this.#applyTheme());
    }
    this.root.addEventListener('keydown', (event) => this.#key(event));
  }

  #hover() {
    if (!this.pointer || !this.stage.live) return;
    const [x, y] = this.pointer;
    const i = this.stage.pointAt(x, y);
    const v = this.stage.viewAt(x, y, i);
    this.host.style.cursor = v >= 0 ? 'pointer' : this.state.tool ? 'crosshair' : '';
    if (v >= 0) {
      this.tip.replaceChildren(h('b', {}, this.head.views[v].name), h('div', {}, 'click to stand at this camera'));
    } else if (i >= 0) {
      this.tip.replaceChildren(...this.#describe(i));
      this.strip.mark(this.scene.view[i], this.scene.column[i], this.scene.row[i]);
    } else return this.#unhover();
    this.tip.hidden = false;
    const { clientWidth: w, clientHeight: ht } = this.stageBox;
    const { offsetWidth, offsetHeight } = this.tip;
    this.tip.style.left = `${Math.max(4, Math.min(x + 14, w - offsetWidth - 4))}px`;
    this.tip.style.top = `${y + 18 + offsetHeight > ht ? Math.max(4, y - offsetHeight - 10) : y + 18}px`;
  }

  #unhover() {
    this.pointer = null;
    this.tip.hidden = true;
    this.strip.mark(-1);
  }

  /** What is known of a point, as elements. */
  #describe(i) {
    const { scene, head } = this;
    const segment = this.segments.get(scene.segment[i]);
    const view = head.views[scene.view[i]];
    const [px, py] = toPhoto(view, scene.column[i], scene.row[i]);
    const dot = h('i', { className: 'dot' });
    dot.style.background = this.colourOf(segment);
    const parts = [];
    if (this.segmented) {
      parts.push(h('b', {}, dot, segment ? segment.name : 'unassigned'));
      if (segment?.score !== undefined) parts.push(h('div', {}, `segment ${segment.id} · class score ${segment.score.toFixed(2)}`));
    }
    parts.push(h('div', {}, `confidence ${toConfidence(head, scene.confidence[i]).toPrecision(3)}`));
    parts.push(h('div', { className: 'faint' }, `${view.name} · pixel ${px}, ${py}`));
    return parts;
  }

  #click(x, y) {
    this.stage.atRest(); // while the camera moves, not all points are there to be clicked
    const i = this.stage.pointAt(x, y);
    const v = this.stage.viewAt(x, y, i);
    if (v >= 0 && !this.state.tool) return this.flyTo(v);
    if (i < 0) return;
    if (this.state.tool === 'measure') return this.#measure(i);
    this.pin(i);
  }

  /** Pins a point, tells the page of it, and reads it out. */
  pin(i) {
    const { scene, head } = this;
    for (const old of this.pins) old.card.remove();
    const card = h('div', { className: 'pin' }, h('div', { className: 'card' }, iconButton('close', 'Unpin', () => this.unpin()), ...this.#describe(i)));
    this.over.append(card);
    this.pins = [{ i, card }];
    const view = scene.view[i];
    const [px, py] = toPhoto(head.views[view], scene.column[i], scene.row[i]);
    const p = this.stage.position(i);
    this.strip.mark(view, scene.column[i], scene.row[i]);
    this.picked = { view, row: scene.row[i], column: scene.column[i], photoX: px, photoY: py, segment: scene.segment[i], x: p.x, y: p.y, z: p.z };
    this.peers.tell('pick', this.picked);
    this.say(card.innerText.replace(/\s+/g, ' '));
    this.stage.draw();
  }

  unpin() {
    for (const p of this.pins) p.card.remove();
    this.pins = [];
  }

  #measure(i) {
    const open = this.rulers.find((r) => !r.to);
    const at = this.stage.position(i);
    if (!open) {
      const ruler = { from: at, dot: h('i', { className: 'end' }) };
      this.over.append(ruler.dot);
      this.rulers.push(ruler);
      this.say('Now the second point');
    } else {
      open.to = at;
      open.lines = this.stage.addLines([open.from.toArray(), at.toArray()], this.dark ? '#ffffff' : '#111111');
      open.end = h('i', { className: 'end' });
      open.tag = h('div', { className: 'tag' }, this.length(open.from.distanceTo(at)));
      this.over.append(open.end, open.tag);
      this.say(`Distance ${open.tag.textContent}`);
    }
    this.stage.draw();
  }

  clearMarks() {
    this.unpin();
    for (const r of this.rulers) {
      r.lines?.remove();
      for (const e of [r.dot, r.end, r.tag]) e?.remove();
    }
    this.rulers = [];
    for (const b of this.boxes.values()) b.remove();
    this.boxes.clear();
    this.strip.mark(-1);
  }

  setTool(tool) {
    this.set({ tool: this.state.tool === tool ? null : tool });
    this.say(this.state.tool ? 'Click two points' : '');
    if (!this.state.tool) this.rulers = this.rulers.filter((r) => r.to || (r.dot.remove(), false));
  }

  /** Puts every mark that hangs on a world position where it now belongs. */
  #overlay() {
    this.labels.update((s) => this.visible(s.id));
    const put = (element, position, centred) => {
      const at = position && this.stage.project(position);
      element.hidden = !at;
      if (at) element.style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px)${centred ? ' translate(-50%, -50%)' : ''}`;
    };
    for (const p of this.pins) {
      put(p.card, this.stage.position(p.i), false);
      const at = this.stage.project(this.stage.position(p.i));
      const card = p.card.firstChild;
      if (at) {
        card.classList.toggle('left', at.x + card.offsetWidth + 12 > this.host.clientWidth);
        card.classList.toggle('up', at.y + card.offsetHeight + 12 > this.host.clientHeight);
      }
    }
    for (const r of this.rulers) {
      put(r.dot, r.from, true);
      if (r.to) {
        put(r.end, r.to, true);
        put(r.tag, r.from.clone().lerp(r.to, 0.5), true);
      }
    }
    for (const b of this.boxes.values()) put(b.tag, b.at, true);
  }

  // ---- photos

  #nearest(v, fx, fy) {
    const view = this.head.views[v];
    const column = fx * view.width;
    const row = fy * view.height;
    let best = -1;
    let least = (0.05 * view.width) ** 2;
    for (let i = view.first; i < view.first + view.points; i++) {
      const d = (this.scene.column[i] + 0.5 - column) ** 2 + (this.scene.row[i] + 0.5 - row) ** 2;
      if (d < least) {
        least = d;
        best = i;
      }
    }
    return best;
  }

  #pixel(v, fx, fy) {
    const i = this.#nearest(v, fx, fy);
    if (i < 0) return this.say('No point of this pixel is shown.');
    this.pin(i);
  }

  #stripHover(v, fx, fy) {
    const i = v >= 0 ? this.#nearest(v, fx, fy) : -1;
    const id = i >= 0 ? this.scene.segment[i] : -1;
    const hover = id > 0 ? new Set([id]) : null;
    if (JSON.stringify([...(hover ?? [])]) !== JSON.stringify([...(this.state.hover ?? [])])) this.set({ hover });
  }

  flyTo(v) {
    this.stage.flyToView(v, this.state.photoOpacity, () => {
      const name = this.head.views[v].name;
      const opacity = h('input', { type: 'range', min: 0, max: 1, step: 0.01, 'aria-label': 'Opacity of the photo' });
      opacity.value = this.state.photoOpacity;
      opacity.addEventListener('input', () => {
        this.state.photoOpacity = Number(opacity.value);
        this.stage.setPhotoOpacity(this.state.photoOpacity);
      });
      this.inside.replaceChildren(h('span', { title: name }, name), opacity, iconButton('close', 'Leave the photo', () => this.stage.leavePhoto()));
      this.inside.hidden = false;
      this.strip.setPlace(v);
      this.apply();
      this.say(`At the camera of ${name}`);
    });
  }

  #left() {
    this.inside.hidden = true;
    this.strip.setPlace(-1);
    this.apply();
  }

  /** Flies from camera to camera until stopped. */
  play() {
    if (this.playing) {
      clearTimeout(this.playing);
      this.playing = 0;
      setIcon(this.strip.playButton, 'play', 'Fly through the cameras');
      return;
    }
    setIcon(this.strip.playButton, 'pause', 'Stop');
    let v = 0;
    const next = () => {
      this.stage.flyToView(v, 0, () => this.strip.setPlace((v + this.head.views.length - 1) % this.head.views.length));
      v = (v + 1) % this.head.views.length;
      this.playing = setTimeout(next, 1500);
    };
    next();
  }

  // ---- other viewers, theme, layout, keys

  #tellMove() {
    if (!this.state.link || this.following) return;
    this.peers.send('viewpoint', { scene: this.head.scene, viewpoint: this.stage.viewpoint() });
  }

  /** Once the view stands still: where it is looked at from, for figures of the same view. */
  #tellPage() {
    if (this.stage.flying) {
      this.telling = setTimeout(() => this.#tellPage(), 300);
      return;
    }
    const v = this.stage.viewpoint();
    const apart = (a, b) => Math.hypot(...a.map((x, k) => x - b[k]));
    const { told } = this;
    const still = 1e-6 * this.head.radius;
    if (apart(v.position, told.position) < still && apart(v.target, told.target) < still && v.fovY === told.fovY) return;
    this.told = v;
    this.peers.tell('look', this.look());
  }

  /** What is seen, so that Java can render it: from where, in how many pixels, and whether backs are left out. */
  look() {
    const { host } = this.stage;
    const scale = Math.min(2, window.devicePixelRatio || 1, 4096 / Math.max(host.clientWidth, host.clientHeight));
    const [width, height] = [host.clientWidth, host.clientHeight].map((n) => Math.max(1, Math.round(n * scale)));
    return { viewpoint: this.stage.viewpoint(), width, height, backs: this.state.backs };
  }

  #follow(data) {
    const v = data.viewpoint;
    if (!this.state.link || !this.stage.controls || data.scene !== this.head.scene || !isViewpoint(v)) return;
    this.following = true;
    this.stage.setViewpoint({ position: v.position, target: v.target, fovY: v.fovY });
    this.following = false;
  }

  /**
   * A sandboxed frame cannot see Jupyter's theme, only its own size: the page's style sheet makes the frame 4 pixels
   * higher in a dark theme (panst3r.magics.viewer.Viewer).
   */
  #applyTheme() {
    const framed = window.parent !== window;
    const page = framed ? Math.round(window.innerHeight / 4) % 2 === 1 : matchMedia('(prefers-color-scheme: dark)').matches;
    this.dark = this.state.theme ? this.state.theme === 'dark' : page;
    document.documentElement.dataset.theme = this.dark ? 'dark' : 'light';
    this.stage?.setBackground(getComputedStyle(this.root).getPropertyValue('--back').trim());
  }

  #layout() {
    const narrow = this.root.clientWidth < NARROW;
    if (this.narrow !== narrow) {
      this.narrow = narrow;
      this.root.classList.toggle('narrow', narrow);
      this.root.classList.toggle('nopanel', narrow);
    }
    this.root.classList.toggle('low', this.root.clientHeight < 460);
    if (!this.state.theme) this.#applyTheme();
  }

  togglePanel() {
    this.root.classList.toggle('nopanel');
    this.panelButton.setAttribute('aria-expanded', String(!this.root.classList.contains('nopanel')));
  }

  toggleStrip() {
    this.root.classList.toggle('nostrip');
    this.stripButton.setAttribute('aria-expanded', String(!this.root.classList.contains('nostrip')));
  }

  say(text) {
    this.message.textContent = text;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => (this.message.textContent = ''), 4000);
  }

  help() {
    const keys = [
      ['drag · one finger', 'turn'],
      ['right drag · two fingers', 'move'],
      ['wheel · pinch', 'zoom'],
      ['click · double-click', 'pin a point · turn around it'],
      ['arrows, + −', 'turn, zoom'],
      ['R · T · F', 'reset · from above · front'],
      ['1 … 7', 'colour by'],
      ['[ ]', 'previous and next camera'],
      ['C · L · B', 'cameras · labels · what is seen from behind'],
      ...(this.head.splats ? [['G', 'points or splats']] : []),
      ['M · P', 'measure · picture as PNG'],
      ...(this.tools.render.hidden ? [] : [['V', 'render what is seen, in Java']]),
      ['Esc', 'clear marks, show all'],
    ];
    this.dialog('Keys and gestures', h('table', { className: 'keys' }, keys.map(([k, what]) => h('tr', {}, h('th', { scope: 'row' }, k), h('td', {}, what)))));
  }

  dialog(title, ...content) {
    const before = document.activeElement;
    const close = () => {
      dialog.remove();
      before?.focus?.();
    };
    const dialog = h('div', { className: 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-label': title, onkeydown: (event) => {
      event.stopPropagation();
      if (event.key === 'Escape') close();
    } }, h('div', { className: 'sheet' }, h('header', {}, h('h2', {}, title), iconButton('close', 'Close', close)), ...content));
    dialog.addEventListener('click', (event) => event.target === dialog && close());
    this.root.append(dialog);
    dialog.querySelector('button').focus();
    return { element: dialog, close };
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement;
    if (typing && event.key !== 'Escape') return;
    const { controls, camera } = this.stage;
    const turn = (dx, dy) => {
      const offset = camera.position.clone().sub(controls.target);
      const up = camera.up.clone().normalize();
      const side = up.clone().cross(offset).normalize();
      offset.applyAxisAngle(up, dx);
      const polar = offset.angleTo(up);
      if (polar + dy > 0.05 && polar + dy < Math.PI - 0.05) offset.applyAxisAngle(side, dy);
      this.stage.leavePhoto();
      camera.position.copy(controls.target).add(offset);
      controls.update();
    };
    const zoom = (factor) => {
      this.stage.leavePhoto();
      camera.position.sub(controls.target).multiplyScalar(factor).add(controls.target);
      controls.update();
    };
    const step = (by) => {
      const n = this.head.views.length;
      this.lastView = ((this.lastView ?? (by > 0 ? -1 : 0)) + by + n) % n;
      this.flyTo(this.lastView);
    };
    const actions = {
      ArrowLeft: () => turn(-0.12, 0),
      ArrowRight: () => turn(0.12, 0),
      ArrowUp: () => turn(0, -0.1),
      ArrowDown: () => turn(0, 0.1),
      '+': () => zoom(0.85),
      '=': () => zoom(0.85),
      '-': () => zoom(1 / 0.85),
      r: () => this.stage.goHome(),
      t: () => this.stage.goSide(true),
      f: () => this.stage.goSide(false),
      c: () => this.set({ cameras: !this.state.cameras }),
      l: () => this.set({ labels: !this.state.labels }),
      b: () => this.set({ backs: !this.state.backs }),
      g: () => this.showSplats(!this.wantsSplats),
      m: () => this.setTool('measure'),
      p: () => openScreenshot(this),
      v: () => !this.tools.render.hidden && openRender(this),
      '[': () => step(-1),
      ']': () => step(1),
      '?': () => this.help(),
      Escape: () => {
        this.clearMarks();
        this.setTool(null);
        this.stage.leavePhoto();
        this.showAll();
      },
    };
    const mode = this.modeButtons[Number(event.key) - 1];
    const action = actions[event.key] ?? actions[event.key.toLowerCase()] ?? (mode && !mode.disabled && (() => this.set({ mode: mode.dataset.mode })));
    if (!action || !this.stage.live) return;
    action();
    event.preventDefault();
    event.stopPropagation();
  }

  /** The picture with its labels, in a 2D canvas of this size. */
  picture(width, height, { transparent = false, labels = true } = {}) {
    const canvas = this.stage.shoot(width, height, transparent);
    if (labels) drawText(this, canvas);
    return canvas;
  }
}
