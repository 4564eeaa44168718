// A question: fieldset and legend, radio buttons or a number field, a button, a live region for the answer.
let cards = 0;

function render({ model, el }) {
  const name = `course-card-${++cards}-${Math.random().toString(36).slice(2)}`;
  const set = element("fieldset", { className: "course-card" });
  set.append(element("legend", { textContent: model.get("legend") }));
  const status = element("div", { className: "course-feedback" });
  status.setAttribute("role", "status"); // a polite live region, there before its text comes
  const inputs = [];

  const tell = () => {
    const reply = model.get("replies")[model.get("chosen")];
    status.textContent = reply === undefined ? model.get("feedback") : reply;
    set.dataset.state = reply === undefined ? "" : reply.startsWith("Right") ? "right" : "wrong";
  };
  const save = (key, value) => {
    model.set(key, value);
    model.save_changes();
  };

  if (model.get("choices").length) {
    model.get("choices").forEach((text, index) => {
      const input = element("input", { type: "radio", name, id: `${name}-${index}` });
      input.checked = model.get("chosen") === index;
      input.addEventListener("change", () => { save("chosen", index); tell(); });
      const label = element("label", { htmlFor: input.id, textContent: text });
      inputs.push(input);
      set.append(element("div", { className: "course-choice" }, input, label));
    });
  } else {
    const input = element("input", { type: "number", id: name, step: "any", value: model.get("number") });
    if (model.get("lowest") !== null) input.min = model.get("lowest");
    if (model.get("highest") !== null) input.max = model.get("highest");
    input.addEventListener("input", () => save("number", input.value));
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") press(); });
    const unit = model.get("unit");
    const label = element("label", { htmlFor: name, textContent: unit ? `Your guess in ${unit}` : "Your guess" });
    inputs.push(input);
    set.append(element("div", { className: "course-choice" }, label, input, element("span", { textContent: unit })));
  }
  const button = element("button", { type: "button", textContent: model.get("button") });
  const press = () => save("presses", model.get("presses") + 1);
  button.addEventListener("click", press);
  if (model.get("button")) set.append(button);

  const lock = () => [...inputs, button].forEach((input) => (input.disabled = model.get("locked")));
  const check = () => inputs.forEach((input, index) => {
    if (input.type === "radio") input.checked = model.get("chosen") === index;
  });
  model.on("change:feedback", tell);
  model.on("change:locked", lock);
  model.on("change:chosen", () => { check(); tell(); });
  // notebook shortcuts (a, b, d d, arrows) must not run while somebody answers
  el.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(set, status);
  lock();
  tell();
}

export default { render };
