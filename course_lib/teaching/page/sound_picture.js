// A sound as wave, spectrogram or mel bands: a playhead, click to play, a box to hear alone, zoom, and what lies under the pointer.
/** @type {[number, string][]} */
const ZONES = [[80, "below any voice"], [300, "where the pitch of voices lies"], [1000, "first formants: how far the mouth is open"],
  [3000, "second formants: where the tongue is"], [5000, "higher formants, and the noise of t, k and sh"], [Infinity, "the hiss of s and f"]];
const NOTES = ["C", "C sharp", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B"];
const RANGE = 70; // dB from the brightest to the darkest colour
const STRIP = 44, GAP = 8, FOOT = 24; // px: the whole sound above, then the picture, then its times

const render = livePicture((s) => {
  const { samples, rate } = s.sound("sound");
  const seconds = samples.length / rate;
  const top = rate / 2;
  const usual = 2 ** Math.round(Math.log2(rate / 16)); // 64 ms
  const at = { view: s.data.view, t0: 0, t1: seconds, t: seconds / 2, f: top / 8, window: s.data.explore ? 256 : usual, hop: 128, box: null, head: null, cross: false };
  const edge = { left: 52, right: 10 };
  let playing = null, image = null, job = null, loudest = -20;

  // ---- tools
  const play = s.button("▶ Play", () => (playing ? playing.stop() : start()));
  play.className = "live-main";
  const group = element("span", { className: "live-tools live-second" });
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "What is drawn");
  s.tools.append(group);
  const views = Object.fromEntries([["wave", "Wave"], ["spectrogram", "Spectrogram"], ["mel", "Mel"]].map(([name, words]) =>
    [name, s.button(words, () => turn(name), { pressed: at.view === name, parent: group })]));
  const zooms = element("span", { className: "live-tools live-end" });
  s.tools.append(zooms);
  const wider = s.button("−", () => zoom(2), { parent: zooms });
  const closer = s.button("+", () => zoom(0.5), { parent: zooms });
  closer.setAttribute("aria-label", "Zoom in");
  wider.setAttribute("aria-label", "Zoom out");
  if (s.data.explore) {
    const size = (k) => (2 ** k).toLocaleString("en");
    s.slider("Window (samples)", { min: 6, max: 12, step: 1, value: 8, shown: (k) => `${(2 ** k).toLocaleString("en")} = ${Number(((1000 * 2 ** k) / rate).toPrecision(3))} ms` }, (k) => { at.window = 2 ** k; compute(); tellSetting(); });
    s.slider("Hop (samples)", { min: 5, max: 10, step: 1, value: 7, shown: size }, (k) => { at.hop = 2 ** k; compute(); tellSetting(); });
  }

  // ---- two canvases: the picture, and on it what moves
  const height = s.data.explore ? 340 : 290;
  const board = element("div", { style: "position:relative" });
  s.body.append(board);
  const base = s.canvas(height, drawBase, { parent: board, label: s.data.alt });
  const cover = s.canvas(height, drawCover, { parent: board });
  Object.assign(cover.node.style, { position: "absolute", left: 0, top: 0, cursor: "crosshair" });
  const plot = () => ({ x: edge.left, y: STRIP + GAP, w: Math.max(10, base.width - edge.left - edge.right), h: height - STRIP - GAP - FOOT });
  const toX = (t) => plot().x + ((t - at.t0) / (at.t1 - at.t0)) * plot().w;
  const toT = (x) => Math.min(at.t1, Math.max(at.t0, at.t0 + ((x - plot().x) / plot().w) * (at.t1 - at.t0)));
  const share = (f) => (at.view === "mel" ? toMel(f) / toMel(top) : f / top);
  const toY = (f) => plot().y + plot().h * (1 - share(f));
  const toF = (y) => {
    const part = Math.min(1, Math.max(0, 1 - (y - plot().y) / plot().h));
    return at.view === "mel" ? fromMel(part * toMel(top)) : part * top;
  };

  // ---- the spectrogram: computed a few milliseconds at a time, so that no step waits for it; the old one stands until then
  const bands = () => Math.min(64, at.window / 8);
  function compute() {
    if (at.view === "wave" || !base.width) { base.redraw(); return; }
    const { w, h } = plot();
    const fine = (at.t1 - at.t0) / Math.ceil(w);
    const step = s.data.explore ? Math.max(at.hop / rate, fine) : fine;
    const centres = [];
    for (let t = s.data.explore ? Math.floor(at.t0 / step) * step : at.t0 + step / 2; t <= at.t1; t += step) centres.push(t);
    job = { centres, step, view: at.view, window: at.window, t0: at.t0, t1: at.t1, rows: at.view === "mel" ? bands() : Math.round(h), done: 0,
      out: new Float32Array(centres.length * (at.window / 2 + 1)) };
    requestAnimationFrame(work);
  }
  const work = s.guarded(() => {
    if (!job) return;
    const until = performance.now() + 7;
    const some = Math.max(2, 2 * Math.round(8192 / job.window));
    while (job.done < job.centres.length && performance.now() < until) {
      const end = Math.min(job.centres.length, job.done + some);
      powers(samples, rate, job.window, job.centres, job.out, job.done, end);
      job.done = end;
    }
    if (job.done < job.centres.length) requestAnimationFrame(work);
    else { image = paintImage(job); job = null; base.redraw(); }
  });
  function paintImage({ centres, out, window, rows, view, step }) {
    const bins = window / 2 + 1;
    const table = new Float32Array(centres.length * rows);
    const middle = (row) => fromMel((row / (rows + 1)) * toMel(top));
    const inMel = view === "mel";
    const bin = (hertz, round) => Math.min(bins - 1, round((hertz / top) * (bins - 1)));
    for (let row = 0; row < rows; row++) {
      const [low, high] = inMel ? [middle(row), middle(row + 2)] : [(row / rows) * top, ((row + 1) / rows) * top];
      const from = bin(low, inMel ? Math.ceil : Math.round);
      const to = Math.max(from, inMel ? bin(high, Math.floor) : bin(high, Math.round) - 1);
      for (let frame = 0; frame < centres.length; frame++) {
        let value = 0;
        if (inMel) { // power in a triangle, as features.mel adds it up
          for (let k = from; k <= to; k++) {
            const hertz = (k / (bins - 1)) * top;
            const weight = hertz <= middle(row + 1) ? (hertz - low) / (middle(row + 1) - low) : (high - hertz) / (high - middle(row + 1));
            value += Math.max(0, weight) * out[frame * bins + k];
          }
        } else for (let k = from; k <= to; k++) value = Math.max(value, out[frame * bins + k]); // a tone is one bin, and must be seen
        table[frame * rows + row] = decibels(value);
      }
    }
    loudest = Math.max(-90, table.reduce((most, value) => Math.max(most, value), -120));
    const sheet = new OffscreenCanvas(centres.length, rows);
    const ctx = sheet.getContext("2d");
    const pixels = ctx.createImageData(centres.length, rows);
    const shades = new Uint32Array(pixels.data.buffer);
    for (let frame = 0; frame < centres.length; frame++) {
      for (let row = 0; row < rows; row++) {
        const part = 1 + (table[frame * rows + row] - loudest) / RANGE;
        shades[(rows - 1 - row) * centres.length + frame] = SHADES[Math.max(0, Math.min(255, Math.round(255 * part)))];
      }
    }
    ctx.putImageData(pixels, 0, 0);
    return { sheet, view, from: centres[0] - step / 2, to: centres[centres.length - 1] + step / 2 };
  }

  // ---- drawing
  function drawWave(ctx, box, from, to, colour, tall) {
    const perPixel = ((to - from) * rate) / box.w;
    const mid = box.y + box.h / 2;
    ctx.fillStyle = ctx.strokeStyle = colour;
    ctx.lineWidth = 1.4;
    if (perPixel < 4) {
      ctx.beginPath();
      for (let k = Math.max(0, Math.floor(from * rate)); k <= Math.min(samples.length - 1, Math.ceil(to * rate)); k++) {
        const x = box.x + ((k / rate - from) / (to - from)) * box.w, y = mid - (samples[k] / tall) * (box.h / 2);
        ctx.lineTo(x, y);
        if (perPixel < 0.2) ctx.fillRect(x - 2, y - 2, 4, 4);
      }
      ctx.stroke();
      return;
    }
    for (let x = 0; x < box.w; x++) {
      const first = Math.floor(from * rate + x * perPixel);
      let low = 0, high = 0;
      for (let k = first; k < Math.min(samples.length, first + perPixel); k++) { low = Math.min(low, samples[k]); high = Math.max(high, samples[k]); }
      ctx.fillRect(box.x + x, mid - (high / tall) * (box.h / 2), 1, Math.max(1, ((high - low) / tall) * (box.h / 2)));
    }
  }
  const tallest = Math.max(0.01, samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0));
  function drawBase(ctx, width, _, colours) {
    edge.right = width > 560 && at.view !== "wave" ? 62 : 10;
    const box = plot();
    ctx.fillStyle = colours.tint;
    ctx.fillRect(box.x, 0, box.w, STRIP);
    if (at.view === "wave") ctx.fillRect(box.x, box.y, box.w, box.h);
    ctx.save();
    ctx.beginPath(); ctx.rect(box.x, 0, box.w, STRIP); ctx.clip();
    drawWave(ctx, { x: box.x, y: 3, w: box.w, h: STRIP - 6 }, 0, seconds, colours.soft, tallest);
    ctx.restore();
    ctx.save();
    ctx.beginPath(); ctx.rect(box.x, box.y, box.w, box.h); ctx.clip();
    if (at.view === "wave") drawWave(ctx, box, at.t0, at.t1, colours.accent, tallest * 1.06);
    else if (image && image.view === at.view) {
      ctx.imageSmoothingEnabled = !s.data.explore && at.view !== "mel";
      ctx.drawImage(image.sheet, toX(image.from), box.y, toX(image.to) - toX(image.from), box.h);
    } else { ctx.fillStyle = "#440154"; ctx.fillRect(box.x, box.y, box.w, box.h); }
    ctx.restore();
    // the part that is seen, marked on the whole
    if (at.t1 - at.t0 < seconds) {
      const scale = box.w / seconds;
      ctx.fillStyle = colours.ground; ctx.globalAlpha = 0.65;
      ctx.fillRect(box.x, 0, at.t0 * scale, STRIP); ctx.fillRect(box.x + at.t1 * scale, 0, (seconds - at.t1) * scale, STRIP);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = colours.accent; ctx.lineWidth = 2; ctx.strokeRect(box.x + at.t0 * scale, 1, Math.max(2, (at.t1 - at.t0) * scale), STRIP - 2);
    }
    ctx.fillStyle = colours.soft; ctx.strokeStyle = colours.line; ctx.lineWidth = 1;
    ctx.textAlign = "center"; ctx.textBaseline = "top";
    const short = at.t1 - at.t0 < 0.25;
    const per = short ? 1000 : 1;
    for (const tick of roundTicks(at.t0 * per, at.t1 * per, Math.max(2, box.w / 110))) {
      const x = toX(tick / per);
      ctx.beginPath(); ctx.moveTo(x, box.y + box.h); ctx.lineTo(x, box.y + box.h + 5); ctx.stroke();
      if (x < box.x + box.w - 12) ctx.fillText(`${Number(tick.toPrecision(6))} ${short ? "ms" : "s"}`, Math.max(box.x + 12, x), box.y + box.h + 7);
    }
    ctx.textAlign = "right"; ctx.textBaseline = "middle";
    if (at.view === "wave") for (const tick of roundTicks(-tallest, tallest, 4)) ctx.fillText(Number(tick.toPrecision(2)), box.x - 6, box.y + (box.h / 2) * (1 - tick / tallest / 1.06));
    else {
      for (const hertz of at.view === "mel" ? [250, 500, 1000, 2000, 4000].filter((each) => each < top) : roundTicks(0, top, 4)) {
        ctx.fillText(`${hertz / 1000}${toY(hertz) < box.y + 45 ? " kHz" : ""}`, box.x - 7, Math.max(box.y + 6, Math.min(box.y + box.h - 5, toY(hertz))));
        ctx.beginPath(); ctx.moveTo(box.x - 4, toY(hertz)); ctx.lineTo(box.x, toY(hertz)); ctx.stroke();
      }
      if (edge.right > 20) {
        const x = box.x + box.w + 10;
        const bar = ctx.createLinearGradient(0, box.y + box.h, 0, box.y);
        VIRIDIS.forEach((shade, k) => bar.addColorStop(k / 9, `rgb(${shade})`));
        ctx.fillStyle = bar;
        ctx.fillRect(x, box.y, 9, box.h);
        ctx.fillStyle = colours.soft; ctx.textAlign = "left";
        ctx.fillText(`${Math.round(loudest)}`, x + 13, box.y + 6); ctx.fillText("dB", x + 13, box.y + box.h / 2); ctx.fillText(`${Math.round(loudest - RANGE)}`, x + 13, box.y + box.h - 6);
      }
    }
  }
  function drawCover(ctx, width, _, colours) {
    const box = plot();
    const line = (x0, y0, x1, y1, dash) => { // seen on dark and on bright alike
      for (const [colour, wide] of /** @type {[string, number][]} */ ([["#000000", 4], ["#ffffff", 1.8]])) {
        ctx.strokeStyle = at.view === "wave" ? (wide > 2 ? colours.ground : colours.ink) : colour;
        ctx.lineWidth = wide; ctx.setLineDash(dash && wide < 2 ? [5, 4] : []);
        ctx.beginPath(); ctx.moveTo(x0, y0); ctx.lineTo(x1, y1); ctx.stroke();
      }
      ctx.setLineDash([]);
    };
    if (at.box) {
      const [x0, x1] = [toX(at.box.t0), toX(at.box.t1)];
      const [y1, y0] = at.view === "wave" ? [box.y + box.h, box.y] : [toY(at.box.f0), toY(at.box.f1)];
      ctx.fillStyle = colours.ground; ctx.globalAlpha = 0.5;
      ctx.fillRect(box.x, box.y, box.w, y0 - box.y); ctx.fillRect(box.x, y1, box.w, box.y + box.h - y1);
      ctx.fillRect(box.x, y0, x0 - box.x, y1 - y0); ctx.fillRect(x1, y0, box.x + box.w - x1, y1 - y0);
      ctx.globalAlpha = 1;
      line(x0, y0, x1, y0); line(x1, y0, x1, y1); line(x1, y1, x0, y1); line(x0, y1, x0, y0);
    }
    if (at.cross) {
      line(toX(at.t), box.y, toX(at.t), box.y + box.h, true);
      if (at.view !== "wave") line(box.x, toY(at.f), box.x + box.w, toY(at.f), true);
    }
    if (at.head !== null) {
      const small = box.x + (at.head / seconds) * box.w;
      line(small, 0, small, STRIP);
      if (at.head >= at.t0 && at.head <= at.t1) {
        const x = toX(at.head);
        line(x, box.y, x, box.y + box.h);
        ctx.fillStyle = colours.hot; ctx.beginPath(); ctx.moveTo(x - 6, box.y - 7); ctx.lineTo(x + 6, box.y - 7); ctx.lineTo(x, box.y + 3); ctx.fill();
      }
    }
  }

  // ---- what lies there, in words
  const hertz = (f) => (f >= 1000 ? `${(f / 1000).toFixed(2)} kHz` : `${Math.round(f)} Hz`);
  function here() {
    const time = `${at.t.toFixed(at.t1 - at.t0 < 0.25 ? 4 : 2)} s`;
    if (at.view === "wave") {
      const k = Math.min(samples.length - 1, Math.round(at.t * rate));
      return `At ${time}, sample ${k.toLocaleString("en")}: amplitude ${samples[k].toFixed(3)}.`;
    }
    const row = levels(samples, rate, at.window, [at.t]);
    const level = row[Math.min(at.window / 2, Math.round((at.f / rate) * at.window))];
    const below = loudest - level;
    const key = Math.round(69 + 12 * Math.log2(Math.max(20, at.f) / 440));
    const note = at.f > 60 && at.f < 4200 ? `, near the note ${NOTES[key % 12]} ${Math.floor(key / 12) - 1}` : "";
    const words = below < 6 ? "among the loudest" : below < 25 ? "loud" : below < 45 ? "soft" : "next to nothing";
    const zone = s.data.speech ? ` Here: ${ZONES.find(([limit]) => at.f < limit)[1]}.` : "";
    return `At ${time}, ${hertz(at.f)}${note}: ${level.toFixed(0)} dB, ${words}.${zone}`;
  }
  const report = () => s.report({ view: at.view, window: at.window, hop: at.hop, box_s: at.box && at.box.t1 - at.box.t0, box_hz: at.box && (at.view === "wave" ? top : at.box.f1 - at.box.f0), seen_s: at.t1 - at.t0, second: at.t });
  const boxWords = () => `Box: ${at.box.t0.toFixed(2)} to ${at.box.t1.toFixed(2)} s${at.view === "wave" ? "" : `, ${hertz(at.box.f0)} to ${hertz(at.box.f1)}`}.`;
  function tellSetting() {
    report();
    const frames = Math.floor(samples.length / at.hop) + 1;
    const rows = at.view === "mel" ? `${bands()} mel bands` : `${(at.window / 2 + 1).toLocaleString("en")} bins`;
    s.say(`Window ${at.window.toLocaleString("en")} samples = ${(1000 * at.window) / rate} ms; bins ${Number((rate / at.window).toPrecision(4))} Hz wide; one frame every ${(1000 * at.hop) / rate} ms: ${rows} x ${frames} frames.`, 30);
  }

  // ---- playing
  function start() {
    const box = at.box;
    const from = box ? box.t0 : at.cross && at.t < seconds - 0.02 ? at.t : at.t0;
    const to = box ? box.t1 : seconds;
    const cut = box && at.view !== "wave" ? band(samples, rate, from, to, box.f0, box.f1) : null;
    const shift = cut ? from : 0;
    const now = playSound(cut || samples, rate, { from: from - shift, to: to - shift,
      onTime: (time) => { at.head = time + shift; cover.redraw(); },
      onEnd: () => { if (playing === now) playing = null; at.head = null; button(); cover.redraw(); } });
    playing = now;
    button();
  }
  const button = () => { play.textContent = playing ? "■ Stop" : at.box ? "▶ Play the box" : "▶ Play"; };
  const replay = () => { playing?.stop(); start(); };

  // ---- moving
  function turn(view) {
    at.view = view;
    report();
    for (const [name, node] of Object.entries(views)) node.setAttribute("aria-pressed", String(name === view));
    compute(); cover.redraw();
    s.say(at.box ? boxWords() : `${views[view].textContent} of ${seconds.toFixed(2)} s.`);
  }
  function zoom(factor, around = at.cross ? at.t : (at.t0 + at.t1) / 2) {
    const span = Math.min(seconds, Math.max(Math.min(seconds, 0.01), (at.t1 - at.t0) * factor));
    see(around - span * ((around - at.t0) / (at.t1 - at.t0)), span);
    s.say(`${at.t0.toFixed(2)} to ${at.t1.toFixed(2)} s of ${seconds.toFixed(2)} s are seen.`);
  }
  function see(from, span) {
    at.t0 = Math.max(0, Math.min(seconds - span, from));
    at.t1 = at.t0 + span;
    report();
    compute(); base.redraw(); cover.redraw();
  }
  function move(t, f) {
    at.cross = true;
    at.t = Math.min(seconds, Math.max(0, t)); at.f = Math.min(top, Math.max(0, f));
    const span = at.t1 - at.t0;
    if (at.t < at.t0 || at.t > at.t1) see(at.t - span / 2, span);
    cover.redraw();
  }
  let held = null;
  const strip = (x) => { const span = at.t1 - at.t0; see(((x - plot().x) / plot().w) * seconds - span / 2, span); };
  const spot = (event) => s.spot(cover.node, event);
  const spanBox = (a, b) => ({ t0: Math.min(a[0], b[0]), t1: Math.max(a[0], b[0]), f0: Math.min(a[1], b[1]), f1: Math.max(a[1], b[1]) });
  s.on(cover.node, "pointerdown", (event) => {
    const [x, y] = spot(event);
    if (y < STRIP) { held = { strip: true }; strip(x); return; }
    held = { x, y, from: [toT(x), toF(y)], moved: false };
    cover.node.setPointerCapture(event.pointerId);
  });
  s.on(cover.node, "pointermove", (event) => {
    const [x, y] = spot(event);
    if (held?.strip) { strip(x); return; }
    if (held && Math.hypot(x - held.x, y - held.y) > 6) held.moved = true;
    if (held?.moved) { at.box = spanBox(held.from, [toT(x), toF(y)]); at.cross = false; button(); s.say(boxWords()); cover.redraw(); return; }
    if (y < STRIP) return;
    move(toT(x), toF(y));
    s.say(here());
  });
  s.on(cover.node, "pointerup", (event) => {
    const [x, y] = spot(event);
    if (!held || held.strip) { held = null; return; }
    if (!held.moved) { at.box = null; move(toT(x), toF(y)); }
    report(); // a box counts once it is drawn
    held = null;
    replay();
  });
  s.on(cover.node, "pointercancel", () => { held = null; });
  s.on(cover.node, "pointerleave", () => { if (document.activeElement !== board && !held) { at.cross = false; cover.redraw(); } });
  s.on(cover.node, "wheel", (event) => { if (event.ctrlKey) { event.preventDefault(); zoom(event.deltaY > 0 ? 1.25 : 0.8, toT(spot(event)[0])); } }, { passive: false });
  let corner = null;
  const step = (dt, df) => (event) => {
    const from = [at.t, at.f];
    const band = at.view === "mel" ? fromMel(Math.max(0, Math.min(toMel(top), toMel(at.f) + (df * toMel(top)) / 40))) : at.f + (df * top) / 80;
    move(at.t + (dt * (at.t1 - at.t0)) / 100, band);
    if (event.shiftKey) { corner = corner || from; at.box = spanBox(corner, [at.t, at.f]); s.say(boxWords(), 200); } else { corner = null; s.say(here(), 200); }
    button();
    report();
  };
  const clear = () => { at.box = null; corner = null; button(); report(); cover.redraw(); s.say("No box."); };
  s.cross(board, `${s.data.title}. Arrow keys move the cross, Shift with them draws a box, Enter plays, plus and minus zoom, Escape forgets the box.`, {
    ArrowLeft: step(-1, 0), ArrowRight: step(1, 0), ArrowUp: step(0, 1), ArrowDown: step(0, -1), Enter: replay, " ": () => (playing ? playing.stop() : start()),
    "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), Escape: clear, Home: () => move(0, at.f), End: () => move(seconds, at.f),
  });
  s.on(window, "resize", () => compute());
  s.onEnd(() => playing?.stop());
  new ResizeObserver(s.guarded(() => compute())).observe(base.node);
  report();
  s.say("Click in the picture to play from there; drag a box to hear it alone.");
});

export default { render };
