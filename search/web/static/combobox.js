// Suggestions below the search box: a combobox with a list, as the ARIA Authoring Practices describe it.
const TYPING_MS = 150;

export function combobox(box, list, page) {
  let options = [];
  let active = -1;
  let asking = null;
  let timer = 0;
  const settings = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(settings)) box.setAttribute(name, value);

  const open = () => box.getAttribute("aria-expanded") === "true";

  function show(is) {
    const visible = is && options.length > 0;
    list.hidden = !visible;
    box.setAttribute("aria-expanded", String(visible));
    if (!visible) mark(-1);
  }

  function mark(place) {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) box.removeAttribute("aria-activedescendant");
    else {
      box.setAttribute("aria-activedescendant", list.children[place].id);
      list.children[place].scrollIntoView({ block: "nearest" });
    }
  }

  function item(option, place) {
    const made = document.createElement("li");
    Object.assign(made, { id: `suggestion-${place}`, role: "option" });
    made.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.dir = "auto";
    text.textContent = option.text;
    if (option.language) text.lang = option.language;
    const what = document.createElement("span");
    what.className = "what";
    what.textContent = (list.dataset[option.kind] ?? option.kind) + (option.kind === "title" ? "" : ` · ${option.count.toLocaleString(document.documentElement.lang)}`);
    made.append(text, what);
    made.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    made.addEventListener("click", () => choose(place));
    return made;
  }

  async function suggest() {
    asking?.abort();
    const mine = (asking = new AbortController());
    const typed = box.value.trim();
    if (!typed) {
      options = [];
      return show(false);
    }
    try {
      const answer = await fetch("/suggest?" + new URLSearchParams({ q: typed.slice(0, 2000), limit: 8 }), { signal: mine.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (mine !== asking) return;
      options = found;
      list.replaceChildren(...options.map(item));
      mark(-1);
      show(document.activeElement === box);
    } catch {
      if (mine === asking) show(false); // suggestions are a help, not a promise
    }
  }

  function choose(place) {
    const { kind, value } = options[place];
    stop();
    if (kind === "title") {
      location.assign("/articles/" + value.split("/").map(encodeURIComponent).join("/"));
      return;
    }
    box.value = "";
    const address = new URLSearchParams(page.asked().slice(2));
    address.append(kind, value);
    page.settle();
    page.visit("/?" + address, "push");
  }

  function stop() {
    clearTimeout(timer);
    asking?.abort();
    asking = null;
    show(false);
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, TYPING_MS);
  });
  box.addEventListener("blur", stop);
  box.form.addEventListener("submit", stop);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const { key } = event;
    if (key === "Escape" && open()) {
      event.preventDefault();
      stop();
    } else if (key === "Enter" && open() && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      if (!open() && event.altKey) suggest();
      if (!open()) return; // then the arrows lead into the results
      event.preventDefault();
      const count = options.length + 1; // one place is the text itself
      mark(((active + 1 + (key === "ArrowDown" ? 1 : count - 1)) % count) - 1);
    }
  });
}
