// Looks at pages in Chromium, at the width of a phone and of a desk, light and dark: what axe-core says, whether anything
// runs out to the side, what the page loads. pages.mjs URL FOLDER PAGE...
import { collectErrors, launch, runsOut, timeout, violationsOf, visit } from "./browser.mjs";
const [url, folder, ...pages] = process.argv.slice(2);
const browser = await launch();
const found = [];
for (const [name, width, colorScheme, strict] of [["phone", 390, "light", true], ["desk", 1280, "light", false], ["dark", 390, "dark", false]]) {
  // With the page's own policy once; axe itself has to be let in elsewhere.
  const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true, javaScriptEnabled: true });
  context.setDefaultTimeout(timeout);
  for (const path of pages) {
    const page = await context.newPage();
    const loaded = [], errors = collectErrors(page);
    page.on("response", async (r) => loaded.push([r.url(), (await r.body().catch(() => "")).length]));
    await visit(page, url + path);
    await page.waitForLoadState("networkidle");
    if (folder) await page.screenshot({ path: `${folder}/${name}-${path.replaceAll("/", "_")}.png`, fullPage: true });
    const wide = await runsOut(page);
    const violations = await violationsOf(page);
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
