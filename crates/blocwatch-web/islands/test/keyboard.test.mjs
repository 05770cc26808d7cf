// The site without a pointer: past the menu, through it, to an answer by search, a table in another order, a walk through the network. At
// every stop the reader must see where the focus is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, visit } from "./harness.mjs";

let site;
before(async () => {
  site = await open();
});
after(() => site?.close());

const on = (path, work) => visit(site, path, work);

/** Where the focus is: what has it, whether it is on the screen, and whether something shows it. */
const focused = (page) =>
  page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const box = e.getBoundingClientRect();
    const look = getComputedStyle(e);
    const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 1.5;
    // a state of the map shows it by its outline
    const shape = e.closest("svg.map") && e.querySelector("path, circle");
    const stroke = shape ? parseFloat(getComputedStyle(shape).strokeWidth) >= 2 : false;
    return {
      name: `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ""} ${(e.getAttribute("aria-label") ?? e.textContent ?? "").trim().slice(0, 40)}`,
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
      ring: ring || stroke,
    };
  });

/** Presses Tab until an element that fits has the focus; every stop on the way is seen. */
async function reach(page, selector, most = 120) {
  const stops = [];
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press("Tab");
    const here = await focused(page);
    if (!here) continue;
    stops.push(here.name);
    assert.ok(here.seen, `${here.name} has the focus and is not on the screen`);
    assert.ok(here.ring, `${here.name} has the focus and does not show it`);
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return stops.length;
  }
  assert.fail(`Tab does not reach ${selector}: ${stops.join(" | ")}`);
}

test("the way past the menu leads to the text", () =>
  on("/", async (page) => {
    await reach(page, "a.skip", 1);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.closest("main") !== null), "within the text");
    assert.ok(new URL(page.url()).hash === "#text");
  }));

test("the menu leads to another page", () =>
  on("/", async (page) => {
    const steps = await reach(page, '.menu a[href="/organisations"]');
    assert.ok(steps <= 6, `${steps} steps`);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/organisations");
  }));

test("a name that is typed leads to its page", () =>
  on("/matrix", async (page) => {
    await reach(page, ".find input");
    await page.keyboard.type("Kyrgyzstan");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/search?q=Kyrgyzstan*");
    await reach(page, 'main a[href="/state/KGZ"]');
    await page.keyboard.press("Enter");
    await page.waitForURL("**/state/KGZ");
  }));

test("a question of the first page is answered in one step", () =>
  on("/", async (page) => {
    await reach(page, '.questions a[href="/organisations"]');
    await page.keyboard.press("Enter");
    await page.waitForURL("**/organisations");
    assert.ok((await page.locator("table[data-table] tbody tr").count()) > 0);
  }));

test("a table is put into another order", () =>
  on("/organisations", async (page) => {
    await reach(page, "th button.sort");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.closest("th").getAttribute("aria-sort")), "ascending");
    const names = await page.locator("table[data-table]").first().locator("tbody th").allTextContents();
    assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, "en")));
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.closest("th").getAttribute("aria-sort")), "descending");
  }));

test("the network is walked along its ties and read out", () =>
  on("/network?layer=case", async (page) => {
    await reach(page, '.net-list [role="option"]');
    const here = () => page.evaluate(() => ({ id: document.activeElement.dataset.id, selected: document.activeElement.getAttribute("aria-selected") }));
    const said = () => page.locator(".net-detail[role=status]").textContent();
    await page.keyboard.press("Home");
    const first = await here();
    assert.equal(first.selected, "true");
    const about = await said();
    const neighbours = await page.evaluate(() => [...document.querySelectorAll(".net-detail a")].slice(1).map((a) => a.textContent));
    assert.ok(neighbours.length > 0, about);
    // right: the neighbours of the state from which one set out, the strongest tie first, and back to it
    for (const wanted of neighbours.slice(0, 3)) {
      await page.keyboard.press("ArrowRight");
      assert.ok((await said()).startsWith(wanted), `${await said()} instead of ${wanted}`);
      assert.ok((await focused(page)).ring);
      assert.ok((await focused(page)).seen);
    }
    for (const _ of neighbours.slice(0, 3)) await page.keyboard.press("ArrowLeft");
    assert.deepEqual(await here(), first);
    assert.equal(await said(), about);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/state/${first.id}`);
  }));
