// What every live picture is made of. A module says `const render = livePicture((s) => {...}); export default { render };`.
//
//   s.data, s.array(name)          what Python sent once: plain values; numbers as a typed array with .shape
//   s.sound(name)                  {samples, rate} of a WAV; s.clips(name) a promise of one of a compressed file (sound.js)
//   s.hear(spans, number)          plays one of many sounds: stored in one compressed blob "clips", else asked of the kernel
//   s.spot(node, event)            [x, y] of a pointer in a node
//   s.tools, s.body                where controls and pictures go; s.button, s.choice, s.slider make labelled controls
//   s.canvas(height, draw)         sharp at every size; draw(ctx, width, height, colours); .redraw() at the next frame
//   s.cross(node, words, keys)     a node that is reached with Tab and moved with keys
//   s.say(words), s.fail(error)    a polite live region; an alert
//   s.report(setting)              plain values of what the reader has set and sees, for the goals of a task (goals.js)
//   s.on(target, event, handler)   a handler whose errors are shown, and that ends with the picture
//   s.glide(ms, step)              step(0..1) over some time, or at once for readers who want less motion
//   s.kernel                       null where none runs, else {send(content), listen(handler), changed(handler): s.data is new}
//   s.needsKernel(control, what)   says so, and disables the control, where no kernel runs
const MARKS = ["circle", "square", "triangle", "diamond", "down", "cross", "star", "plus"];
const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

const shared = /** @type {any} */ (window); // one audio context, and one sound at a time, for all pictures of a page

const livePicture = (build) => ({ model, el }) => {
  const s = stage(model, el);
  s.guarded(() => build(s))();
  s.begun = true; // what is reported from now on is the reader's doing
  return s.end;
};

