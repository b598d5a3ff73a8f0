// <lede-search>: a search box of this archive on any page. TEXTS stands before this script, in every language.
//
//   <script type="module" src="https://search.example/embed.js"></script>
//   <lede-search lang="uk" limit="5" source="decrypt" thumbnails></lede-search>
//   <lede-search modal></lede-search>                        a button; Ctrl+K or Cmd+K opens the box
const HOME = new URL("/", import.meta.url);
const TYPING_MS = 200;
const FILTERS = ["source", "tag", "sentiment", "category", "author", "language", "from", "to", "sort", "strictness"];
const STYLE = `
:host { display: block; position: relative; font: var(--lede-font, 1rem/1.5 system-ui, sans-serif); color: var(--lede-ink, CanvasText); }
:host([modal]) { display: inline-block; }
input { box-sizing: border-box; width: 100%; font: inherit; color: inherit; padding: .6rem .8rem; background: var(--lede-paper, Canvas); border: 1px solid var(--lede-line, #8b857b); border-radius: var(--lede-radius, .5rem); }
:focus-visible { outline: 2px solid var(--lede-accent, #8c1d18); outline-offset: 2px; }
button { font: inherit; color: inherit; cursor: pointer; background: none; border: 0; padding: 0; }
.open { display: inline-flex; gap: .8rem; align-items: center; padding: .45rem .8rem; background: var(--lede-paper, Canvas); border: 1px solid var(--lede-line, #8b857b); border-radius: var(--lede-radius, .5rem); }
kbd { font: .8em system-ui, sans-serif; opacity: .75; }
.plain { color: var(--lede-link, var(--lede-accent, LinkText)); text-decoration: underline; }
dialog { box-sizing: border-box; width: min(44rem, calc(100vw - 2rem)); max-height: min(80vh, 44rem); margin: 10vh auto auto; padding: 1rem; overflow-y: auto; color: inherit; background: var(--lede-paper, Canvas); border: 1px solid var(--lede-line, #8b857b); border-radius: var(--lede-radius, .5rem); }
dialog::backdrop { background: rgb(0 0 0 / .45); }
.head { display: flex; gap: .8rem; align-items: center; }
.head form { flex: 1; }
.panel { margin-top: .4rem; }
.busy { height: 2px; margin-top: .3rem; overflow: hidden; visibility: hidden; }
.busy.on { visibility: visible; }
.busy::before { content: ""; display: block; width: 30%; height: 100%; background: var(--lede-accent, #8c1d18); animation: lede-pass 1s linear infinite; }
@keyframes lede-pass { from { translate: -100% 0; } to { translate: 340% 0; } }
@media (prefers-reduced-motion: reduce) { .busy::before { width: 100%; animation: none; } }
ol { list-style: none; margin: 0; padding: 0; }
li { display: flow-root; padding: .6rem 0; border-bottom: 1px solid var(--lede-line, #8b857b); overflow-wrap: anywhere; }
a { color: var(--lede-link, var(--lede-accent, LinkText)); }
p { margin: .2rem 0; }
img { float: right; width: 6rem; aspect-ratio: 16 / 9; object-fit: cover; margin-left: .8rem; border-radius: .3rem; }
.meta { color: var(--lede-quiet, inherit); font-size: .85em; }
mark { background: var(--lede-mark, #fbe9a9); color: var(--lede-mark-ink, #1c1a17); }
[hidden] { display: none; }
`;

class LedeSearch extends HTMLElement {
  #asking = null;
  #timer = 0;
  #hotkey = null;

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    if (!this.dialog || this.#hotkey) return;
    this.#hotkey = (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
      event.preventDefault();
      this.open();
    };
    document.addEventListener("keydown", this.#hotkey);
  }

