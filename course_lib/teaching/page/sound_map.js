// Sounds as points of a map: point at one to hear it, see its neighbours, filter by class, travel between two views.
const render = livePicture((s) => {
  const { classes, groups, group_of: groupOf, notes, kind, views } = s.data;
  const owner = s.array("owner");
  const held = s.array("held");
  const near = s.array("near"); // (n, k) numbers of the nearest points
  const alike = s.array("alike"); // (n, k) their cosines
  const spans = s.array("spans"); // (n, 2) seconds in the stored sounds; -1 where none is stored
  const k = near.shape[1];
  const count = owner.length;
  const names = Object.keys(views);
  const places = names.map((name) => unit(s.array(views[name])));
  const at = { view: 0, now: Float32Array.from(places[0]), point: -1, zoom: 1, middle: [0.5, 0.5], lit: new Set(), aloud: true };
  const lookOf = (number) => groupOf[owner[number]];
  const lit = (number) => !at.lit.size || at.lit.has(lookOf(number));

  // ---- tools
  let tabs = [];
  if (names.length > 1) {
    const group = element("span", { className: "live-tools" });
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "View");
    s.tools.append(group);
    tabs = names.map((name, number) => s.button(name, () => travel(number), { pressed: number === 0, parent: group }));
  }
  s.button("♪ Hear", (_, node) => { at.aloud = !at.aloud; node.setAttribute("aria-pressed", String(at.aloud)); }, { pressed: true }).setAttribute("aria-label", "Hear the point that is pointed at");
  const ends = element("span", { className: "live-tools live-end" });
  s.tools.append(ends);
  s.button("−", () => zoom(1 / 1.6), { parent: ends }).setAttribute("aria-label", "Zoom out");
  s.button("+", () => zoom(1.6), { parent: ends }).setAttribute("aria-label", "Zoom in");
  if (classes.length > groups.length) {
    const all = [["choose", ""], ...classes.map((name, number) => [name, String(number)])];
    s.choice(`One ${kind}`, all, "", (value) => { if (value !== "") choose(owner.indexOf(Number(value)), true); });
  }

  // ---- the map
  const board = element("div", { style: "position:relative" });
  s.body.append(board);
  const height = s.el.clientWidth < 480 ? 360 : 460;
  const base = s.canvas(height, draw, { parent: board, label: s.data.alt });
  const cover = s.canvas(height, drawCover, { parent: board });
  Object.assign(cover.node.style, { position: "absolute", left: 0, top: 0, cursor: "pointer" });
  const spot = (number) => [
    base.width / 2 + (at.now[2 * number] - at.middle[0]) * (base.width - 48) * at.zoom,
    base.height / 2 + (at.middle[1] - at.now[2 * number + 1]) * (base.height - 48) * at.zoom,
  ];
  const size = () => (count > 250 ? 4.2 : 6) * Math.sqrt(at.zoom);
  const colourOf = (number, colours) => colours.marks[lookOf(number) % 6];

  function centres() {
    const sums = classes.map(() => [0, 0, 0]);
    for (let number = 0; number < count; number++) {
      const [x, y] = spot(number);
      const sum = sums[owner[number]];
      sum[0] += x; sum[1] += y; sum[2] += 1;
    }
    return sums.map(([x, y, n]) => [x / n, y / n]);
  }
  function draw(ctx, width, tall, colours) {
    ctx.fillStyle = colours.tint;
    ctx.fillRect(0, 0, width, tall);
    const middles = centres();
    ctx.lineWidth = 1;
    for (let number = 0; number < count; number++) { // a thread from each point to the middle of its class: classes hang together
      if (!lit(number)) continue;
      ctx.globalAlpha = 0.35;
      ctx.strokeStyle = colourOf(number, colours);
      ctx.beginPath(); ctx.moveTo(...spot(number)); ctx.lineTo(...middles[owner[number]]); ctx.stroke();
    }
    ctx.globalAlpha = 1;
    for (const first of [false, true]) {
      for (let number = 0; number < count; number++) {
        if (lit(number) !== first) continue;
        const [x, y] = spot(number);
        if (first) drawMark(ctx, lookOf(number), x, y, size(), colourOf(number, colours), { hollow: held[number] === 1 });
        else { ctx.fillStyle = colours.line; ctx.globalAlpha = 0.55; ctx.fillRect(x - 1.5, y - 1.5, 3, 3); ctx.globalAlpha = 1; }
      }
    }
    const taken = []; // names where there is room for them
    classes.forEach((name, number) => {
      if (at.lit.size && !at.lit.has(groupOf[number])) return;
      const wide = ctx.measureText(name).width + 8;
      const [x, y] = middles[number];
      const box = [x - wide / 2, y - 9, x + wide / 2, y + 9];
      if (box[0] < 0 || box[2] > width || taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) return;
      if (classes.length > 24 && at.zoom < 1.5 && !at.lit.size) return;
      taken.push(box);
      label(ctx, name, x, y, colours);
    });
  }
  function label(ctx, name, x, y, colours) {
    const wide = ctx.measureText(name).width + 10;
    ctx.fillStyle = colours.ground; ctx.globalAlpha = 0.88;
    ctx.beginPath(); ctx.roundRect(x - wide / 2, y - 10, wide, 20, 5); ctx.fill();
    ctx.globalAlpha = 1;
    ctx.fillStyle = colours.ink; ctx.textAlign = "center"; ctx.textBaseline = "middle";
    ctx.fillText(name, x, y + 1);
  }
  function drawCover(ctx, width, tall, colours) {
    if (at.point < 0) return;
    const [x, y] = spot(at.point);
    for (let j = 0; j < k; j++) {
      const other = near[at.point * k + j];
      const same = owner[other] === owner[at.point];
      const [u, v] = spot(other);
      ctx.strokeStyle = same ? colours.ink : colours.hot;
      ctx.lineWidth = 1 + 2.5 * Math.max(0, alike[at.point * k + j]);
      ctx.setLineDash(same ? [] : [5, 4]);
      ctx.beginPath(); ctx.moveTo(x, y); ctx.lineTo(u, v); ctx.stroke();
      ctx.setLineDash([]);
      drawMark(ctx, lookOf(other), u, v, size() + 1.5, colourOf(other, colours), { hollow: held[other] === 1 });
    }
    drawMark(ctx, lookOf(at.point), x, y, size() + 2, colourOf(at.point, colours), { hollow: held[at.point] === 1 });
    ctx.strokeStyle = colours.ground; ctx.lineWidth = 6;
    ctx.beginPath(); ctx.arc(x, y, size() + 8, 0, 2 * Math.PI); ctx.stroke();
    ctx.strokeStyle = colours.ink; ctx.lineWidth = 2.5; ctx.stroke();
    const name = classes[owner[at.point]];
    const wide = ctx.measureText(name).width / 2 + 8;
    label(ctx, name, Math.min(width - wide, Math.max(wide, x)), y > 40 ? y - size() - 22 : y + size() + 22, colours);
  }

  // ---- legend: one button a group with its own mark and colour; pressed ones alone are bright
  const legend = element("div", { className: "live-tools live-legend" });
  legend.setAttribute("role", "group");
  legend.setAttribute("aria-label", "Show only some");
  s.body.append(legend);
  groups.forEach((name, number) => {
    const node = s.button("", () => {
      if (at.lit.has(number)) at.lit.delete(number); else at.lit.add(number);
      node.setAttribute("aria-pressed", String(at.lit.has(number)));
      base.redraw();
      report();
      s.say(at.lit.size ? `Bright: ${[...at.lit].map((each) => groups[each]).join(", ")}.` : "All are bright.");
    }, { pressed: false, parent: legend });
    const swatch = s.canvas(20, (ctx, _, __, colours) => drawMark(ctx, number, 10, 10, 6.5, at.lit.has(number) ? colours.onAccent : colours.marks[number % 6]), { parent: node });
    swatch.node.style.width = "20px";
    s.on(node, "click", () => swatch.redraw());
    node.append(element("span", { textContent: name }));
  });
  if (held.some((each) => each === 1)) legend.append(element("span", { className: "live-note", textContent: "Hollow: test side." }));

  // ---- choosing, hearing
  const name = (each) => classes[owner[each]];
  const sameOf = (number) => Array.from({ length: k }, (_, j) => near[number * k + j]).filter((each) => owner[each] === owner[number]).length;
  const report = () => s.report({ view: names[at.view], name: at.point < 0 ? "" : name(at.point), same: at.point < 0 ? null : sameOf(at.point), bright: at.lit.size });
  function choose(number, play = at.aloud) {
    if (number === at.point || number < 0) return;
    at.point = number;
    const [x, y] = spot(number);
    if (x < 0 || y < 0 || x > base.width || y > base.height) { at.middle = [at.now[2 * number], at.now[2 * number + 1]]; base.redraw(); }
    cover.redraw();
    const others = Array.from({ length: k }, (_, j) => near[number * k + j]);
    const same = sameOf(number);
    const note = notes[name(number)] ? ` (${notes[name(number)]})` : "";
    s.say(`${name(number)}${note}${held[number] ? ", test side" : ""}. Of its ${k} nearest ${same === k ? "all are" : same === 1 ? "1 is" : `${same} are`} the same ${kind}: ` +
      `${others.map((each, j) => `${name(each)} ${alike[number * k + j].toFixed(2)}`).join(", ")}.`);
    report();
    if (play) hear(number);
  }
  const hear = (number) => s.hear(spans, number, () => at.point === number);

  // ---- moving
  const grip = () => { cover.node.style.touchAction = at.zoom > 1 ? "none" : "pan-y"; }; // a finger moves a large map, and else the page
  function travel(number) {
    at.view = number;
    tabs.forEach((node, each) => node.setAttribute("aria-pressed", String(each === number)));
    const from = Float32Array.from(at.now);
    at.zoom = 1; at.middle = [0.5, 0.5]; grip();
    s.glide(900, (part) => {
      if (at.view !== number) return;
      for (let j = 0; j < at.now.length; j++) at.now[j] = from[j] + part * (places[number][j] - from[j]);
      base.redraw(); cover.redraw();
    });
    s.say(`The same points by ${names[number]}.`);
    report();
  }
  function zoom(factor) {
    at.zoom = Math.min(12, Math.max(1, at.zoom * factor));
    at.middle = at.zoom === 1 ? [0.5, 0.5] : at.point >= 0 ? [at.now[2 * at.point], at.now[2 * at.point + 1]] : at.middle;
    grip(); base.redraw(); cover.redraw();
    s.say(`Zoom ${at.zoom.toFixed(1)}.`);
  }
  function closest(x, y, most) {
    let best = -1, least = most * most;
    for (let number = 0; number < count; number++) {
      if (!lit(number)) continue;
      const [u, v] = spot(number);
      const far = (u - x) ** 2 + (v - y) ** 2;
      if (far < least) { least = far; best = number; }
    }
    return best;
  }
  let drag = null;
  s.on(cover.node, "pointermove", (event) => {
    if (drag && at.zoom > 1) {
      at.middle = [drag.middle[0] - (event.clientX - drag.x) / (base.width - 48) / at.zoom, drag.middle[1] + (event.clientY - drag.y) / (base.height - 48) / at.zoom];
      base.redraw(); cover.redraw();
      return;
    }
    choose(closest(...s.spot(cover.node, event), 22));
  });
  s.on(cover.node, "pointerdown", (event) => {
    drag = { x: event.clientX, y: event.clientY, middle: [...at.middle] };
    const number = closest(...s.spot(cover.node, event), 28);
    if (number >= 0 && number === at.point) hear(number); else choose(number, true);
  });
  s.on(window, "pointerup", () => { drag = null; });
  s.on(cover.node, "pointercancel", () => { drag = null; });
  const walk = (dx, dy) => () => {
    if (at.point < 0) return choose(closest(base.width / 2, base.height / 2, 1e4));
    const [x, y] = spot(at.point);
    let best = -1, least = Infinity;
    for (let number = 0; number < count; number++) {
      if (!lit(number) || number === at.point) continue;
      const [u, v] = spot(number);
      const ahead = (u - x) * dx + (v - y) * dy, aside = Math.abs((u - x) * dy - (v - y) * dx);
      if (ahead > 0.5 && aside <= 2 * ahead && ahead + 2 * aside < least) { least = ahead + 2 * aside; best = number; }
    }
    if (best < 0) s.say("No point further that way."); else choose(best);
  };
  s.cross(board, `${s.data.title}. Arrow keys go from point to point and play it, Enter plays it again, plus and minus zoom.`, {
    ArrowLeft: walk(-1, 0), ArrowRight: walk(1, 0), ArrowUp: walk(0, -1), ArrowDown: walk(0, 1),
    Enter: () => at.point >= 0 && hear(at.point), " ": () => at.point >= 0 && hear(at.point), "+": () => zoom(1.6), "=": () => zoom(1.6), "-": () => zoom(1 / 1.6),
  });
  s.onEnd(() => shared.courseSounding?.stop());
  report();
  s.say("Point at a sound to hear it (click once first: browsers are silent until then). Lines lead to its nearest neighbours; a dashed one leads to another " + kind + ".");
});

// Places (n, 2) as shares of the map, 0 to 1.
function unit(values) {
  for (const axis of [0, 1]) {
    let low = Infinity, high = -Infinity;
    for (let j = axis; j < values.length; j += 2) { low = Math.min(low, values[j]); high = Math.max(high, values[j]); }
    for (let j = axis; j < values.length; j += 2) values[j] = (values[j] - low) / (high - low || 1);
  }
  return values;
}

export default { render };
