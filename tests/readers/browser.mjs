// What the scripts that look at pages share: Chromium, loading a page, what axe-core says of it.
import { createRequire } from "node:module";
import fs from "node:fs";
const require = createRequire(process.env.READERS + "/");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// A browser on a busy machine is slow: only one that hangs is a fault.
export const timeout = 180_000;

export function launch() {
  return chromium.launch({
    timeout,
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** Loads a page; one that hangs while browsers of other tests start is loaded again. */
export async function visit(page, url) {
  for (let left = 2; ; left -= 1) {
    try {
      return await page.goto(url, { timeout: timeout / 3 });
    } catch (e) {
      if (left === 0 || e.name !== "TimeoutError") throw e;
    }
  }
}

/** What goes wrong on a page from now on. */
export function collectErrors(page) {
  const errors = [];
  page.on("pageerror", (e) => errors.push(e.message));
  page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
  return errors;
}

export const runsOut = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

export async function violationsOf(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const r = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
  });
}
