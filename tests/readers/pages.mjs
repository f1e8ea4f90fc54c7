// Looks at pages in Chromium, at the width of a phone and of a desk, light and dark: what axe-core says, whether anything
// runs out to the side, what the page loads. pages.mjs URL FOLDER PAGE...
import { createRequire } from "node:module";
import fs from "node:fs";
const require = createRequire(process.env.READERS + "/");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [url, folder, ...pages] = process.argv.slice(2);
// A browser on a busy machine is slow: only one that hangs is a fault.
const timeout = 180_000;
/** Loads a page; one that hangs while browsers of other tests start is loaded again. */
async function visit(page, url) {
  for (let left = 2; ; left -= 1) {
    try {
      return await page.goto(url, { timeout: timeout / 3 });
    } catch (e) {
      if (left === 0 || e.name !== "TimeoutError") throw e;
    }
  }
}
const browser = await chromium.launch({
  timeout,
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const found = [];
for (const [name, width, colorScheme, strict] of [["phone", 390, "light", true], ["desk", 1280, "light", false], ["dark", 390, "dark", false]]) {
  // With the page's own policy once; axe itself has to be let in elsewhere.
  const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true, javaScriptEnabled: true });
  context.setDefaultTimeout(timeout);
  for (const path of pages) {
    const page = await context.newPage();
    const loaded = [], errors = [];
    page.on("response", async (r) => loaded.push([r.url(), (await r.body().catch(() => "")).length]));
    page.on("pageerror", (e) => errors.push(e.message));
    page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
    await visit(page, url + path);
    await page.waitForLoadState("networkidle");
    if (folder) await page.screenshot({ path: `${folder}/${name}-${path.replaceAll("/", "_")}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const r = await axe.run(document, { runOnly: { type: "tag", values: tags } });
      return r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
    });
    found.push({
      name, path, wide, violations, errors,
      bytes: loaded.reduce((sum, [, n]) => sum + n, 0),
      lang: await page.evaluate(() => document.documentElement.lang),
      title: await page.title(),
      late: await page.evaluate(() => [...document.querySelectorAll(".late")].filter((e) => !e.hidden).length),
      text: strict ? await page.evaluate(() => document.querySelector("main").innerText) : "",
    });
    await page.close();
  }
}
// And once under the page's own policy, without scripts: everything is readable.
const bare = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: false });
bare.setDefaultTimeout(timeout);
const page = await bare.newPage();
await visit(page, url + pages[0]);
found.push({ name: "bare", path: pages[0], text: await page.innerText("main"), violations: [], errors: [], wide: false, bytes: 0 });
await browser.close();
console.log(JSON.stringify(found));