function stage(model, el) {
  const ends = [];
  const views = [];
  const s = /** @type {any} */ ({ data: model.get("data"), el, ended: false });
  s.root = element("div", { className: "live", role: "group" });
  s.title = element("p", { className: "live-title", textContent: s.data.title || "" });
  s.tools = element("div", { className: "live-tools" });
  s.body = element("div", { className: "live-body" });
  s.words = element("p", { className: "live-words" });
  s.words.setAttribute("role", "status");
  const trouble = element("p", { className: "course-error", hidden: true });
  trouble.setAttribute("role", "alert");
  s.root.setAttribute("aria-label", s.data.title || "A picture to move");
  s.root.append(s.title, s.tools, s.body, s.words, trouble, goals(s, model));
  if (s.data.how) s.root.append(element("details", { className: "live-how" }, element("summary", { textContent: "How to use it" }), element("p", { textContent: s.data.how })));
  el.append(s.root);

  // ---- what goes wrong is shown; what a step costs is counted (tools/bench_pictures.py)
  s.cost = s.root.courseCost = { steps: 0, ms: 0, worst: 0 };
  s.fail = (error) => {
    trouble.textContent = error instanceof Error ? `This does not work. ${error.name}: ${error.message}` : error || "";
    trouble.hidden = !trouble.textContent;
    if (error instanceof Error) console.error(error);
  };
  s.guarded = (work) => (...given) => {
    if (s.ended) return undefined;
    const begun = performance.now();
    try {
      const result = work(...given);
      if (result instanceof Promise) return result.catch(s.fail);
      return result;
    } catch (error) {
      s.fail(error);
      return undefined;
    } finally {
      const took = performance.now() - begun;
      s.cost.steps += 1;
      s.cost.ms += took;
      s.cost.worst = Math.max(s.cost.worst, took);
    }
  };
  s.on = (target, event, handler, options) => {
    const held = s.guarded(handler);
    target.addEventListener(event, held, options);
    ends.push(() => target.removeEventListener(event, held, options));
  };
  s.onEnd = (work) => ends.push(work);
  s.end = () => { s.ended = true; ends.forEach((work) => work()); };

  // ---- what was sent
  s.bytes = (name) => asBytes(model.get("blobs")[name], () => s.el.parentElement?.querySelector(`audio[data-sound="${name}"]`));
  s.array = (name) => {
    const { kind, shape } = s.data.arrays[name];
    const bytes = s.bytes(name);
    const Kind = { float32: Float32Array, int32: Int32Array, int16: Int16Array, uint16: Uint16Array, int8: Int8Array, uint8: Uint8Array }[kind];
    const values = new Kind(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    return Object.assign(values, { shape });
  };
  s.sound = (name) => readWav(s.bytes(name));
  s.clips = (name, rate = 16000) => readCompressed(s.bytes(name), rate);
  // one of many sounds, spans (n, 2) in seconds, below 0 where none is stored; silent until the first click or key, as browsers are
  let clips = null;
  const asked = new Map(), absent = " To keep the page small its sound is not stored: open the lesson in Jupyter to hear it.";
  s.canHear = (spans, number) => spans[2 * number] >= 0 || Boolean(s.data.asks && s.kernel);
  s.hear = async (spans, number, wanted = () => true) => {
    if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
    if (spans[2 * number] >= 0) {
      clips = clips || s.clips("clips");
      const { samples, rate } = await clips;
      if (wanted()) playSound(samples, rate, { from: spans[2 * number], to: spans[2 * number + 1] });
    } else if (s.canHear(spans, number)) {
      asked.set(number, wanted);
      s.kernel.send({ sound: number });
    } else if (s.data.asks && !s.words.textContent.endsWith(absent)) s.say(s.words.textContent + absent);
  };
  s.spot = (node, event) => { // slides are drawn larger or smaller than they are
    const box = node.getBoundingClientRect();
    const scale = node.clientWidth / box.width || 1;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  s.kernel = model.baked ? null : {
    send: (content) => model.send(content),
    changed: (handler) => { const held = s.guarded(() => { s.data = model.get("data"); handler(); }); model.on("change:data", held); ends.push(() => model.off("change:data", held)); },
    listen: (handler) => { const held = s.guarded((content, buffers) => handler(content, buffers)); model.on("msg:custom", held); ends.push(() => model.off("msg:custom", held)); },
  };
  s.kernel?.listen((content, buffers) => {
    if (!asked.get(content.sound)?.()) return;
    const { samples, rate } = readWav(asBytes(buffers[0]));
    playSound(samples, rate);
  });
  s.needsKernel = (control, what) => {
    if (s.kernel) return;
    control.disabled = true;
    const id = `live-${Math.random().toString(36).slice(2)}`;
    control.setAttribute("aria-describedby", id);
    control.after(element("span", { className: "live-note", id, textContent: `${what} needs a kernel: open the lesson in Jupyter.` }));
  };
  s.set = (key, value) => { model.set(key, value); model.save_changes(); };

  // ---- words: at once, or when the reader rests
  let later = 0;
  s.say = (words, rest = 0) => {
    clearTimeout(later);
    const tell = () => { if (s.words.textContent !== words) s.words.textContent = words; };
    if (rest) later = setTimeout(tell, rest); else tell();
  };
  ends.push(() => clearTimeout(later));

  // ---- colours of the ground that the picture stands on
  s.colours = {};
  const look = () => {
    s.root.dataset.ground = darkBehind(el) ? "dark" : "light";
    const style = getComputedStyle(s.root);
    const value = (name) => style.getPropertyValue(`--${name}`).trim();
    for (const name of ["ink", "soft", "line", "ground", "tint", "accent", "hot", "frozen", "moving"]) s.colours[name] = value(name);
    s.colours.onAccent = value("on-accent");
    s.colours.marks = [0, 1, 2, 3, 4, 5].map((number) => value(`mark-${number}`));
    s.colours.dark = s.root.dataset.ground === "dark";
    views.forEach((view) => view.redraw());
  };
  const watch = new MutationObserver(look);
  for (const node of [document.documentElement, document.body]) {
    watch.observe(node, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light", "data-vscode-theme-kind", "class"] });
  }
  const night = window.matchMedia("(prefers-color-scheme: dark)");
  night.addEventListener("change", look);
  ends.push(() => { watch.disconnect(); night.removeEventListener("change", look); });

  // ---- a canvas
  s.canvas = (height, draw, { label = "", parent = s.body } = {}) => {
    const node = element("canvas", { className: "live-canvas" });
    if (label) { node.setAttribute("role", "img"); node.setAttribute("aria-label", label); } else node.setAttribute("aria-hidden", "true");
    node.style.height = typeof height === "number" ? `${height}px` : height;
    const view = { node, width: 0, height: 0, ctx: node.getContext("2d"), asked: 0 };
    const paint = s.guarded(() => {
      view.asked = 0;
      if (!view.width) return;
      const sharp = window.devicePixelRatio || 1;
      if (node.width !== Math.round(view.width * sharp) || node.height !== Math.round(view.height * sharp)) {
        node.width = Math.round(view.width * sharp);
        node.height = Math.round(view.height * sharp);
      }
      view.ctx.setTransform(sharp, 0, 0, sharp, 0, 0);
      view.ctx.clearRect(0, 0, view.width, view.height);
      view.ctx.font = `${s.small}px system-ui, sans-serif`;
      draw(view.ctx, view.width, view.height, s.colours);
    });
    view.paint = paint;
    view.redraw = () => { if (!view.asked) view.asked = requestAnimationFrame(paint); };
    const size = new ResizeObserver(() => {
      view.width = node.clientWidth;
      view.height = node.clientHeight;
      view.redraw();
    });
    size.observe(node);
    ends.push(() => { size.disconnect(); cancelAnimationFrame(view.asked); });
    views.push(view);
    parent.append(node);
    return view;
  };
  s.small = 13; // px of text on a canvas
  s.redraw = () => views.forEach((view) => view.redraw());

  // ---- motion
  s.still = () => STILL.matches;
  s.glide = (ms, step) => {
    if (s.still()) return step(1);
    const begun = performance.now();
    const on = s.guarded((now) => {
      const part = Math.min(1, Math.max(0, (now - begun) / ms));
      step(part < 0.5 ? 2 * part * part : 1 - 2 * (1 - part) ** 2);
      if (part < 1 && !s.ended) requestAnimationFrame(on);
    });
    return requestAnimationFrame(on);
  };

  // ---- controls; native ones, which carry their keys and names with them
  s.button = (words, work, { pressed = undefined, parent = s.tools } = {}) => {
    const node = element("button", { type: "button", textContent: words });
    if (pressed !== undefined) node.setAttribute("aria-pressed", String(pressed));
    s.on(node, "click", (event) => work(event, node));
    parent.append(node);
    return node;
  };
  s.choice = (words, options, value, work, { parent = s.tools } = {}) => {
    const node = element("select");
    options.forEach(([shown, each]) => node.append(element("option", { value: each, textContent: shown, selected: each === value })));
    s.on(node, "change", () => work(node.value));
    parent.append(element("label", {}, element("span", { textContent: words }), node));
    return node;
  };
  s.slider = (words, { min, max, step, value, shown = String }, work, { parent = s.tools } = {}) => {
    const node = element("input", { type: "range", min, max, step, value });
    node.setAttribute("aria-label", words); // without the value, which is told as such
    const told = element("output");
    const tell = (next) => { told.textContent = shown(next); node.setAttribute("aria-valuetext", told.textContent); };
    s.on(node, "input", () => { tell(Number(node.value)); work(Number(node.value)); });
    node.show = (next) => { node.value = next; tell(next); }; // a value between two steps is told as it is
    tell(value);
    parent.append(element("label", { className: "live-slider" }, element("span", { textContent: words }), node, told));
    return node;
  };
  s.cross = (node, words, keys) => {
    node.tabIndex = 0;
    node.setAttribute("role", "application"); // arrow keys go to the picture, not to the screen reader
    node.setAttribute("aria-roledescription", "picture to move in");
    node.setAttribute("aria-label", words);
    s.on(node, "keydown", (event) => {
      const work = keys[event.key] || keys[event.code];
      if (!work || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      work(event);
    });
  };
  s.on(s.root, "keydown", (event) => event.stopPropagation()); // no notebook shortcuts while somebody moves in a picture

  look();
  requestAnimationFrame(look); // once more when the page has put the picture where it belongs
  return s;
}

// Is what lies behind a node dark? The first opaque colour above it decides.
function darkBehind(node) {
  for (let at = node; at; at = at.parentElement) {
    const [r, g, b, a = 1] = (getComputedStyle(at).backgroundColor.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    if (a > 0.5) return 0.299 * r + 0.587 * g + 0.114 * b < 128;
  }
  return false;
}

// Bytes of a blob: sent by a kernel, or in the page as base64 or in its own <audio>.
function asBytes(blob, find) {
  if (blob instanceof DataView) return new Uint8Array(blob.buffer, blob.byteOffset, blob.byteLength);
  const text = typeof blob === "string" ? blob : find()?.src.split(";base64,")[1];
  if (text === undefined) throw new Error("the sound of this picture is missing; run its cell again");
  const raw = atob(text);
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

// The mark of class `number` at (x, y); `hollow` for points of a test set.
function drawMark(ctx, number, x, y, size, colour, { hollow = false, width = 1.8 } = {}) {
  const r = size;
  ctx.beginPath();
  const corners = (points) => points.forEach(([dx, dy], at) => (at ? ctx.lineTo(x + dx * r, y + dy * r) : ctx.moveTo(x + dx * r, y + dy * r)));
  const kind = MARKS[number % MARKS.length];
  if (kind === "circle") ctx.arc(x, y, r, 0, 2 * Math.PI);
  if (kind === "square") ctx.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r);
  if (kind === "triangle") corners([[0, -1.2], [1.1, 0.8], [-1.1, 0.8], [0, -1.2]]);
  if (kind === "down") corners([[0, 1.2], [1.1, -0.8], [-1.1, -0.8], [0, 1.2]]);
  if (kind === "diamond") corners([[0, -1.3], [1.1, 0], [0, 1.3], [-1.1, 0], [0, -1.3]]);
  if (kind === "star") corners([...Array(11).keys()].map((k) => [(k % 2 ? 0.5 : 1.3) * Math.sin((k * Math.PI) / 5), -(k % 2 ? 0.5 : 1.3) * Math.cos((k * Math.PI) / 5)]));
  if (kind === "plus" || kind === "cross") {
    const arms = kind === "plus" ? [[-1.1, 0, 1.1, 0], [0, -1.1, 0, 1.1]] : [[-0.9, -0.9, 0.9, 0.9], [-0.9, 0.9, 0.9, -0.9]];
    arms.forEach(([a, b, c, d]) => { ctx.moveTo(x + a * r, y + b * r); ctx.lineTo(x + c * r, y + d * r); });
    ctx.strokeStyle = colour;
    ctx.lineWidth = hollow ? 1 : width + 1;
    ctx.stroke();
    return;
  }
  ctx.closePath();
  ctx.lineWidth = width;
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  if (!hollow) ctx.fill();
  ctx.stroke();
}

// Ticks between two values: about `count` round ones.
function roundTicks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((each) => each * power >= rough) * power;
  const ticks = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) ticks.push(Math.round(at / step) * step);
  return ticks;
}
