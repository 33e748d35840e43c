// The Telegram pane: one person's private chat with the bot, a group, inline mode and the menus.
import { html, memo, useEffect, useRef, useState } from "./vendor/vendor.js";
import { drawEntities } from "./entities.js";
import { act } from "./server.js";
import { flashesAt, messagesAt, pageAt } from "./timeline.js";

const GROUP = "-1001000000001";
const PRIVATE = { alex: "101", ana: "102" };
const NAMES = { alex: "Alex", ana: "Ana" };
const INLINE_PAUSE = 300;
const TABS = [
  ["private", "Private chat"],
  ["group", "Group: Neighbors"],
];

/** The payload of a link that opens the private chat with the bot, or null. */
function startOf(url, username) {
  const target = URL.parse(url);
  if (target?.host !== "t.me" || target.pathname !== `/${username}`) return null;
  return target.searchParams.get("start") ?? "";
}

// Drawn, since many machines have no letter for it.
const COPIES = html`<svg className="corner" role="img" aria-label="copies" viewBox="0 0 12 12" width="11" height="11">
  <path d="M4 4V1h7v7H8M1 4h7v7H1z" fill="none" stroke="currentColor" /></svg>`;

function Keyboard({ rows, username, onPress, onStart, onCopy }) {
  const draw = (one) => {
    if (one.callback_data !== undefined)
      return html`<button type="button" disabled=${!onPress} onClick=${() => onPress?.(one.callback_data)}>${one.text}</button>`;
    if (one.copy_text)
      return html`<button type="button" disabled=${!onCopy} onClick=${() => onCopy?.(one.copy_text.text)}>${one.text}
        ${COPIES}</button>`;
    const start = one.url ? startOf(one.url, username) : null;
    if (start !== null)
      return html`<button type="button" disabled=${!onStart} onClick=${() => onStart?.(start)}>${one.text}
        <span className="corner" aria-label="opens the private chat">↗</span></button>`;
    return html`<a href=${one.url} target="_blank" rel="noreferrer">${one.text} <span className="corner" aria-hidden="true">↗</span></a>`;
  };
  return html`<div className="keyboard">
    ${rows.map((row, index) => html`<div key=${index} className="keys">
      ${row.map((one, place) => html`<span key=${place}>${draw(one)}</span>`)}</div>`)}
  </div>`;
}

export const Bubble = memo(function Bubble({ content, author, mine, replied, username, onPress, onStart, onCopy, tools }) {
  const link = (url, children) => {
    const start = startOf(url, username);
    if (start !== null && onStart)
      return html`<button type="button" className="link" onClick=${() => onStart(start)}>${children}</button>`;
    return html`<a href=${url} target="_blank" rel="noreferrer">${children}</a>`;
  };
  const rows = content.reply_markup?.inline_keyboard;
  return html`<article className=${`telegram-message ${mine ? "mine" : ""}`} aria-label=${author}>
    <div className="bubble">
      ${!mine && html`<p className="telegram-name">${author}</p>`}
      ${content.via && html`<p className="telegram-via">via @${content.via}</p>`}
      ${replied && html`<p className="telegram-replied">${replied}</p>`}
      <div className="telegram-text" dir="auto">${drawEntities(content.text, content.entities ?? [], link)}</div>
      ${content.edited && html`<p className="telegram-edited">edited</p>`}
    </div>
    ${rows && html`<${Keyboard} rows=${rows} username=${username} onPress=${onPress} onStart=${onStart} onCopy=${onCopy} />`}
    ${tools && html`<p className="telegram-tools">${tools}</p>`}
  </article>`;
});

function Inline({ offered, onChoose, onMore }) {
  return html`<div className="inline" role="group" aria-label="Results of inline mode">
    ${offered.button && html`<p className="inline-button">${offered.button.text}</p>`}
    ${offered.results.map((one) => html`<button key=${one.id} type="button" onClick=${() => onChoose(one.id)}>
      <b>${one.title}</b><span>${one.description}</span></button>`)}
    ${offered.next_offset && html`<button type="button" onClick=${() => onMore(offered.next_offset)}><b>More…</b></button>`}
  </div>`;
}

