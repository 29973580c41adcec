// The licences of all packages of others that are in what we build.
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/** One text with the licence of each package that one of `files` belongs to. */
export async function licences(root, files) {
  const names = new Set(files.map((file) => packageOf(file)).filter(Boolean));
  const texts = [...names].sort().map(async (name) => `${name}\n\n${await licenceOf(root, name)}`);
  return (await Promise.all(texts)).join(`\n${"-".repeat(72)}\n\n`);
}

function packageOf(file) {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}

async function licenceOf(root, name) {
  const folder = path.join(root, "node_modules", name);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file`);
  return readFile(path.join(folder, file), "utf8");
}
