// The page: who is played, what is shown, and what is wrong with the content.
import { createRoot, html, useEffect, useRef, useState } from "./vendor/vendor.js";
import { Picker } from "./picker.js";
import { fetchState, listen, restart } from "./server.js";
import { SlackPane } from "./slack.js";
import { TelegramPane } from "./telegram.js";
import { Why } from "./why.js";

const TOAST_SECONDS = 3;
const asked = new URLSearchParams(location.search);
const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;

function Problems({ content }) {
  const { mistakes, warnings, checking } = content;
  if (checking && !mistakes.length) return html`<p className="content-state" role="status">Checking the content…</p>`;
  if (!mistakes.length && !warnings.length)
    return html`<p className="content-state good" role="status">Content: no mistakes</p>`;
  const list = (problems, name) => html`<ul tabIndex="0" aria-label=${name}>${problems.map((one, index) => html`<li key=${index}>
    ${typeof one === "string" ? one : html`<code>${one.file}:${one.line}</code> ${one.message}`}</li>`)}</ul>`;
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  return html`<details className=${`content-state ${mistakes.length ? "bad" : ""}`} open=${mistakes.length > 0}>
    <summary><span role="status">${mistakes.length
      ? `${count(mistakes.length, "mistake")} in the content: what was good before is still shown`
      : `Content: no mistakes, ${count(warnings.length, "warning")}`}</span></summary>
    ${mistakes.length ? list(mistakes, "Mistakes") : list(warnings, "Warnings")}
  </details>`;
}

function Talk({ state, person, theme, onToast, only }) {
  const last = state.timeline.turn;
  const [at, setAt] = useState(null);
  const [why, setWhy] = useState(null);
  const [slack, setSlack] = useState(asked.get("slack") ?? "channel");
  const [telegram, setTelegram] = useState(asked.get("telegram") ?? "private");
  useEffect(() => setWhy(null), [last]);
  const turn = Math.min(at ?? last, last);
  const live = turn === last;
  const common = { state, turn, live, person, theme, only, onWhy: setWhy };
  const explained = Math.min(why ?? turn, last);
  return html`<main className="stage">
    <div className="panes">
      ${only !== "telegram" && html`<${SlackPane} ...${common} tab=${slack} onTab=${setSlack} />`}
      ${only !== "slack" && html`<${TelegramPane} ...${common} tab=${telegram} onTab=${setTelegram} onToast=${onToast} />`}
    </div>
    ${!only && last > 0 && html`<${Why} timeline=${state.timeline} turn=${explained} last=${turn} onToast=${onToast} />`}
    ${!only && html`<div className="slider"><label>Go back
      <input type="range" min="0" max=${last} value=${turn} disabled=${!last}
        aria-valuetext=${live ? `turn ${turn}, the latest` : `turn ${turn} of ${last}`}
        onChange=${(event) => setAt(Number(event.target.value) === last ? null : Number(event.target.value))} /></label>
      <output>turn ${turn} of ${last}</output>
      <button type="button" className="tool" disabled=${live} onClick=${() => setAt(null)}>Latest</button></div>`}
  </main>`;
}

function Page() {
  const [state, setState] = useState(null);
  const [away, setAway] = useState(false);
  const [view, setView] = useState(asked.get("view") ?? "talk");
  const [person, setPerson] = useState(asked.get("person") ?? "alex");
  const [theme, setTheme] = useState(asked.get("theme") ?? (dark() ? "dark" : "light"));
  const [toast, setToast] = useState("");
  const [wanted, setWanted] = useState({
    key: asked.get("key") ?? "entry/oversight",
    form: asked.get("form") ?? "first",
    lang: asked.get("lang") ?? "en",
    width: asked.get("width") ?? "phone",
    theme: asked.get("look") ?? "light",
  });
  const only = asked.get("only");
  const latest = useRef(-1);
  useEffect(() => {
    const fetchNew = async () => {
      const found = await fetchState();
      // Answers may overtake each other.
      if (found.number >= latest.current) {
        latest.current = found.number;
        setState(found);
      }
    };
    return listen(fetchNew, setAway);
  }, []);
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => setToast(""), 1000 * TOAST_SECONDS);
    return () => clearTimeout(timer);
  }, [toast]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.documentElement.dataset.only = only ?? "";
  }, [theme]);
  if (!state) return html`<p className="loading">Loading…</p>`;
  const header = html`<header className="top">
    <h1>Playground</h1>
    <nav aria-label="Views">
      ${[["talk", "Talk"], ["content", "Content"]].map(([name, label]) => html`<button key=${name} type="button"
        aria-pressed=${view === name} onClick=${() => setView(name)}>${label}</button>`)}
    </nav>
    <label>You are <select name="person" value=${person} onChange=${(event) => setPerson(event.target.value)}>
      <option value="alex">Alex (English)</option><option value="ana">Ana (Spanish)</option></select></label>
    <label>Look <select name="theme" value=${theme} onChange=${(event) => setTheme(event.target.value)}>
      <option value="light">Light</option><option value="dark">Dark</option></select></label>
    <button type="button" onClick=${restart}>Start anew</button>
    <${Problems} content=${state.content} />
    ${away && html`<p className="away" role="alert">The playground does not answer. Is it still running?</p>`}
  </header>`;
  return html`<div className="all" data-turn=${state.timeline.turn} data-content=${state.content.number}
    data-checking=${String(state.content.checking)}>
    ${!only && header}
    ${view === "content"
      ? html`<${Picker} state=${state} wanted=${wanted} onWanted=${setWanted} />`
      : html`<${Talk} state=${state} person=${person} theme=${theme} onToast=${setToast} only=${only} />`}
    <p className="toast" role="status">${toast}</p>
  </div>`;
}

createRoot(document.getElementById("page")).render(html`<${Page} />`);