  disconnectedCallback() {
    if (this.#hotkey) document.removeEventListener("keydown", this.#hotkey);
    this.#hotkey = null;
  }

  // Opens the box of a modal element; a page may call it from a button of its own.
  open() {
    if (this.dialog && !this.dialog.open) this.dialog.showModal();
    this.box.focus();
    this.box.select();
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const label = this.getAttribute("placeholder") ?? this.#says("label");
    this.box = element("input", { type: "search", placeholder: label, maxLength: 2000, autocomplete: "off", part: "input" });
    this.box.setAttribute("aria-label", this.#says("label"));
    this.busy = element("div", { className: "busy", part: "busy" });
    this.said = element("p", { className: "meta", role: "status", part: "status" });
    this.hint = element("p", { className: "meta", hidden: true, part: "hint" });
    this.list = element("ol", { part: "results" });
    this.more = element("a", { textContent: this.#says("more"), hidden: true, part: "more" });
    const form = element("form", { role: "search", part: "form" });
    const panel = element("div", { className: "panel", part: "panel" });
    form.append(this.box);
    panel.append(this.hint, this.said, this.list, this.more);
    if (this.hasAttribute("modal")) root.append(...this.#modal(form, panel));
    else root.append(form, this.busy, panel);
    this.#listen(root, form);
  }

  // The button and the dialog of a modal box. The page may put its own button into the slot.
  #modal(form, panel) {
    const button = element("button", { type: "button", className: "open", part: "button" });
    button.append(this.#says("label"), " ", element("kbd", { textContent: /Mac|iP/.test(navigator.platform) ? "⌘K" : "Ctrl+K" }));
    const slot = element("slot", { name: "button" });
    slot.append(button);
    slot.addEventListener("click", () => this.open());
    const close = element("button", { type: "button", className: "plain", textContent: this.#says("close"), part: "close" });
    close.addEventListener("click", () => this.dialog.close());
    const head = element("div", { className: "head" });
    head.append(form, close);
    this.dialog = element("dialog", { part: "dialog" });
    this.dialog.setAttribute("aria-label", this.#says("label"));
    this.dialog.append(head, this.busy, panel);
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close()); // beside it
    return [slot, this.dialog];
  }

  #listen(root, form) {
    this.box.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), TYPING_MS);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.#timer);
      this.#ask(true);
    });
    root.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && !this.dialog) this.#clear();
      if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#walk(event);
    });
  }

  // Arrows lead from the box through the results and back.
  #walk(event) {
    const places = [this.box, ...this.list.querySelectorAll("a[href]"), ...(this.more.hidden ? [] : [this.more])];
    const at = places.indexOf(this.shadowRoot.activeElement);
    const next = places[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }

  #says(name) {
    const wished = (this.getAttribute("lang") ?? document.documentElement.lang ?? "").slice(0, 2);
    return (TEXTS[wished] ?? TEXTS.en)[name];
  }

  // The filters are attributes of the element; several values stand apart by commas. `filter-desk` is the archive's own
  // field `desk`. The articles' language is `language`, as `lang` is the box's own.
  #pairs(text) {
    const pairs = [["q", text]];
    const own = this.getAttributeNames().filter((name) => name.startsWith("filter-"));
    for (const name of [...FILTERS, ...own]) {
      const asked = name === "language" ? "lang" : name.replace(/^filter-/, "");
      for (const value of (this.getAttribute(name) ?? "").split(",")) if (value.trim()) pairs.push([asked, value.trim()]);
    }
    return pairs;
  }

  #clear() {
    this.#asking?.abort();
    this.#wait(false);
    this.box.value = "";
    this.#hint();
    this.#show([], "");
  }

  #wait(is) {
    this.busy.classList.toggle("on", is);
    this.list.setAttribute("aria-busy", String(is));
  }

  // That the text was put right, or what may have been meant.
  #hint({ query, total, did_you_mean: meant } = {}) {
    const corrected = query?.corrected;
    const parts = [];
    if (corrected && (total.value || !meant)) {
      const typed = new URL("?" + new URLSearchParams([...this.#pairs(corrected.from), ["correct", "false"]]), HOME);
      const instead = element("a", { textContent: `${this.#says("instead")} ${corrected.from}`, href: typed.href });
      parts.push(`${this.#says("results")} ${corrected.to} · `, instead);
    } else if (meant) {
      const taken = element("button", { type: "button", className: "plain", textContent: meant });
      taken.addEventListener("click", () => {
        this.box.value = meant;
        this.box.focus();
        this.#ask(true);
      });
      parts.push(`${this.#says("meant")} `, taken, "?");
    }
    this.hint.replaceChildren(...parts);
    this.hint.hidden = !parts.length;
  }

  #show(items, said, more = "") {
    this.list.replaceChildren(...items);
    this.said.textContent = said;
    this.more.hidden = !more;
    if (more) this.more.href = more;
  }

  async #ask(finished = false) {
    this.#asking?.abort();
    const text = this.box.value.trim();
    if (!text) return this.#clear();
    const mine = (this.#asking = new AbortController());
    const pairs = this.#pairs(text);
    const limit = this.getAttribute("limit") ?? "5";
    const asked = new URLSearchParams([...pairs, ["limit", limit], ["fold", "story"], ["prefix", String(!finished)]]);
    this.#wait(true);
    try {
      const answer = await fetch(new URL("search?" + asked, HOME), { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.status);
      this.#answered(await answer.json(), pairs);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.#hint();
      this.#show([], this.#says("failed"));
    }
    if (mine === this.#asking) this.#wait(false);
  }

  #answered(answer, pairs) {
    const { hits, near = [], total } = answer;
    const more = total.value_relation === "gte" ? "+" : "";
    const count = total.value.toLocaleString(this.getAttribute("lang") || undefined) + more;
    const none = near.length ? `${this.#says("none")}. ${this.#says("near")}` : this.#says("none");
    const pictured = this.hasAttribute("thumbnails");
    this.#hint(answer);
    this.#show(
      (total.value ? hits : near).map((hit) => entry(hit, pictured)),
      total.value ? this.#says("found").replace("{count}", count) : none,
      total.value > hits.length ? new URL("?" + new URLSearchParams(pairs), HOME).href : "",
    );
  }
}

