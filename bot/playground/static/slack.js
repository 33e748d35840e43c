// The Slack pane: channel, threads, direct message and Home tab of one person.
import { html, memo, SlackBlocks, useEffect, useRef, useState } from "./vendor/vendor.js";
import { act } from "./server.js";
import { messagesAt, pageAt } from "./timeline.js";

const CHANNEL = "C0PLAY";
const DIRECT = { alex: "D0ALEX", ana: "D0ANA" };
const USERS = [
  { id: "U0BOT", name: "CalCoord FAQ" },
  { id: "U0ALEX", name: "Alex" },
  { id: "U0ANA", name: "Ana" },
];
const NAMES = { bot: "CalCoord FAQ", alex: "Alex", ana: "Ana", slackbot: "Slackbot" };
/** Links lead away from the page in a tab of their own, and do not tell where from. */
const HOOKS = {
  link: ({ href, children }) => html`<a href=${href} target="_blank" rel="noreferrer">${children}</a>`,
};
const TABS = [
  ["channel", "# neighbors"],
  ["direct", "Direct message"],
  ["home", "Home"],
];

const button = (element, onPress, block) => {
  const value = element.value ?? "";
  if (element.url)
    return html`<a className="slack-button" href=${element.url} target="_blank" rel="noreferrer"
      aria-label=${element.accessibility_label}>${element.text.text}</a>`;
  return html`<button type="button" className="slack-button" disabled=${!onPress}
    aria-label=${element.accessibility_label} onClick=${() => onPress?.(block, element.action_id, value)}
    >${element.text.text}</button>`;
};

const menu = (element, onPress, block) => html`<select className="slack-menu" aria-label=${element.placeholder.text}
  value="" disabled=${!onPress} onChange=${(event) => onPress?.(block, element.action_id, event.target.value)}>
  <option value="">${element.placeholder.text}</option>
  ${element.options.map((option) => html`<option key=${option.value} value=${option.value}>${option.text.text}</option>`)}
</select>`;

const Thumb = ({ down }) => html`<svg className=${down ? "thumb down" : "thumb"} viewBox="0 0 20 20" aria-hidden="true">
  <path d="M3 9h3v8H3zM6 10l4-7c2 0 2 2 1 5h5c1 0 2 1 1 3l-1 4c0 1-1 2-2 2H6" /></svg>`;

const votes = (element, onPress, block) =>
  [element.positive_button, element.negative_button].map((one, index) => html`<button key=${one.value} type="button"
    className="slack-vote" disabled=${!onPress} aria-label=${one.accessibility_label ?? one.text.text} title=${one.text.text}
    onClick=${() => onPress?.(block, element.action_id, one.value)}><${Thumb} down=${index === 1} /></button>`);

const ELEMENTS = { button, static_select: menu, feedback_buttons: votes };

/** A block. What can be pressed, and what opens and closes, is drawn here; all else by the renderer. */
function Block({ block, theme, onPress }) {
  if (block.type === "actions" || block.type === "context_actions")
    return html`<div className=${`slack-row ${block.type}`}>
      ${block.elements.map((element, index) => html`<span key=${index}>
        ${ELEMENTS[element.type]?.(element, onPress, block.block_id) ?? element.type}</span>`)}
    </div>`;
  if (block.type === "container")
    return html`<details className="slack-container" open=${!block.is_collapsible || !block.default_collapsed}>
      <summary>${block.title?.text}</summary>
      ${(block.child_blocks ?? []).map((child, index) => html`<${Block} key=${index} block=${child} theme=${theme}
        onPress=${onPress} />`)}
    </details>`;
  if (block.type === "header") return html`<h3 className="slack-header" dir="auto">${block.text.text}</h3>`;
  return html`<div dir="auto"><${SlackBlocks} blocks=${[plain(block)]} withoutWrapper theme=${theme} name="" logo=""
    data=${{ users: USERS }} hooks=${HOOKS} /></div>`;
}

/** The renderer takes `verbatim` for a wish to show the marks themselves. */
const plain = (block) => JSON.parse(JSON.stringify(block, (key, value) => (key === "verbatim" ? undefined : value)));

export const Blocks = memo(function Blocks({ blocks, theme, onPress }) {
  return html`<div className="slack-blocks">
    ${blocks.map((block, index) => html`<${Block} key=${`${index}${block.block_id ?? ""}`} block=${block} theme=${theme}
      onPress=${onPress} />`)}
  </div>`;
});

/** A person's own words, or a text that came without blocks. */
const words = (text) => [{ type: "section", text: { type: "mrkdwn", text } }];

function Message({ shown, theme, onPress, onWhy, onReply, onShortcut, shortcut }) {
  const blocks = shown.content.blocks?.length ? shown.content.blocks : words(shown.content.text);
  const bot = shown.author === "bot";
  return html`<article className=${`slack-message ${shown.only ? "ephemeral" : ""}`} aria-label=${NAMES[shown.author]}>
    ${shown.only && html`<p className="slack-only">Only visible to you</p>`}
    <div className=${`avatar ${shown.author}`} aria-hidden="true">${NAMES[shown.author][0]}</div>
    <div className="slack-body">
      <p className="slack-name"><b>${NAMES[shown.author]}</b>${bot && html` <span className="slack-app">APP</span>`}
        ${shown.versions.length > 1 && html` <span className="slack-edited">(edited)</span>`}</p>
      <${Blocks} blocks=${blocks} theme=${theme} onPress=${onPress} />
      <p className="slack-tools">
        ${bot && html`<button type="button" className="tool" onClick=${onWhy}>Why?</button>`}
        ${onReply && html`<button type="button" className="tool" onClick=${onReply}>Reply in thread</button>`}
        ${onShortcut && html`<button type="button" className="tool" onClick=${onShortcut}>${shortcut}</button>`}
      </p>
    </div>
  </article>`;
}

