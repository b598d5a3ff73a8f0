// The tags narrow while somebody types; Enter asks the server, which knows more of them.
export function narrowing() {
  const box = document.querySelector("#within");
  if (!box) return;
  const facet = box.closest(".facet");
  const more = facet.querySelector("details");
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLocaleLowerCase();
    if (more && wanted) more.open = true;
    for (const item of facet.querySelectorAll("li")) {
      item.hidden = !item.querySelector(".value")?.textContent.toLocaleLowerCase().includes(wanted);
    }
  });
}
