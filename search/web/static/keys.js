// "/" and Ctrl+K or Cmd+K lead to the search box; arrows lead from there through the results and back.
export function keys(box) {
  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const jump = event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (jump || command) {
      event.preventDefault();
      box.focus();
      box.select();
      return;
    }
    if (event.defaultPrevented || (event.key !== "ArrowDown" && event.key !== "ArrowUp") || event.altKey) return;
    const titles = [...document.querySelectorAll("main .title")];
    const at = titles.indexOf(event.target);
    if (event.target !== box && at < 0) return;
    const next = event.key === "ArrowDown" ? at + 1 : at - 1;
    if (event.target === box && event.key === "ArrowUp") return;
    event.preventDefault();
    if (next < 0) box.focus();
    else titles[next]?.focus();
  });
}
