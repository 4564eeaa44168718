// What a Modify task asks to find: a line for each goal below the picture, marked once the reader's setting meets it.
// Python sends {what, bounds: {key: [low, high]}}, null for no bound, or {key: value} for a word (LivePicture.seek).

/** @type {(setting: any, bounds: any) => boolean} */
const meets = (setting, bounds) => Object.entries(bounds).every(([key, bound]) => {
  const value = setting[key];
  if (value === undefined) throw new Error(`a goal asks for ${key}; this picture reports ${Object.keys(setting).join(", ")}`);
  if (!Array.isArray(bound)) return value === bound;
  return typeof value === "number" && !Number.isNaN(value) && value >= (bound[0] ?? -Infinity) && value <= (bound[1] ?? Infinity);
});

// Gives a picture s.report(setting): plain values; or a list of settings, one of which is enough to meet a goal.
// Where the picture stands before anybody moved it, nothing counts as found.
function goals(s, model) {
  const sought = s.data.goals || [], found = new Set(model.get("found") || []);
  const list = element("ul", { className: "live-goals", hidden: !sought.length });
  list.setAttribute("aria-live", "polite");
  list.setAttribute("aria-label", "To find with this picture");
  const lines = sought.map(() => list.appendChild(element("li")));
  const show = () => sought.forEach(({ what }, k) => {
    const words = `${found.has(what) ? "✔ Found" : "○ To find"}: ${what}.`;
    lines[k].dataset.found = String(found.has(what));
    if (lines[k].textContent !== words) lines[k].textContent = words; // only what has changed is read out
  });
  let begun = "", moved = false;
  s.report = (setting) => {
    s.root.courseSetting = setting;
    const now = JSON.stringify(setting);
    if (!s.begun) begun = now;
    moved = moved || (s.begun && now !== begun);
    if (!moved) return;
    const before = found.size;
    for (const { what, bounds } of sought) if ([setting].flat().some((each) => meets(each, bounds))) found.add(what);
    if (found.size === before) return;
    show();
    s.set("found", [...found]);
  };
  show();
  return list;
}
