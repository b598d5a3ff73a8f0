// What the page does faster with JavaScript. Without it everything works by links and forms.
import { dates } from "./dates.js";
import { live } from "./live.js";
import { combobox } from "./combobox.js";
import { chart } from "./chart.js";
import { keys } from "./keys.js";
import { narrowing } from "./narrowing.js";
import { sharing } from "./sharing.js";

const page = live(enhance);

function enhance() {
  dates(document);
  chart(page.visit);
  narrowing();
  sharing(document.querySelector("#main"));
}

enhance();
combobox(document.querySelector("#q"), document.querySelector("#suggestions"), page);
keys(document.querySelector("#q"));
