// Two kinds of trials, one threshold: what is missed, what is a false alarm, and where that lies on the DET curve.
const render = livePicture((s) => {
  const { yes, no, saysYes, notes, score: unit } = s.data; // names of the two kinds, what a score above the threshold says, the score's name
  const scores = [s.array("positive"), s.array("negative")]; // each in rising order
  const spans = s.array("spans"); // (positives + negatives, 2) seconds in the stored sounds
  const [P, N] = scores.map((each) => each.length);
  const all = Float64Array.from([...scores[0], ...scores[1]]).sort();
  const margin = (all[all.length - 1] - all[0] || 1) * 0.04;
  const [low, high] = [all[0] - margin, all[all.length - 1] + margin];
  const at = { threshold: s.data.threshold, trial: null, price: 1 };
  const below = (values, limit) => { // how many values lie below
    let from = 0, to = values.length;
    while (from < to) { const mid = (from + to) >> 1; if (values[mid] < limit) from = mid + 1; else to = mid; }
    return from;
  };
  const errors = (limit) => [below(scores[0], limit), N - below(scores[1], limit)]; // missed, false alarms
  const cuts = [low, ...all.filter((each, k) => !k || each !== all[k - 1]), high];
  const rates = cuts.map((cut) => { const [missed, wrong] = errors(cut); return [missed / P, wrong / N]; });
  const equal = rates.reduce((best, [missed, wrong], k) => (Math.abs(missed - wrong) < Math.abs(rates[best][0] - rates[best][1]) ? k : best), 0);
  const cheapest = () => rates.reduce((best, [missed, wrong], k) => (at.price * missed * P + wrong * N < at.price * rates[best][0] * P + rates[best][1] * N ? k : best), 0);

  // ---- controls
  const span = (high - low) / 400;
  const digits = high - low > 20 ? 1 : high - low > 2 ? 2 : 3;
  const slide = s.slider("Threshold", { min: low, max: high, step: span, value: at.threshold, shown: (value) => value.toFixed(digits) }, (value) => to(value));
  s.slider("A miss is as bad as", { min: -4, max: 4, step: 1, value: 0, shown: (k) => (k < 0 ? `1/${2 ** -k} of a false alarm` : k ? `${2 ** k} false alarms` : "1 false alarm") }, (k) => { at.price = 2 ** k; tell(); redraw(); });
  s.button("To the cheapest threshold", () => go(cheapest()));
  s.button("To the equal error rate", () => go(equal));
  const go = (k) => { const from = at.threshold, goal = k ? (cuts[k] + cuts[k - 1]) / 2 : cuts[k]; s.glide(400, (part) => { slide.show(from + part * (goal - from)); to(from + part * (goal - from)); }); };

  // ---- pictures
  const row = element("div", { className: "live-pair" });
  s.body.append(row);
  const left = element("div", { className: "live-wide", style: "position:relative" });
  const right = element("div", { className: "live-square" });
  row.append(left, right);
  const board = s.canvas(300, draw, { parent: left, label: s.data.alt });
  const det = s.canvas(300, drawDet, { parent: right, label: `DET curve; equal error rate ${percent(rates[equal][0])}` });
  board.node.style.cursor = "ew-resize";
  const redraw = () => { board.redraw(); det.redraw(); };
  const X = (score) => 12 + ((score - low) / (high - low)) * (board.width - 24);
  const BINS = P + N < 300 ? 44 : 72, FOOT = 38;
  const binOf = (score) => Math.min(BINS - 1, Math.floor(((score - low) / (high - low)) * BINS));
  const stacks = scores.map((values) => { // for each trial its place in the stack of its bin
    const filled = new Array(BINS).fill(0);
    return { level: Array.from(values, (value) => filled[binOf(value)]++), filled };
  });
  const tallest = Math.max(...stacks.map(({ filled }) => Math.max(...filled)));
  const geometry = () => {
    const half = (board.height - FOOT - 8) / 2, column = (board.width - 24) / BINS;
    const step = Math.min(column, (half - 22) / tallest);
    return { half, column, step, r: Math.max(0.8, Math.min(5.5, step / 2 - 0.4)), axis: 6 + half };
  };
  const middle = (kind, k) => { // of a trial's dot
    const { column, step, axis } = geometry();
    const up = kind ? 1 : -1;
    return [12 + (binOf(scores[kind][k]) + 0.5) * column, axis + up * (5 + (stacks[kind].level[k] + 0.5) * step)];
  };
  function draw(ctx, width, height, colours) {
    const { r, axis, half, step, column } = geometry();
    const x = X(at.threshold);
    ctx.fillStyle = colours.tint; ctx.fillRect(x, 2, Math.max(0, width - x), 2 * half + 8);
    for (const kind of [0, 1]) {
      for (let k = 0; k < scores[kind].length; k++) {
        const wrong = kind ? scores[1][k] >= at.threshold : scores[0][k] < at.threshold;
        const [u, v] = middle(kind, k);
        if (step < 4) { // too many for marks of their own: bars
          ctx.fillStyle = wrong ? colours.hot : kind ? colours.soft : colours.accent;
          ctx.fillRect(Math.round(u - column / 2), Math.floor(v - step / 2), Math.max(1, Math.floor(column) - 1), Math.ceil(step) + 1);
        } else drawMark(ctx, kind ? 1 : 0, u, v, r, wrong ? colours.hot : kind ? colours.soft : colours.accent, { hollow: wrong, width: Math.min(2, r / 2.2) });
      }
    }
    ctx.strokeStyle = colours.line; ctx.lineWidth = 1; ctx.beginPath(); ctx.moveTo(12, axis); ctx.lineTo(width - 12, axis); ctx.stroke();
    ctx.fillStyle = colours.soft; ctx.textAlign = "center"; ctx.textBaseline = "top";
    for (const tick of roundTicks(low, high, width / 90)) ctx.fillText(Number(tick.toPrecision(6)), X(tick), height - FOOT + 16);
    const best = X(cuts[cheapest()]);
    ctx.fillStyle = colours.ink; ctx.beginPath(); ctx.moveTo(best - 6, height - FOOT + 13); ctx.lineTo(best + 6, height - FOOT + 13); ctx.lineTo(best, height - FOOT + 4); ctx.fill();
    ctx.textAlign = "left"; ctx.textBaseline = "alphabetic"; ctx.font = "600 14px system-ui, sans-serif";
    ctx.fillStyle = colours.ink; ctx.fillText(yes, 12, 20);
    ctx.fillText(no, 12, axis + half - 2);
    ctx.font = "13px system-ui, sans-serif";
    ctx.strokeStyle = colours.ink; ctx.lineWidth = 2.5; ctx.beginPath(); ctx.moveTo(x, 2); ctx.lineTo(x, height - FOOT + 2); ctx.stroke();
    const words = `${saysYes} →`;
    const wide = ctx.measureText(words).width;
    ctx.textAlign = x + wide + 12 < width ? "left" : "right";
    ctx.fillStyle = colours.ink; ctx.fillText(words, x + (ctx.textAlign === "left" ? 7 : -7), 20);
    ctx.fillStyle = colours.ground; ctx.beginPath(); ctx.arc(x, axis, 9, 0, 7); ctx.fill();
    ctx.strokeStyle = colours.ink; ctx.stroke();
    if (at.trial) {
      const [u, v] = middle(...at.trial);
      ctx.strokeStyle = colours.ground; ctx.lineWidth = 5; ctx.beginPath(); ctx.arc(u, v, r + 5, 0, 7); ctx.stroke();
      ctx.strokeStyle = colours.ink; ctx.lineWidth = 2.2; ctx.stroke();
    }
  }
  const ends = [0.5 / P, 0.5 / N].map((least) => Math.max(0.001, Math.min(0.05, least)));
  const onAxis = (rate, axis, length) => { // a normal deviate, so that two bell curves give a straight line
    const least = normal(ends[axis]), most = normal(0.8);
    return ((normal(Math.min(0.8, Math.max(ends[axis], rate))) - least) / (most - least)) * length;
  };
  function drawDet(ctx, width, height, colours) {
    const box = { x: 46, y: 8, w: width - 56, h: height - 52 };
    const place = (/** @type {number[]} */ [missed, wrong]) => [box.x + onAxis(wrong, 1, box.w), box.y + box.h - onAxis(missed, 0, box.h)];
    ctx.fillStyle = colours.tint; ctx.fillRect(box.x, box.y, box.w, box.h);
    ctx.fillStyle = colours.soft; ctx.strokeStyle = colours.line; ctx.lineWidth = 0.6;
    for (const rate of [0.01, 0.05, 0.2, 0.5]) {
      for (const axis of [0, 1]) {
        if (rate < ends[axis]) continue;
        const [x, y] = [box.x + onAxis(rate, 1, box.w), box.y + box.h - onAxis(rate, 0, box.h)];
        ctx.beginPath();
        const line = axis ? [x, box.y, x, box.y + box.h] : [box.x, y, box.x + box.w, y];
        ctx.moveTo(line[0], line[1]); ctx.lineTo(line[2], line[3]); ctx.stroke();
        ctx.textAlign = axis ? "center" : "right"; ctx.textBaseline = axis ? "top" : "middle";
        ctx.fillText(`${100 * rate}`, axis ? x : box.x - 6, axis ? box.y + box.h + 5 : y);
      }
    }
    ctx.textAlign = "center"; ctx.textBaseline = "top"; ctx.fillText("false alarms (%)", box.x + box.w / 2, box.y + box.h + 24);
    ctx.save(); ctx.translate(3, box.y + box.h / 2); ctx.rotate(-Math.PI / 2); ctx.fillText("missed (%)", 0, 0); ctx.restore();
    ctx.setLineDash([4, 4]); ctx.lineWidth = 1; ctx.strokeStyle = colours.soft; ctx.beginPath();
    for (let rate = Math.max(...ends); rate <= 0.8; rate *= 1.1) ctx.lineTo(...place([rate, rate]));
    ctx.stroke(); ctx.setLineDash([]);
    ctx.strokeStyle = colours.accent; ctx.lineWidth = 2.5; ctx.beginPath();
    rates.forEach((rate) => { const [x, y] = place(rate); ctx.lineTo(x, y); });
    ctx.stroke();
    const [missed, wrong] = errors(at.threshold);
    const [x, y] = place([missed / P, wrong / N]);
    ctx.fillStyle = colours.ground; ctx.beginPath(); ctx.arc(x, y, 8, 0, 7); ctx.fill();
    ctx.fillStyle = colours.hot; ctx.beginPath(); ctx.arc(x, y, 6, 0, 7); ctx.fill();
  }

  // ---- numbers
  const table = element("table");
  const caption = element("caption", { textContent: "Counts at this threshold" });
  const cells = [[null, null], [null, null]];
  table.append(caption, element("tr", {}, element("td"), ...[saysYes, `not ${saysYes}`].map((words) => element("th", { scope: "col", textContent: words }))));
  [yes, no].forEach((words, kind) => {
    cells[kind] = [element("td"), element("td")];
    table.append(element("tr", {}, element("th", { scope: "row", textContent: words }), ...cells[kind]));
  });
  row.append(table);
  function report() {
    const [least, now] = [cuts[cheapest()], at.threshold].map((limit) => { const each = errors(limit); return at.price * each[0] + each[1]; });
    const [missed, wrong] = errors(at.threshold), [kind, k] = at.trial ?? [0, -1];
    const trial = k < 0 ? "" : kind && scores[1][k] >= at.threshold ? "a false alarm" : !kind && scores[0][k] < at.threshold ? "missed" : "right";
    s.report({ threshold: at.threshold, missed: missed / P, false_alarms: wrong / N, price: at.price, cost: now === least ? 1 : now / least, trial });
  }
  function tell() {
    const [missed, wrong] = errors(at.threshold);
    report();
    cells[0][0].textContent = `${P - missed} right`;
    cells[0][1].textContent = `${missed} missed`;
    cells[1][0].textContent = `${wrong} false alarms`;
    cells[1][1].textContent = `${N - wrong} right`;
    s.say(`${unit} ${at.threshold.toFixed(digits)}: ${missed} of ${P} missed (${percent(missed / P)}), ${wrong} of ${N} false alarms (${percent(wrong / N)}). ` +
      `Equal error rate ${percent((rates[equal][0] + rates[equal][1]) / 2)}. At this price the cheapest threshold is ${cuts[cheapest()].toFixed(digits)}.`);
  }
  function to(value) { at.threshold = value; at.trial = null; tell(); redraw(); }

  // ---- a trial to look at and to hear
  function point(kind, k) {
    at.trial = [kind, k];
    const value = scores[kind][k];
    const wrong = kind ? value >= at.threshold : value < at.threshold;
    const number = kind ? P + k : k;
    s.say(`${notes[number] || (kind ? no : yes)}: ${unit} ${value.toFixed(digits)}, ${wrong ? (kind ? "a false alarm" : "missed") : "right"}.${s.canHear(spans, number) ? " Click to hear it." : ""}`);
    report();
    board.redraw();
  }
  async function hear() {
    if (!at.trial) return;
    const [kind, k] = at.trial;
    const number = kind ? P + k : k;
    await s.hear(spans, number, () => String(at.trial) === String([kind, k]));
  }
  function under(x, y) {
    const { r } = geometry();
    let best = null, least = Math.max(12, 2 * r) ** 2;
    for (const kind of [0, 1]) for (let k = 0; k < scores[kind].length; k++) {
      const [u, v] = middle(kind, k);
      const far = (u - x) ** 2 + (v - y) ** 2;
      if (far < least) { least = far; best = [kind, k]; }
    }
    return best;
  }
  let drag = false;
  const put = (x) => { const score = Math.min(high, Math.max(low, low + ((x - 12) / (board.width - 24)) * (high - low))); slide.show(score); to(score); };
  s.on(board.node, "pointerdown", (event) => {
    const [x, y] = s.spot(board.node, event);
    const trial = under(x, y);
    if (trial && Math.abs(x - X(at.threshold)) > 10) { point(...trial); hear(); return; }
    drag = true;
    board.node.setPointerCapture(event.pointerId);
    put(x);
  });
  s.on(board.node, "pointermove", (event) => {
    const [x, y] = s.spot(board.node, event);
    if (drag) { put(x); return; }
    const trial = under(x, y);
    board.node.style.cursor = trial ? "pointer" : "ew-resize";
    if (trial && String(trial) !== String(at.trial)) point(...trial);
  });
  s.on(window, "pointerup", () => { drag = false; });
  s.on(board.node, "pointercancel", () => { drag = false; });
  const order = [0, 1].flatMap((kind) => Array.from(scores[kind], (value, k) => [value, kind, k])).sort((a, b) => a[0] - b[0]);
  const walk = (by) => () => {
    let here = at.trial ? order.findIndex(([, kind, k]) => kind === at.trial[0] && k === at.trial[1]) : below(all, at.threshold) - (by > 0 ? 1 : 0);
    here = Math.min(order.length - 1, Math.max(0, here + by));
    point(order[here][1], order[here][2]);
    hear();
  };
  s.cross(left, `${s.data.title}. Arrow keys go from trial to trial by score and play it, Enter plays it again. The threshold is the slider above.`, {
    ArrowLeft: walk(-1), ArrowRight: walk(1), ArrowDown: walk(-1), ArrowUp: walk(1), Enter: hear, " ": hear,
  });
  s.onEnd(() => shared.courseSounding?.stop());
  tell();
});

const percent = (share) => `${(100 * share).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;

// The normal deviate of a share, to three digits. Ref: Abramowitz & Stegun 1964, 26.2.23.
function normal(share) {
  const q = Math.min(share, 1 - share);
  const t = Math.sqrt(-2 * Math.log(q));
  const z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return share < 0.5 ? -z : z;
}

export default { render };
