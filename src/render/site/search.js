"use strict";
// Hides what does not have the words that are typed; marks points that are older than an hour.
const field = document.getElementById("search");
const plain = (t) => t.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
if (field) {
  const all = [...document.querySelectorAll("[data-point]")];
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const e of all) {
      const text = plain(e.textContent);
      e.hidden = !words.every((w) => text.includes(w));
      if (!e.hidden) shown += 1;
    }
    document.getElementById("found").textContent = words.length ? `${shown}` : "";
  });
}
for (const e of document.querySelectorAll("[data-until]")) {
  if (Date.parse(e.dataset.until) < Date.now()) e.hidden = false;
}
