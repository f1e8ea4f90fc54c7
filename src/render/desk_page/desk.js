"use strict";
// Says that the record has moved since the page was loaded; a button pressed twice sends once. Nothing else needs this.
const own = document.body.dataset.head;
setInterval(async () => {
  const answer = await fetch("/head").catch(() => null);
  if (answer && answer.ok && (await answer.text()) !== own) document.getElementById("moved").hidden = false;
}, 15000);
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
}
addEventListener("pageshow", (e) => {
  if (e.persisted) for (const b of document.querySelectorAll("button")) b.disabled = false;
});
