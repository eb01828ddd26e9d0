// Cuts Pretendard (SIL OFL) into slices a phone can afford.
//
// Two static weights. The core slice holds Latin, digits and the syllables a market page uses most (97 of 100 letters
// of goods, recipes and everyday talk) and comes with the main stylesheet. Further slices, by falling frequency and
// then the remaining syllables of KS X 1001 in blocks, are named by a second stylesheet which a page asks for only
// from a visitor's second page on: the first must be quick, and until then a rare letter shows in the system's font.
// A browser fetches a slice only when the page shows a character of it (unicode-range).
// Only kerning, tabular figures and case forms are kept: the other features would double the core.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const WEIGHTS = [["regular", 400, "Regular"], ["bold", 700, "Bold"]];
const CORE = 560;
const CUTS = [640, 740, 860, 1030, 1240, 1500];
const FEATURES = ["kern", "tnum", "case", "ccmp"];
const EXTRA = "\u00a0₩·…–—‘’“”×→←↑↓✓℃½−※○●△▲▼";

const hash = (data) => createHash("sha256").update(data).digest("hex");

/** Syllables of KS X 1001, read off the EUC-KR decoder (rows 0xB0 to 0xC8). */
function ksx1001() {
  const decoder = new TextDecoder("euc-kr");
  const all = [];
  for (let row = 0xb0; row <= 0xc8; row++)
    for (let cell = 0xa1; cell <= 0xfe; cell++) all.push(decoder.decode(Uint8Array.of(row, cell)));
  return all.filter((c) => c >= "가" && c <= "힣").sort();
}

function slices(order) {
  const latin = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("") + EXTRA;
  const known = new Set(order);
  const rest = ksx1001().filter((c) => !known.has(c));
  const out = [];
  const size = Math.ceil(rest.length / 6);
  for (let i = 0; i * size < rest.length; i++) out.push([`rest${i}`, rest.slice(i * size, (i + 1) * size).join("")]);
  CUTS.forEach((end, i) => {
    const part = order.slice(i ? CUTS[i - 1] : CORE, end).join("");
    if (part) out.push([`more${i}`, part]);
  });
  out.push(["core", latin + order.slice(0, CORE).join("")]);
  return out;
}

function range(text) {
  const points = [...new Set([...text].map((c) => c.codePointAt(0)))].sort((a, b) => a - b);
  const runs = [];
  for (const p of points) {
    const last = runs.at(-1);
    if (last && last[1] === p - 1) last[1] = p;
    else runs.push([p, p]);
  }
  return runs.map(([a, b]) => `U+${a.toString(16)}${a === b ? "" : `-${b.toString(16)}`}`).join(",");
}

/** Returns {css: {core, more}, preload, files, record}; `before` is the record of the last build, reused when nothing changed. */
export async function buildFonts({ root, out, before }) {
  const listed = fs.readFileSync(path.join(root, "src/jangteo/channels/ui/fonts/syllables.txt"), "utf8");
  const order = [...new Set([...listed.replace(/\s/g, "")])];
  const source = (name) => path.join(root, `node_modules/pretendard/dist/web/static/woff2/Pretendard-${name}.woff2`);
  const version = JSON.parse(fs.readFileSync(path.join(root, "node_modules/pretendard/package.json"), "utf8")).version;
  const key = hash(JSON.stringify([listed, version, WEIGHTS, CORE, CUTS, FEATURES, EXTRA, slices.toString()]));
  const parts = slices(order);
  let record = before;
  if (record?.key !== key || !Object.values(record.files).every((f) => fs.existsSync(path.join(out, f)))) {
    const subsetFont = require("subset-font");
    const fontverter = require("fontverter");
    record = { key, files: {} };
    fs.mkdirSync(path.join(out, "ui/fonts"), { recursive: true });
    for (const [name, , file] of WEIGHTS) {
      const font = await fontverter.convert(fs.readFileSync(source(file)), "truetype");
      for (const [slice, text] of parts) {
        const data = await subsetFont(font, text, { targetFormat: "woff2", keepFeatures: FEATURES, noHinting: true });
        const to = `ui/fonts/${name}-${slice}-${hash(data).slice(0, 8)}.woff2`;
        fs.writeFileSync(path.join(out, to), data);
        record.files[`${name}-${slice}`] = to;
      }
    }
  }
  const faces = (chosen) => WEIGHTS.flatMap(([name, weight]) =>
    chosen.map(([slice, text]) => {
      const url = record.files[`${name}-${slice}`].replace("ui/", "./");
      return `@font-face{font-family:Pretendard;font-weight:${weight};font-display:swap;src:url("${url}") format("woff2");unicode-range:${range(text)}}`;
    }),
  ).join("\n");
  const core = parts.filter(([slice]) => slice === "core");
  const more = parts.filter(([slice]) => slice !== "core");
  return { css: { core: faces(core), more: faces(more) }, record, files: Object.values(record.files), preload: WEIGHTS.map(([n]) => record.files[`${n}-core`]) };
}
