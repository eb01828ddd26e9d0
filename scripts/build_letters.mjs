// Unpacks the Korean reading model (Tesseract's tessdata_best, integer form, Apache-2.0) to where the product reads it.
//
// In:  node_modules/@tesseract.js-data/kor/4.0.0_best_int/kor.traineddata.gz
// Out: src/jangteo/engines/boards/built/kor.traineddata
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

export function buildLetters(root) {
  const from = path.join(root, "node_modules/@tesseract.js-data/kor/4.0.0_best_int/kor.traineddata.gz");
  const to = path.join(root, "src/jangteo/engines/boards/built/kor.traineddata");
  const data = zlib.gunzipSync(fs.readFileSync(from));
  if (fs.existsSync(to) && fs.readFileSync(to).equals(data)) return;
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.writeFileSync(`${to}.new`, data);
  fs.renameSync(`${to}.new`, to);
}
