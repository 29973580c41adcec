// Builds the scripts of the pages into the package, each named by what is in it, with a list of
// the names. `npm run build` writes them; CI builds again and compares.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { licences } from "./licences.mjs";
import { build } from "esbuild";

const ENTRIES = ["src/query.js", "src/query.css", "src/search.js", "src/contribute.js"];
const here = import.meta.dirname;
const out = process.argv[2] ?? path.join(here, "../src/kg/web/static/built");
const atlas = path.join(here, "node_modules/world-atlas/countries-50m.json");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

/** The messages of the scripts: each as it stands in English, with its plural where it has one. */
async function messages() {
  const text = await readFile(path.join(here, "src/strings.js"), "utf8");
  const calls = text.matchAll(/\bn?gettext\(("[^"]*")(?:, ("[^"]*"))?/g);
  const found = [...calls].map(([, one, many]) => [one, many].filter(Boolean).map((words) => JSON.parse(words)));
  return [...new Map(found.map((each) => [each[0], each])).values()];
}

const built = await build({
  absWorkingDir: here,
  entryPoints: ENTRIES,
  outdir: "built", // the names depend on it, so it is the same wherever the files go
  write: false,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

for (const file of built.outputFiles) await writeFile(path.join(out, path.basename(file.path)), file.contents);

const manifest = {};
for (const [file, about] of Object.entries(built.metafile.outputs)) {
  if (ENTRIES.includes(about.entryPoint)) manifest[path.basename(about.entryPoint)] = path.basename(file);
}
const countries = await readFile(atlas);
const digest = createHash("sha256").update(countries).digest("hex").slice(0, 8).toUpperCase();
manifest["countries.json"] = `countries-${digest}.json`;
await writeFile(path.join(out, manifest["countries.json"]), countries);
await writeFile(path.join(out, "messages.json"), `[\n${(await messages()).map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
await writeFile(path.join(out, "licences.txt"), await licences(here, [...Object.keys(built.metafile.inputs), atlas]));
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(path.join(out, "manifest.json"), JSON.stringify(sorted, null, 2) + "\n");
