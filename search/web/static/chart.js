// Dragging over the chart chooses from the first bar to the last.
export function chart(visit) {
  const drawing = document.querySelector("#chart");
  if (!drawing) return;
  const bars = [...drawing.querySelectorAll("a[data-from]")];
  let start = -1;
  let end = -1;

  function under(event) {
    const { left, width } = drawing.getBoundingClientRect();
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - left) / width) * bars.length)));
  }

  function show() {
    const [first, last] = [Math.min(start, end), Math.max(start, end)];
    bars.forEach((bar, at) => bar.classList.toggle("chosen", start >= 0 && at >= first && at <= last));
  }

  drawing.addEventListener("dragstart", (event) => event.preventDefault());
  drawing.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    start = end = under(event);
    show();
  });
  drawing.addEventListener("pointermove", (event) => {
    if (start < 0) return;
    end = under(event);
    if (end !== start && !drawing.hasPointerCapture(event.pointerId)) drawing.setPointerCapture(event.pointerId);
    show();
  });
  drawing.addEventListener("pointercancel", () => {
    start = -1;
    show();
  });
  drawing.addEventListener("pointerup", (event) => {
    const [first, last] = [Math.min(start, end), Math.max(start, end)];
    const dragged = start >= 0 && first !== last;
    start = -1;
    if (!dragged) return show();
    event.preventDefault();
    const address = new URLSearchParams(bars[first].getAttribute("href").slice(1));
    address.set("from", bars[first].dataset.from);
    address.set("to", bars[last].dataset.to);
    // The click that follows is of the drag, and chooses nothing more.
    drawing.addEventListener("click", stopClick, { capture: true, once: true });
    setTimeout(() => drawing.removeEventListener("click", stopClick, { capture: true }), 0);
    visit("/?" + address, "push");
  });
}

function stopClick(event) {
  event.preventDefault();
  event.stopPropagation();
}
