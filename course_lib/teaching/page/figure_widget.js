// An explorer's picture with alt text, its numbers in a live region, and the player for the marked moment.
// Name the sliders of the explorer around this picture, and keep the spoken value equal to the visible one.
function nameControls(el) {
  const box = el.closest(".course-explorer");
  if (!box) return;
  box.querySelectorAll(".widget-inline-hbox").forEach((row) => {
    const handle = row.querySelector(".noUi-handle");
    const label = row.querySelector(".widget-label");
    const readout = row.querySelector(".widget-readout");
    if (!handle || !label) return;
    handle.setAttribute("aria-label", label.textContent);
    const say = () => readout && handle.setAttribute("aria-valuetext", readout.textContent);
    say();
    if (readout && readout.isContentEditable) { // a number may be written there
      readout.setAttribute("role", "textbox");
      readout.setAttribute("aria-label", `${label.textContent}, as a number`);
    }
    if (readout && !row.dataset.named) {
      new MutationObserver(say).observe(readout, { childList: true, characterData: true, subtree: true });
    }
    row.dataset.named = "yes";
  });
}

function render({ model, el }) {
  el.classList.add("course-figure");
  const image = element("img");
  const status = element("p");
  status.setAttribute("role", "status");
  const error = element("div", { className: "course-error" });
  error.setAttribute("role", "alert");
  const figure = element("figure", { hidden: true });
  const caption = element("figcaption");
  const player = element("audio", { controls: true });
  figure.style.margin = "0.3em 0";
  figure.append(caption, player);
  el.append(image, status, error, figure);

  const urls = {};
  const fresh = (key, type) => {
    if (urls[key]) URL.revokeObjectURL(urls[key]);
    return (urls[key] = URL.createObjectURL(new Blob([model.get(key)], { type })));
  };
  const draw = () => {
    image.hidden = model.get("png").byteLength === 0;
    image.width = model.get("width");
    if (!image.hidden) image.src = fresh("png", "image/png");
  };
  const sound = () => {
    figure.hidden = model.get("wav").byteLength === 0;
    if (!figure.hidden) player.src = fresh("wav", "audio/wav");
  };
  const say = () => {
    image.alt = model.get("alt");
    status.textContent = model.get("text");
    error.textContent = model.get("error");
    error.hidden = !model.get("error");
    caption.textContent = model.get("caption");
    player.setAttribute("aria-label", model.get("caption"));
  };
  model.on("change:png", draw);
  model.on("change:wav", sound);
  ["alt", "text", "error", "caption"].forEach((key) => model.on(`change:${key}`, say));
  draw();
  sound();
  say();
  let tries = 0;
  const later = setInterval(() => { nameControls(el); if (++tries > 20) clearInterval(later); }, 250);
  return () => {
    clearInterval(later);
    Object.values(urls).forEach((url) => URL.revokeObjectURL(url));
  };
}

export default { render };
