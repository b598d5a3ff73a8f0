// Copies the link of an article or of a search, saves a search, prints. Only a script can, so only a script makes the
// buttons: of what the list's data says.
import { isSaved, toggleSaved } from "./searches.js";

export function sharing(root) {
  for (const list of root.querySelectorAll("ul[data-copy]")) {
    if (list.querySelector("button")) continue;
    const { copy, copyLabel, copyDone, printLabel, saveLabel, savedLabel } = list.dataset;
    const made = [button(copyLabel, (own) => share(copy, own, copyLabel, copyDone))];
    if (saveLabel) {
      const label = () => (isSaved() ? savedLabel : saveLabel);
      const save = button(label(), () => {
        toggleSaved();
        save.firstChild.textContent = label();
        save.firstChild.setAttribute("aria-pressed", String(isSaved()));
        announce(label());
      });
      save.firstChild.setAttribute("aria-pressed", String(isSaved()));
      made.push(save);
    }
    if (printLabel) made.push(button(printLabel, () => window.print()));
    const original = list.querySelector("[data-first]");
    if (original) original.after(...made);
    else list.prepend(...made);
  }
}

function button(label, act) {
  const item = document.createElement("li");
  const made = document.createElement("button");
  made.type = "button";
  made.className = "plain";
  made.textContent = label;
  made.addEventListener("click", () => act(made));
  item.append(made);
  return item;
}

function announce(said) {
  document.querySelector("#announcer").textContent = said;
}

async function share(address, own, label, done) {
  await copy(address ? new URL(address, location.href).href : location.href);
  announce(done);
  own.textContent = done;
  setTimeout(() => (own.textContent = label), 2000);
}

// The clipboard is open to pages of https and of this machine alone; elsewhere a selection is copied.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
