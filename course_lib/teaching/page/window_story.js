// A pooling window or a kernel that slides over a sound: move it, draw in it, hear what is under it. All is computed here.
const KERNELS = ["onset", "steady tone", "rising tone", "falling tone", "average", "random"];
const MOST = 128; // points of a window along one axis: more would take longer than a step may

// A kernel written by hand, of length 1. In a single row the tones are waves.
function pattern(name, rows, columns) {
  const across = (c) => (columns > 1 ? (2 * c) / (columns - 1) - 1 : 0), up = (r) => (rows > 1 ? (2 * r) / (rows - 1) - 1 : 0);
  const slope = { "rising tone": 1, "falling tone": -1 }[name] ?? 0, width = Math.max(1 / Math.max(rows - 1, 1), 0.2);
  let seed = 1;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5;
  const kernel = Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) => {
    if (name === "onset") return Math.sign(across(c));
    if (name === "average") return 1;
    if (name === "random") return chance() + chance() + chance();
    if (rows === 1) return Math.sin(Math.PI * (4 * across(c) + slope * across(c) ** 2)); // four waves
    return Math.exp(-(((up(r) - slope * across(c)) / width) ** 2));
  }));
  if (rows > 1 && / tone$/.test(name)) for (let c = 0; c < columns; c++) { // loudness alone says nothing
    const mean = kernel.reduce((sum, row) => sum + row[c], 0) / rows;
    kernel.forEach((row) => (row[c] -= mean));
  }
  const norm = Math.max(1e-6, Math.hypot(...kernel.flat()));
  return kernel.map((row) => row.map((value) => value / norm));
}

// The nearest numbers of a kernel in another size.
const stretched = (own, rows, columns) => Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (__, c) =>
  own[Math.floor(((r + 0.5) * own.length) / rows)][Math.floor(((c + 0.5) * own[0].length) / columns)]));

// The setting and what follows from it: `views` are { key, name, shape, x, step_s, hertz, row }, the layer "pooling" or "convolution".
function storyOf(given, views) {
  const pooling = given.layer === "pooling";
  const state = { view: given.views[0].key, kind: pooling ? "average" : given.kernels ? Object.keys(given.kernels)[0] : KERNELS[0], follow: true,
    window: [...given.window], stride: pooling ? [...given.window] : [1, 1], padding: [0, 0], dilation: [1, 1], place: [0, 0], weights: null };
  const own = given.kernels ?? {};

  // Let every number end where the window would no longer fit. -> the largest values, as { window: [..], ... }
  function bounds() {
    const size = views[state.view].shape, most = { window: [], stride: [], padding: [], dilation: [], place: [] };
    [0, 1].forEach((axis) => {
      const keep = (name, high, low = 1) => {
        most[name][axis] = Math.max(low, high);
        state[name][axis] = Math.max(low, Math.min(state[name][axis], most[name][axis]));
        return state[name][axis];
      };
      const window = keep("window", Math.min(size[axis], MOST));
      const padding = keep("padding", size[axis] > 1 ? (pooling ? window >> 1 : window) : 0, 0);
      const space = size[axis] + 2 * padding;
      const dilation = keep("dilation", window > 1 && (!pooling || state.kind === "max") ? Math.floor((space - 1) / Math.max(window - 1, 1)) : 1);
      const stride = keep("stride", space);
      keep("place", outSize(size[axis], window, stride, padding, window > 1 ? dilation : 1) - 1, 0);
    });
    return most;
  }
  function kernel() {
    const [rows, columns] = state.window;
    if (!state.weights || state.weights.length !== rows || state.weights[0].length !== columns) {
      state.weights = own[state.kind] ? stretched(own[state.kind], rows, columns) : pattern(state.kind, rows, columns);
    }
    return state.weights;
  }
  function compute() {
    const view = views[state.view], sizes = { ...state };
    if (pooling) return pool2d(view.x, state.kind, sizes);
    const rows = kernel();
    return conv2d(view.x, { data: Float32Array.from(rows.flat()), shape: [1, 1, ...state.window] }, null, sizes);
  }
  return { views, pooling, state, bounds, kernel, compute };
}

