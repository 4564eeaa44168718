// One second of sound through every layer of a network: point at a number, see and hear what it was computed from.

// Where each number of a layer stands in one picture of all its channels: { width, height, at: index or -1 for a gap }.
/** @param {number[]} shape  @param {number} aspect */
function mosaic([channels, rows = 1, columns = 1], aspect) {
  let best = null;
  const gap = rows * columns > 1 ? 1 : 0;
  for (let across = 1; across <= channels; across++) {
    const lines = Math.ceil(channels / across), width = across * (columns + gap) - gap, height = lines * (rows + gap) - gap;
    const off = Math.abs(Math.log(width / height / aspect)) + (2 * (across * lines - channels)) / channels; // near the box's shape, few places empty
    if (!best || off < best.off) best = { off, across, width, height };
  }
  const { across, width, height } = best, at = new Int32Array(width * height).fill(-1);
  for (let c = 0, k = 0; c < channels; c++) for (let r = 0; r < rows; r++) for (let j = 0; j < columns; j++, k++) {
    at[(Math.floor(c / across) * (rows + gap) + rows - 1 - r) * width + (c % across) * (columns + gap) + j] = k;
  }
  return { width, height, at };
}

// What one number is computed from, channel by channel of the layer before: patches, weights, the sum of each channel.
function insideOf(before, layer, channel, row, column) {
  if (layer.kind === "dense") {
    const [ins, rows = 1, columns = 1] = before.shape, size = rows * columns, all = ins * size;
    const tile = (data, start) => Array.from({ length: rows }, (_, r) => Array.from(data.subarray(start + r * columns, start + (r + 1) * columns)));
    const patches = Array.from({ length: ins }, (_, c) => tile(before.data, c * size)), weights = patches.map((_, c) => tile(layer.weight.data, channel * all + c * size));
    return summed(patches, weights, layer.bias[channel]);
  }
  const [rows, columns] = [0, 1].map((axis) => touched([row, column][axis], along(layer, axis)));
  if (layer.kind !== "conv") return { patches: [patchOf(before, channel, rows, columns)], weights: null };
  const [, ins, kh, kw] = layer.weight.shape;
  const patches = Array.from({ length: ins }, (_, c) => patchOf(before, c, rows, columns));
  const weights = patches.map((_, c) => Array.from({ length: kh }, (__, r) => Array.from(layer.weight.data.subarray(((channel * ins + c) * kh + r) * kw, ((channel * ins + c) * kh + r + 1) * kw))));
  return summed(patches, weights, layer.bias[channel]);
}
function summed(patches, weights, bias) {
  const products = patches.map((patch, c) => patch.map((line, r) => line.map((number, k) => number * weights[c][r][k])));
  const sums = products.map((patch) => patch.flat().reduce((a, b) => a + b, 0));
  const strong = sums.reduce((best, sum, c) => (Math.abs(sum) > Math.abs(sums[best]) ? c : best), 0);
  return { patches, weights, products, sums, strong, bias, sum: sums.reduce((a, b) => a + b, bias) };
}

