// What the page does faster with JavaScript. Without it everything works by links and forms.
import { dates } from "./dates.js";
import { live } from "./live.js";
import { combobox } from "./combobox.js";
import { chart } from "./chart.js";
import { keys } from "./keys.js";
import { narrowing } from "./narrowing.js";
import { searches, remember } from "./searches.js";
import { sharing } from "./sharing.js";

const page = live(enhance);

function enhance(finished = true) {
  if (finished) remember();
  dates(document);
  chart(page.visit);
  narrowing();
  searches();
  sharing(document.querySelector("#main"));
}

enhance();
combobox(document.querySelector("#q"), document.querySelector("#suggestions"), page);
document.addEventListener("click", (event) => event.target.closest?.("main a[href]") && remember(), { capture: true });
keys(document.querySelector("#q"));
