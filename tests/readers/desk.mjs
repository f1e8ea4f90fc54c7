// A night at the desk in Chromium: declare, issue, report, issue again, correct, word by hand, stop and go on. Looks at each page
// with axe-core at the width of a phone and of a desk, light and dark. desk.mjs OPEN-URL LANG SCRIPTS(yes|no) FOLDER
import { collectErrors, launch, runsOut, timeout, violationsOf, visit } from "./browser.mjs";
const [open, lang, scripts, folder] = process.argv.slice(2);
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 390, height: 844 }, javaScriptEnabled: scripts === "yes" });
context.setDefaultTimeout(timeout);
const page = await context.newPage();
const errors = collectErrors(page);
const base = new URL(open).origin + `/${lang}/`;
const steps = [];

/** The first form of an act whose fields have these values, filled in and sent; opens what it is folded into. */
async function send(act, where = {}, fill = {}) {
  const forms = page.locator(`form:has(input[name=act][value="${act}"])`);
  for (let i = 0; i < (await forms.count()); i++) {
    const form = forms.nth(i);
    let fits = true;
    for (const [name, value] of Object.entries(where)) {
      const field = form.locator(`[name="${name}"]`).first();
      fits = fits && (await field.count()) > 0 && (await field.inputValue()) === value;
    }
    if (!fits) continue;
    const folded = form.locator("xpath=ancestor::details[not(@open)]/summary");
    while ((await folded.count()) > 0) await folded.first().click();
    for (const [name, value] of Object.entries(fill)) {
      const field = form.locator(`[name="${name}"]`).first();
      const kind = await field.evaluate((e) => e.tagName + (e.type || ""));
      if (kind.startsWith("SELECT")) await field.selectOption(value);
      else if (kind.endsWith("checkbox")) await field.check();
      else await field.fill(value);
    }
    await form.locator("button").click();
    await page.waitForLoadState();
    return;
  }
  throw new Error(`no form for ${act} ${JSON.stringify(where)} on ${page.url()}`);
}

/** Says yes where it is asked once more. */
async function sure() {
  const asked = await page.locator("input[name=sure]").count();
  if (asked > 0) {
    await page.locator("form:has(input[name=sure]) button").click();
    await page.waitForLoadState();
  }
  return asked > 0;
}

async function note(name, asked = false) {
  const told = page.locator("section.told").first();
  const text = (await told.count()) > 0 ? await told.innerText() : "";
  const done = (await page.locator("section.told.good").count()) > 0;
  steps.push({ name, asked, done, text, main: await page.locator("main").innerText() });
}

const found = [];
async function look(name) {
  for (const [size, width, colorScheme] of [["phone", 390, "light"], ["desk", 1280, "light"], ["dark", 390, "dark"]]) {
    const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, bypassCSP: true });
    context.setDefaultTimeout(timeout);
    const page = await context.newPage();
    const errors = collectErrors(page);
    await visit(page, open);
    await visit(page, base + name);
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
    if (folder) await page.screenshot({ path: `${folder}/${lang}-${size}-${name.replaceAll(/\W/g, "_")}.png`, fullPage: true });
    const wide = await runsOut(page);
    const violations = await violationsOf(page);
    found.push({ name, size, wide, violations, errors, lang: await page.evaluate(() => document.documentElement.lang) });
    await context.close();
  }
}

await visit(page, open);
await visit(page, base);
await note("nothing yet");
await visit(page, `${base}declare?q=apg`);
await note("a search");
await visit(page, `${base}declare`);
await send("declare", {}, { playbook: "submarine-cable-disruption", links_1: "AAG", state_1: "down", links_2: "APG", state_2: "degraded" });
await note("declared");
await send("issue");
const asked = await sure();
await note("issued", asked);
const stale = page.url();
const old = await context.newPage();
await visit(old, stale);
await send("set", { links: "AAG" }, { cause: "anchor", confirmed: "yes", source: "cable-operator:aag", window: "2026-03-16..2026-03-21" });
await note("reported");
await send("log", {}, { note: "called the operator, no answer" });
await note("noted");
// A page that was loaded before says so, and does nothing.
await old.locator('form:has(input[name=act][value="still"]) button').first().click();
await old.waitForLoadState();
steps.push({ name: "old page", done: (await old.locator("section.told.good").count()) > 0, text: await old.locator("section.told").innerText(), main: "" });
await old.close();
const texts = { text_vi: "Kỹ thuật viên đã sửa xong toàn bộ.", text_en: "Everything is repaired." };
await send("say", {}, texts);
await note("not backed");
const kept = await page.locator('section.told [name="text_vi"]').inputValue();
await visit(page, base);
await send("issue");
await sure();
await note("issued again");
await send("set", { links: "APG" }, { state: "up" });
const askedUp = await sure();
await note("said to work", askedUp);
await visit(page, base);
await send("retract", {}, { because: "typed for the wrong cable" });
const askedBack = await sure();
await note("taken back", askedBack);
await visit(page, base);
await send("issue");
await sure();
await note("corrected");
await visit(page, base);
await send("halt");
await note("stopped");
await send("lift", {}, { because: "looked at, and right" });
await note("goes on");
await visit(page, base);
await send("close", {}, {}).catch(() => {});
await note("no close");
await look("");
await look("declare");
await browser.close();
console.log(JSON.stringify({ steps, found, errors, kept }));
