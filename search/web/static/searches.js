// Recent and saved searches. They stay in this browser's storage: no cookie, and the server never hears of them.
const RECENT = "lede-recent";
const SAVED = "lede-saved";
const MOST = { [RECENT]: 8, [SAVED]: 50 };
const PLACES = ["offset", "within"]; // not what a search is, but where somebody is in it

function kept(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one?.address === "string" && typeof one.label === "string") : [];
  } catch {
    return []; // no storage, or none of ours
  }
}

function keep(name, searches) {
  try {
    localStorage.setItem(name, JSON.stringify(searches.slice(0, MOST[name])));
  } catch {
    // a browser that keeps nothing still searches
  }
}

// The search that the page shows now, without what others add to links; null where it asks nothing.
function current() {
  const text = new URLSearchParams(location.search).get("q")?.trim() ?? "";
  const beside = [...new FormData(document.querySelector("#search"))].filter(([name, value]) => name !== "q" && !PLACES.includes(name) && value.trim());
  const asked = [...(text ? [["q", text]] : []), ...beside];
  if (location.pathname !== "/" || !asked.length) return null;
  const chips = [...document.querySelectorAll("#results .chips .chip")].map((chip) => chip.querySelector("[dir]")?.textContent ?? chip.textContent);
  const label = [text, ...chips].filter(Boolean).join(" · ");
  return label ? { address: "?" + new URLSearchParams(asked), label: label.slice(0, 120) } : null;
}

function put(name, search) {
  keep(name, [search, ...kept(name).filter((one) => one.address !== search.address)]);
}

export function remember() {
  const search = current();
  if (search && document.querySelector("#results .hits")) put(RECENT, search);
}

export function isSaved() {
  const search = current();
  return Boolean(search && kept(SAVED).some((one) => one.address === search.address));
}

export function toggleSaved() {
  const search = current();
  if (!search) return;
  if (isSaved()) keep(SAVED, kept(SAVED).filter((one) => one.address !== search.address));
  else put(SAVED, search);
}

// Lists both where the page has a place for them, with buttons to forget.
export function searches() {
  const place = document.querySelector("#searches");
  if (!place) return;
  const { saved, recent, forget } = place.dataset;
  const rows = [row(SAVED, saved, forget), row(RECENT, recent, forget)];
  place.replaceChildren(...rows.filter(Boolean));
}

function row(name, title, forget) {
  const found = kept(name);
  if (!found.length) return null;
  const made = document.createElement("div");
  const head = document.createElement("h2");
  head.textContent = title;
  const list = document.createElement("ul");
  for (const { address, label } of found) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "/" + address.replace(/^\/*/, "");
    link.dir = "auto";
    link.textContent = label;
    item.append(link);
    list.append(item);
  }
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "plain quiet";
  clear.textContent = forget;
  clear.setAttribute("aria-label", `${forget}: ${title}`);
  clear.addEventListener("click", () => {
    keep(name, []);
    searches();
    document.querySelector("#q").focus();
  });
  const last = document.createElement("li");
  last.append(clear);
  list.append(last);
  made.append(head, list);
  return made;
}
