"use strict";
// The page may have been built before a promised time passed: what is late shows itself. Nothing else needs this.
for (const e of document.querySelectorAll("[data-due]")) {
  if (Date.parse(e.dataset.due) < Date.now()) e.hidden = false;
}
