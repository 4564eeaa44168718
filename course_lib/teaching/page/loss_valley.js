// Two weights walk downhill on a loss that is seen whole: gradient descent with momentum, on all examples or on some.
const SPAN = 1.4; // the map reaches this far on both sides of zero

// Half the mean squared error of two weights is a quadratic: its numbers, from the examples chosen.
function quadratic(x, y, chosen) {
  const mean = (of) => chosen.reduce((sum, k) => sum + of(x[2 * k], x[2 * k + 1], y[k]), 0) / chosen.length;
  return { xx: mean((a) => a * a), xz: mean((a, b) => a * b), zz: mean((a, b) => b * b), xy: mean((a, b, c) => a * c), zy: mean((a, b, c) => b * c), yy: mean((a, b, c) => c * c) };
}
/** @type {(m: any, place: number[]) => number} */
const lossAt = (m, [v, w]) => (m.xx * v * v + 2 * m.xz * v * w + m.zz * w * w - 2 * m.xy * v - 2 * m.zy * w + m.yy) / 2;
/** @type {(m: any, place: number[]) => number[]} */
const slopeAt = (m, [v, w]) => [m.xx * v + m.xz * w - m.xy, m.xz * v + m.zz * w - m.zy];
const lowestOf = (m) => { const d = m.xx * m.zz - m.xz * m.xz || 1e-12; return [(m.zz * m.xy - m.xz * m.zy) / d, (m.xx * m.zy - m.xz * m.xy) / d]; };

// The weights after 0, 1, 2, ... steps. v = momentum v + slope; w = w - rate v.
function walkOf(x, y, { rate, momentum, batch, steps, start }) {
  let seed = 1, w = [...start], v = [0, 0];
  const chance = (count) => (seed = (seed * 16807) % 2147483647) % count;
  const all = y.map((_, k) => k), whole = batch >= y.length ? quadratic(x, y, all) : null, places = [w];
  for (let step = 0; step < steps; step++) {
    const slope = slopeAt(whole ?? quadratic(x, y, Array.from({ length: batch }, () => chance(y.length))), w);
    v = v.map((value, k) => momentum * value + slope[k]);
    w = w.map((value, k) => value - rate * v[k]);
    places.push(w);
  }
  return places;
}

// What a goal may ask of a walk: how it ended, how often it turned back, how long its last steps were.
function walkReport(m, places) {
  const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]), finite = (value) => (Number.isNaN(value) ? Infinity : value);
  const steps = places.slice(1).map((place, k) => place.map((value, axis) => value - places[k][axis]));
  const back = steps.slice(1).filter((step, k) => step[0] * steps[k][0] + step[1] * steps[k][1] < 0).length, last = Math.ceil(steps.length / 4);
  return {
    loss: finite(lossAt(m, places.at(-1)) / lossAt(m, places[0])), distance: finite(far(places.at(-1), lowestOf(m))), turns: back / Math.max(1, steps.length - 1),
    last_steps: finite(steps.slice(-last).reduce((sum, step) => sum + Math.hypot(...step), 0) / last),
  };
}

