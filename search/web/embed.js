// <lede-search>: a search box of this archive on any page. TEXTS stands before this script, in every language.
//
//   <script type="module" src="https://search.example/embed.js"></script>
//   <lede-search lang="uk" limit="5" source="decrypt"></lede-search>
const HOME = new URL("/", import.meta.url);
const TYPING_MS = 200;
const STYLE = `
:host { display: block; position: relative; font: var(--lede-font, 1rem/1.5 system-ui, sans-serif); color: var(--lede-ink, CanvasText); }
input { box-sizing: border-box; width: 100%; font: inherit; color: inherit; padding: .6rem .8rem; background: var(--lede-paper, Canvas); border: 1px solid var(--lede-line, #8b857b); border-radius: var(--lede-radius, .5rem); }
:focus-visible { outline: 2px solid var(--lede-accent, #8c1d18); outline-offset: 2px; }
.panel { margin-top: .4rem; }
ol { list-style: none; margin: 0; padding: 0; }
li { padding: .6rem 0; border-bottom: 1px solid var(--lede-line, #8b857b); overflow-wrap: anywhere; }
a { color: var(--lede-link, var(--lede-accent, LinkText)); }
p { margin: .2rem 0; }
.meta { color: var(--lede-quiet, inherit); font-size: .85em; }
mark { background: var(--lede-mark, #fbe9a9); color: var(--lede-mark-ink, #1c1a17); }
[hidden] { display: none; }
`;

class LedeSearch extends HTMLElement {
  #asking = null;
  #timer = 0;

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.box = element("input", { type: "search", placeholder: this.#says("label"), maxLength: 2000, autocomplete: "off" });
    this.box.setAttribute("aria-label", this.#says("label"));
    this.said = element("p", { className: "meta", role: "status" });
    this.corrected = element("p", { className: "meta", hidden: true });
    this.list = element("ol");
    this.more = element("a", { textContent: this.#says("more"), hidden: true });
    const form = element("form", { role: "search" });
    const panel = element("div", { className: "panel" });
    form.append(this.box);
    panel.append(this.corrected, this.said, this.list, this.more);
    root.append(form, panel);
    this.box.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), TYPING_MS);
    });
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.#clear());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.#timer);
      this.#ask(true);
    });
  }

  #says(name) {
    const wished = (this.getAttribute("lang") ?? document.documentElement.lang ?? "").slice(0, 2);
    return (TEXTS[wished] ?? TEXTS.en)[name];
  }

  // The filters are attributes of the element: source, tag, sentiment; several values stand apart by commas.
  #pairs() {
    const pairs = [["q", this.box.value.trim()]];
    for (const name of ["source", "tag", "sentiment"]) {
      for (const value of (this.getAttribute(name) ?? "").split(",")) if (value.trim()) pairs.push([name, value.trim()]);
    }
    return pairs;
  }

  #clear() {
    this.#asking?.abort();
    this.box.value = "";
    this.#tell(null, []);
    this.#show([], "");
  }

  #tell(corrected, pairs) {
    const typed = new URL("?" + new URLSearchParams([...pairs, ["correct", "false"]]), HOME);
    const instead = corrected && element("a", { textContent: `${this.#says("instead")} ${corrected.from}`, href: typed.href });
    this.corrected.replaceChildren(...(corrected ? [`${this.#says("results")} ${corrected.to} · `, instead] : []));
    this.corrected.hidden = !corrected;
  }

  #show(items, said, more = "") {
    this.list.replaceChildren(...items);
    this.said.textContent = said;
    this.more.hidden = !more;
    if (more) this.more.href = more;
  }

  async #ask(finished = false) {
    this.#asking?.abort();
    if (!this.box.value.trim()) return this.#show([], "");
    const mine = (this.#asking = new AbortController());
    const pairs = this.#pairs();
    const asked = new URLSearchParams([...pairs, ["limit", this.getAttribute("limit") ?? "5"], ["fold", "story"], ["prefix", String(!finished)]]);
    try {
      const answer = await fetch(new URL("search?" + asked, HOME), { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.status);
      const { hits, total, query } = await answer.json();
      const count = total.value.toLocaleString(this.getAttribute("lang") || undefined);
      const said = total.value ? this.#says("found").replace("{count}", count) : this.#says("none");
      this.#tell(query.corrected, pairs);
      this.#show(hits.map(entry), said, total.value > hits.length ? new URL("?" + new URLSearchParams(pairs), HOME).href : "");
    } catch (error) {
      if (error.name !== "AbortError") this.#show([], this.#says("failed"));
    }
  }
}

function element(name, properties = {}) {
  const made = document.createElement(name);
  const { role, ...others } = properties;
  if (role) made.setAttribute("role", role);
  return Object.assign(made, others);
}

function entry(hit) {
  const made = element("li", { lang: hit.language });
  const address = new URL(hit.url, HOME);
  const title = element("a", { textContent: hit.title, dir: "auto" });
  if (["http:", "https:"].includes(address.protocol)) title.href = address.href;
  const when = hit.published ? new Date(hit.published).toLocaleDateString(hit.language || undefined, { dateStyle: "medium" }) : "";
  const meta = element("p", { className: "meta", textContent: [hit.source?.name, when].filter(Boolean).join(" · ") });
  const snippet = element("p", { dir: "auto" });
  // A snippet is escaped text with <mark> as its only tag; it is put together from texts, never parsed as HTML.
  hit.snippet.split(/<\/?mark>/).forEach((part, at) => {
    const text = part.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&#x27;/g, "'").replace(/&amp;/g, "&");
    snippet.append(at % 2 ? element("mark", { textContent: text }) : text);
  });
  made.append(title, meta, snippet);
  return made;
}

if (!customElements.get("lede-search")) customElements.define("lede-search", LedeSearch);