const render = livePicture((s) => {
  const given = s.data, sound = s.sound("sound"), decibels = halves(s.array("input")), [height, width] = given.shape;
  const layers = given.layers.map((layer) => (layer.kind === "conv" || layer.kind === "dense"
    ? { ...layer, weight: { data: halves(s.array(`${layer.name} weight`)), shape: layer.shape }, bias: halves(s.array(`${layer.name} bias`)) } : layer));
  const state = { depth: 1, channel: 0, row: 0, column: 0, cover: "nothing", box: null, border: 0 };
  const silence = limits(decibels, false)[0], scaled = (value) => (value - given.centre) / given.scale;
  const x = { data: decibels.map(scaled), shape: [1, height, width] };
  const plain = forward(x, layers), first = softmax(plain.at(-1).data);
  let outputs = plain, now = first, inside = null, reach = null;
  let order = [];
  const likely = (shares, count) => shares.map((_, k) => k).sort((a, b) => shares[b] - shares[a]).slice(0, count);
  const shapeOf = (depth) => { const [c, r = 1, k = 1] = plain[depth].shape; return [c, r, k]; };
  const percent = (share) => `${Math.round(100 * share)} %`, number = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : Number(value.toPrecision(3)).toString()).replace("-", "−");

  // ---- the layers beside each other
  const strip = element("div", { className: "live-strip" });
  s.body.append(strip);
  const cards = plain.map((_, depth) => {
    const layer = layers[depth - 1], name = element("strong", { textContent: layer ? layer.name.replace(/^(body|head)\./, "") : "sound" });
    const size = element("span", { textContent: (depth ? plain[depth].shape : given.shape).join("\u2009×\u2009") }), fate = element("span", { className: "live-fate" });
    const card = element("div", { className: "live-layer" }, name, size);
    strip.append(card);
    let map = null;
    const view = s.canvas(132, (ctx, w, h) => {
      const [rows, columns] = depth ? shapeOf(depth).slice(1) : [height, width];
      map = map?.w === w ? map : { w, ...mosaic(depth ? shapeOf(depth) : [1, height, width], w / h) };
      const data = outputs[depth].data, picture = new Float32Array(map.width * map.height);
      for (let k = 0; k < picture.length; k++) picture[k] = map.at[k] < 0 ? NaN : data[map.at[k]];
      cells(ctx, picture, map.height, map.width, [0, 0, w, h], { down: true });
      if (depth !== state.depth) return;
      const [tw, th] = [w / map.width, h / map.height], place = map.at.indexOf((state.channel * rows + rows - 1) * columns);
      if (depth) frame(ctx, (place % map.width) * tw - 1, Math.floor(place / map.width) * th - 1, columns * tw + 2, rows * th + 2);
      else frame(ctx, 1, 1, w - 2, h - 2);
    }, { label: `All ${shapeOf(depth)[0]} channels of ${name.textContent}. Point at a number to choose it.`, parent: card });
    if (layer) card.append(fate);
    follow(s, view.node, (px, py) => {
      const at = map?.at[Math.min(map.height - 1, Math.max(0, Math.floor((py / view.height) * map.height))) * map.width + Math.min(map.width - 1, Math.max(0, Math.floor((px / view.width) * map.width)))];
      if (!(at >= 0)) return;
      const [, rows, columns] = depth ? shapeOf(depth) : [1, height, width];
      Object.assign(state, { depth, channel: Math.floor(at / (rows * columns)), row: Math.floor((at / columns) % rows), column: at % columns });
      chosen();
    }, { hover: true });
    return { card, fate, layer, view };
  });

  // ---- the sound with what the number reads, and the names
  const pair = element("div", { className: "live-two" });
  s.body.append(pair);
  const input = s.canvas(250, (ctx, w, h, colours) => {
    written(ctx, state.cover === "nothing" ? "the sound; framed: what it reads" : "the sound, partly covered", 4, 17, colours, { bold: true });
    framed(ctx, input, outputs[0].data, given.shape, ...reach, `${(width * given.step_s).toFixed(1)} s, up to ${((height * given.step_hz) / 1000).toFixed(0)} kHz`, colours);
  }, { label: "The sound as a spectrogram, with what the chosen number reads framed. Drag a box to cover it with silence.", parent: pair });
  const names = s.canvas(250, (ctx, w, h, colours) => {
    written(ctx, state.cover === "nothing" ? "what the network says" : "what it says now; line: before", 4, 17, colours, { bold: true });
    const step = (h - HEAD) / order.length, left = Math.min(120, w * 0.4), long = w - left - 52;
    order.forEach((k, place) => {
      const y = HEAD + place * step;
      ctx.fillStyle = colours.accent;
      ctx.fillRect(left, y + 2, Math.max(1, now[k] * long), step - 6);
      ctx.fillStyle = colours.hot;
      ctx.fillRect(left + first[k] * long - 1.5, y, 3, step - 2);
      ctx.save();
      ctx.beginPath();
      ctx.rect(0, y, left - 6, step);
      ctx.clip();
      written(ctx, given.names[k], 4, y + step / 2 + 4, colours);
      ctx.restore();
      written(ctx, percent(now[k]), w - 4, y + step / 2 + 4, colours, { right: true });
    });
  }, { label: "The eight likeliest names with their shares; the words below say the first.", parent: pair });

  // ---- the sum
  const sums = s.canvas("var(--tables)", (ctx, w, h, colours) => {
    if (!inside) return;
    const { patches, weights, products, sums: each, strong = 0 } = inside, many = each && each.length > 1;
    const tables = [[many ? `it reads, channel ${strong}` : "it reads", patches[weights ? strong : 0]]];
    if (weights) tables.push(["× its weights", weights[strong]], ["= products", products[strong]]);
    const places = boxesOf(sums, tables.length + (many ? 1 : 0));
    tables.forEach(([name, rows], k) => {
      written(ctx, name, places[k][0], places[k][1] - 9, colours, { bold: true });
      const flat = rows.flat(), best = flat.indexOf(Math.max(...flat));
      table(ctx, rows, places[k], colours, { signed: Boolean(weights), mark: weights ? null : [Math.floor(best / rows[0].length), best % rows[0].length] });
    });
    if (!many) return;
    const [bx, by, bw, bh] = places.at(-1), [low, high] = limits(each, true), middle = by + bh / 2;
    written(ctx, `sum of each of ${each.length} channels`, bx, by - 9, colours, { bold: true });
    each.forEach((value, k) => {
      ctx.fillStyle = k === strong ? colours.hot : colours.accent;
      const tall = (value / (high - low)) * bh;
      ctx.fillRect(bx + (k * bw) / each.length, Math.min(middle, middle - tall), Math.max(1, bw / each.length - 1), Math.max(1, Math.abs(tall)));
    });
    ctx.fillStyle = colours.line;
    ctx.fillRect(bx, middle, bw, 1);
  }, { label: "What the chosen number reads, times its weights, the products, and their sum." });
  sums.node.classList.add("live-tables");

  // ---- controls
  const layerNames = ["sound", ...layers.map((layer) => layer.name)];
  const layerChoice = s.choice("Layer", layerNames.map((name, k) => [name, String(k)]), "1", (key) => { state.depth = Number(key); peak(); });
  s.button("Its strongest number", () => peak());
  s.button("Play what it reads", () => s.say(hear(sound, seconds(), hertz())));
  const coverChoice = s.choice("Cover", ["nothing", "what it reads", "all but what it reads", "the box that you drag"].map((name) => [name, name]), "nothing", (name) => { state.cover = name; if (name.includes("it reads")) state.box = reach; covered(); });
  const grid = element("div", { className: "live-grid" });
  s.body.append(grid);
  const sliders = ["channel", "row", "column"].map((name) => s.slider(`${name[0].toUpperCase()}${name.slice(1)}`, { min: 0, max: 1, step: 1, value: 0 }, (value) => { state[name] = value; chosen(); }, { parent: grid }));
  if (given.reuse) s.slider("Frozen up to", { min: 0, max: given.reuse.length - 1, step: 1, value: 0, shown: (k) => given.reuse[k].upto }, (k) => { state.border = k; fates(); report(); s.say(given.reuse[k].words); }, { parent: grid });

  function fates() { // frozen or trained: colour, border and word
    cards.forEach(({ card, fate, layer }) => {
      if (!layer || !layer.parameters) return;
      const frozen = given.reuse ? given.reuse[state.border].frozen.includes(layer.name) : layer.frozen;
      card.dataset.fate = given.fates || given.reuse ? (frozen ? "frozen" : "moving") : "";
      fate.textContent = `${layer.parameters.toLocaleString("en")} weights${card.dataset.fate ? (frozen ? ", frozen" : ", trained") : ""}${layer.moved ? `, moved by ${layer.moved} %` : ""}`;
    });
  }
  const clip = ([low, high], most) => [Math.max(0, Math.min(low, most)), Math.max(0, Math.min(high, most))];
  const seconds = () => { const [low, high] = clip(reach[1], width - 1); return [Math.max(0, (low - 0.5) * given.step_s), Math.min(width * given.step_s, (high + 0.5) * given.step_s)]; };
  const hertz = () => { const [low, high] = clip(reach[0], height - 1); return [Math.max(0, (low - 0.5) * given.step_hz), (high + 0.5) * given.step_hz]; };
  function peak() {
    const y = outputs[state.depth], [channels, rows, columns] = state.depth ? shapeOf(state.depth) : [1, height, width];
    const best = y.data.reduce((top, value, k) => (value > y.data[top] ? k : top), 0);
    Object.assign(state, { channel: Math.min(channels - 1, Math.floor(best / (rows * columns))), row: Math.floor((best / columns) % rows), column: best % columns });
    chosen();
  }
  function covered() {
    if (state.cover === "nothing" || !state.box) outputs = plain;
    else {
      const [rows, columns] = state.box, data = x.data.slice(), quiet = scaled(silence), outside = state.cover.startsWith("all");
      for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) {
        const within = r >= rows[0] && r <= rows[1] && c >= columns[0] && c <= columns[1];
        if (within !== outside) data[r * width + c] = quiet;
      }
      outputs = forward({ data, shape: x.shape }, layers);
    }
    now = softmax(outputs.at(-1).data);
    order = [...new Set([...likely(first, 4), ...likely(now, 4), ...likely(first, 8)])].slice(0, 8);
    coverChoice.value = state.cover;
    chosen();
  }
  function chosen() {
    const shape = state.depth ? shapeOf(state.depth) : [1, height, width];
    ["channel", "row", "column"].forEach((name, axis) => {
      state[name] = Math.max(0, Math.min(state[name], shape[axis] - 1));
      fit(sliders[axis], state[name], shape[axis] - 1);
    });
    layerChoice.value = String(state.depth);
    reach = reads(layers, state.depth, state.row, state.column, [height, width]);
    inside = state.depth ? insideOf(outputs[state.depth - 1], layers[state.depth - 1], state.channel, state.row, state.column) : null;
    report();
    s.say(words());
    s.redraw();
  }
  function report() {
    const data = outputs[state.depth].data, [channels, rows, columns] = state.depth ? shapeOf(state.depth) : [1, height, width], size = rows * columns;
    const value = data[state.channel * size + state.row * columns + state.column], channel = data.subarray(state.channel * size, (state.channel + 1) * size);
    const likeliest = (shares) => shares.indexOf(Math.max(...shares)), box = state.box ?? [[0, -1], [0, -1]], inBox = box.reduce((all, [low, high]) => all * (high - low + 1), 1) / (width * height);
    s.report({ layer: layerNames[state.depth], channel: state.channel, value, highest: channel.reduce((most, each) => Math.max(most, each), -Infinity),
      rank: 1 + data.reduce((count, each) => count + (each > value ? 1 : 0), 0), seconds: seconds()[1] - seconds()[0], hertz: hertz()[1] - hertz()[0],
      covered: state.cover === "nothing" ? 0 : state.cover.startsWith("all") ? 1 - inBox : inBox, says: likeliest(now) === likeliest(first) ? "the same" : "another",
      upto: given.reuse ? given.reuse[state.border].upto : "", });
  }
  function words() {
    const [t0, t1] = seconds(), [f0, f1] = hertz(), layer = layers[state.depth - 1], [, rows, columns] = state.depth ? shapeOf(state.depth) : [1, height, width];
    const value = outputs[state.depth].data[(state.channel * rows + state.row) * columns + state.column], best = now.indexOf(Math.max(...now)), was = first.indexOf(Math.max(...first));
    const says = state.cover === "nothing" ? `The network says ${given.names[best]} (${percent(now[best])}).` : `Partly covered, the network says ${given.names[best]} (${percent(now[best])}); before, ${given.names[was]} (${percent(first[was])}).`;
    if (!layer) return `The sound: ${((value * given.scale) + given.centre).toFixed(0)} dB at ${((state.column) * given.step_s).toFixed(2)} s and ${(state.row * given.step_hz).toFixed(0)} Hz. ${says}`;
    const place = rows * columns > 1 ? `, row ${state.row}, column ${state.column}` : "", who = `${layer.name}, ${layer === layers.at(-1) ? given.names[state.channel] : `channel ${state.channel}`}${place}`;
    const sees = `reads ${t0.toFixed(2)} to ${t1.toFixed(2)} s, ${f0.toFixed(0)} to ${f1.toFixed(0)} Hz`;
    if (!inside.weights) return `${who}: ${number(value)}, the ${layer.kind === "max" ? "largest" : "mean"} of ${inside.patches[0].flat().length} numbers; ${sees}. ${says}`;
    const count = inside.products.length * inside.products[0].flat().length, many = inside.sums.length > 1 ? `; channel ${inside.strong} adds the most, ${number(inside.sums[inside.strong])}` : "";
    return `${who}: ${count.toLocaleString("en")} products and the bias ${number(inside.bias)} sum to ${number(inside.sum)}${layer.relu ? `, after ReLU ${number(value)}` : ""}${many}; ${sees}. ${says}`;
  }
  let corner = null;
  const dot = (px, py) => under(input, given.shape, px, py).map(Math.floor);
  follow(s, input.node, (px, py) => {
    const here = dot(px, py), between = (a, c) => [Math.min(a, c), Math.max(a, c)];
    if (!corner || Math.abs(px - corner.px) + Math.abs(py - corner.py) < 6) return;
    state.cover = "the box that you drag";
    state.box = [between(corner.at[0], here[0]), between(corner.at[1], here[1])];
    covered();
  }, { begin: (px, py) => (corner = { at: dot(px, py), px, py }), end: () => (corner = null) });
  fates();
  covered();
  peak();
});

export default { render };
