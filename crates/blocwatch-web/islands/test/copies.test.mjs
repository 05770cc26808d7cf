// A copy of the site as files, over a plain server of files and opened from its folder: nothing in the console, nobody else asked, no serious
// finding of axe, search that finds, islands that work and links that lead to files of the copy.
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { open, publish, root, settled, watched } from "./harness.mjs";

const PAGES = [
  "index.html", "matrix.html", "states.html", "state/RUS.html", "organisations.html", "organisation/SCO.html", "votes.html", "network.html",
  "cases.html", "interruptions.html", "changes.html", "data.html", "table/case.html", "measures.html", "about.html", "search.html",
  "not-in-this-copy.html",
];
const KINDS = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript" };
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = join(root, "target/browser-copy");
let site;
let server;
const places = {};

before(async () => {
  rmSync(folder, { recursive: true, force: true });
  site = await open();
  publish(folder);
  server = createServer((request, answer) => {
    const file = join(folder, normalize(decodeURIComponent(new URL(request.url, "http://x").pathname)));
    if (!existsSync(file)) return answer.writeHead(404).end();
    answer.writeHead(200, { "content-type": `${KINDS[extname(file)] ?? "application/octet-stream"}; charset=utf-8` }).end(readFileSync(file));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  places.server = `http://127.0.0.1:${server.address().port}/`;
  places.folder = `${pathToFileURL(folder).href}/`;
});
after(async () => {
  server?.close();
  await site?.close();
});

/** A page of the copy, at one of its places. */
async function visit(place, name, options = {}) {
  const seen = await watched(site.browser, places[place], { viewport: { width: 1280, height: 900 }, ...options });
  await seen.page.goto(places[place] + name);
  await settled(seen.page);
  return seen;
}

describe("copies", () => {
  for (const place of ["server", "folder"]) {
    for (const name of PAGES) {
      test(`${name} from a ${place}`, async () => {
        const { context, page, wrong } = await visit(place, name);
        try {
          assert.deepEqual(wrong, []);
          // the rules run in the page's own world, as the policy of the page forbids scripts from elsewhere
          await page.evaluate(axe);
          const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
          const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
          assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 200)}`), []);
        } finally {
          await context.close();
        }
      });
    }

    test(`the map moves through years and leads to states, from a ${place}`, async () => {
      const { context, page, wrong } = await visit(place, "index.html");
      try {
        const slider = page.locator("#map-year");
        await slider.focus();
        const before = await slider.inputValue();
        await page.keyboard.press("ArrowLeft");
        assert.equal(Number(await slider.inputValue()), Number(before) - 1);
        assert.equal(await page.locator('#map [data-is="year"]').first().textContent(), String(Number(before) - 1));
        const link = await page.locator("svg.map a").first().getAttribute("href");
        assert.ok(link.startsWith(`${places[place]}state/`), link);
        const file = place === "folder" ? fileURLToPath(link) : join(folder, new URL(link).pathname);
        assert.ok(existsSync(file), file);
        assert.deepEqual(wrong, []);
      } finally {
        await context.close();
      }
    });

    test(`charts answer and tables sort, from a ${place}`, async () => {
      const { context, page, wrong } = await visit(place, "state/RUS.html");
      try {
        assert.ok((await page.locator("figure.live").count()) > 0, "no chart is drawn again");
        await page.goto(`${places[place]}organisations.html`);
        await page.goto(`${places[place]}table/case.html`);
        await settled(page);
        const sort = page.locator("th button").first();
        await sort.click();
        assert.equal(await page.locator("th[aria-sort]").first().getAttribute("aria-sort"), "ascending");
        assert.deepEqual(wrong, []);
      } finally {
        await context.close();
      }
    });

    test(`search finds by another name, from a ${place}`, async () => {
      const { context, page, wrong } = await visit(place, "search.html");
      try {
        await page.locator("#copy-q").fill("kirgisistan");
        await page.locator('#copy-found a[href="state/KGZ.html"]').first().click();
        await page.waitForLoadState();
        assert.match(await page.locator("h1").textContent(), /Kyrgyzstan/);
        assert.deepEqual(wrong, []);
      } finally {
        await context.close();
      }
    });
  }
});
