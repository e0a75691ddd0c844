// Viewers in one page talk to each other: the frames are sandboxed, but a frame may post to its siblings by index.
// What arrives is checked field by field; it is only ever numbers and short known words.

const TAG = 'panst3r-viewer';
export const MOST_LIVE = 8;

export class Peers {
  #listeners = [];

  constructor() {
    this.id = crypto.getRandomValues(new Uint32Array(1))[0];
    window.addEventListener('message', (event) => {
      const data = event.data;
      if (!data || data.tag !== TAG || typeof data.kind !== 'string' || event.source === window) return;
      for (const [kind, listener] of this.#listeners) if (kind === data.kind) listener(data, event.source);
    });
  }

  on(kind, listener) {
    this.#listeners.push([kind, listener]);
  }

  /** To the page alone, where panst3r/magics/live/page.js may carry it to the kernel. */
  tell(kind, fields) {
    if (window.parent !== window) window.parent.postMessage({ tag: TAG, kind, ...fields }, '*');
  }

  /** To all other frames of the page, and to the page itself. */
  send(kind, fields) {
    const message = { tag: TAG, kind, id: this.id, ...fields };
    const page = window.parent;
    if (page === window) return;
    page.postMessage(message, '*');
    for (let i = 0; i < page.length; i++) {
      if (page[i] !== window) page[i].postMessage(message, '*');
    }
  }
}

/**
 * Shares the few WebGL contexts that a browser allows. Every viewer knows the state of all others, sorts the ones that
 * want a context by when they were last wanted, and so all come to the same verdict without anybody in charge.
 */
export class ContextShare {
  #others = new Map();
  #peers;
  #take;
  #release;
  #since = 0;
  #live = false;
  #ready = false;

  constructor(peers, take, release) {
    this.#peers = peers;
    this.#take = take;
    this.#release = release;
    peers.on('context', (data, source) => {
      if (!Number.isFinite(data.since) || !Number.isFinite(data.id)) return;
      this.#others.set(source, { id: data.id, since: data.since, live: data.live === true });
      if (data.hello === true) this.#tell(false);
      this.#settle();
    });
    this.#tell(true);
    setTimeout(() => {
      this.#ready = true;
      this.#settle();
    }, 60);
    window.addEventListener('pagehide', () => this.drop());
  }

  get live() {
    return this.#live;
  }

  /** Asks for a context; the latest asker wins. */
  want() {
    this.#since = Date.now();
    this.#tell(false);
    this.#settle();
  }

  drop() {
    if (this.#since === 0 && !this.#live) return;
    this.#since = 0;
    this.#settle();
    this.#tell(false);
  }

  #tell(hello) {
    this.#peers.send('context', { since: this.#since, live: this.#live, hello });
  }

  #settle() {
    if (!this.#ready) return;
    for (const source of this.#others.keys()) if (source.closed) this.#others.delete(source);
    const others = [...this.#others.values()];
    const ahead = others.filter((o) => o.since > this.#since || (o.since === this.#since && o.id > this.#peers.id));
    const allowed = this.#since > 0 && ahead.filter((o) => o.since > 0).length < MOST_LIVE;
    if (this.#live && !allowed) {
      this.#live = false;
      this.#release();
      this.#tell(false);
    } else if (!this.#live && allowed && others.filter((o) => o.live).length < MOST_LIVE) {
      this.#live = true;
      this.#tell(false);
      this.#take();
    }
  }
}
