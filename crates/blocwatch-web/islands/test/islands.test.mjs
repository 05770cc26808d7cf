// What the islands do: map, charts, tables, network; by keyboard, and restored from the address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, settled, visit } from "./harness.mjs";

let site;
before(async () => {
  site = await open();
});
after(() => site?.close());

const on = (path, work, options) => visit(site, path, work, options);

/** Presses Tab until an element that fits has the focus. */
async function reach(page, selector, most = 80) {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

const svgOf = async (page, figure, button) => {
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`${figure} .frame-tools button`, { hasText: button }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(chunks) };
};

test("the first thing that Tab reaches is the way past the menu", () =>
  on("/", async (page) => {
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  }));

test("the map follows its slider, says what it shows and is restored from its address", () =>
  on("/?year=1990", async (page) => {
    assert.equal(await page.locator("#map svg.map").count(), 1);
    assert.ok((await page.locator("#map .map-states a").count()) > 180, "states on the map");
    assert.equal(await page.locator('#map [data-is="year"]').first().textContent(), "1990");
    // before it was a state, Kyrgyzstan has no regime of its own
    const kyrgyzstan = page.locator('#map a[href="/state/KGZ"].m4');
    assert.equal(await kyrgyzstan.count(), 1);
    await reach(page, "#map-year");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.ok(page.url().endsWith("?year=1993"), page.url());
    assert.match(await page.locator('#map svg a[href="/state/KGZ"]').getAttribute("aria-label"), /^Kyrgyzstan: .+, 1993$/);
    // the list beside the map says the same as the map
    const listed = await page.locator('#map details [data-class="0"] li').count();
    const drawn = await page.locator("#map .map-states a.m0").count();
    const counted = Number(await page.locator('#map .legend [data-class="0"] [data-is="n"]').textContent());
    assert.equal(listed, counted);
    assert.ok(drawn <= counted && drawn > 0, `${drawn} drawn, ${counted} counted`);
  }));

test("the map can be read and left by keyboard", () =>
  on("/", async (page) => {
    await reach(page, "#map svg.map a");
    const first = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    for (const key of ["ArrowRight", "ArrowUp", "ArrowUp", "ArrowRight"]) await page.keyboard.press(key);
    const now = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.ok(now && now !== first, `${first} to ${now}`);
    assert.equal(await page.locator("#map .tip").isVisible(), true);
    const href = await page.evaluate(() => document.activeElement.getAttribute("href"));
    await page.keyboard.press("Enter");
    await page.waitForURL("**" + href);
  }));

