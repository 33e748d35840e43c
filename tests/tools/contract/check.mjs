// Checks golden payloads and manifests against JSON Schemas made from Slack's own TypeScript packages.
// Usage: node check.mjs GOLDENS_FOLDER MANIFEST.json...
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import { createGenerator } from "ts-json-schema-generator";

// Slack documents these scopes (https://docs.slack.dev/reference/scopes); @slack/web-api 8.2.0, the newest, has the
// methods and the agent view that need them, but not yet their names. A waiver that is needed no longer is an error.
const WAIVED = ["assistant:write"];

const generator = createGenerator({
  path: fileURLToPath(new URL("slack.ts", import.meta.url)),
  tsconfig: fileURLToPath(new URL("tsconfig.json", import.meta.url)),
  skipTypeCheck: true,
  additionalProperties: false,
});
const ajv = new Ajv({ allowUnionTypes: true, strict: false, allErrors: false });
const judges = new Map();
let checked = 0;
let refused = 0;

function check(type, value, name) {
  if (!judges.has(type)) judges.set(type, ajv.compile(generator.createSchema(type)));
  const judge = judges.get(type);
  checked += 1;
  if (judge(value)) return;
  refused += 1;
  console.error(`${name}: not a ${type}: ${ajv.errorsText(judge.errors)}`);
}

const [goldens, ...manifests] = process.argv.slice(2);
for (const lang of readdirSync(goldens)) {
  for (const file of readdirSync(join(goldens, lang))) {
    const name = `${lang}/${file}`;
    const payload = JSON.parse(readFileSync(join(goldens, lang, file), "utf8"));
    if (payload.type === "home") {
      check("Home", payload, name);
      check("Publish", { user_id: "U1", view: payload }, name);
      continue;
    }
    const { unfurl_links, unfurl_media, ...whispered } = payload;
    check("Blocks", payload.blocks, name);
    check("Post", { channel: "C1", thread_ts: "1.1", ...payload }, name);
    check("Whisper", { channel: "C1", user: "U1", ...whispered }, name);
  }
}
for (const file of manifests) {
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const { scopes } = manifest.oauth_config;
  const all = scopes.bot;
  scopes.bot = all.filter((scope) => !WAIVED.includes(scope));
  check("AppFile", manifest, file);
  for (const scope of WAIVED) {
    scopes.bot = [scope];
    if (!all.includes(scope) || judges.get("AppFile")(manifest)) {
      refused += 1;
      console.error(`${file}: the waiver for ${scope} is needed no longer: take it out of check.mjs`);
    }
  }
}
console.log(`${checked} payloads checked against Slack's own types, ${refused} refused`);
console.log(`waived: the scope ${WAIVED.join(", ")}, which the types do not list`);
process.exit(refused ? 1 : 0);
