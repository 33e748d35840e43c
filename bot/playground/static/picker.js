// Everything that the content can say, one thing at a time, as people see it on both platforms.
import { html, useEffect, useState } from "./vendor/vendor.js";
import { fetchItem, fetchItems } from "./server.js";
import { Blocks } from "./slack.js";
import { Bubble } from "./telegram.js";

const KINDS = {
  entry: "Entries",
  urgent: "Urgent help",
  signpost: "Signposts",
  law: "Laws",
  term: "Terms",
  smalltalk: "Small talk",
  language: "Language cards",
  own: "The bot itself",
};
const FORMS = { first: "First message", whole: "Whole answer", sources: "Sources" };
const WIDTHS = { phone: "Phone", desktop: "Desktop" };
const THEMES = { light: "Light", dark: "Dark" };

function Choice({ name, label, choices, value, onChange, both }) {
  const all = both ? { ...choices, both } : choices;
  return html`<label>${label} <select name=${name} value=${value} disabled=${Object.keys(all).length < 2} onChange=${(event) => onChange(event.target.value)}>
    ${Object.entries(all).map(([key, text]) => html`<option key=${key} value=${key}>${text}</option>`)}
  </select></label>`;
}

export function SlackCard({ payload, theme, width, lang }) {
  return html`<section className=${`shown slack ${width}`} data-theme=${theme} aria-label=${`Slack, ${width}, ${theme}, ${lang}`}>
    <h2 className="unseen">Slack</h2>
    <article className="slack-message"><div className="avatar bot" aria-hidden="true">C</div>
      <div className="slack-body"><p className="slack-name"><b>CalCoord FAQ</b> <span className="slack-app">APP</span></p>
        <${Blocks} blocks=${payload.blocks} theme=${theme} /></div></article>
  </section>`;
}

export function TelegramCard({ messages, theme, width, lang, username }) {
  return html`<section className=${`shown telegram ${width}`} data-theme=${theme} aria-label=${`Telegram, ${width}, ${theme}, ${lang}`}>
    <h2 className="unseen">Telegram</h2>
    <div className="talk">${messages.map((content, index) => html`<${Bubble} key=${index} content=${content}
      author="CalCoord FAQ" username=${username} />`)}</div>
  </section>`;
}

const chosen = (value, all) => (value === "both" ? all : [value]);

export function Picker({ state, wanted, onWanted }) {
  const [items, setItems] = useState(null);
  const [shown, setShown] = useState({});
  const { key, form, lang, width, theme } = wanted;
  const { number } = state.content;
  const langs = chosen(lang, state.languages);
  useEffect(() => {
    fetchItems().then(setItems);
  }, [number]);
  useEffect(() => {
    let late = false;
    Promise.all(langs.map(async (one) => [one, await fetchItem(key, form, one)])).then((found) => {
      if (!late) setShown(Object.fromEntries(found));
    });
    return () => {
      late = true;
    };
  }, [key, form, lang, number]);
  if (!items) return html`<p className="loading">Loading…</p>`;
  const list = items[langs[0]];
  const change = (name) => (value) => onWanted({ ...wanted, [name]: value });
  const kinds = Object.entries(KINDS).map(([kind, label]) => [label, list.filter((item) => item.kind === kind)]);
  const there = list.find((item) => item.key === key)?.forms ?? ["first"];
  const forms = Object.fromEntries(Object.entries(FORMS).filter(([name]) => there.includes(name)));
  const at = list.findIndex((item) => item.key === key);
  const step = (by) => change("key")(list[(at + by + list.length) % list.length].key);
  return html`<main className="content">
    <form className="picker" onSubmit=${(event) => event.preventDefault()}>
      <label>Show <select name="key" value=${key} onChange=${(event) => change("key")(event.target.value)}>
        ${kinds.map(([label, found]) => html`<optgroup key=${label} label=${label}>
          ${found.map((item) => html`<option key=${item.key} value=${item.key}>${item.title}</option>`)}</optgroup>`)}
      </select></label>
      <button type="button" onClick=${() => step(-1)}>Previous</button>
      <button type="button" onClick=${() => step(1)}>Next</button>
      <${Choice} name="form" label="Form" choices=${forms} value=${form in forms ? form : "first"} onChange=${change("form")} />
      <${Choice} name="lang" label="Language" choices=${Object.fromEntries(state.languages.map((one) => [one, one]))}
        value=${lang} onChange=${change("lang")} both="All" />
      <${Choice} name="width" label="Width" choices=${WIDTHS} value=${width} onChange=${change("width")} both="Both" />
      <${Choice} name="theme" label="Look" choices=${THEMES} value=${theme} onChange=${change("theme")} both="Both" />
    </form>
    ${langs.map((one) => html`<section key=${one} className="gallery" lang=${one} data-key=${key} data-number=${number}>
      ${langs.length > 1 && html`<p className="lang">${one}</p>`}
      ${shown[one] === null && html`<p>There is no such thing in this language.</p>`}
      ${shown[one] &&
      chosen(theme, Object.keys(THEMES)).map((look) => chosen(width, Object.keys(WIDTHS)).map((size) => html`
        <div key=${look + size} className="twins">
          <${SlackCard} payload=${shown[one].slack} theme=${look} width=${size} lang=${one} />
          <${TelegramCard} messages=${shown[one].telegram} theme=${look} width=${size} lang=${one} username=${state.username} />
        </div>`))}
    </section>`)}
  </main>`;
}
