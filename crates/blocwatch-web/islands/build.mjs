// Bundles the islands into dist/: one file per entry and shared parts, named by the digest of their content; entries.txt says which entry
// is which file, licences.txt what the bundled packages ask for. The same sources give the same bytes.
import { readFileSync, readdirSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { geoCentroid } from "d3-geo";
import { feature } from "topojson-client";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const ENTRIES = ["map", "charts", "table", "network"].filter((e) => readdirSync(join(here, "src")).includes(`${e}.ts`));

// The small atlas leaves out small states; they become points, at the middle of their shape in the finer atlas.
const small = {
  name: "atlas",
  setup(on) {
    on.onResolve({ filter: /^atlas$/ }, () => ({ path: "atlas", namespace: "atlas" }));
    on.onLoad({ filter: /.*/, namespace: "atlas" }, () => {
      const read = (size) => JSON.parse(readFileSync(join(here, `node_modules/world-atlas/countries-${size}.json`), "utf8"));
      const [coarse, fine] = [read("110m"), read("50m")];
      const key = (g) => g.id ?? g.properties.name;
      const drawn = new Set(coarse.objects.countries.geometries.map(key));
      const points = feature(fine, fine.objects.countries).features
        .filter((f) => !drawn.has(key(f)))
        .map((f) => ({ key: key(f), name: f.properties.name, at: geoCentroid(f).map((x) => Math.round(x * 100) / 100) }));
      const { countries } = coarse.objects;
      return { contents: JSON.stringify({ topology: { ...coarse, objects: { countries } }, points }), loader: "json" };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
const made = await build({
  absWorkingDir: here,
  entryPoints: Object.fromEntries(ENTRIES.map((e) => [e, `src/${e}.ts`])),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  metafile: true,
  logLevel: "warning",
  plugins: [small],
});

// For copies of the site as files: opened from a folder, a browser reads no modules, so each is one plain script. Links lead to files beside
// the page, and an address that cannot be changed stays as it is.
const COPIES = ["map", "charts", "table"];
const beside = {
  words: `export { regime, say } from "./words.ts";
    export const page = (path) => new URL(path.slice(1) + ".html", globalThis.blocwatchRoot).href;
    export const statePage = (id) => page("/state/" + encodeURIComponent(id));`,
  dom: `export * from "./dom.ts";
    import { remember as keep } from "./dom.ts";
    export function remember(parameters, anchor) { try { keep(parameters, anchor); } catch { /* a file has no parameters */ } }`,
};
const files = {
  name: "files",
  setup(on) {
    on.onResolve({ filter: /^\.\/(words|dom)\.ts$/ }, (a) => (a.namespace === "files" ? undefined : { path: a.path.slice(2, -3), namespace: "files" }));
    on.onLoad({ filter: /.*/, namespace: "files" }, (a) => ({ contents: beside[a.path], resolveDir: join(here, "src"), loader: "js" }));
  },
};
const plain = await build({
  absWorkingDir: here,
  entryPoints: Object.fromEntries(COPIES.map((e) => [`${e}-copy`, `src/${e}.ts`])),
  outdir: dist,
  bundle: true,
  format: "iife",
  // parts that begin later do not know which script they are of
  banner: { js: 'globalThis.blocwatchRoot=new URL("../../",document.currentScript.src);' },
  target: "es2022",
  minify: true,
  legalComments: "none",
  entryNames: "[name]-[hash]",
  metafile: true,
  logLevel: "warning",
  plugins: [small, files],
});

mkdirSync(dist, { recursive: true });
const outputs = [...Object.entries(made.metafile.outputs), ...Object.entries(plain.metafile.outputs)];
const copies = Object.keys(plain.metafile.outputs).map((file) => `${basename(file).match(/^\w+-copy/)[0]} ${basename(file)}`);
const entries = Object.entries(made.metafile.outputs)
  .filter(([, o]) => o.entryPoint && ENTRIES.includes(basename(o.entryPoint, ".ts")) && o.entryPoint.startsWith("src/"))
  .map(([file, o]) => `${basename(o.entryPoint, ".ts")} ${basename(file)}`)
  .concat(copies)
  .sort();
writeFileSync(join(dist, "entries.txt"), entries.join("\n") + "\n");

const packages = new Set(["world-atlas"]);
for (const input of Object.keys(made.metafile.inputs)) {
  const found = input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const licences = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((f) => /^licen[cs]e/i.test(f));
  return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
});
writeFileSync(join(dist, "licences.txt"), licences.join("\n" + "-".repeat(72) + "\n\n"));

for (const [file, o] of outputs) console.log(`${basename(file).padEnd(28)} ${(o.bytes / 1000).toFixed(1)} kB`);
