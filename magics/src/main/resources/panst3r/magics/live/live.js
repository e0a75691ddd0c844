// The browser's side of panst3r.magics.live.LiveComparison: sliders, the table, and the 3D view in a sandboxed frame.
// Everything that comes from a scene becomes text nodes or numbers, never markup.

const CSS = `
.p3l{font:13px/1.45 var(--jp-ui-font-family,system-ui,sans-serif);color:var(--jp-ui-font-color1,inherit);padding:4px 0}
.p3l *{box-sizing:border-box}
.p3l-top{display:grid;grid-template-columns:minmax(250px,330px) minmax(0,1fr);gap:10px;align-items:start}
.p3l-panel{border:1px solid var(--jp-border-color2,#ccc);border-radius:8px;padding:8px 10px}
.p3l-title{font-weight:600}.p3l-faint{opacity:.7;font-size:12px}
.p3l-tabs{display:flex;flex-wrap:wrap;gap:3px;margin:6px 0}
.p3l button{font:inherit;font-size:12px;color:inherit;background:none;border:1px solid var(--jp-border-color1,#aaa);border-radius:5px;padding:2px 7px;cursor:pointer}
.p3l button[aria-pressed=true]{background:var(--jp-brand-color1,#1769c2);border-color:var(--jp-brand-color1,#1769c2);color:#fff}
.p3l button:disabled{opacity:.4;cursor:default}
.p3l-option{display:grid;grid-template-columns:112px minmax(0,1fr) 58px 22px;gap:6px;align-items:center;min-height:26px;font-size:12px}
.p3l-option output{text-align:right;font-variant-numeric:tabular-nums}
.p3l-option input[type=range]{width:100%;margin:0}
.p3l-option select,.p3l-option input[type=number]{font:inherit;width:100%;grid-column:2/4}
.p3l-option button{border:0;padding:0;line-height:1}
.p3l-line{font-family:var(--jp-code-font-family,monospace);font-size:12px;overflow-wrap:anywhere;user-select:all;margin-top:6px}
.p3l-status{min-height:20px;font-size:12px}.p3l-error{border-left:3px solid #d9822b;padding:1px 8px;background:rgba(217,130,43,.14)}
.p3l iframe{display:block;width:100%;height:560px;border:0}
body[data-jp-theme-light="false"] .p3l iframe,body.vscode-dark .p3l iframe{height:564px}
.p3l table{border-collapse:collapse;font-size:12px;font-variant-numeric:tabular-nums;margin-top:6px}
.p3l th,.p3l td{padding:3px 8px;text-align:right;border:0;border-bottom:1px solid var(--jp-border-color2,#ccc)}
.p3l th:nth-child(-n+2),.p3l td:nth-child(-n+2){text-align:left}
.p3l tr.p3l-shown td{font-weight:600}
@media (max-width:800px){.p3l-top{grid-template-columns:minmax(0,1fr)}}
`;
const TAG = 'panst3r-viewer';
const SLOTS = { now: 'Now', a: 'A', b: 'B' };

function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key.includes('-')) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined));
  return element;
}

/** "qubo lambda=0.1" → ["qubo", {lambda: "0.1"}] */
function parse(setting) {
  const [name, ...options] = setting.split(' ');
  return [name, Object.fromEntries(options.map((o) => o.split('=')))];
}

function write(name, values, options) {
  const changed = options.filter((o) => values[o.name] !== undefined && values[o.name] !== o.initial);
  return [name, ...changed.map((o) => `${o.name}=${values[o.name]}`)].join(' ');
}

/** Sliders run from 0 to 1000; where the range is wide, small values have the most room. */
function scale(option) {
  const { min, max } = option;
  const power = option.name === 'lambda' || max - min > 1000 ? 5 : max - min > 10 ? 3 : 1;
  const whole = option.kind === 'INTEGER';
  return {
    steps: whole && max - min <= 1000 && power === 1 ? max - min : 1000,
    at: (value, steps) => Math.round(steps * ((value - min) / (max - min)) ** (1 / power)),
    value(at, steps) {
      const exact = min + (max - min) * (at / steps) ** power;
      const shown = whole ? Math.round(exact) : Number(exact.toPrecision(3));
      return String(Math.min(max, Math.max(min, shown)));
    },
  };
}