const render = livePicture((s) => {
  const given = s.data, sound = s.sound("sound");
  const views = Object.fromEntries(given.views.map((view) => [view.key, { ...view, x: { data: halves(s.array(view.key)), shape: [1, ...view.shape] }, hertz: s.array(`${view.key} hertz`) }]));
  const story = storyOf(given, views), { state, pooling } = story;
  let out = null, patch = null, products = null, value = 0, weightAt = [0, 0], held = null;
  const drawn = new Set(); // weights that the reader has changed
  const points = () => [0, 1].map((axis) => touched(state.place[axis], along(state, axis)));

  const pair = element("div", { className: "live-two" });
  s.body.append(pair);
  const input = s.canvas(250, (ctx, w, h, colours) => {
    const view = views[state.view], [rows, columns] = points(), [height, width] = view.shape, end = `${(width * view.step_s).toFixed(1)} s`;
    written(ctx, `reads: ${view.name}, ${height} × ${width}`, 4, 17, colours, { bold: true });
    if (height === 1) {
      curve(ctx, view.x.data, inner(input), colours, [columns[0], columns.at(-1)]);
      ends(ctx, input, end, colours);
      return;
    }
    const [left, top] = framed(ctx, input, view.x.data, view.shape, [rows[0], rows.at(-1)], [columns[0], columns.at(-1)], end, colours);
    if (Math.max(...state.dilation) > 1) for (const colour of ["#fff", "#000"]) {
      const size = colour === "#fff" ? 4 : 2;
      ctx.fillStyle = colour;
      rows.forEach((r) => columns.forEach((c) => { if (r >= 0 && r < height && c >= 0 && c < width) ctx.fillRect(left(c + 0.5) - size / 2, top(r + 0.5) - size / 2, size, size); }));
    }
  }, { label: "What the layer reads, with the window framed. Drag the window, or use the sliders named Place.", parent: pair });
  const output = s.canvas(250, (ctx, w, h, colours) => {
    const [, rows, columns] = out.shape, box = inner(output);
    written(ctx, `gives: ${rows} × ${columns}`, 4, 17, colours, { bold: true });
    if (rows > 1) {
      cells(ctx, out.data, rows, columns, box, { signed: !pooling });
      frame(ctx, box[0] + (state.place[1] * box[2]) / columns - 2, box[1] + box[3] - ((state.place[0] + 1) * box[3]) / rows - 2, box[2] / columns + 4, box[3] / rows + 4);
    } else curve(ctx, out.data, box, colours, [state.place[1], state.place[1]]);
  }, { label: "What the layer gives, with the chosen place framed. Point at a number to choose it.", parent: pair });

  const boxes = () => boxesOf(inside, pooling ? 1 : 3);
  const inside = s.canvas(pooling ? 212 : "var(--tables)", (ctx, w, h, colours) => {
    const flat = patch.flat(), best = flat.indexOf(Math.max(...flat)), columns = patch[0].length, winner = pooling && state.kind === "max";
    const tables = pooling ? [[`under the window${winner ? ": the winner is framed" : ""}`, patch, winner ? [Math.floor(best / columns), best % columns] : null]]
      : [["under the window", patch], ["× kernel: drag a weight", story.kernel(), weightAt], [`= products; sum ${value.toFixed(3)}`, products]];
    boxes().forEach((box, k) => {
      written(ctx, tables[k][0], box[0], box[1] - 9, colours, { bold: true });
      table(ctx, tables[k][1], box, colours, { signed: !pooling, mark: tables[k][2] ?? null });
    });
  }, { label: pooling ? "The numbers under the window." : "The numbers under the window, times the kernel, their products and their sum. Drag a weight up or down." });
  inside.node.classList.add("live-tables");

  const parts = [["window", "Window"], ["stride", "Stride"], ["padding", "Padding"], ["dilation", "Dilation"], ["place", "Place"]], sliders = {};
  const grid = element("div", { className: "live-grid" });
  s.body.append(grid);
  parts.forEach(([name, shown]) => {
    sliders[name] = [0, 1].map((axis) => s.slider(`${shown}, ${["rows", "columns"][axis]}`, { min: name === "padding" || name === "place" ? 0 : 1, max: 1, step: 1, value: 0 }, (number) => {
      state[name][axis] = number;
      if (pooling && name === "window") state.stride[axis] = number;
      if (name === "place") { state.follow = false; choose(); } else update();
    }, { parent: grid }));
  });
  const weights = [];
  if (!pooling) {
    const keys = element("div", { className: "live-grid" });
    s.body.append(element("details", { className: "live-how" }, element("summary", { textContent: "Change one weight from the keyboard" }), keys));
    weights.push(...[0, 1].map((axis) => s.slider(`Weight, ${["row", "column"][axis]}`, { min: 0, max: 1, step: 1, value: 0 }, (number) => { weightAt[axis] = number; look(); }, { parent: keys })));
    weights.push(s.slider("Its value", { min: -1, max: 1, step: 0.01, value: 0, shown: (number) => number.toFixed(2) }, (number) => { story.kernel()[weightAt[0]][weightAt[1]] = number; drawn.add(String(weightAt)); update(); }, { parent: keys }));
  }

  function update() { // a size, a weight or the input has changed
    let most = story.bounds();
    out = story.compute();
    if (state.follow) state.place = strongest(out, 0);
    most = story.bounds();
    parts.forEach(([name]) => sliders[name].forEach((slider, axis) => fit(slider, state[name][axis], most[name][axis])));
    look();
  }
  function choose() { // a place was chosen: nothing is computed again
    const most = story.bounds();
    sliders.place.forEach((slider, axis) => fit(slider, state.place[axis], most.place[axis]));
    look();
  }
  function look() {
    const view = views[state.view], [rows, columns] = points(), weight = pooling ? null : story.kernel();
    patch = patchOf(view.x, 0, rows, columns, pooling && state.kind === "max" ? view.low ?? (view.low = limits(view.x.data, false)[0]) : 0);
    value = out.data[state.place[0] * out.shape[2] + state.place[1]];
    products = weight && patch.map((row, r) => row.map((number, c) => number * weight[r][c]));
    if (weight) {
      weightAt = weightAt.map((at, axis) => Math.min(at, state.window[axis] - 1));
      weights.forEach((slider, k) => (k < 2 ? fit(slider, weightAt[k], state.window[k] - 1) : slider.show(weight[weightAt[0]][weightAt[1]])));
    }
    stay.setAttribute("aria-pressed", String(state.follow));
    report();
    s.say(words());
    s.redraw();
  }
  function report() {
    const view = views[state.view], beneath = patch.flat(), reach = state.dilation.map((step, axis) => step * (state.window[axis] - 1) + 1);
    const edge = points().map((at, axis) => at.filter((k) => k < 0 || k >= view.shape[axis]).length), columns = points()[1], best = strongest(out, 0);
    s.report({ reads: state.view, kind: state.kind, numbers: beneath.length, overlap: Math.max(...[0, 1].map((axis) => reach[axis] - state.stride[axis])),
      padding: Math.max(...state.padding), outside: Math.max(...edge), spread: Math.max(...beneath) - beneath.reduce((a, b) => a + b, 0) / beneath.length,
      reach_s: reach[1] * view.step_s, second: ((columns[0] + columns.at(-1)) / 2) * view.step_s, strongest: best.every((place, axis) => place === state.place[axis]) ? "yes" : "no", drawn: drawn.size });
  }
  function words() {
    const view = views[state.view], [, rows, columns] = out.shape, count = state.window[0] * state.window[1], four = (number) => Number(number.toPrecision(4));
    const reach = [0, 1].map((axis) => state.dilation[axis] * (state.window[axis] - 1) + 1), beneath = patch.flat();
    const start = `${view.name}: ${view.shape.join(" x ")} becomes ${rows} x ${columns}. One output sees ${four(reach[1] * 1000 * view.step_s)} ms${view.row ? ` x ${reach[0]} rows` : ""}. At place (${state.place.join(", ")}) `;
    if (pooling) {
      const sum = beneath.reduce((a, b) => a + b, 0);
      const told = state.kind === "average" ? `the sum of ${count} numbers, ${four(sum)}, over ${count} is ${four(value)}` : `the largest of ${count} numbers is ${four(value)}; the mean would be ${four(sum / count)}`;
      return `${start}${told}. Parameters: 0. ${state.kind === "average" ? "Additions" : "Comparisons"}: ${(rows * columns * (count - 1)).toLocaleString("en")}.`;
    }
    const weight = story.kernel().flat(), factor = (number) => (number >= 0 ? number.toFixed(2) : `(${number.toFixed(2)})`);
    const strong = products.flat().map((product, k) => [Math.abs(product), k]).sort((a, b) => b[0] - a[0]).slice(0, 6).map(([, k]) => k).sort((a, b) => a - b);
    const whole = view.shape[0] * view.shape[1] * rows * columns + rows * columns;
    return `${start}the ${count} products${count > 6 ? ", the 6 strongest among them" : ""} ${strong.map((k) => `${factor(beneath[k])} x ${factor(weight[k])}`).join(" + ")}, sum to ${value.toFixed(3)}. Parameters: ${count} + 1 bias = ${count + 1}; a dense layer with the same input and output: ${whole.toLocaleString("en")}.`;
  }

  follow(s, input.node, (x, y) => { // the window's middle goes under the pointer
    const at = under(input, views[state.view].shape, x, y);
    state.follow = false;
    state.place = at.map((middle, axis) => Math.round((middle - 0.5 - (state.dilation[axis] * (state.window[axis] - 1)) / 2 + state.padding[axis]) / state.stride[axis]));
    choose();
  });
  follow(s, output.node, (x, y) => {
    state.follow = false;
    state.place = under(output, out.shape.slice(1), x, y).map(Math.floor);
    choose();
  }, { hover: true });
  if (!pooling) follow(s, inside.node, (x, y) => {
    if (!held) return;
    story.kernel()[weightAt[0]][weightAt[1]] = Math.max(-1, Math.min(1, held.weight + (held.y - y) / 90));
    drawn.add(String(weightAt));
    update();
  }, { begin: (x, y) => {
    const box = boxes()[1], r = Math.floor(((box[1] + box[3] - y) / box[3]) * state.window[0]), c = Math.floor(((x - box[0]) / box[2]) * state.window[1]);
    held = r >= 0 && r < state.window[0] && c >= 0 && c < state.window[1] ? { y, weight: story.kernel()[r][c] } : null;
    if (held) { weightAt = [r, c]; look(); }
  }, end: () => (held = null) });

  s.choice("Reads", given.views.map((view) => [view.name, view.key]), state.view, (key) => { state.view = key; update(); });
  const kinds = pooling ? ["average", "max"] : [...Object.keys(given.kernels ?? {}), ...KERNELS];
  s.choice(pooling ? "Pooling" : "Kernel", kinds.map((name) => [name, name]), state.kind, (name) => { state.kind = name; state.weights = null; drawn.clear(); update(); });
  const stay = s.button("Stay at the strongest output", () => { state.follow = !state.follow; update(); }, { pressed: true });
  s.button("Play what is under the window", () => {
    const view = views[state.view], [rows, columns] = points(), inRow = (row) => Math.max(0, Math.min(row, view.shape[0] - 1));
    s.say(hear(sound, [(columns[0] - 0.5) * view.step_s, (columns.at(-1) + 0.5) * view.step_s], [view.hertz[inRow(rows[0])], view.hertz[inRow(rows.at(-1)) + 1]]));
  });
  update();
});

export default { render };
