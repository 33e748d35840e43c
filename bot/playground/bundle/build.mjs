// Bundles entry.js and the renderer's style sheet into the folder given, with the licences of all that is in them.
import { build } from "esbuild";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const out = process.argv[2];
// The renderer gives each message it draws the same id; a page holds many, so the class of that name must do.
const ID = "slack_blocks_to_jsx";

const withoutId = {
  name: "without-id",
  setup({ onLoad }) {
    onLoad({ filter: /slack-blocks-to-jsx\/dist\/index\.m?js$/ }, ({ path: file }) => {
      const source = readFileSync(file, "utf8");
      if (!source.includes(`id:"${ID}",`)) throw new Error(`${file}: the id is not where it was`);
      return { contents: source.replaceAll(`id:"${ID}",`, ""), loader: "js" };
    });
  },
};

const { metafile } = await build({
  entryPoints: ["entry.js"],
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2022",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  outfile: path.join(out, "vendor.js"),
  plugins: [withoutId],
  metafile: true,
  logLevel: "warning",
});
const css = readFileSync("node_modules/slack-blocks-to-jsx/dist/style.css", "utf8");
writeFileSync(path.join(out, "slack-blocks.css"), css.replaceAll(`#${ID}`, `.${ID}`));

// The renderer's own file holds parts of Yozora, whose packages share one licence.
const packages = new Set(["node_modules/@yozora/parser"]);
for (const file of Object.keys(metafile.inputs)) {
  const found = file.match(/^(node_modules\/(?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const texts = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file && existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), "utf8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(path.join(out, "LICENSES.txt"), texts.join(`\n${"-".repeat(80)}\n\n`));
