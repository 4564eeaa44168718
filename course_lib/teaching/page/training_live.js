// Loss and accuracy of one run, or of two side by side: drawn while they train, played again where nothing trains.
// What a goal may ask of the runs that are seen, one report each; `lengthOf` and the rest read a run as training_live.py records it.
function runReports(runs, chance) {
  const rateOf = (run) => Number(run.name.split(" ")[1]), last = (values) => (values?.length ? values.at(-1) : null);
  return runs.map((run) => {
    const watched = Object.entries(run.accuracy).filter(([name]) => name !== "training" && name !== "validation").map(([, values]) => values);
    const lost = run.loss.training ?? [], right = last(run.accuracy.validation), [change, rate] = run.changes.at(-1) ?? [0, null], before = lost[change - 1];
    const behind = Object.keys(run.accuracy).map((name) => Math.max(...runs.map((other) => last(other.accuracy[name]) ?? 0)) - (last(run.accuracy[name]) ?? 0));
    const gain = (values) => (values?.length ? values.at(-1) - values[0] : null), epochs = Math.max(0, lost.length, ...watched.map((values) => values.length - 1));
    const wrecked = run.ended === "diverged" || (right !== null && chance && right <= 1.5 * chance) || last(lost) > 1.6 * lost[0];
    return { name: run.name, runs: runs.length, ratio: rateOf(run) / rateOf(runs[0]), epochs, ended: run.ended, kept: run.kept, done: run.done ? "yes" : "no", right,
      outcome: wrecked ? "lost" : "learns", lowered: rate === null ? 1 : rate / rateOf(run), recovered: before ? last(lost) / before : null,
      first_gain: gain(watched[0]), second_gain: gain(watched[1]), behind: behind[0] ?? null };
  });
}

