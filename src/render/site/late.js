"use strict";
// The page may have been built before a promised time passed: what is late shows itself, and how long it still is. It finds an area
// by its name, and looks for news while it stays open. Nothing else needs this.
for (const e of document.querySelectorAll("[data-due]")) {
  if (Date.parse(e.dataset.due) < Date.now()) e.hidden = false;
}
for (const e of document.querySelectorAll("[data-until]")) {
  const minutes = Math.round((Date.parse(e.dataset.until) - Date.now()) / 60000);
  if (minutes < 1) continue;
  const [form, n] = minutes < 120 ? [e.dataset.minutes, minutes] : [e.dataset.hours, Math.round(minutes / 60)];
  e.textContent = `(${form.replace("{n}", n)})`;
  e.hidden = false;
}
const field = document.getElementById("search");
const plain = (t) => t.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
if (field) {
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const e of document.querySelectorAll("[data-name]")) {
      const text = plain(e.textContent);
      e.hidden = !words.every((w) => text.includes(w));
      if (!e.hidden) shown += 1;
      const group = e.closest("details");
      if (group && words.length && !e.hidden) group.open = true;
    }
    document.getElementById("found").textContent = words.length ? `${shown}` : "";
  });
  setInterval(() => { if (!field.value) location.reload(); }, 300000);
}
