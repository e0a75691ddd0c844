// Runs in the notebook's page, as an anywidget model without a view: carries words between the kernel (panst3r.magics.live.Page),
// the 3D views in their sandboxed frames, and tables of segments. Frames and tables of this kernel carry its token in
// data-panst3r="TOKEN:SCENE", frames with a number of their own behind it; all else is left alone. What frames say is taken apart field by field: numbers only.
const TAG = 'panst3r-viewer';

function initialize({ model }) {
  const token = model.get('token');
  const selected = new Map(); // scene → ids, for what comes onto the page later
  const viewpoints = new Map(); // mark of a frame → where it stood: Jupyter may make the frame anew
  const asked = []; // marks of the frames that asked for a picture, by number of the question

  const sceneOf = (element) => {
    const parts = (element?.dataset?.panst3r ?? '').split(':');
    return parts[0] === token && /^\d+$/.test(parts[1]) ? Number(parts[1]) : null;
  };
  const all = (tag, scene) => [...document.querySelectorAll(`${tag}[data-panst3r]`)].filter((e) => sceneOf(e) === scene);
  const post = (frame, kind, fields) => frame.contentWindow?.postMessage({ tag: TAG, kind, ...fields }, '*');

  function select(scene, segments) {
    selected.set(scene, segments);
    for (const frame of all('iframe', scene)) post(frame, 'select', { segments });
    markRows(scene, segments);
  }

  function markRows(scene, segments) {
    for (const table of all('table', scene)) {
      for (const row of table.querySelectorAll('tr[data-segment]')) {
        row.setAttribute('aria-selected', String(segments.includes(Number(row.dataset.segment))));
      }
    }
  }

  const integer = (x) => Number.isInteger(x) && x >= 0;
  const three = (a) => Array.isArray(a) && a.length === 3 && a.every(Number.isFinite);

  /** What a view shows; null if that is not what was said. */
  function lookOf(data) {
    const v = data.viewpoint;
    if (!v || !three(v.position) || !three(v.target) || !three(v.up) || !(v.fovY > 0 && v.fovY < 180)) return null;
    if (![data.width, data.height].every((n) => integer(n) && n > 0)) return null;
    const viewpoint = { position: v.position, target: v.target, up: v.up, fovY: v.fovY };
    return { viewpoint, width: data.width, height: data.height, backs: data.backs === true };
  }

  function onMessage(event) {
    const data = event.data;
    if (!data || data.tag !== TAG || typeof data.kind !== 'string') return;
    const frame = [...document.querySelectorAll('iframe[data-panst3r]')].find((f) => f.contentWindow === event.source);
    const scene = sceneOf(frame);
    if (scene === null) return;
    if (data.kind === 'ready') {
      // a frame that was scrolled away may have been taken from the page, and begins anew
      const segments = selected.get(scene);
      if (segments) post(frame, 'select', { segments });
      const viewpoint = viewpoints.get(frame.dataset.panst3r);
      if (viewpoint) post(frame, 'stand', { viewpoint });
      post(frame, 'kernel', {});
      model.send({ kind: 'ready', scene });
    } else if (data.kind === 'pick') {
      const { view, row, column, segment } = data;
      if (![view, row, column, segment].every(integer)) return;
      model.send({ kind: 'pick', scene, view, row, column });
      markRows(scene, [segment]);
    } else if (data.kind === 'look' || data.kind === 'render') {
      const look = lookOf(data);
      if (!look) return;
      viewpoints.set(frame.dataset.panst3r, look.viewpoint);
      if (data.kind === 'look') return model.send({ kind: 'look', scene, look });
      asked.push(frame.dataset.panst3r);
      model.send({ kind: 'render', scene, look, ask: asked.length - 1 });
    }
  }

  function rowOf(event) {
    const row = event.target.closest?.('tr[data-segment]');
    const scene = sceneOf(row?.closest('table'));
    return row && scene !== null ? { row, scene, id: Number(row.dataset.segment) } : null;
  }

  function toggle(event) {
    const at = rowOf(event);
    if (!at || !integer(at.id)) return;
    const now = selected.get(at.scene) ?? [];
    const others = event.ctrlKey || event.metaKey || event.shiftKey ? now.filter((id) => id !== at.id) : [];
    select(at.scene, now.includes(at.id) && (others.length === now.length - 1) ? others : [...others, at.id]);
  }

  const onKey = (event) => {
    if ((event.key === 'Enter' || event.key === ' ') && event.target.matches?.('tr[data-segment]') && rowOf(event)) {
      toggle(event);
      event.preventDefault();
      event.stopPropagation(); // Enter would edit Jupyter's cell
    }
  };
  const onOver = (event) => {
    const at = rowOf(event);
    if (at) {
      at.row.style.cursor = 'pointer';
      at.row.title = 'Click to highlight it in the 3D view, with Ctrl to add it';
    }
  };

  const custom = (content, buffers) => {
    if (content?.kind === 'frame' && integer(content.ask)) {
      const frame = [...document.querySelectorAll('iframe[data-panst3r]')].find((f) => f.dataset.panst3r === asked[content.ask]);
      const view = buffers?.[0];
      const png = view && new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
      if (frame) post(frame, 'frame', { png, line: String(content.line ?? ''), error: String(content.error ?? '') });
      return;
    }
    if (content?.kind === 'select' && integer(content.scene) && Array.isArray(content.segments)) {
      select(content.scene, content.segments.filter(integer));
    }
  };
  model.on('msg:custom', custom);
  const listeners = [[window, 'message', onMessage], [document, 'click', toggle], [document, 'keydown', onKey, true], [document, 'pointerover', onOver]];
  for (const [target, ...rest] of listeners) target.addEventListener(...rest);
  // views that were there before: after a reload of the page
  for (const frame of document.querySelectorAll('iframe[data-panst3r]')) {
    if (sceneOf(frame) !== null) post(frame, 'hello', {});
  }
  return () => {
    model.off('msg:custom', custom);
    for (const [target, ...rest] of listeners) target.removeEventListener(...rest);
  };
}

export default { initialize };
