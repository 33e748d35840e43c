// Why the bot said what it said in a turn, and the turn as a labelled test row.
import { html } from "./vendor/vendor.js";

const percent = (share) => `${(100 * share).toFixed(share >= 0.995 || share < 0.0995 ? 1 : 0)} %`;

/** What decided in place of the prices. */
const RULES = {
  cry: "A cry for help: it comes before all else.",
  language: "A language without answers, or a wish for one: its card comes before topics.",
  name: "A name of a topic, law or term: it says what is meant.",
  unknown: "No word of it is known: nothing is guessed at.",
  courtesy: "A courtesy with nothing else that means anything: it is answered as one.",
  alarm: "One clause of it sounds like distress: that comes first.",
  "asked first": "It sounds like distress, with too little that speaks for it: whether it is happening now is asked first.",
  clause: "One clause of it is clearer than the whole.",
};

function Chances({ rows }) {
  return html`<ul className="chances">
    ${rows.map(({ name, chance }) => html`<li key=${name}><meter value=${chance} min="0" max="1" aria-hidden="true"></meter>
      <span className="share">${percent(chance)}</span> ${name}</li>`)}
  </ul>`;
}

function Decision({ decision, number }) {
  const { lang, sure_of_lang: sure, foreign, act, point, also, choices, candidates, clauses, prices, rule, expected } = decision;
  const target = [decision.decision, decision.target].filter(Boolean).join(" → ");
  const facts = [
    ["Language", `${foreign ?? lang}${sure ? ", told by the words" : ", not told by the words"}`],
    ["Act", act ? `${act.kind}${act.number ? ` ${act.number}` : ""}` : "none: it speaks for itself"],
    ["Focus", point ?? "no point leads"],
    also.length && ["Offered beside it", also.join(", ")],
    choices.length && ["Asked back about", choices.join(", ")],
    Object.keys(expected).length && [
      "Expected after what came before",
      Object.entries(expected)
        .map(([intent, times]) => `${intent} ×${times}`)
        .join(", "),
    ],
    ["Time", `${decision.milliseconds.toFixed(1)} ms of the processor`],
  ].filter(Boolean);
  return html`<section>
    <h4>${number ? `Read again: ` : ""}“${decision.text}”</h4>
    <p className="decided">${target} <b>${percent(decision.confidence)}</b></p>
    <dl>${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <h5>Candidates</h5>
    <${Chances} rows=${candidates.map((one) => ({ name: `${one.entry}. ${one.slug}`, chance: one.confidence }))} />
    <h5>${clauses.length === 1 ? "One clause" : `${clauses.length} clauses`}</h5>
    ${clauses.map((clause, index) => html`<div key=${index} className="clause"><p>“${clause.text}”</p>
      <${Chances} rows=${clause.likeliest.slice(0, 3).map((one) => ({ name: one.intent, chance: one.confidence }))} /></div>`)}
    ${rule
      ? html`<h5>What decided</h5><p>${RULES[rule]}</p>`
      : html`<h5>What each way out is expected to cost <span className="hint">(1 is a needless question)</span></h5>
        <ol className="prices">${prices.map((one) => html`<li key=${one.decision}>
          <span className="share">${one.cost.toFixed(2)}</span> ${[one.decision, one.target].filter(Boolean).join(" → ")}</li>`)}</ol>`}
  </section>`;
}

/** The first message of a turn that somebody wrote, or undefined. */
const written = ({ messages }, turn) => messages.find((one) => one.turn === turn && one.author !== "bot");

/** One message as tests/data has them, labelled with what the bot made of it; of what it refused nothing is known. */
export function asRow(timeline, turn) {
  const trace = timeline.traces[turn];
  const decision = trace?.decisions[0];
  if (!decision) return null;
  const { text, lang } = decision;
  if (trace.outcome?.say?.type === "fallback") return JSON.stringify({ text, lang, gold: [], also: [], kind: "oos" });
  const kinds = { answer: "entry", signpost: "signpost", glossary: "glossary", law: "law" };
  const kind = { urgent: "urgent", smalltalk: "smalltalk", topics: "smalltalk", fallback: "oos" }[decision.decision] ?? "faq";
  const gold = kinds[decision.decision] ? [`${kinds[decision.decision]}/${decision.target}`] : decision.choices.slice(0, 1);
  const also = [...decision.also, ...decision.choices].filter((intent) => !gold.includes(intent));
  return JSON.stringify({ text, lang, gold, also, kind });
}

/** What one person said in one place, and in one thread where they part conversations, as they do in a channel. */
function talkOf(timeline, turn) {
  const here = written(timeline, turn) ?? timeline.messages.find((one) => one.turn === turn);
  if (!here) return () => false;
  const thread = (one) => one.thread || (one.place.startsWith("C") ? one.id : "");
  const person = here.author === "bot" ? here.only : here.author;
  return (one) => one?.place === here.place && thread(one) === thread(here) && (!person || one.author === person);
}

/** The conversation that `turn` belongs to, up to the `last` one, as one row of a dialog, labelled with what came of it. */
export function asDialog(timeline, turn, last) {
  const isOfIt = talkOf(timeline, turn);
  const turns = [];
  for (let each = 1; each <= last; each++) {
    const said = timeline.traces[each]?.outcome?.say;
    const message = written(timeline, each);
    if (!said || !isOfIt(message)) continue;
    const user = message.versions[0].content.text.replace(/^<@[^>]+> |^@\w+ /, "");
    turns.push({ user, expect: { type: said.type, entry: said.entry ?? null } });
  }
  return turns.length ? JSON.stringify({ turns, note: "" }) : null;
}

function Copy({ text, label, onToast }) {
  const copy = () => navigator.clipboard.writeText(`${text}\n`).then(() => onToast("Copied: correct the labels before you keep it"));
  return html`<button type="button" className="tool" disabled=${!text} onClick=${copy}>${label}</button>`;
}

export function Why({ timeline, turn, last, onToast }) {
  const trace = timeline.traces[turn];
  const calls = timeline.calls.filter((one) => one.turn === turn);
  const say = trace?.outcome?.say;
  const cause = trace?.pressed ? `Pressed ${trace.pressed}` : trace?.command ? `Command /${trace.command}` : null;
  return html`<aside className="why" aria-labelledby="why-title" tabIndex="0">
    <h3 id="why-title">Why? <span className="hint">turn ${turn}</span></h3>
    ${!trace && !calls.length && html`<p>The bot did nothing here. In a channel or group it hears only what is said to it.</p>`}
    ${cause && html`<p>${cause}</p>`}
    ${say && html`<p>Said: ${[say.form, say.slug, say.point].filter(Boolean).join(", ")} (${say.lang})</p>`}
    ${trace?.outcome?.wait && html`<p>Asked to wait: too many messages in a minute.</p>`}
    ${trace?.outcome?.silence && html`<p>Said nothing: it has asked to wait already.</p>`}
    ${trace?.decisions.map((one, index) => html`<${Decision} key=${index} decision=${one} number=${index} />`)}
    <p className="copies">
      <${Copy} text=${asRow(timeline, turn)} label="Copy as test row" onToast=${onToast} />
      <${Copy} text=${asDialog(timeline, turn, last)} label="Copy dialog so far" onToast=${onToast} />
    </p>
    ${calls.length > 0 && html`<details><summary>${calls.length === 1 ? "One call" : `${calls.length} calls`} of the bot</summary>
      ${calls.map((one, index) => html`<div key=${index}><h5>${one.platform}: ${one.method}</h5>
        <pre tabIndex="0">${JSON.stringify(one.arguments, null, 1)}</pre></div>`)}</details>`}
  </aside>`;
}
