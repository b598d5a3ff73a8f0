// Times in the reader's own zone. The server writes them in UTC, and says so.
const SPOKEN = document.documentElement.lang;
const LANGUAGE = navigator.languages.find((name) => name.split("-")[0] === SPOKEN) ?? SPOKEN;
const WITH_TIME = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });

export function dates(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([title])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = time.textContent;
    time.textContent = WITH_TIME.format(moment);
  }
}
