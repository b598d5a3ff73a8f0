// Which pages answer? Requests as JSON lines, answered by a Pagefind bundle; what a browser would fetch is read from disk.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL, fileURLToPath } from "node:url";

const bundle = pathToFileURL(process.argv[2] + "/");
globalThis.fetch = async (what) => {
  const url = new URL(String(what).split("?")[0], bundle);
  return new Response(await readFile(fileURLToPath(url)));
};
const pagefind = await import(new URL("pagefind.js", bundle));
await pagefind.options({ basePath: bundle.href, language: process.argv[3] });
await pagefind.init(process.argv[3]);
for await (const line of createInterface({ input: process.stdin })) {
  const { text, filters, limit } = JSON.parse(line);
  const found = await pagefind.search(text, { filters });
  const shown = await Promise.all(found.results.slice(0, limit).map((result) => result.data()));
  console.log(JSON.stringify(shown.map((page) => page.raw_url)));
}
