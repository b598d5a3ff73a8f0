// Copies the link of an article or of a search, and prints. The buttons show only where a script can do it.
export function sharing(root) {
  const announcer = document.querySelector("#announcer");
  for (const button of root.querySelectorAll("[data-copy], [data-print]")) {
    (button.closest("[hidden]") ?? button).hidden = false;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if ("print" in button.dataset) return window.print();
      await copy(button.dataset.copy ? new URL(button.dataset.copy, location.href).href : location.href);
      announcer.textContent = button.dataset.done;
      const said = button.textContent;
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = said), 2000);
    });
  }
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