function element(name, properties = {}) {
  const made = document.createElement(name);
  const { role, part, ...others } = properties;
  if (role) made.setAttribute("role", role);
  if (part) made.setAttribute("part", part);
  return Object.assign(made, others);
}

function entry(hit, pictured) {
  const made = element("li", { lang: hit.language, part: "result" });
  const address = new URL(hit.url, HOME);
  const title = element("a", { textContent: hit.title, dir: "auto", part: "title" });
  if (["http:", "https:"].includes(address.protocol)) title.href = address.href;
  const when = hit.published ? new Date(hit.published).toLocaleDateString(hit.language || undefined, { dateStyle: "medium" }) : "";
  const meta = element("p", { className: "meta", part: "meta", textContent: [hit.source?.name, when].filter(Boolean).join(" · ") });
  const snippet = element("p", { dir: "auto", part: "snippet" });
  // A snippet is escaped text with <mark> as its only tag; it is put together from texts, never parsed as HTML.
  hit.snippet.split(/<\/?mark>/).forEach((part, at) => {
    const text = part.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#x27;/g, "'").replace(/&amp;/g, "&");
    snippet.append(at % 2 ? element("mark", { textContent: text }) : text);
  });
  if (pictured) made.append(...picture(hit.thumbnail || hit.image));
  made.append(title, meta, snippet);
  return made;
}

// The picture of a hit, if it comes by https; nothing else of a page is loaded from where articles name.
function picture(image) {
  if (!/^https:\/\//i.test(image ?? "")) return [];
  const shown = element("img", { alt: "", loading: "lazy", decoding: "async", referrerPolicy: "no-referrer", part: "picture" });
  shown.addEventListener("error", () => shown.remove());
  shown.src = image;
  return [shown];
}

if (!customElements.get("lede-search")) customElements.define("lede-search", LedeSearch);
