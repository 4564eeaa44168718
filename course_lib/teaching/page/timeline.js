// Turns on a time line: a lane for each speaker, a button for each turn, one player below, a line that moves with the sound.
function render({ model, el }) {
  el.classList.add("course-timeline");
  const length = model.get("length");
  const status = element("p", { textContent: "Click a bar to hear it; or Tab to the bars, arrow keys, Enter." });
  status.setAttribute("role", "status");
  const url = URL.createObjectURL(new Blob([model.get("wav")], { type: "audio/wav" }));
  const player = element("audio", { controls: true, src: url });
  player.setAttribute("aria-label", model.get("caption"));
  const board = element("div", { className: "course-lanes" });
  board.setAttribute("role", "group");
  board.setAttribute("aria-label", "Turns. Left and right: earlier and later; up and down: another lane.");
  const needle = element("div", { className: "course-needle" });
  needle.setAttribute("aria-hidden", "true");
  const rows = []; // the buttons, lane by lane
  let stop = Infinity;

  const play = (name, start, end) => {
    stop = end;
    player.currentTime = start;
    player.play().catch(() => {}); // a browser may refuse; the words below say what was chosen
    const text = `${name}: ${start.toFixed(1)} to ${end.toFixed(1)} s`;
    status.textContent = text;
    model.set("heard", text);
    model.save_changes();
  };
  model.get("lanes").forEach((lane) => {
    const track = element("div", { className: "course-track" });
    const buttons = lane.turns.map(([start, end]) => {
      const button = element("button", { type: "button", tabIndex: -1, className: `course-turn kind-${lane.kind % 2}` });
      button.style.left = `${(100 * start) / length}%`;
      button.style.width = `${Math.max(0.6, (100 * (end - start)) / length)}%`;
      button.title = `${lane.name}: ${start.toFixed(1)} to ${end.toFixed(1)} s`;
      button.setAttribute("aria-label", button.title);
      button.addEventListener("click", () => play(lane.name, start, end));
      track.append(button);
      return button;
    });
    if (buttons.length) rows.push(buttons);
    board.append(element("div", { className: "course-lane" }, element("span", { className: "course-name", textContent: lane.name }), track));
  });
  if (rows.length) rows[0][0].tabIndex = 0;

  const middle = (button) => parseFloat(button.style.left) + parseFloat(button.style.width) / 2;
  const go = (button) => {
    rows.flat().forEach((other) => (other.tabIndex = -1));
    button.tabIndex = 0;
    button.focus();
  };
  board.addEventListener("keydown", (event) => {
    const row = rows.findIndex((buttons) => buttons.includes(event.target));
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (row < 0 || !step) return;
    event.preventDefault();
    if (step[1]) {
      const next = rows[row][rows[row].indexOf(event.target) + step[1]];
      if (next) go(next);
    } else if (rows[row + step[0]]) {
      const here = middle(event.target);
      const near = (a, b) => (Math.abs(middle(b) - here) < Math.abs(middle(a) - here) ? b : a);
      go(rows[row + step[0]].reduce(near));
    }
  });
  el.addEventListener("keydown", (event) => event.stopPropagation()); // no notebook shortcuts while somebody listens
  player.addEventListener("timeupdate", () => {
    if (player.currentTime >= stop) { player.pause(); stop = Infinity; }
    needle.style.left = `calc(9em + (100% - 9em) * ${player.currentTime / length})`;
  });
  board.append(needle);
  const ticks = element("div", { className: "course-ticks" }, element("span", { textContent: "0 s" }), element("span", { textContent: `${length.toFixed(0)} s` }));
  el.append(board, ticks, status, player);
  return () => URL.revokeObjectURL(url);
}

export default { render };
