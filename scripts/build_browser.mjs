// Bundles what the browser needs into src/jangteo/channels/ui/static/built/.
//
//   npm run build            does nothing when no input changed
//   npm run build -- --force builds again
//
// In:  channels/*/static_src/*.js     one JS entry each        -> asset("<channel>/<name>.js")
//      channels/*/css/*.css           one CSS entry each,      -> asset("<channel>/<name>.css")
//                                     unless a sibling @imports it
//      channels/*/icons.txt and icon names written in templates -> one SVG sprite, icon("<name>")
//      channels/ui/fonts/syllables.txt                          -> slices of Pretendard
// Out: files named by their content, .br and .gz beside them, and manifest.json.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import * as esbuild from "esbuild";
import { buildFonts } from "./build_fonts.mjs";
import { buildLetters } from "./build_letters.mjs";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const CHANNELS = path.join(ROOT, "src/jangteo/channels");
const OUT = path.join(CHANNELS, "ui/static/built");
const MANIFEST = path.join(OUT, "manifest.json");
const ICONS = path.join(ROOT, "node_modules/lucide-static/icons");
const started = performance.now();

const hash = (data) => createHash("sha256").update(data).digest("hex");
const list = (dir) => (fs.existsSync(dir) ? fs.readdirSync(dir, { withFileTypes: true }) : []);
const walk = (dir) =>
  list(dir).flatMap((e) => (e.isDirectory() ? walk(path.join(dir, e.name)) : [path.join(dir, e.name)])).sort();
const channels = list(CHANNELS).filter((e) => e.isDirectory() && e.name !== "__pycache__").map((e) => e.name).sort();

function fingerprint() {
  const files = channels.flatMap((c) =>
    ["static_src", "css", "templates", "icons.txt", "fonts"].flatMap((d) => {
      const p = path.join(CHANNELS, c, d);
      return fs.existsSync(p) && fs.statSync(p).isFile() ? [p] : walk(p);
    }),
  );
  files.push(fileURLToPath(import.meta.url), path.join(ROOT, "scripts/build_fonts.mjs"), path.join(ROOT, "package-lock.json"));
  const h = createHash("sha256");
  for (const f of files) h.update(path.relative(ROOT, f)).update("\0").update(fs.readFileSync(f)).update("\0");
  return h.digest("hex");
}

function entryPoints() {
  const entries = {};
  for (const c of channels) {
    for (const e of list(path.join(CHANNELS, c, "static_src")))
      if (e.isFile() && e.name.endsWith(".js")) entries[`${c}/${e.name}`] = path.join(CHANNELS, c, "static_src", e.name);
    const cssDir = path.join(CHANNELS, c, "css");
    const sheets = list(cssDir).filter((e) => e.isFile() && e.name.endsWith(".css")).map((e) => e.name);
    const text = sheets.map((s) => fs.readFileSync(path.join(cssDir, s), "utf8")).join("\n");
    const imported = new Set([...text.matchAll(/@import\s+["']\.\/([^"']+)["']/g)].map((m) => m[1]));
    for (const s of sheets) if (!imported.has(s)) entries[`${c}/${s}`] = path.join(cssDir, s);
  }
  return entries;
}

