// Turns on a time line: a lane for each speaker, a bar for each turn, errors by kind below; groups are switched on and off.
const render = livePicture((s) => {
  const { lanes, groups, length } = s.data;
  s.root.classList.add("course-timeline");
  let playing = null, clips = null, chosen = null;
  const play = s.button("▶ Play", () => (playing ? playing.stop() : hear(0, length, "The whole recording")));
  play.className = "live-main";
  const board = element("div", { className: "live-lanes" });
  board.setAttribute("role", "group");
  board.setAttribute("aria-label", "Turns. Left and right: earlier and later; up and down: another lane.");
  const needle = element("div", { className: "live-needle", hidden: true });
  needle.setAttribute("aria-hidden", "true");

  async function hear(start, end, words) {
    s.say(words);
    s.set("state", { heard: words });
    clips = clips || s.clips("clips");
    const { samples, rate } = await clips;
    const now = playSound(samples, rate, { from: start, to: end,
      onTime: (time) => { needle.hidden = false; needle.style.left = `calc(var(--name) + (100% - var(--name)) * ${Math.min(1, time / length)})`; },
      onEnd: () => { if (playing === now) { playing = null; needle.hidden = true; play.textContent = "▶ Play"; } } });
    playing = now;
    play.textContent = "■ Stop";
  }

  const rows = lanes.map((lane) => {
    const track = element("div", { className: "live-track" });
    const buttons = lane.turns.map(([start, end, kind]) => {
      const button = element("button", { type: "button", tabIndex: -1, className: `course-turn ${kind || (lane.kind ? "found" : "reference")}` });
      button.style.left = `${(100 * start) / length}%`;
      button.style.width = `max(5px, ${(100 * (end - start)) / length}%)`;
      button.title = `${kind ? kind.replace("-", " ") : lane.name}: ${start.toFixed(1)} to ${end.toFixed(1)} s`;
      button.setAttribute("aria-label", button.title);
      s.on(button, "click", () => { choose(button); return hear(start, end, button.title); });
      track.append(button);
      return button;
    });
    const row = element("div", { className: "live-lane" }, element("span", { className: "live-name", textContent: lane.name, title: lane.name }), track);
    board.append(row);
    return { row, buttons, group: lane.group };
  });
  board.append(needle);
  const ticks = element("div", { className: "live-ticks" }, ...[0, 0.25, 0.5, 0.75, 1].map((part) => element("span", { textContent: `${Number((part * length).toPrecision(3))} s` })));
  s.body.append(board, ticks);
  if (groups.length > 1) {
    groups.forEach((name, number) => {
      const node = s.button(name, () => {
        const on = node.getAttribute("aria-pressed") !== "true";
        node.setAttribute("aria-pressed", String(on));
        rows.filter((row) => row.group === number).forEach((row) => { row.row.hidden = !on; });
        reach();
        s.say(`${name}: ${on ? "shown" : "hidden"}.`);
      }, { pressed: true });
    });
  }
  if (s.data.errors) {
    const key = element("p", { className: "live-key" });
    s.data.errors.forEach(([kind, seconds]) => key.append(element("span", {}, element("i", { className: `course-turn ${kind}` }), `${kind.replace("-", " ")} ${seconds.toFixed(1)} s`)));
    s.body.append(key);
  }

  // one bar can be reached with Tab, the arrow keys lead to the others
  const seen = () => rows.filter((row) => !row.row.hidden && row.buttons.length);
  const choose = (button) => { chosen = button; rows.forEach((row) => row.buttons.forEach((each) => { each.tabIndex = each === button ? 0 : -1; })); };
  const reach = () => { const here = seen(); if (here.length && !here.some((row) => row.buttons.includes(chosen))) choose(here[0].buttons[0]); };
  const middle = (button) => button.offsetLeft + button.offsetWidth / 2;
  s.on(board, "keydown", (event) => {
    const here = seen();
    const row = here.findIndex(({ buttons }) => buttons.includes(event.target));
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (row < 0 || !step) return;
    event.preventDefault();
    const { buttons } = here[row];
    const near = (a, b) => (Math.abs(middle(b) - middle(event.target)) < Math.abs(middle(a) - middle(event.target)) ? b : a);
    const next = step[1] ? buttons[buttons.indexOf(event.target) + step[1]] : here[row + step[0]]?.buttons.reduce(near);
    if (next) { choose(next); next.focus(); }
  });
  s.onEnd(() => playing?.stop());
  reach();
  s.say("Click a bar to hear it; or Tab to the bars, arrow keys, Enter.");
});

export default { render };