function Composer({ person, place, state, turn, replied, onReplied }) {
  const [text, setText] = useState("");
  const [menu, setMenu] = useState(false);
  const { username } = state;
  const query = text.startsWith(`@${username} `) ? text.slice(username.length + 2) : null;
  useEffect(() => {
    if (query === null) return undefined;
    const timer = setTimeout(() => act({ type: "telegram_inline", person, query }), INLINE_PAUSE);
    return () => clearTimeout(timer);
  }, [query, person]);
  const say = (words) => act({ type: "telegram_say", person, place, text: words, reply_to: replied });
  const send = async (event) => {
    event.preventDefault();
    if (!text.trim()) return;
    setText("");
    onReplied("");
    await say(text);
  };
  const lang = person === "ana" ? "es" : "en";
  const commands = (state.profile[lang] ?? Object.values(state.profile)[0]).menus[place];
  const offered = query === null ? null : pageAt(state.timeline, turn, `inline:${person}`);
  return html`<form className="composer" onSubmit=${send}>
    ${offered && html`<${Inline} offered=${offered} onMore=${(offset) => act({ type: "telegram_inline", person, query, offset })}
      onChoose=${(result) => {
        setText("");
        act({ type: "telegram_choose", person, place, result });
      }} />`}
    ${menu && html`<div className="commands" role="group" aria-label="Commands">
      ${commands.map((one) => html`<button key=${one.command} type="button" onClick=${() => {
        setMenu(false);
        say(`/${one.command}${place === "group" ? `@${username}` : ""}`);
      }}><b>/${one.command}</b><span>${one.description}</span></button>`)}
    </div>`}
    ${replied && html`<p className="telegram-replying">In reply to a message
      <button type="button" className="tool" onClick=${() => onReplied("")}>Leave it</button></p>`}
    <div className="line">
      <button type="button" className="menu" aria-expanded=${menu} onClick=${() => setMenu(!menu)}>Menu</button>
      <input aria-label="Message in Telegram" value=${text} onChange=${(event) => setText(event.target.value)} maxLength="4096"
        placeholder=${place === "group" ? `@${username} …` : "Message"} autoComplete="off" />
      <button type="submit" className="send">Send</button>
    </div>
    ${place === "group" && html`<p className="hint">
      <button type="button" className="tool" onClick=${() => setText(`@${username} `)}>@${username}</button>
      ${!pageAt(state.timeline, turn, `member:${GROUP}`) && html`<button type="button" className="tool"
        onClick=${() => act({ type: "telegram_invite", person })}>Add the bot</button>`}</p>`}
  </form>`;
}

export function TelegramPane({ state, turn, live, person, theme, tab, onTab, onWhy, onToast }) {
  const [replied, setReplied] = useState("");
  const end = useRef(null);
  const place = tab === "private" ? PRIVATE[person] : GROUP;
  const shown = messagesAt(state.timeline, turn, place, person);
  useEffect(() => {
    end.current?.scrollTo(0, end.current.scrollHeight);
  }, [shown.length, tab, person, turn]);
  // A reply is to a message of this chat, and of this person's.
  useEffect(() => setReplied(""), [tab, person, state.begun]);
  const flashes = flashesAt(state.timeline, turn, person);
  const profile = state.profile[person === "ana" ? "es" : "en"] ?? Object.values(state.profile)[0];
  const start = live
    ? (payload) => {
        onTab("private");
        act({ type: "telegram_say", person, place: "private", text: `/start ${payload}`.trim() });
      }
    : null;
  const copy = (text) => navigator.clipboard?.writeText(text).then(() => onToast(`Copied: ${text}`));
  const nameOf = (author) => (author === "bot" ? profile.name : NAMES[author]);
  return html`<section className="pane telegram" data-theme=${theme} aria-labelledby="telegram-title">
    <h2 id="telegram-title">Telegram</h2>
    <div className="tabs" role="group" aria-label="Chats in Telegram">
      ${TABS.map(([name, label]) => html`<button key=${name} type="button" aria-pressed=${tab === name} onClick=${() => onTab(name)}>${label}</button>`)}
    </div>
    <div className="talk" ref=${end} role="log" aria-label="Messages in Telegram" tabIndex="0">
      ${tab === "private" && !shown.length && html`<div className="telegram-description"><p>${profile.description}</p>
        ${live && html`<button type="button" className="send" onClick=${() => start("")}>Start</button>`}</div>`}
      ${shown.map((one) => {
        const other = one.content.reply_to && shown.find((message) => message.id === one.content.reply_to);
        return html`<${Bubble} key=${one.id} content=${one.content} author=${nameOf(one.author)} mine=${one.author === person}
          replied=${other ? other.content.text.slice(0, 60) : ""} username=${state.username} onStart=${start} onCopy=${copy}
          onPress=${live ? (data) => act({ type: "telegram_press", person, place: tab, message: one.id, data }) : null}
          tools=${html`${one.author === "bot" && html`<button type="button" className="tool"
              onClick=${() => onWhy(one.versions.at(-1).turn)}>Why?</button>`}
            ${live && html`<button type="button" className="tool" onClick=${() => setReplied(one.id)}>Reply</button>`}`} />`;
      })}
    </div>
    <p className="flash" role="status">${flashes.join(" ")}</p>
    ${live && html`<${Composer} key=${`${tab} ${person} ${state.begun}`} person=${person} place=${tab} state=${state} turn=${turn} replied=${replied}
      onReplied=${setReplied} />`}
  </section>`;
}
