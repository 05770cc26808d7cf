// Every kind of page at desktop and phone width, with and without script: nothing in the console, nobody else asked, no serious finding of
// axe, nothing wider than the screen. Screenshots are written to target/browser to be looked at; they are not compared, since fonts and
// drawing differ between machines and no binary is kept here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { open, picture, settled, watched } from "./harness.mjs";

const PAGES = {
  overview: "/",
  "overview-1990": "/?year=1990",
  matrix: "/matrix",
  states: "/states",
  state: "/state/RUS",
  pair: "/pair/BLR/RUS",
  organisations: "/organisations",
  organisation: "/organisation/SCO",
  votes: "/votes",
  network: "/network?layer=case",
  cases: "/cases?q=police",
  interruptions: "/interruptions",
  changes: "/changes",
  data: "/data",
  table: "/table/case",
  query: "/query?sql=SELECT%20state,%20name,%20gwcode,%20region%20FROM%20state%20LIMIT%2030",
  measures: "/measures",
  search: "/search?q=kirgistan",
  about: "/about",
  arabic: "/ar/",
  "arabic-network": "/ar/network?layer=case",
  error: "/state/XYZ",
};
const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let site;
before(async () => {
  site = await open();
});
after(() => site?.close());

// most of the time of a page is waiting, so that several at once take little longer than one
describe("pages", { concurrency: 3 }, () => {
  for (const [name, path] of Object.entries(PAGES)) {
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const script of [true, false]) {
        test(`${name}, ${size}, ${script ? "with" : "without"} script`, async () => {
          const { context, page, wrong } = await watched(site.browser, site.address, { viewport, javaScriptEnabled: script });
          try {
            const answer = await page.goto(site.address + path);
            if (name !== "error") assert.equal(answer.status(), 200);
            if (script) await settled(page);
            const real = wrong.filter((w) => !(name === "error" && w.includes("404")));
            assert.deepEqual(real, []);
            await picture(page, `${name}-${size}${script ? "" : "-plain"}`, size === "desktop");
            if (script) {
              const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
              assert.ok(wider <= 1, `${wider} pixels wider than the screen`);
              // the rules run in the page's own world, as the policy of the page forbids scripts from elsewhere
              await page.evaluate(axe);
              const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
              const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
              assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`), []);
            } else {
              assert.ok((await page.locator("h1").count()) === 1, "one heading");
            }
          } finally {
            await context.close();
          }
        });
      }
    }
  }
});

test("dark pages have no serious finding either", async () => {
  for (const [name, path] of Object.entries({ overview: "/", organisation: "/organisation/SCO", network: "/network?layer=case", matrix: "/matrix" })) {
    const { context, page, wrong } = await watched(site.browser, site.address, { viewport: SIZES.desktop, colorScheme: "dark" });
    await page.goto(site.address + path);
    await settled(page);
    await picture(page, `${name}-dark`, true);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
    assert.deepEqual([name, wrong, serious.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`)], [name, [], []]);
    await context.close();
  }
});

test("the overview is under 150 kB before islands", async () => {
  const { context, page, weight } = await watched(site.browser, site.address, { javaScriptEnabled: false });
  await page.goto(site.address + "/");
  // `load` is over; what is told of the last answer comes a little later
  await page.waitForTimeout(500);
  console.log(`overview without script: ${(weight.bytes / 1000).toFixed(1)} kB on the wire`);
  assert.ok(weight.bytes > 5_000 && weight.bytes < 150_000, `${weight.bytes} bytes`);
  const unpacked = (await (await fetch(site.address + "/")).text()).length;
  assert.ok(unpacked < 150_000, `${unpacked} bytes of HTML`);
  await context.close();
});
