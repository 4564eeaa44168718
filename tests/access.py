"""What a page must be for everybody, looked at in a real browser: axe-core, contrast, focus that is seen, still pages."""

from pathlib import Path

TEXT, RING = 4.5, 3.0  # WCAG 2.2: 1.4.3 text, 1.4.11 marks and focus rings
# a run that is drawn while it trains hides its stored copy, which is then neither seen nor reached
WIDGETS = ".course-card, .course-explorer, .course-booth, .live:not([hidden] *)"

CONTRAST = """(scope) => {
  const parse = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, under) => [0, 1, 2].map((k) => top[k] * top[3] + under[k] * (1 - top[3]));
  const linear = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const bright = (c) => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      layers.push(parse(getComputedStyle(at).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const texts = [...document.querySelectorAll(scope)].flatMap((area) => [area, ...area.querySelectorAll("*")]).filter((e) =>
    !e.matches(":disabled, style, script, option") && e.checkVisibility() &&
    (e.matches("input, select") || [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())));
  return texts.map((e) => {
    const under = behind(e);
    const [low, high] = [bright(under), bright(over(parse(getComputedStyle(e).color), under))].sort((a, b) => a - b);
    return [Math.round(100 * (high + 0.05) / (low + 0.05)) / 100, e.tagName, e.textContent.slice(0, 60)];
  });
}"""

WATCH = """(widgets) => {
  window.courseFocus = [];
  document.addEventListener("focusin", ({ target }) => {
    const root = target.closest(widgets), ring = getComputedStyle(target);
    const label = [...(target.labels ?? [])].map((each) => each.textContent).join(" ");
    window.courseFocus.push({
      root: root ? [...document.querySelectorAll(widgets)].indexOf(root) : -1,
      name: (target.getAttribute("aria-label") || label || (target.matches("button, a, summary") ? target.textContent : "")).trim(),
      what: target.outerHTML.slice(0, 120),
      ring: ring.outlineStyle === "none" ? 0 : parseFloat(ring.outlineWidth),
    });
  }, true);
}"""

MOVING = """(widgets) => [...document.querySelectorAll(widgets)].flatMap((root) => [root, ...root.querySelectorAll("*")])
  .filter((e) => { const s = getComputedStyle(e); return /[1-9]/.test(s.transitionDuration + s.animationDuration); })
  .map((e) => e.outerHTML.slice(0, 120))"""


def axe_source() -> str:
    """axe-core as the script that the package axe-playwright-python carries; "" where it is not installed."""
    try:
        import axe_playwright_python
    except ImportError:
        return ""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page, include, exclude=()) -> list[str]:
    """What axe-core finds wrong inside the selectors `include`: one line a fault. At least one rule must have passed.

    Its rule on contrast is left out: it skips what is scrolled away, and `contrast` looks at every text.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    settings = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    found = page.evaluate(
        "async ([context, settings]) => { const r = await axe.run(context, settings);"
        " return [r.passes.length, r.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}`))]; }",
        [{"include": [[each] for each in include], "exclude": [[each] for each in exclude]}, settings],
    )
    assert found[0], f"axe looked at nothing in {include}"
    return found[1]


def contrast(page, scope) -> list:
    """Every text inside `scope` as [contrast, tag, text], the faintest first. Raises where there is no text at all."""
    found = sorted(page.evaluate(CONTRAST, scope))
    assert found, f"no text in {scope}"
    return found


def walk(page, most: int = 60) -> dict[int, list]:
    """Tab through every widget of the page, from its first control until the focus is in no widget: {number: steps}."""
    page.evaluate(WATCH, WIDGETS)
    first = "[tabindex='0']:not([disabled]), select:enabled, input:enabled, button:enabled"
    go = """([widgets, root, first]) => {
      const at = document.querySelectorAll(widgets)[root];
      at.scrollIntoView({ block: "center" });
      [...at.querySelectorAll(first)].find((node) => node.checkVisibility()).focus();
    }"""
    steps = []
    for root in range(page.evaluate("(widgets) => document.querySelectorAll(widgets).length", WIDGETS)):
        if root in {step["root"] for step in steps}:
            continue  # the widget before led here
        page.evaluate(go, [WIDGETS, root, first])
        before = len(steps)
        while (steps := page.evaluate("() => window.courseFocus"))[-1]["root"] >= 0:
            assert len(steps) - before < most, f"Tab never leaves {steps[-1]['what']}"
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
    return {
        root: [step for step in steps if step["root"] == root]
        for root in {step["root"] for step in steps} - {-1}
    }


def moving(page, scope=WIDGETS) -> list[str]:
    """What would still move inside `scope`, though the reader asked for less motion."""
    return page.evaluate(MOVING, scope)