const render = livePicture((s) => {
  const x = s.array("x"), y = s.array("y"), { rates, batches } = s.data, SIDE = 96, EDGE = 46;
  const whole = quadratic(x, y, y.map((_, k) => k)), lowest = lowestOf(whole);
  const state = { rate: s.data.rate, momentum: 0, batch: batches.at(-1), steps: s.data.steps, start: [...s.data.start] };
  const map = new Float32Array(SIDE * SIDE), at = (k) => ((k + 0.5) / SIDE) * 2 * SPAN - SPAN;
  for (let row = 0; row < SIDE; row++) for (let column = 0; column < SIDE; column++) map[row * SIDE + column] = Math.round(4 * Math.log(Math.max(1e-9, lossAt(whole, [at(column), at(row)])))); // steps of a quarter: height lines
  let places = [], losses = [];
  const box = (view) => { const side = Math.min(view.width - EDGE - 12, view.height - EDGE - 12); return [EDGE, 8, side, side]; };

  const pair = element("div", { className: "live-two" });
  s.body.append(pair);
  const view = s.canvas(380, (ctx, w, h, colours) => {
    const b = box(view), dot = ([v, u]) => [b[0] + ((v + SPAN) / (2 * SPAN)) * b[2], b[1] + b[3] - ((u + SPAN) / (2 * SPAN)) * b[3]];
    cells(ctx, map, SIDE, SIDE, b);
    ctx.save();
    ctx.beginPath();
    ctx.rect(...b);
    ctx.clip();
    for (const [colour, line] of [["#000", 4], ["#fff", 2]]) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = line;
      ctx.beginPath();
      places.forEach((place) => ctx.lineTo(...dot(place.map((value) => Math.max(-9, Math.min(9, value || 0))))));
      ctx.stroke();
    }
    const mark = (kind, place, size, colour) => { drawMark(ctx, kind, ...dot(place), size, "#000"); drawMark(ctx, kind, ...dot(place), 0.7 * size, colour); };
    places.forEach((place) => { if (Number.isFinite(place[0])) mark(0, place, 4, "#fff"); });
    mark(1, state.start, 8, "#fff");
    mark(6, lowest, 11, "#ff9d5c");
    ctx.restore();
    ctx.save();
    ctx.font = "13px system-ui, sans-serif";
    ctx.fillStyle = colours.ink;
    ctx.textAlign = "center";
    [-1, 0, 1].forEach((tick) => { ctx.fillText(String(tick), dot([tick, 0])[0], b[1] + b[3] + 17); ctx.fillText(String(tick), b[0] - 12, dot([0, tick])[1] + 4); });
    ctx.fillText("weight, 10 ms before", b[0] + b[2] / 2, b[1] + b[3] + 35);
    ctx.translate(11, b[1] + b[3] / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.fillText("weight, 10 ms after", 0, 0);
    ctx.restore();
  }, { label: "A map of the loss of two weights, bright where it is high, with the walk from the square. The star is the lowest point. Drag the square.", parent: pair });
  const path = s.canvas(380, (ctx, w, h, colours) => {
    const b = [52, 30, w - 64, h - 84], end = lossAt(whole, lowest), log = (loss) => Math.log10(Math.max(1e-6, Math.min(loss, 1e3)));
    const low = log(end) - 0.1, top = Math.max(...losses.filter(Number.isFinite).map(log), low + 1), up = (loss) => b[1] + b[3] - ((log(loss) - low) / (top - low)) * b[3];
    written(ctx, "the loss, and the lowest there is", 4, 17, colours, { bold: true });
    for (let power = Math.ceil(low); power <= top; power++) written(ctx, String(Number((10 ** power).toPrecision(1))), b[0] - 8, up(10 ** power) + 4, colours, { right: true });
    ctx.fillStyle = colours.hot;
    ctx.fillRect(b[0], up(end), b[2], 2);
    ctx.strokeStyle = colours.accent;
    ctx.lineWidth = 2;
    ctx.beginPath();
    losses.forEach((loss, k) => { if (Number.isFinite(loss)) ctx.lineTo(b[0] + (k / (losses.length - 1)) * b[2], up(loss)); });
    ctx.stroke();
    written(ctx, `${losses.length - 1} steps`, b[0] + b[2], h - 20, colours, { right: true });
  }, { label: "The loss after each step of the walk.", parent: pair });

  const grid = element("div", { className: "live-grid" });
  s.body.append(grid);
  const slide = (words, min, max, value, act, shown, step = 1) => s.slider(words, { min, max, step, value, shown }, (number) => { act(number); walk(); }, { parent: grid });
  slide("Learning rate", 0, rates.length - 1, rates.indexOf(state.rate), (k) => (state.rate = rates[k]), (k) => String(rates[k]));
  slide("Momentum", 0, 0.95, 0, (value) => (state.momentum = value), (value) => value.toFixed(2), 0.05);
  slide("Batch", 0, batches.length - 1, batches.length - 1, (k) => (state.batch = batches[k]), (k) => (batches[k] >= y.length ? `all ${y.length}` : String(batches[k])));
  slide("Steps", 1, 200, state.steps, (number) => (state.steps = number));
  const starts = [0, 1].map((axis) => slide(`Start, ${["before", "after"][axis]}`, -SPAN, SPAN, state.start[axis], (value) => (state.start[axis] = value), (value) => value.toFixed(2), 0.05));
  follow(s, view.node, (px, py) => {
    const b = box(view), inside = (value) => Math.max(-SPAN, Math.min(SPAN, value));
    state.start = [inside(((px - b[0]) / b[2]) * 2 * SPAN - SPAN), inside(((b[1] + b[3] - py) / b[3]) * 2 * SPAN - SPAN)];
    starts.forEach((slider, axis) => slider.show(state.start[axis]));
    walk();
  });
  const told = (loss) => (loss < 1e4 ? loss.toFixed(3) : "beyond all bounds");
  function walk() {
    places = walkOf(x, y, state);
    losses = places.map((place) => lossAt(whole, place));
    s.report({ rate: state.rate, momentum: state.momentum, batch: state.batch, steps: state.steps, ...walkReport(whole, places) });
    s.say(`Learning rate ${state.rate}, momentum ${state.momentum.toFixed(2)}, ${state.batch >= y.length ? "all examples" : `${state.batch} examples`} a step: the loss goes from ${told(losses[0])} to ${told(losses.at(-1))} in ${state.steps} steps; the lowest point has ${told(lossAt(whole, lowest))}.`);
    s.redraw();
  }
  walk();
});

export default { render };