function iconNames() {
  const names = new Set();
  for (const c of channels) {
    const own = path.join(CHANNELS, c, "icons.txt");
    if (fs.existsSync(own)) for (const n of fs.readFileSync(own, "utf8").split(/\s+/)) if (n) names.add(n);
    for (const f of walk(path.join(CHANNELS, c, "templates")))
      for (const m of fs.readFileSync(f, "utf8").matchAll(/\bicon(?:_name)?\s*[=(]\s*["']([a-z0-9-]+)["']/g)) names.add(m[1]);
  }
  return [...names].sort();
}

function sprite(names) {
  const symbols = names.map((n) => {
    const file = path.join(ICONS, `${n}.svg`);
    if (!fs.existsSync(file)) throw new Error(`no icon named "${n}" in lucide; see https://lucide.dev/icons`);
    const inner = fs.readFileSync(file, "utf8").replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
    return `<symbol id="${n}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide, ISC licence -->${symbols.join("")}</svg>`;
}

function write(relative, data) {
  const file = path.join(OUT, relative);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, data);
  if (relative.endsWith(".woff2")) return [relative];
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  const params = { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: data.length };
  fs.writeFileSync(`${file}.br`, zlib.brotliCompressSync(data, { params }));
  fs.writeFileSync(`${file}.gz`, zlib.gzipSync(data, { level: 9 }));
  return [relative, `${relative}.br`, `${relative}.gz`];
}

buildLetters(ROOT);
const inputs = fingerprint();
const before = fs.existsSync(MANIFEST) ? JSON.parse(fs.readFileSync(MANIFEST, "utf8")) : {};
const complete = (m) => (m.files ?? []).every((f) => fs.existsSync(path.join(OUT, f)));
if (before.inputs === inputs && complete(before) && !process.argv.includes("--force")) {
  console.log("browser files are up to date");
  process.exit(0);
}

fs.mkdirSync(OUT, { recursive: true });
const fonts = await buildFonts({ root: ROOT, out: OUT, before: before.fonts });
const entries = entryPoints();
const js = Object.fromEntries(Object.entries(entries).filter(([k]) => k.endsWith(".js")).map(([k, v]) => [k.slice(0, -3), v]));
const css = Object.fromEntries(Object.entries(entries).filter(([k]) => k.endsWith(".css")).map(([k, v]) => [k.slice(0, -4), v]));
const common = {
  bundle: true, minify: true, write: false, metafile: true, outdir: OUT, absWorkingDir: ROOT, charset: "utf8",
  entryNames: "[dir]/[name]-[hash]", chunkNames: "ui/chunks/[name]-[hash]", assetNames: "ui/media/[name]-[hash]",
  nodePaths: [path.join(ROOT, "node_modules")], legalComments: "none", logLevel: "warning",
};
const results = [
  await esbuild.build({ ...common, entryPoints: js, format: "esm", splitting: true, target: ["chrome100", "safari15", "firefox100"] }),
  await esbuild.build({
    ...common, entryPoints: css, target: ["chrome100", "safari15", "firefox100"], external: ["*.woff2"],
    loader: { ".svg": "file", ".webp": "file", ".png": "file" },
    plugins: [{
      name: "fonts",
      setup(b) {
        b.onResolve({ filter: /^jangteo:fonts-/ }, (a) => ({ path: a.path.slice(14), namespace: "fonts" }));
        b.onLoad({ filter: /.*/, namespace: "fonts" }, (a) => ({ contents: fonts.css[a.path], loader: "css" }));
      },
    }],
  }),
];

const manifest = { entries: {}, icons: [], preload: fonts.preload, fonts: fonts.record, files: [...fonts.files], inputs };
for (const r of results) {
  for (const f of r.outputFiles) manifest.files.push(...write(path.relative(OUT, f.path), Buffer.from(f.contents)));
  for (const [file, meta] of Object.entries(r.metafile.outputs)) {
    if (!meta.entryPoint) continue;
    const source = path.resolve(ROOT, meta.entryPoint);
    const name = Object.keys(entries).find((k) => entries[k] === source);
    if (name) manifest.entries[name] = path.relative(OUT, path.resolve(ROOT, file));
  }
}
manifest.icons = iconNames();
const svg = Buffer.from(sprite(manifest.icons));
manifest.entries["ui/icons.svg"] = `ui/icons-${hash(svg).slice(0, 8)}.svg`;
manifest.files.push(...write(manifest.entries["ui/icons.svg"], svg));
manifest.entries = Object.fromEntries(Object.entries(manifest.entries).sort());
manifest.files.sort();

fs.writeFileSync(`${MANIFEST}.new`, JSON.stringify(manifest, null, 1) + "\n");
fs.renameSync(`${MANIFEST}.new`, MANIFEST);
const keep = new Set(["manifest.json", ...manifest.files]);
for (const f of walk(OUT)) if (!keep.has(path.relative(OUT, f))) fs.rmSync(f);
console.log(`browser files: ${Object.keys(manifest.entries).length} entries, ${manifest.icons.length} icons, ${Math.round(performance.now() - started)} ms`);
