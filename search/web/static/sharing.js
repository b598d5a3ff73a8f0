// Copies the link of an article or of a search, and prints. Only a script can, so only a script makes the buttons.
export function sharing(root) {
  for (const place of root.querySelectorAll("[data-copy]:empty, [data-print]:empty")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = place.dataset.label;
    button.addEventListener("click", () => ("print" in place.dataset ? window.print() : share(place, button)));
    place.append(button);
  }
}

async function share(place, button) {
  await copy(place.dataset.copy ? new URL(place.dataset.copy, location.href).href : location.href);
  document.querySelector("#announcer").textContent = place.dataset.done;
  button.textContent = place.dataset.done;
  setTimeout(() => (button.textContent = place.dataset.label), 2000);
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
