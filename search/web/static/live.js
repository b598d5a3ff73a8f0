// Search as you type, and links that change only what they must: the server's own page is fetched and its parts are
// put in place, so there is one template and no second one here.
const TYPING_MS = 150;
const SKELETON_MS = 150;
const AROUND = ["#kept", "#switch"];
const PARTS = ["#results", "#filters", ...AROUND];

export function live(shown) {
  const form = document.querySelector("#search");
  const box = form.querySelector("#q");
  const announcer = document.querySelector("#announcer");
  const offline = document.querySelector("#offline");
  let asking = null; // the AbortController of the request under way
  let typing = 0; // counts the texts that were typed to their end
  let named = -1; // which of them the address names: until its end it is one state, however many letters it has
  let timer = 0;
  let again = 0;
  let here = location.pathname + location.search; // what is shown
  let failed = null; // what to ask once there is a connection

  // What the form asks, as an address.
  function asked() {
    const pairs = [...new FormData(form)].filter(([, value]) => value.trim());
    return "/?" + new URLSearchParams(pairs);
  }

  // history: "push", "replace" or "keep"; or the number of the text being typed
  async function visit(address, history = "push", { quietly = false, unfinished = false } = {}) {
    clearTimeout(timer);
    clearTimeout(again);
    asking?.abort();
    const mine = (asking = new AbortController());
    const waiting = setTimeout(() => loading(true), quietly ? 1e9 : SKELETON_MS);
    try {
      const answer = await fetch(unfinished ? `${address}&prefix=true` : address, { headers: { Accept: "text/html" }, signal: mine.signal });
      const text = await answer.text();
      if (mine !== asking) return;
      if (typeof history === "number") {
        [history, named] = [named === history ? "replace" : "push", history];
      }
      if (history === "push" && address === location.pathname + location.search) history = "replace";
      if (history === "push") window.history.pushState(null, "", address);
      if (history === "replace") window.history.replaceState(null, "", address);
      here = location.pathname + location.search;
      failed = null;
      offline.hidden = true;
      exchange(new DOMParser().parseFromString(text, "text/html"), history, !unfinished);
      if (answer.status === 503) again = setTimeout(retry, 1000 * (Number(answer.headers.get("Retry-After")) || 5));
    } catch (error) {
      if (error.name === "AbortError" || mine !== asking) return;
      failed = { address, history };
      offline.textContent = offline.dataset.said;
      offline.hidden = false;
    } finally {
      clearTimeout(waiting);
      if (mine === asking) loading(false);
    }
  }

  function retry() {
    const { address, history } = failed ?? { address: location.href, history: "keep" };
    visit(address, history, { quietly: true });
  }

  function exchange(other, history, finished) {
    const focused = remember();
    const open = [...document.querySelectorAll("main details[id][open]")].map((details) => details.id);
    // The filters stay the element they are: on a phone they are the target of a link, and open as long as they are.
    const alike = [document, other].every((page) => page.querySelector("#filters"));
    for (const part of alike ? PARTS : ["#main", ...AROUND]) {
      const [old, fresh] = [document.querySelector(part), other.querySelector(part)];
      if (!old || !fresh) continue;
      old.replaceChildren(...fresh.childNodes);
      delete old.dataset.again;
      Object.assign(old.dataset, fresh.dataset);
    }
    document.title = other.title;
    swapFeed(other);
    if (document.activeElement !== box || history === "keep") box.value = other.querySelector("#q")?.value ?? "";
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    refocus(focused);
    announcer.textContent = document.querySelector("#count")?.textContent ?? "";
    const degraded = document.querySelector("[data-again]");
    if (degraded) again = setTimeout(retry, Number(degraded.dataset.again));
    shown(finished);
  }

  function swapFeed(other) {
    document.querySelector("link[rel=alternate]")?.remove();
    const feed = other.querySelector("link[rel=alternate]");
    if (feed) document.head.append(feed);
  }

  // Where the focus was in what is exchanged, so that it can be put on the same thing again.
  function remember() {
    const at = document.activeElement;
    if (!at || !["#main", ...AROUND].some((part) => at.closest(part))) return null;
    return { id: at.id, key: at.dataset.key, selection: at.selectionStart };
  }

  function refocus(focused) {
    if (!focused) return;
    const same =
      (focused.key && document.querySelector(`[data-key="${CSS.escape(focused.key)}"]`)) ||
      (focused.id && document.getElementById(focused.id)) ||
      document.querySelector("#results");
    same?.focus({ preventScroll: true });
  }

  function loading(is) {
    const results = document.querySelector("#results");
    if (!results) return;
    results.toggleAttribute("aria-busy", is);
    if (is) results.setAttribute("aria-busy", "true");
    const there = results.querySelector(".skeleton");
    if (!is) there?.remove();
    else if (!there) {
      const before = results.querySelector(".hits, .nothing");
      const copy = skeleton();
      if (before) before.before(copy);
      else results.append(copy);
    }
  }

  function settle() {
    typing += 1;
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => visit(asked(), typing, { unfinished: true }), TYPING_MS);
  });
  box.addEventListener("blur", settle);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    visit(asked(), typing);
    settle();
  });

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("main a[href]");
    const there = link && String(link.getAttribute("href"));
    if (!there?.startsWith("?") || location.pathname !== "/" || document.documentElement.lang === "") return;
    event.preventDefault();
    settle();
    visit("/" + there, "push").then(() => {
      if (["next", "prev"].includes(link.rel)) document.querySelector("#results")?.scrollIntoView();
    });
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("main") || event.target.method !== "get" || location.pathname !== "/") return;
    event.preventDefault();
    settle();
    const pairs = [...new FormData(event.target)].filter(([, value]) => value.trim());
    visit("/?" + new URLSearchParams(pairs), "push");
  });
  window.addEventListener("popstate", () => {
    // A link within the page, such as the one to the chart, tells so too: nothing is to be fetched, and its target stays.
    if (location.pathname + location.search === here) return;
    settle();
    if (location.pathname === "/") visit(location.pathname + location.search, "keep");
    else location.reload();
  });
  window.addEventListener("online", () => failed && retry());
  if (document.querySelector("[data-again]")) again = setTimeout(retry, 2000);

  return { visit, asked, settle };
}

// What stands in place of results that take long.
function skeleton() {
  const list = document.createElement("ol");
  list.className = "hits skeleton";
  list.setAttribute("aria-hidden", "true");
  list.innerHTML = '<li class="hit"><span></span><span></span><span></span></li>'.repeat(4);
  return list;
}
