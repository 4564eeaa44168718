/* Search, light and dark, and boxes that scroll from the keyboard. Works from a file: nothing is fetched. */
(() => {
  "use strict";
  const root = document.documentElement;
  const store = {
    get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window */ } },
  };

  // light and dark: the system's choice until the reader makes one
  const theme = document.getElementById("theme");
  const dark = () => (root.style.colorScheme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const show = (choice) => {
    if (choice) root.style.colorScheme = choice;
    theme.textContent = dark() ? "Light" : "Dark";
    theme.setAttribute("aria-label", `${theme.textContent} colours`);
  };
  theme.hidden = false;
  show(store.get("theme"));
  theme.addEventListener("click", () => { const choice = dark() ? "light" : "dark"; store.set("theme", choice); show(choice); });

  // the list of pages stands open beside the text where there is room
  const contents = document.querySelector(".contents details"), wide = matchMedia("(min-width: 64rem)");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();
  const here = contents.querySelector("[aria-current]"), list = contents.parentElement;  // in view, however far down
  if (wide.matches && here) list.scrollTop = here.offsetTop - list.clientHeight / 2;

  // a box that is wider than the page can be reached with Tab and moved with the arrow keys
  const boxes = () => document.querySelectorAll("pre, .scroll, .contents, math[display=block]").forEach((box) => {
    if (box.scrollWidth > box.clientWidth + 1 || (box.clientHeight && box.scrollHeight > box.clientHeight + 1)) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
  addEventListener("resize", boxes);
  document.addEventListener("toggle", boxes, true);
  boxes();

  // a link to something folded opens what folds it
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target && target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  // search: every word of the query must begin a word of the section
  const query = document.getElementById("query"), found = document.getElementById("found"), status = document.getElementById("search-status");
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  let asked = false;
  const load = () => {  // a script, because a page that is a file may not fetch
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = "search_index.js";
    script.onload = search;
    document.head.append(script);
  };
  function results(text) {
    const words = plain(text).split(/\s+/).filter(Boolean).map((word) => new RegExp(`(?<![\\p{L}\\p{N}])${escape(word)}`, "gu"));
    if (!words.length) return [];
    const hits = [];
    for (const part of window.COURSE_INDEX || []) {
      part.plain = part.plain || [plain(part.heading), plain(part.title), plain(part.text)];
      let score = 0;
      const all = words.every((word) => {
        const [heading, title, body] = part.plain.map((piece) => (piece.match(word) || []).length);
        score += 10 * heading + 2 * title + Math.min(body, 5);
        return heading + title + body;
      });
      if (part.plain[0] === plain(text).trim()) score += 100;
      if (all) hits.push([score, part]);
    }
    return hits.sort((a, b) => b[0] - a[0]).map(([, part]) => part);
  }
  function piece(part, text) {  // the words around the first one found, marked
    const word = new RegExp(`(?<![\\p{L}\\p{N}])(${text.trim().split(/\s+/).map(escape).join("|")})`, "giu");
    const at = Math.max(0, part.text.search(word) - 50);
    const shown = (at ? "… " : "") + part.text.slice(at, at + 150) + (part.text.length > at + 150 ? " …" : "");
    const small = document.createElement("small");
    shown.split(word).forEach((bit, place) => {
      const node = place % 2 ? document.createElement("mark") : document.createTextNode(bit);
      if (place % 2) node.textContent = bit;
      small.append(node);
    });
    return small;
  }
  function search() {
    const text = query.value.trim();
    const hits = text.length > 1 ? results(text) : [];
    found.replaceChildren(...hits.slice(0, 12).map((part) => {
      const item = document.createElement("li"), link = document.createElement("a"), heading = document.createElement("strong");
      link.href = part.address;
      heading.textContent = part.heading;
      link.append(heading, part.title === part.heading ? "" : ` · ${part.title}`, piece(part, text));
      item.append(link);
      return item;
    }));
    const none = text.length > 1 && !hits.length && window.COURSE_INDEX;
    if (none) {
      const item = document.createElement("li");
      item.className = "none";
      item.textContent = `Nothing found for “${text}”.`;
      found.append(item);
    }
    found.hidden = !hits.length && !none;
    const some = hits.length > 12 ? `12 of ${hits.length} places shown` : `${hits.length} place${hits.length === 1 ? "" : "s"} found`;
    status.textContent = text.length > 1 && window.COURSE_INDEX ? `${some}. Arrow keys move, Enter opens.` : "";
  }
  const close = () => { found.hidden = true; };
  query.addEventListener("focus", () => { load(); search(); });
  query.addEventListener("input", () => { load(); search(); });
  const form = document.getElementById("search");
  form.addEventListener("submit", (event) => { event.preventDefault(); found.querySelector("a")?.click(); });
  form.addEventListener("keydown", (event) => {
    const links = [...found.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    if (event.key === "Escape") { query.focus(); close(); event.preventDefault(); }
    else if (event.key === "ArrowDown" && links.length) { links[Math.min(at + 1, links.length - 1)].focus(); event.preventDefault(); }
    else if (event.key === "ArrowUp" && links.length) { (at > 0 ? links[at - 1] : query).focus(); event.preventDefault(); }
  });
  found.addEventListener("click", close);
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) close(); });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT|AUDIO)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { query.focus(); event.preventDefault(); }
  });
})();