/** Everything in a place: each message with its thread below it. */
function Messages({ state, turn, place, person, theme, onWhy, onReply, live }) {
  const shown = messagesAt(state.timeline, turn, place, person);
  const roots = shown.filter((one) => !one.thread || !shown.some((other) => other.id === one.thread));
  const press = (message) =>
    live ? (block, action, value) => act({ type: "slack_press", person, block, action, value, message: message.id }) : null;
  const draw = (one, root) => html`<${Message} key=${one.id} shown=${one} theme=${theme} onPress=${press(one)}
    onWhy=${() => onWhy(one.versions.at(-1).turn)} shortcut=${state.shortcut}
    onReply=${live && !one.only && !root && (() => onReply(one.id))}
    onShortcut=${live && !one.only && one.author !== "bot" && (() => act({ type: "slack_shortcut", person, message: one.id }))} />`;
  return roots.map((root) => {
    const replies = shown.filter((one) => one.thread === root.id && one !== root);
    return html`<div key=${root.id} className="slack-talk">
      ${draw(root, null)}
      ${replies.length > 0 && html`<div className="slack-thread" role="group" aria-label="Thread">
        ${replies.map((one) => draw(one, root))}</div>`}
    </div>`;
  });
}

function Composer({ person, place, thread, onThread }) {
  const [text, setText] = useState("");
  const [mention, setMention] = useState(true);
  const send = async (event) => {
    event.preventDefault();
    if (!text.trim()) return;
    setText("");
    await act({ type: "slack_say", person, place, text, thread, mention });
  };
  return html`<form className="composer" onSubmit=${send}>
    ${thread && html`<p className="slack-inthread">Reply in the thread
      <button type="button" className="tool" onClick=${() => onThread("")}>Leave it</button></p>`}
    <div className="line">
      <input aria-label="Message in Slack" value=${text} onChange=${(event) => setText(event.target.value)} maxLength="4000"
        placeholder=${place === "channel" ? "A question, or /faq topics" : "Message CalCoord FAQ"} autoComplete="off" />
      <button type="submit" className="send">Send</button>
    </div>
    ${place === "channel" && html`<label><input type="checkbox" checked=${mention}
      onChange=${(event) => setMention(event.target.checked)} /> to @CalCoord FAQ</label>`}
  </form>`;
}

export function SlackPane({ state, turn, live, person, theme, tab, onTab, onWhy, only }) {
  const [thread, setThread] = useState("");
  const end = useRef(null);
  const place = tab === "direct" ? DIRECT[person] : CHANNEL;
  const count = state.timeline.messages.length;
  useEffect(() => {
    if (tab !== "home") end.current?.scrollTo(0, end.current.scrollHeight);
  }, [count, tab, person, turn]);
  useEffect(() => {
    if (tab === "home") end.current?.scrollTo(0, 0);
  }, [tab, person]);
  const home = pageAt(state.timeline, turn, `home:${person}`);
  const prompts = pageAt(state.timeline, turn, `prompts:${DIRECT[person]}`);
  // Slack tells the bot each time that somebody opens its Home or conversation: also another person, or from the start.
  // A picture (`only`) shows what has happened, and lets nothing happen.
  useEffect(() => {
    setThread("");
    if (live && tab !== "channel" && !only) act({ type: "slack_open", person, tab: tab === "home" ? "home" : "messages" });
  }, [tab, person, state.begun]);
  const pressHome = live
    ? (block, action, value) => act({ type: "slack_press", person, block, action, value, message: "" })
    : null;
  return html`<section className="pane slack" data-theme=${theme} aria-labelledby="slack-title">
    <h2 id="slack-title">Slack</h2>
    <div className="tabs" role="group" aria-label="Places in Slack">
      ${TABS.map(([name, label]) => html`<button key=${name} type="button" aria-pressed=${tab === name}
        onClick=${() => onTab(name)}>${label}</button>`)}
    </div>
    <div className="talk" ref=${end} role="log" aria-label="Messages in Slack" tabIndex="0">
      ${tab === "home"
        ? home && html`<div className="slack-home"><${Blocks} blocks=${home.blocks} theme=${theme} onPress=${pressHome} />
            <p className="slack-tools"><button type="button" className="tool" onClick=${() => onWhy(turn)}>Why?</button></p></div>`
        : html`<${Messages} state=${state} turn=${turn} place=${place} person=${person} theme=${theme} onWhy=${onWhy}
            onReply=${setThread} live=${live} />`}
      ${tab === "direct" && prompts && html`<div className="slack-prompts"><p>${prompts.title}</p>
        ${prompts.prompts.map((one) => html`<button key=${one.title} type="button" className="slack-button" disabled=${!live}
          onClick=${() => act({ type: "slack_say", person, place: "direct", text: one.message })}>${one.title}</button>`)}
      </div>`}
    </div>
    ${live && tab !== "home" && html`<${Composer} key=${`${tab} ${person} ${state.begun}`} person=${person} place=${tab} thread=${thread} onThread=${setThread} />`}
  </section>`;
}
