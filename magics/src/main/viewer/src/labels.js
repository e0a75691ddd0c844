// Names of segments in the picture. The larger segment is placed first; a label that would cover another is left out.
import { h } from './dom.js';

export class Labels {
  /** @param reserved gives the boxes of the picture that hold something else */
  constructor(stage, host, segments, reserved) {
    this.stage = stage;
    this.reserved = reserved;
    this.shown = true;
    this.host = h('div', { className: 'labels', 'aria-hidden': 'true' });
    host.append(this.host);
    this.replace(segments);
  }

  replace(segments) {
    this.host.replaceChildren();
    this.items = segments
      .filter((s) => s.label)
      .sort((a, b) => b.pixels - a.pixels)
      .map((segment) => {
        const dot = h('i');
        const element = h('span', { className: 'label' }, dot, segment.name);
        this.host.append(element);
        return { segment, element, dot, width: 0, height: 0 };
      });
  }

  colour(colourOf) {
    for (const item of this.items) item.dot.style.background = colourOf(item.segment);
  }

  /** The labels that fit into a picture of this size, with their place in it. */
  arrange(width, height, visible, scale = 1, taken = []) {
    const out = [];
    for (const item of this.items) {
      if (!visible(item.segment)) continue;
      const at = this.stage.project({ x: item.segment.label[0], y: item.segment.label[1], z: item.segment.label[2] }, width, height);
      if (!at) continue;
      item.width ||= item.element.offsetWidth;
      item.height ||= item.element.offsetHeight;
      const w = (item.width || 60) * scale;
      const ht = (item.height || 18) * scale;
      const box = { left: at.x - w / 2, top: at.y - ht / 2, right: at.x + w / 2, bottom: at.y + ht / 2 };
      if (box.left < 2 || box.top < 2 || box.right > width - 2 || box.bottom > height - 2) continue;
      if (taken.some((t) => box.left < t.right + 3 && box.right + 3 > t.left && box.top < t.bottom + 2 && box.bottom + 2 > t.top)) {
        continue;
      }
      taken.push(box);
      out.push({ item, ...box });
    }
    return out;
  }

  update(visible) {
    const { clientWidth, clientHeight } = this.stage.host;
    const placed = this.shown ? this.arrange(clientWidth, clientHeight, visible, 1, this.reserved()) : [];
    const kept = new Set(placed.map((p) => p.item));
    for (const item of this.items) item.element.classList.toggle('on', kept.has(item));
    for (const p of placed) p.item.element.style.transform = `translate(${Math.round(p.left)}px, ${Math.round(p.top)}px)`;
  }
}
