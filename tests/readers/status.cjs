// Reads the tree of Statuspage v2 with a client for it: status.cjs URL
const { Statuspage } = require("statuspage.io");
(async () => {
  const page = new Statuspage("ours");
  page.setApiUrl(process.argv[2]);
  const found = {
    status: await page.api.getStatus(),
    components: await page.api.getComponents(),
    summary: await page.api.getSummary(),
    all: await page.api.incidents.getAll(),
    unresolved: await page.api.incidents.getUnresolved(),
    works: await page.api.scheduledMaintenances.getAll(),
    upcoming: await page.api.scheduledMaintenances.getUpcoming(),
  };
  console.log(JSON.stringify(found));
})().catch((e) => { console.error(e.message); process.exit(1); });
