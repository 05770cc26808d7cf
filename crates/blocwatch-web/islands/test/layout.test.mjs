// The layout of pages compared with what was reviewed: one small text per page in test/layout/, which lists the parts of the page in reading
// order, how far each reaches across the screen in 48ths of its width, and which stand beside the one before. Widths follow from the
// style sheet alone; heights and words follow from fonts and data and are left out, so that another machine writes the same text. Colours
// are those of the two themes. A page that moves on purpose is accepted by `ACCEPT=1 npm test`, and the change of the text is reviewed.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { PAGES, SIZES, open, settled, watched } from "./harness.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "layout");

let site;
before(async () => {
  site = await open();
  mkdirSync(folder, { recursive: true });
});
after(() => site?.close());

/** The parts of a page as lines. */
const outline = (page) =>
  page.evaluate(() => {
    const parts =
      "header, nav, main, footer, section, article, figure, form, aside, .lead, .tiles, .facets, .kinds > div, .scroll, .frame-body, .legend, .net-stage, .net-side, .columns";
    const grid = (x) => Math.round((x / document.documentElement.clientWidth) * 48);
    const lines = [];
    let before = null;
    for (const e of document.querySelectorAll(parts)) {
      // the search in the menu is as wide as its words; a card looks the same wherever it stands
      if (e.matches(".find") || e.parentElement.closest("article") || e.closest("details:not([open])") || !e.checkVisibility()) continue;
      let depth = 0;
      for (let up = e.parentElement; up; up = up.parentElement) if (up.matches(parts)) depth += 1;
      const box = e.getBoundingClientRect();
      const beside = before !== null && before.depth === depth && before.parent === e.parentElement && box.top < before.box.bottom - 8 && Math.abs(box.left - before.box.left) > 8;
      before = { box, depth, parent: e.parentElement };
      const name = `${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : e.classList.length ? `.${e.classList[0]}` : ""}`;
      lines.push(`${"  ".repeat(depth)}${beside ? "+ " : "- "}${name} ${grid(box.left)}..${grid(box.right)}`);
    }
    // the same part many times over, as the data has it, is one line
    return lines.filter((line, i) => line !== lines[i - 1]);
  });

const theme = (page) =>
  page.evaluate(() => {
    const look = getComputedStyle(document.documentElement);
    return ["--page", "--ink", "--muted", "--accent", "--r0", "--r1", "--r2", "--r3"].map((v) => look.getPropertyValue(v).trim()).join(" ");
  });

describe("layout", { concurrency: 3 }, () => {
  for (const [name, path] of Object.entries(PAGES)) {
    test(name, async () => {
      const text = [`${path}`];
      for (const [size, viewport] of Object.entries(SIZES)) {
        const { context, page } = await watched(site.browser, site.address, { viewport });
        try {
          await page.goto(site.address + path);
          await settled(page);
          const first = await outline(page);
          await page.emulateMedia({ colorScheme: "dark" });
          const dark = [await outline(page), await theme(page)];
          await page.emulateMedia({ colorScheme: "light" });
          await page.reload();
          await settled(page);
          const second = await outline(page);
          assert.deepEqual(second, first, `${name} at ${size}: another layout after a reload`);
          assert.deepEqual(dark[0], first, `${name} at ${size}: another layout in the dark`);
          text.push("", `${size} ${viewport.width} x ${viewport.height}`, ...first);
          if (size === "desktop") text.splice(1, 0, `light ${await theme(page)}`, `dark ${dark[1]}`);
        } finally {
          await context.close();
        }
      }
      const file = join(folder, `${name}.txt`);
      const now = `${text.join("\n")}\n`;
      if (process.env.ACCEPT) return writeFileSync(file, now);
      assert.equal(now, readFileSync(file, "utf8"), `${name} has moved; if it is meant to: ACCEPT=1 npm test`);
    });
  }
});
