// Pictures of pages compared with what was reviewed. A picture is kept as a text in test/pictures/: the mean colour of each part of the
// first screen, in sixteen steps of red, green and blue. So a colour, a chart or a map that changes is seen, a letter drawn a little
// differently is not, and no binary is kept. A page that changes on purpose is accepted by `ACCEPT=1 npm test`, and the pictures in
// target/browser are looked at.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { PAGES, SIZES, open, picture, settled, watched } from "./harness.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "pictures");
/** How each page is looked at: so that both sizes and both themes are, and no page takes four pictures. */
const LOOKS = { desktop: { colorScheme: "light", columns: 20, rows: 14 }, phone: { colorScheme: "dark", columns: 8, rows: 16 } };
/** Steps of sixteen by which a part may differ, and the share of parts that may differ more: fonts break lines elsewhere. */
const [NEAR, MOVED] = [1, 0.05];

let site;
before(async () => {
  site = await open();
  mkdirSync(folder, { recursive: true });
});
after(() => site?.close());

/** The mean colours of a picture's parts, a line of three digits each for every row. */
const grid = (page, png, columns, rows) =>
  page.evaluate(
    async ([data, columns, rows]) => {
      const image = new Image();
      image.src = data;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
      canvas.drawImage(image, 0, 0);
      const cell = (column, row) => {
        const [x, y] = [Math.floor((column * image.width) / columns), Math.floor((row * image.height) / rows)];
        const [w, h] = [Math.floor(image.width / columns), Math.floor(image.height / rows)];
        const { data } = canvas.getImageData(x, y, w, h);
        const sum = [0, 0, 0];
        for (let i = 0; i < data.length; i++) if (i % 4 < 3) sum[i % 4] += data[i];
        return sum.map((s) => Math.min(15, Math.floor(s / (w * h) / 16)).toString(16)).join("");
      };
      return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => cell(column, row)).join(" "));
    },
    [`data:image/png;base64,${png.toString("base64")}`, columns, rows],
  );

const differ = (a, b) => a !== b && [0, 1, 2].some((i) => Math.abs(parseInt(a[i], 16) - parseInt(b[i], 16)) > NEAR);

describe("pictures", () => {
  for (const [name, path] of Object.entries(PAGES)) {
    test(name, async () => {
      const blank = await site.browser.newPage();
      const now = [path];
      for (const [size, { colorScheme, columns, rows }] of Object.entries(LOOKS)) {
        const { context, page } = await watched(site.browser, site.address, { viewport: SIZES[size], colorScheme });
        try {
          await page.goto(site.address + path);
          await settled(page);
          const png = await picture(page, `look-${name}-${size}`, false);
          now.push("", `${size} ${colorScheme}`, ...(await grid(blank, png, columns, rows)));
        } finally {
          await context.close();
        }
      }
      await blank.close();
      const file = join(folder, `${name}.txt`);
      if (process.env.ACCEPT) return writeFileSync(file, `${now.join("\n")}\n`);
      const before = readFileSync(file, "utf8").trimEnd().split("\n");
      const parts = (lines) => lines.flatMap((line) => (/^[0-9a-f]{3}( |$)/.test(line) ? line.split(" ") : []));
      const [old, fresh] = [parts(before), parts(now)];
      assert.equal(fresh.length, old.length, `${name} has another size`);
      const moved = fresh.filter((part, i) => differ(part, old[i])).length;
      assert.ok(
        moved <= MOVED * old.length,
        `${name} looks different in ${moved} of ${old.length} parts; look at target/browser/look-${name}-*.png; if it is meant to: ACCEPT=1 npm test\n${now.join("\n")}`,
      );
    });
  }
});