const render = livePicture((s) => {
  const key = s.data.title;
  s.root.dataset.training = s.kernel ? "live" : "stored";
  s.root.dataset.key = key;
  // beside the widget that trains, what is stored of it hides itself
  const others = (kind) => [...document.querySelectorAll(`.live[data-training="${kind}"]`)].filter((node) => node instanceof HTMLElement && node.dataset.key === key && node !== s.root);
  const hide = (node) => { const whole = node.closest(".course-live"); if (whole) whole.hidden = true; };
  if (s.kernel) others("stored").forEach(hide);
  else if (others("live").length) setTimeout(() => hide(s.root));

  const trains = s.data.rates.length > 0, step = s.data.step;
  let upto = Infinity; // epochs, or steps of another kind, that are shown
  const both = [0, Math.max(1, s.data.runs.length - 1)]; // of many runs two are seen side by side
  const runs = () => (s.data.runs.length > 2 ? both.map((k) => s.data.runs[k]).filter(Boolean) : s.data.runs);
  const lengthOf = (run) => { // in epochs; accuracies that are watched begin before the first one
    const losses = Object.values(run.loss).map((values) => values.length);
    return losses.length ? Math.max(...losses) : Math.max(1, ...Object.values(run.accuracy).map((values) => values.length)) - 1;
  };
  const epochs = () => Math.max(1, ...runs().map(lengthOf));
  const shown = (values, run) => {
    const first = values.length > lengthOf(run) ? 0 : 1;
    return values.map((value, k) => [k + first, value]).filter(([x]) => x <= upto);
  };
  const percent = (value) => `${Math.round(100 * value)} %`, side = (name) => name === "training" || name === "validation";

  const pair = element("div", { className: trains ? "live-grid" : "" });
  s.body.append(pair);
  function panel(part, label) {
    return s.canvas(270, (ctx, w, h, colours) => {
      const widths = runs().flatMap((run) => Object.keys(run[part])).map((name) => ctx.measureText(`A ${name}`).width);
      const box = { x: 52, y: 30, w: w - 52 - Math.min(w / 2, Math.max(84, ...widths) + 12), h: h - 30 - 44 }, most = Math.max(2, epochs());
      const all = runs().flatMap((run) => Object.values(run[part]).flatMap((values) => values));
      const starts = runs().flatMap((run) => Object.values(run[part]).map((values) => values[0] ?? 0));
      const top = part === "accuracy" ? 1 : Math.max(0.1, Math.min(1.6 * Math.max(...starts, 0.1), Math.max(...all.filter(Number.isFinite), 0.1)) * 1.05);
      const before = runs().some((run) => Object.values(run[part]).some((values) => shown(values, run)[0]?.[0] === 0)) ? 0 : 1;
      const across = (epoch) => box.x + ((epoch - before) / Math.max(1, most - before)) * box.w, up = (value) => box.y + box.h - (Math.min(value, top) / top) * box.h;
      const text = (words, x, y, align = "center", colour = colours.ink, bold = "") => { ctx.font = `${bold}13px system-ui, sans-serif`; ctx.fillStyle = colour; ctx.textAlign = align; ctx.fillText(words, x, y); };
      const line = (points, colour, width = 1, dashes = []) => { ctx.strokeStyle = colour; ctx.lineWidth = width; ctx.setLineDash(dashes); ctx.beginPath(); points.forEach((point) => ctx.lineTo(...point)); ctx.stroke(); ctx.setLineDash([]); };
      const right = box.x + box.w, bottom = box.y + box.h, guess = part === "accuracy" && s.data.chance;
      ctx.textBaseline = "middle";
      text(label, 4, 12, "left", colours.ink, "600 ");
      line([[box.x, box.y], [box.x, bottom], [right, bottom]], colours.line);
      roundTicks(0, top, 4).forEach((tick) => text(part === "accuracy" ? percent(tick) : String(Number(tick.toPrecision(3))), box.x - 7, up(tick), "right"));
      roundTicks(before, most, Math.min(6, most)).filter(Number.isInteger).forEach((tick) => text(String(tick), across(tick), bottom + 13));
      text(step, box.x + box.w / 2, bottom + 31);
      if (guess) line([[box.x, up(guess)], [right, up(guess)]], colours.ink, 1, [2, 4]);
      const labels = [];
      runs().forEach((run, which) => {
        const watched = Object.keys(run[part]).filter((name) => !side(name)); // each with marks of its own
        Object.entries(run[part]).forEach(([name, values]) => {
          const points = shown(values, run), colour = colours.marks[which % colours.marks.length];
          if (!points.length) return;
          line(points.map(([x, value]) => [across(x), up(value)]), colour, name === "training" ? 1.2 : 2.4, name === "training" ? [] : !side(name) ? [2, 3] : which ? [7, 4] : []);
          points.forEach(([x, value]) => drawMark(ctx, which + 2 * (1 + watched.indexOf(name)), across(x), up(value), name === "training" ? 2.4 : 3.6, colour, { hollow: name === "training" }));
          if (run.kept && run.kept <= upto && name === "validation") { drawMark(ctx, 6, across(run.kept), up(values[run.kept - 1]) - 13, 7, colour); }
          labels.push({ text: `${runs().length > 1 ? "ABCDEF"[which] + " " : ""}${name}`, y: up(points.at(-1)[1]), colour });
        });
        run.changes.filter(([epoch]) => epoch <= upto).forEach(([epoch, rate]) => {
          drawMark(ctx, 2, across(Math.max(before, epoch)), bottom - 7, 5, colours.marks[which % colours.marks.length]);
          if (part === "loss") text(String(rate), across(Math.max(before, epoch)), bottom - 22);
        });
      });
      if (guess) labels.push({ text: "guessing", y: up(guess), colour: colours.ink });
      labels.sort((a, b) => a.y - b.y).forEach((label, k) => { label.y = Math.max(label.y, k ? labels[k - 1].y + 15 : box.y); });
      for (let k = labels.length - 1, low = bottom; k >= 0; k--, low -= 15) labels[k].y = Math.min(labels[k].y, low);
      labels.forEach((each) => text(each.text, right + 8, each.y, "left", each.colour));
      if (!labels.length) text(runs().length ? `no ${part} was kept of these runs` : "nothing is trained yet", box.x + box.w / 2, box.y + box.h / 2, "center", colours.soft);
    }, { label: `${label} of each ${step}; the table below has the numbers.`, parent: pair });
  }
  if (trains) panel("loss", "Loss");
  panel("accuracy", "Accuracy");

  // ---- the numbers
  const table = element("table"), wide = element("div", { className: "live-scroll", tabIndex: 0 }, table);
  wide.setAttribute("role", "group");
  wide.setAttribute("aria-label", "The runs in numbers");
  s.body.append(wide);
  function numbers() {
    const names = [...new Set(runs().flatMap((run) => Object.keys(run.accuracy)))], cell = (text, head = false) => element(head ? "th" : "td", { textContent: text, ...(head ? { scope: "col" } : {}) });
    const last = (values, run) => shown(values ?? [], run).at(-1)?.[1];
    table.replaceChildren(element("tr", {}, ...["run", `${step}s`, ...(trains ? ["loss", "validation loss"] : []), ...names.map((name) => `right, ${name}`), ...(trains ? ["kept", "ended"] : [])].map((name) => cell(name, true))),
      ...runs().map((run, which) => element("tr", {}, cell(`${runs().length > 1 ? "ABCDEF"[which] + ": " : ""}${run.name}${run.changes.map(([, rate]) => ` → ${rate}`).join("")}`), cell(String(Math.min(upto, lengthOf(run)))),
        ...(trains ? ["training", "validation"] : []).map((side) => cell(last(run.loss[side], run)?.toFixed(3) ?? "–")), ...names.map((name) => { const value = last(run.accuracy[name], run); return cell(value === undefined ? "–" : percent(value)); }),
        ...(trains ? [run.kept ? `★ epoch ${run.kept}` : "–", run.ended || (run.done ? "as planned" : s.data.running === "stopped" ? "held" : "running")].map((text) => cell(text)) : []))));
  }

  // ---- controls
  const picks = ["A", "B"].map((letter, which) => s.choice(`Run ${letter}`, [], "", (k) => { both[which] = Number(k); upto = Infinity; show(true); }));
  function offer() { // of more than two runs the reader chooses
    picks.forEach((pick, which) => {
      const names = s.data.runs.map((run) => run.name);
      if (pick.textContent !== names.join("")) pick.replaceChildren(...names.map((name, k) => element("option", { value: k, textContent: name })));
      pick.value = String(both[which]);
      pick.closest("label").hidden = names.length < 3;
    });
  }
  const training = element("div", { className: "live-tools" });
  if (trains) s.tools.append(training);
  const rate = s.slider("Learning rate", { min: 0, max: Math.max(1, s.data.rates.length - 1), step: 1, value: s.data.rates.indexOf(s.data.lr), shown: (k) => String(s.data.rates[k]) }, (k) => { if (s.data.running) s.kernel?.send({ kind: "rate", lr: s.data.rates[k] }); }, { parent: training });
  const go = s.button("Train a run beside it", () => {
    if (!s.data.running) s.kernel.send({ kind: "train", lr: s.data.rates[Number(rate.value)] });
    else s.kernel.send({ kind: s.data.running === "stopped" ? "on" : "stop" });
  }, { parent: training });
  go.classList.add("live-main");
  const end = s.button("End here, keep the best", () => s.kernel.send({ kind: "end" }), { parent: training });
  s.needsKernel(go, "Training");
  if (!s.kernel) { rate.disabled = true; end.hidden = true; }
  const again = s.button("Play it again", () => s.glide(250 * epochs(), (part) => { const next = part === 1 ? Infinity : Math.max(1, Math.ceil(part * epochs())); if (next !== upto) { upto = next; show(part === 1); } }));
  const grid = element("div", { className: "live-grid" });
  s.body.append(grid);
  const back = s.slider(`${step[0].toUpperCase()}${step.slice(1)}s shown`, { min: 1, max: 2, step: 1, value: 2 }, (number) => { upto = number >= epochs() ? Infinity : number; show(true); }, { parent: grid });

  const words = () => runs().map((run, which) => {
    const told = ["loss", "accuracy"].flatMap((part) => Object.entries(run[part]).map(([name, values]) => [part, name, shown(values, run).at(-1)?.[1]])).filter(([, , value]) => value !== undefined);
    return `${runs().length > 1 ? `Run ${"ABCDEF"[which]}, ` : ""}${run.name}${run.ended ? `, ${run.ended}` : ""}: ${told.map(([part, name, value]) => (part === "loss" ? `${name} loss ${value.toFixed(3)}` : `${name} ${percent(value)} right`)).join(", ") || "no curve"}${run.kept && run.kept <= upto ? `; kept: ${step} ${run.kept}` : ""}.`;
  }).join(" ") || "Nothing is trained yet.";
  function show(speak) {
    offer();
    numbers();
    s.redraw();
    go.textContent = !s.data.running ? (runs().length ? "Train a run beside it" : "Train") : s.data.running === "stopped" ? "Go on" : "Stop";
    end.disabled = !s.data.running;
    again.disabled = Boolean(s.data.running) || epochs() < 2;
    back.max = epochs();
    back.disabled = epochs() < 2;
    back.show(Math.min(upto, epochs()));
    s.report(runReports(runs(), s.data.chance));
    if (speak) s.say(`${s.data.running ? `${s.data.running}. ` : ""}${words()}`);
  }
  s.kernel?.changed(() => {
    if (s.data.running) { upto = Infinity; both[1] = Math.max(1, s.data.runs.length - 1); }
    show(true);
  });
  show(true);
});

export default { render };