test("pictures leave as SVG and PNG that stand alone", () =>
  on("/", async (page) => {
    const svg = await svgOf(page, "#map", "SVG");
    const text = svg.bytes.toString();
    assert.match(svg.name, /^blocwatch-regimes-\d{4}\.svg$/);
    assert.ok(text.startsWith("<svg") && text.includes("Regimes in") && text.includes("Natural Earth"), text.slice(0, 200));
    assert.ok(!/var\(--|<script|<style|href=/.test(text), "it needs nothing of the page");
    const png = await svgOf(page, "#map", "PNG");
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
    assert.ok(png.bytes.length > 20_000, `${png.bytes.length} bytes`);
  }));

test("a chart is read by keyboard, loses a line, and its address restores that", () =>
  on("/matrix", async (page) => {
    const chart = page.locator("figure.live svg.plot").first();
    await chart.scrollIntoViewIfNeeded();
    const id = await page.locator("figure.live").first().getAttribute("id");
    await chart.focus();
    await page.keyboard.press("ArrowLeft");
    assert.match(await page.locator(`#${id} .readout`).textContent(), /^\d{4}: /);
    const lines = await page.locator(`#${id} .lines input`).count();
    assert.ok(lines >= 2, `${lines} lines`);
    await page.locator(`#${id} .lines input`).first().uncheck();
    assert.ok(page.url().includes(`#${id};off=0`), page.url());
    await page.reload();
    await settled(page);
    assert.equal(await page.locator(`#${id} .lines input`).first().isChecked(), false);
    const csv = await page.locator(`#${id} .frame-tools a`).first().getAttribute("href");
    const rows = await (await fetch(site.address + csv)).text();
    assert.ok(rows.startsWith("series,x,value,low,high\n") && rows.split("\n").length > 10, rows.slice(0, 80));
    const svg = await svgOf(page, `#${id}`, "SVG");
    assert.ok(!svg.bytes.toString().includes("var(--"));
  }));

test("states are added to and removed from the votes chart, and the address restores them", () =>
  on("/votes", async (page) => {
    if (!(await page.locator("#add-state").count())) return;
    const before = await page.locator("#chart-1 .lines li").count();
    await page.locator("#chart-1 .lines button").first().click();
    assert.equal(await page.locator("#chart-1 .lines li").count(), before - 1);
    const value = await page.locator("#add-state option").nth(1).getAttribute("value");
    await page.locator("#add-state").selectOption(value);
    await page.waitForFunction((n) => document.querySelectorAll("#chart-1 .lines li").length === n, before);
    assert.ok(page.url().includes("states="), page.url());
    const names = await page.locator("#chart-1 .lines li").allTextContents();
    await page.reload();
    await settled(page);
    assert.deepEqual(await page.locator("#chart-1 .lines li").allTextContents(), names);
  }));

test("tables sort, filter and leave out columns", () =>
  on("/table/case", async (page) => {
    const table = page.locator("table.rows");
    const all = await table.locator("tbody tr:visible").count();
    await reach(page, 'input[id^="filter-"]');
    await page.keyboard.type("police");
    const some = await table.locator("tbody tr:visible").count();
    assert.ok(some > 0 && some < all, `${some} of ${all}`);
    await page.locator('input[id^="filter-"]').first().fill("");
    const head = table.locator("thead th", { hasText: "year_from" });
    await head.locator("button").focus();
    await page.keyboard.press("Enter");
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    const at = await head.evaluate((h) => h.cellIndex);
    const years = (await table.locator(`tbody tr td:nth-child(${at + 1})`).allTextContents()).filter((t) => t !== "null").map(Number);
    assert.deepEqual(years, [...years].sort((a, b) => b - a));
    await page.locator(".columns-menu summary").first().click();
    await page.locator(".columns-list input").nth(1).uncheck();
    assert.equal(await table.locator("thead th").nth(1).isVisible(), false);
  }));

test("the network says when it is ready, moves by keyboard and by year", () =>
  on("/network?layer=case", async (page) => {
    const ready = await page.evaluate(() => performance.getEntriesByName("blocwatch-network")[0]?.startTime ?? Infinity);
    console.log(`network interactive after ${Math.round(ready)} ms`);
    // how long it takes is told, and decides nothing: a busy machine draws in software
    assert.ok(Number.isFinite(ready));
    assert.ok((await page.locator(".net-stage canvas").count()) > 3, "the drawing");
    await reach(page, '.net-list [role="option"]');
    await page.keyboard.press("ArrowDown");
    const one = await page.locator('.net-list [aria-selected="true"]').textContent();
    await page.keyboard.press("ArrowRight");
    const other = await page.locator('.net-list [aria-selected="true"]').textContent();
    assert.notEqual(one, other);
    assert.ok(page.url().includes("state="), page.url());
    assert.match(await page.locator(".net-detail").textContent(), / ties: /);
    const states = await page.locator(".net-list li").count();
    await page.locator("#net-year").evaluate((s) => {
      s.value = String(Number(s.max) - 12);
      s.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await page.waitForFunction((n) => document.querySelectorAll(".net-list li").length !== n, states);
    assert.match(page.url(), /year=\d{4}/);
    const rows = await page.locator('table[data-swap="nodes"] tbody tr').count();
    assert.equal(rows, await page.locator(".net-list li").count(), "the table follows");
    await page.locator("#net-search").fill("Russia");
    await page.locator("#net-search").press("Enter");
    assert.match(await page.locator('.net-list [aria-selected="true"]').textContent(), /^Russia/);
    const png = await svgOf(page, "#network", "PNG");
    assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  }));

test("the network leaves as a drawing of the present view, with its title, its names and its source", () =>
  on("/network?layer=case", async (page) => {
    const read = async () => {
      const { bytes, name } = await svgOf(page, "#network", "SVG");
      const text = bytes.toString();
      // drawn and read as a browser reads a file of its own
      return page.evaluate(({ text, name }) => {
        const file = new DOMParser().parseFromString(text, "image/svg+xml");
        const all = (tag) => [...file.getElementsByTagName(tag)];
        return {
          name, whole: file.documentElement.tagName, wrong: all("parsererror").length, discs: all("title").length, lines: all("line").length,
          places: all("circle").map((c) => `${c.getAttribute("cx")} ${c.getAttribute("cy")}`), texts: all("text").map((t) => t.textContent), plain: !text.includes("var(--"),
        };
      }, { text, name });
    };
    const first = await read();
    const states = await page.locator(".net-list li").count();
    const names = await page.locator(".net-list li").allTextContents();
    const year = await page.locator("#net-year").inputValue();
    assert.equal(first.name, `blocwatch-network-case-${year}.svg`);
    assert.deepEqual([first.whole, first.wrong, first.plain, first.discs], ["svg", 0, true, states]);
    assert.ok(first.lines > 0, "ties");
    assert.ok(first.texts.some((t) => names.some((n) => n.startsWith(t))), `a state by its name: ${first.texts}`);
    assert.ok(first.texts.join(" ").includes(year), "the title");
    // another view is another drawing
    await page.locator("#net-search").fill(names[0].replace(/ \d.*/, ""));
    await page.locator("#net-search").press("Enter");
    await page.waitForTimeout(400);
    const near = await read();
    assert.notDeepEqual(near.places, first.places);
  }));

test("the curves of a counter-norm answer like other charts, by regime and by organisation", async () => {
  const list = await (await fetch(site.address + "/texts")).text();
  const frame = list.match(/href="(\/texts\/frame\/[^"]+)"/)?.[1];
  assert.ok(frame, "the made-up speeches use a counter-norm");
  await on(frame, async (page) => {
    await page.locator("#chart-1 svg.plot").waitFor();
    await page.locator("#chart-1 svg.plot").focus();
    await page.keyboard.press("ArrowLeft");
    assert.match(await page.locator("#chart-1 .readout").textContent(), /^\d{4}: .*Autocracies/);
    await page.locator("#chart-1 .lines input").nth(1).uncheck();
    assert.ok(page.url().includes("#chart-1;off=1"), page.url());
    await page.reload();
    await settled(page);
    assert.equal(await page.locator("#chart-1 .lines input").nth(1).isChecked(), false);
    assert.ok((await page.locator("#chart-1 .below").textContent()).includes("General Debate Corpus"));
    assert.ok((await page.locator("#chart-1 details table tbody tr").count()) > 0, "its figures as a table");
    const csv = await page.locator("#chart-1 .frame-tools a").first().getAttribute("href");
    const rows = await (await fetch(site.address + csv)).text();
    assert.match(rows, /^series,x,value,low,high\nAutocracies,\d{4},/);
    const svg = await svgOf(page, "#chart-1", "SVG");
    assert.ok(svg.bytes.toString().includes("General Debate Corpus"), "the source is in the picture");
  });
});

test("what islands say is in the language of the page, and Arabic runs from the right", async () => {
  const arabic = /[\u0600-\u06ff]/;
  const speaks = async (page, selector) => {
    const texts = await page.locator(selector).allTextContents();
    assert.ok(texts.length > 0, `${selector}: nothing`);
    for (const text of texts) assert.ok(arabic.test(text), `${selector}: ${text}`);
    const from = await page.locator(selector).first().evaluate((e) => getComputedStyle(e).direction);
    assert.equal(from, "rtl", selector);
  };
  await on("/ar/network?layer=case", async (page) => {
    assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
    await speaks(page, "#network .frame-controls label");
    await speaks(page, "#network .frame-tools button");
    await speaks(page, ".net-side label");
    assert.match(await page.locator(".net-list").getAttribute("aria-label"), arabic);
    // the list stands before the drawing in reading order of the page's direction: the drawing at the right, the list at its left
    const [stage, side] = [await page.locator(".net-stage").boundingBox(), await page.locator(".net-side").boundingBox()];
    assert.ok(stage.x > side.x, "drawn from the right");
    // but a canvas that writes from the right would write names over their discs
    assert.equal(await page.locator(".net-stage canvas").first().evaluate((c) => getComputedStyle(c).direction), "ltr");
  });
  await on("/ar/organisations", async (page) => {
    await speaks(page, ".table-bar > label");
    await speaks(page, ".table-bar [role=status]");
  });
  await on("/ar/", async (page) => {
    await speaks(page, "#map .play");
    await speaks(page, "#map .frame-tools button");
  });
  await on("/ar/votes", async (page) => {
    if (await page.locator("#add-state").count()) await speaks(page, '#choose label[for="add-state"]');
    if (await page.locator("#chart-1 .frame-controls .span").count()) await speaks(page, "#chart-1 .frame-controls .span label");
  });
});

test("the policy of a page forbids what it does not need", async () => {
  const answer = await fetch(site.address + "/");
  const policy = answer.headers.get("content-security-policy");
  for (const never of ["unsafe", "http:", "https:", "*"]) assert.ok(!policy.includes(never), policy);
  const html = await answer.text();
  const scripts = [...html.matchAll(/<script[^>]*>/g)].map((m) => m[0]);
  for (const s of scripts) assert.ok(/^<script type="(application\/json" id="[a-z-]+"|module" src="\/assets\/[\w-]+\.js")>$/.test(s), s);
  const asset = html.match(/\/assets\/[\w-]+\.js/)[0];
  const file = await fetch(site.address + asset);
  assert.match(file.headers.get("cache-control"), /immutable/);
  assert.equal((await fetch(site.address + asset, { headers: { "if-none-match": file.headers.get("etag") } })).status, 304);
  assert.equal((await fetch(site.address + "/assets/..%2fCargo.toml")).status, 404);
});
