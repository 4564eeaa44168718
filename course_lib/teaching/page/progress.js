// How much of a lesson is done: a bar and the same in words, which nobody is interrupted with.
function render({ model, el }) {
  const bar = element("progress"), words = element("span");
  bar.setAttribute("aria-label", "Done in this lesson");
  el.classList.add("course-progress");
  el.append(bar, words);
  const show = () => {
    bar.max = model.get("total");
    bar.value = model.get("done");
    words.textContent = model.get("words");
  };
  ["done", "total", "words"].forEach((key) => model.on(`change:${key}`, show));
  show();
}

export default { render };