const number = (name, x) => {
  if (x === null || x === undefined) return '–';
  if (name === 'segments') return String(x);
  if (name === 'covered' || name === 'differing') return `${(100 * x).toFixed(1)} %`;
  if (name === 'seconds') return x.toFixed(3);
  return Math.abs(x) < 1e-3 && x !== 0 ? x.toExponential(1) : x.toFixed(3);
};

function render({ model, el }) {
  const spec = model.get('spec');
  const strategies = new Map(spec.strategies.map((s) => [s.name, s.options]));
  let wish = { ...model.get('wish') };
  const values = new Map(spec.strategies.map((s) => [s.name, {}])); // what was set of each, kept when switching
  let since = 0;

  const tabs = h('div', { className: 'p3l-tabs', role: 'group' });
  const options = h('div');
  const line = h('div', { className: 'p3l-line', title: 'The same as a command' });
  const status = h('div', { className: 'p3l-status', role: 'status', 'aria-live': 'polite' });
  const pins = h('div', { className: 'p3l-tabs' });
  const table = h('table');
  const against = h('div', { className: 'p3l-faint' });
  const frame = h('iframe', { title: `3D view: ${spec.scene}` });
  frame.setAttribute('sandbox', 'allow-scripts allow-downloads');
  const root = h('div', { className: 'p3l' },
    h('style', { textContent: CSS }),
    h('div', { className: 'p3l-top' },
      h('div', { className: 'p3l-panel' },
        h('div', { className: 'p3l-title' }, `${spec.scene}: merged live`),
        h('div', { className: 'p3l-faint' }, spec.model),
        tabs, options, pins, line, status),
      frame),
    table, against);
  el.replaceChildren(root);

  const ask = (change) => {
    wish = { ...wish, ...change, seq: (wish.seq ?? 0) + 1 };
    model.set('wish', wish);
    model.save_changes();
    since = Date.now();
    for (const later of [400, 6000]) setTimeout(() => showStatus(), later);
    showControls();
  };

  const set = (name, option, text) => {
    values.get(name)[option] = text;
    ask({ now: write(name, values.get(name), strategies.get(name)), show: 'now' });
  };

  const rows = new Map(); // option → refresh
  let built = null;

  /** The controls of a strategy; built when it is switched to, so that a slider keeps its drag. */
  function build(name) {
    built = name;
    rows.clear();
    options.replaceChildren(...strategies.get(name).map((o) => {
      const current = () => values.get(name)[o.name] ?? o.initial;
      const label = h('label', { title: o.description }, o.name);
      const reset = h('button', { type: 'button', title: `Back to ${o.initial}`, 'aria-label': `${o.name}: back to ${o.initial}`, onclick: () => set(name, o.name, o.initial) }, '↺');
      let control;
      let output = null;
      let refresh;
      if (o.choices.length) {
        control = h('select', { 'aria-label': o.name, title: o.description, onchange: () => set(name, o.name, control.value) }, o.choices.map((c) => h('option', { value: c }, c)));
        refresh = () => (control.value = current());
      } else if (o.max > 1e6) {
        control = h('input', { type: 'number', 'aria-label': o.name, title: o.description, min: o.min, max: o.max, step: 1, onchange: () => set(name, o.name, String(Math.round(Number(control.value)))) });
        refresh = () => (control.value = current());
      } else {
        const s = scale(o);
        output = h('output');
        control = h('input', { type: 'range', 'aria-label': o.name, title: o.description, min: 0, max: s.steps, step: 1, oninput: () => set(name, o.name, s.value(Number(control.value), s.steps)) });
        refresh = () => {
          if (document.activeElement !== control || s.value(Number(control.value), s.steps) !== current()) control.value = s.at(Number(current()), s.steps);
          output.textContent = current();
          control.setAttribute('aria-valuetext', current());
        };
      }
      rows.set(o.name, () => {
        refresh();
        reset.style.visibility = current() === o.initial ? 'hidden' : 'visible';
      });
      return h('div', { className: 'p3l-option' }, label, control, output, reset);
    }));
  }

  function showControls() {
    const [name, set_] = parse(wish.now);
    values.set(name, { ...set_ });
    if (built !== name) build(name);
    for (const refresh of rows.values()) refresh();
    tabs.replaceChildren(...spec.strategies.map((s) => h('button', {
      type: 'button',
      'aria-pressed': String(s.name === name),
      onclick: () => ask({ now: write(s.name, values.get(s.name), s.options), show: 'now' }),
    }, s.name)));
    line.textContent = `%panst3r merge --strategy ${wish.now.replaceAll(' ', ':')}`;
    const show = (slot) => h('button', { type: 'button', 'aria-pressed': String((wish.show ?? 'now') === slot), disabled: slot !== 'now' && !wish[slot], onclick: () => ask({ show: slot }) }, `Show ${SLOTS[slot]}`);
    pins.replaceChildren(
      h('button', { type: 'button', onclick: () => ask({ a: wish.now }) }, 'Keep as A'),
      h('button', { type: 'button', onclick: () => ask({ b: wish.now }) }, 'Keep as B'),
      ...Object.keys(SLOTS).map(show),
    );
  }

  function showStatus() {
    const error = model.get('error');
    const waiting = model.get('answered') !== wish.seq;
    status.className = error && !waiting ? 'p3l-status p3l-error' : 'p3l-status';
    if (waiting) {
      const silent = Date.now() - since > 5500 && !model.get('status');
      status.textContent = silent ? 'No answer: the kernel is busy with a cell, or gone.' : `merging … ${model.get('status') ?? ''}`;
    } else status.textContent = error || '';
  }

  function showTable() {
    const result = model.get('result');
    table.replaceChildren(
      h('thead', {}, h('tr', {}, h('th', {}, ''), h('th', {}, 'strategy'), spec.metrics.map((m) => h('th', {}, m)))),
      h('tbody', {}, result.rows.map((row) => h('tr', { className: row.slot === (wish.show ?? 'now') ? 'p3l-shown' : '' },
        h('td', {}, SLOTS[row.slot] ?? ''), h('td', {}, row.strategy),
        row.values.map((x, i) => h('td', {}, number(spec.metrics[i], x)))))),
    );
    against.textContent = `Differing, and the colour mode “Disagreement”: against ${result.base}. Seconds: what was shared with merges before is not in it.`;
  }

  const bytes = (view) => new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
  let ready = false;

  function paint() {
    const { segments, unassigned } = model.get('result');
    const colours = model.get('colours');
    if (!ready || !colours || !segments) return;
    // the frame has no origin of its own to name
    frame.contentWindow.postMessage({ tag: TAG, kind: 'segments', segments, unassigned, colours: bytes(colours) }, '*');
  }

  function load() {
    const page = model.get('document');
    if (!page || frame.srcdoc) return;
    frame.srcdoc = new TextDecoder().decode(bytes(page));
  }

  const heard = (event) => {
    if (event.source !== frame.contentWindow || event.data?.tag !== TAG || event.data.kind !== 'ready') return;
    ready = true;
    paint();
  };
  window.addEventListener('message', heard);
  const listeners = [
    ['change:document', load],
    ['change:result', showTable],
    ['change:colours', paint],
    ['change:answered', showStatus],
    ['change:status', showStatus],
    ['change:error', showStatus],
    ['change:wish', () => {
      wish = { ...model.get('wish') };
      showControls();
    }],
  ];
  for (const [event, listener] of listeners) model.on(event, listener);
  load();
  showControls();
  showTable();
  showStatus();
  return () => {
    window.removeEventListener('message', heard);
    for (const [event, listener] of listeners) model.off(event, listener);
  };
}

export default { render };
