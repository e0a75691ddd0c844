// Building the page. Text only ever becomes text nodes and attribute values: no name in a scene can become markup.

/** An element with properties, listeners (onclick …), aria-*, data-* and children (nodes or text). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key.includes('-') || key === 'role' || key === 'for') element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const ICONS = {
  reset: 'M4 12a8 8 0 1 1 2.6 5.9M4 12V6m0 6h6',
  top: 'M5 5h14v14H5zM12 9v6m-3-3 3-3 3 3',
  front: 'M5 8h14v11H5zM5 8l3-4h8l3 4',
  measure: 'M3 16 16 3l5 5L8 21zM7 12l2 2m1-5 2 2m1-5 2 2',
  box: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM12 12l8-4.5M12 12v9M12 12L4 7.5',
  shot: 'M4 8h4l2-3h4l2 3h4v11H4zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8',
  render: 'M5 4h14v10H5zM9 18h6M12 14v4M8 11l3-3 2 2 3-3',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  theme: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  help: 'M9 9a3 3 0 1 1 4 3c-.7.3-1 .8-1 2m0 3v.5',
  panel: 'M4 6h16M4 12h16M4 18h16',
  eye: 'M2 12s4-6 10-6 10 6 10 6-4 6-10 6S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6',
  eyeOff: 'M4 4l16 16M9.5 6.4A10 10 0 0 1 12 6c6 0 10 6 10 6a17 17 0 0 1-3 3.4M6 8a17 17 0 0 0-4 4s4 6 10 6c1.3 0 2.500-.3 3.600-.7',
  play: 'M7 5l12 7-12 7z',
  pause: 'M7 5v14M17 5v14',
  close: 'M6 6l12 12M18 6L6 18',
  strip: 'M3 7h18v10H3zM9 7v10M15 7v10',
};

export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and is read out as {@code label}. */
export function iconButton(name, label, onclick, props = {}) {
  return h('button', { type: 'button', className: 'icon', title: label, 'aria-label': label, onclick, ...props }, icon(name));
}

export function setIcon(button, name, label) {
  button.replaceChildren(icon(name));
  button.title = label;
  button.setAttribute('aria-label', label);
}

/** Marks a toggle for the eye and for a screen reader. */
export function press(button, on) {
  button.setAttribute('aria-pressed', String(on));
}

export function labelled(text, control, value) {
  return h('label', { className: 'field' }, h('span', { className: 'name' }, text), control, value ?? null);
}

export const count = (n) => n.toLocaleString('en');

/** 1,500,000 → "1.5 M" */
export function short(n) {
  if (n >= 1e6) return `${(n / 1e6).toFixed(n >= 1e7 ? 0 : 1)} M`;
  return n >= 1e4 ? `${Math.round(n / 1000)},000` : count(n);
}
