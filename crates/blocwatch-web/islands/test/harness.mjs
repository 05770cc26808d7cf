// A server over an observatory and a browser in front of it, for the tests beside this file.
//
// The observatory is built from the made-up samples of the readers, so that every page has something to show on any machine; OBSERVATORY
// names another one. CHROMIUM names another browser. Nothing is downloaded.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../../../..");
export const pictures = join(root, "target/browser");
const program = join(root, "target/release/blocwatch");
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

function run(...args) {
  const done = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (done.status !== 0 && done.status !== 1) throw new Error(`blocwatch ${args.join(" ")}: ${done.stderr}`);
}

function observatory() {
  if (process.env.OBSERVATORY) return process.env.OBSERVATORY;
  const home = join(root, "target/browser-home");
  run("--home", home, "--quiet", "fetch", "--all", "--from", "crates/blocwatch-sources");
  run("--home", home, "--quiet", "build");
  return home;
}

/** Writes a copy of the site as files. */
export function publish(folder) {
  run("--home", observatory(), "--quiet", "publish", folder, "--data", "csv");
}

/** Starts both; `close` ends them. */
export async function open() {
  for (const [path, how] of [[program, "make build"], [browserPath, "apt-get install chromium"]]) {
    if (!existsSync(path)) throw new Error(`${path} is missing: ${how}`);
  }
  mkdirSync(pictures, { recursive: true });
  const server = spawn(program, ["--home", observatory(), "serve", "--listen", "127.0.0.1:0"], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((found, failed) => {
    const lines = createInterface({ input: server.stderr });
    lines.on("line", (line) => {
      const url = line.match(/http:\/\/[\d.]+:\d+/);
      if (url) found(url[0]);
    });
    server.on("exit", () => failed(new Error("the server ended")));
  });
  const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--use-angle=swiftshader"] });
  const close = async () => {
    await browser.close();
    server.kill();
  };
  return { address, browser, close };
}

/** A page that notes what it must not do: errors in the console and requests to anybody else. */
export async function watched(browser, address, options) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (m) => m.type() === "error" && wrong.push(`console: ${m.text()}`));
  page.on("pageerror", (e) => wrong.push(`error: ${e.message}`));
  page.on("request", (r) => {
    const url = r.url();
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) wrong.push(`request: ${url}`);
  });
  const weight = { bytes: 0 };
  page.on("requestfinished", async (r) => {
    const sizes = await r.sizes().catch(() => null);
    if (sizes) weight.bytes += sizes.responseBodySize + sizes.responseHeadersSize;
  });
  return { context, page, wrong, weight };
}

/** Opens a page of a site, lets a test work on it, and holds that nothing went wrong. */
export async function visit(site, path, work, options = {}) {
  const { context, page, wrong } = await watched(site.browser, site.address, { viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  try {
    await page.goto(site.address + path);
    await settled(page);
    await work(page);
    assert.deepEqual(wrong, []);
  } finally {
    await context.close();
  }
}

/** Pages whose looks are reviewed: their layout and their picture. */
export const PAGES = {
  overview: "/",
  matrix: "/matrix",
  states: "/states",
  state: "/state/RUS",
  organisations: "/organisations",
  votes: "/votes",
  network: "/network?layer=case",
  cases: "/cases?tactic=law-copying",
  interruptions: "/interruptions",
  changes: "/changes",
  search: "/search?q=kirgistan&kind=state",
  about: "/about",
  arabic: "/ar/",
};
export const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

let turn = Promise.resolve();

/**
 * Writes a picture of a page to target/browser. One at a time and, if need be, three times: a browser drawing in software that is asked
 * for several at once, or while another page is drawn, now and then answers "Unable to capture screenshot" about a page that is whole.
 */
export function picture(page, name, fullPage) {
  const taken = turn.then(async () => {
    for (let tries = 1; ; tries++) {
      try {
        return await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
      } catch (error) {
        if (tries === 3 || !/Unable to capture screenshot/.test(error.message)) throw error;
        await page.waitForTimeout(500 * tries);
      }
    }
  });
  turn = taken.catch(() => {});
  return taken;
}

/**
 * Waits until the islands of a page have done their first work. It asks the islands and never whether the network is idle: the browser
 * now and then does not tell of a request's end, and an idle network says nothing of what is still drawn.
 */
export async function settled(page) {
  // the modules of a page have run before it is loaded
  await page.waitForLoadState("load");
  await page.evaluate(() => document.fonts.ready);
  // every island that the page has data for has drawn, however busy the machine is; charts draw when they come near the screen
  const islands = await page.evaluate(() => {
    const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");
    const wanted = (read("charts-data") ?? []).map((c) => c.id);
    if (read("map-data")) wanted.push("map");
    // a copy has the drawing and not the script
    if (read("network-data")?.nodes.length && document.querySelector('script[src*="/network-"]')) wanted.push("network");
    return wanted.filter((id) => document.getElementById(id));
  });
  for (const id of islands) {
    const figure = page.locator(`#${id}`);
    await figure.evaluate((f) => f.scrollIntoView());
    await page.waitForFunction((i) => document.getElementById(i).classList.contains("live"), id);
  }
  await page.evaluate(() => new Promise((drawn) => {
    scrollTo(0, 0);
    requestAnimationFrame(() => requestAnimationFrame(drawn));
  }));
  await page.waitForTimeout(60);
}
