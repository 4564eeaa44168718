// A recorder: consent first; then enrol (record, hear, keep or discard) or be recognised, second by second.
const RATE = 16000;

// Any recording that the browser can read, as one channel of samples at 16 kHz.
async function decoded(blob) {
  const buffer = await new OfflineAudioContext(1, RATE, RATE).decodeAudioData(await blob.arrayBuffer());
  const samples = new Float32Array(buffer.length);
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    buffer.getChannelData(channel).forEach((value, at) => (samples[at] += value / buffer.numberOfChannels));
  }
  return samples;
}

function reason(error) {
  if (!navigator.mediaDevices) return "This page may not use a microphone: browsers allow it at localhost and over https alone. Use a file instead.";
  if (error.name === "NotAllowedError") return "The browser was not allowed to use the microphone. Allow it beside the address, or use a file.";
  if (error.name === "NotFoundError") return "There is no microphone here. Plug one in, or use a file.";
  return `The recording did not work (${error.message}). Try again, or use a file.`;
}

function render({ model, el }) {
  el.classList.add("course-booth");
  const seconds = model.get("seconds");
  const status = element("p");
  status.setAttribute("role", "status");
  const trouble = element("div", { className: "course-error", hidden: true });
  trouble.setAttribute("role", "alert");
  const fail = (text) => { trouble.textContent = text || ""; trouble.hidden = !text; };

  // messages with answers: number them, and keep nothing in the model
  let number = 0;
  const waiting = new Map();
  const receive = (content) => { waiting.get(content.to)?.(content); waiting.delete(content.to); };
  model.on("msg:custom", receive);
  const ask = (kind, name, samples) => new Promise((resolve) => {
    waiting.set(++number, resolve);
    model.send({ kind, name, number }, undefined, samples ? [samples.buffer] : []);
  });

  const agree = element("input", { type: "checkbox", id: `booth-${Math.random().toString(36).slice(2)}` });
  const consent = element("p", {}, agree, element("label", { htmlFor: agree.id, textContent: " " + model.get("consent") }));
  const meter = element("meter", { min: -60, max: 0, low: -45, high: -3, optimum: -20, value: -60 });
  meter.setAttribute("aria-label", "level in dB; -60 is silent, 0 the loudest possible");
  const clock = element("span");

  const named = element("input", { type: "text", size: 14, placeholder: "a name", autocomplete: "off" });
  named.setAttribute("aria-label", "Name of the voice to enrol");
  const enrol = element("button", { type: "button", textContent: `Record ${seconds} s to enrol` });
  const watch = element("button", { type: "button", textContent: `Speak for ${seconds} s and watch` });
  const stop = element("button", { type: "button", textContent: "Stop", disabled: true });
  const player = element("audio", { controls: true });
  player.setAttribute("aria-label", "Your recording");
  const keep = element("button", { type: "button", textContent: "Keep: enrol this voice" });
  const discard = element("button", { type: "button", textContent: "Discard" });
  const review = element("div", { hidden: true }, player, keep, discard);
  const file = element("input", { type: "file", accept: "audio/*" });
  file.setAttribute("aria-label", "An audio file instead of the microphone");
  const shelf = element("select");
  shelf.setAttribute("aria-label", "A recording of the course instead of the microphone");
  model.get("files").forEach((name) => shelf.append(element("option", { value: name, textContent: name })));
  const enrolShelf = element("button", { type: "button", textContent: "Enrol it" });
  const watchShelf = element("button", { type: "button", textContent: "Who is it?" });
  const ready = [enrol, watch, file, enrolShelf, watchShelf];
  const table = element("table");
  table.setAttribute("aria-label", "Who it may be");
  const log = element("ol");
  log.setAttribute("aria-label", "The answer for each second");
  log.setAttribute("aria-live", "polite");

  const show = (answer) => {
    fail(answer.error);
    if (answer.text) status.textContent = answer.text;
    if (answer.shares) {
      table.replaceChildren(...answer.shares.map(([name, share]) => {
        const bar = element("meter", { min: 0, max: 1, value: share });
        bar.setAttribute("aria-label", name);
        return element("tr", {}, element("th", { scope: "row", textContent: name }), element("td", {}, bar), element("td", { textContent: `${Math.round(100 * share)} %` }));
      }));
    }
    if (answer.line) log.append(element("li", { textContent: answer.line }));
    return answer;
  };
  const switchTo = (busy) => {
    ready.forEach((control) => (control.disabled = busy || !agree.checked));
    stop.disabled = !busy;
  };

  let end = () => {};
  let alive = true;
  // Record up to `seconds`; `each` gets every full second as soon as it is there. -> samples
  async function record(each) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
    const context = new AudioContext();
    const sight = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(sight);
    const now = new Float32Array(sight.fftSize);
    const recorder = new MediaRecorder(stream);
    const chunks = [];
    recorder.addEventListener("dataavailable", (event) => chunks.push(event.data));
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    const begun = performance.now();
    let told = 0;
    let decoding = false;
    const sofar = () => decoded(new Blob(chunks, { type: recorder.mimeType }));
    const newest = (samples) => {
      for (; each && (told + 1) * RATE <= Math.min(samples.length, seconds * RATE); told++) each(samples.slice(told * RATE, (told + 1) * RATE));
    };
    const tick = setInterval(async () => {
      sight.getFloatTimeDomainData(now);
      meter.value = Math.max(-60, 10 * Math.log10(now.reduce((sum, value) => sum + value * value, 0) / now.length + 1e-9));
      const passed = (performance.now() - begun) / 1000;
      clock.textContent = ` ${Math.max(0, seconds - passed).toFixed(0)} s left`;
      if (passed >= seconds + 0.3) end();
      if (each && !decoding && passed > told + 1.3) {
        decoding = true;
        try { newest(await sofar()); } catch (error) { /* a piece that cannot be read alone comes with the whole */ }
        decoding = false;
      }
    }, 100);
    end = () => { if (recorder.state !== "inactive") recorder.stop(); };
    recorder.start(200);
    switchTo(true);
    try {
      await stopped;
      const samples = (await sofar()).slice(0, seconds * RATE);
      while (decoding) await new Promise((resolve) => setTimeout(resolve, 20));
      newest(samples);
      return { samples, blob: new Blob(chunks, { type: recorder.mimeType }) };
    } finally {
      clearInterval(tick);
      stream.getTracks().forEach((track) => track.stop());
      context.close();
      clock.textContent = "";
      meter.value = -60;
      switchTo(false);
    }
  }

  let kept = null; // the recording under review: on this page alone until it is kept
  const look = (samples, blob) => {
    kept = samples;
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(blob);
    review.hidden = false;
    status.textContent = `${(samples.length / RATE).toFixed(1)} s recorded. Hear it; then keep it or discard it.`;
    keep.focus();
  };
  const drop = () => {
    kept = null;
    URL.revokeObjectURL(player.src);
    player.removeAttribute("src");
    review.hidden = true;
  };
  const guarded = (work) => async () => {
    fail("");
    try { await work(); } catch (error) { if (alive) fail(reason(error)); switchTo(false); }
  };
  const naming = () => {
    if (named.value.trim()) return named.value.trim();
    named.focus();
    throw new Error("write a name first");
  };
  const live = () => {
    log.replaceChildren();
    let last = Promise.resolve();
    return (second) => { last = last.then(() => ask("second", "", second)).then(show); return last; };
  };

  enrol.addEventListener("click", guarded(async () => { naming(); drop(); const { samples, blob } = await record(); look(samples, blob); }));
  watch.addEventListener("click", guarded(async () => { const { samples } = await record(live()); show(await ask("whole", "", samples)); }));
  keep.addEventListener("click", guarded(async () => {
    const answer = show(await ask("keep", naming(), kept));
    if (!answer.error) { drop(); named.value = ""; named.focus(); }
  }));
  discard.addEventListener("click", () => { drop(); status.textContent = "Discarded. It never left this page."; named.focus(); });
  file.addEventListener("change", guarded(async () => {
    if (!file.files.length) return;
    const samples = (await decoded(file.files[0])).slice(0, 30 * RATE);
    if (named.value.trim()) look(samples, file.files[0]);
    else show(await ask("whole", "", samples));
    file.value = "";
  }));
  enrolShelf.addEventListener("click", guarded(async () => show(await ask("file", shelf.value))));
  watchShelf.addEventListener("click", guarded(async () => { log.replaceChildren(); show(await ask("who", shelf.value)); }));
  stop.addEventListener("click", () => end());
  agree.addEventListener("change", () => switchTo(false));
  el.addEventListener("keydown", (event) => event.stopPropagation()); // no notebook shortcuts while somebody types

  const instead = element("p", {}, "Without a microphone: ", file, " (with a name above: enrolled; without: recognised)");
  const course = element("p", { hidden: !model.get("files").length }, "Recordings of the course: ", shelf, enrolShelf, watchShelf);
  el.append(consent, element("p", {}, named, enrol, watch, stop), element("p", {}, "Level ", meter, clock), review, instead, course, status, trouble, table, log);
  switchTo(false);
  return () => { alive = false; end(); drop(); model.off("msg:custom", receive); };
}

export default { render };
