// Telegram's text with its entities, as elements. Offsets count UTF-16 units, as JavaScript's strings do.
import { html, useState } from "./vendor/vendor.js";

/** A quote that shows three lines until it is opened. */
function Quote({ expandable, children }) {
  const [open, setOpen] = useState(!expandable);
  return html`<blockquote className=${open ? "" : "closed"}>
    <div>${children}</div>
    ${expandable && html`<button type="button" className="tool" aria-expanded=${open} onClick=${() => setOpen(!open)}>
      ${open ? "Show less" : "Show more"}</button>`}
  </blockquote>`;
}

const ELEMENTS = {
  bold: (inner) => html`<b>${inner}</b>`,
  italic: (inner) => html`<i>${inner}</i>`,
  blockquote: (inner) => html`<${Quote}>${inner}<//>`,
  expandable_blockquote: (inner) => html`<${Quote} expandable>${inner}<//>`,
  mention: (inner) => html`<span className="mention">${inner}</span>`,
  bot_command: (inner) => html`<span className="mention">${inner}</span>`,
};

/** The elements for `text`; `link` draws a link to an address. */
export function drawEntities(text, entities, link) {
  const sorted = [...entities].sort((one, other) => one.offset - other.offset || other.length - one.length);
  const draw = (from, to, inner) => {
    const parts = [];
    let at = from;
    while (inner.length) {
      const [first, ...rest] = inner;
      const end = first.offset + first.length;
      const within = rest.filter((one) => one.offset < end);
      inner = rest.filter((one) => one.offset >= end);
      if (first.offset > at) parts.push(text.slice(at, first.offset));
      const children = draw(first.offset, end, within);
      parts.push(first.type === "text_link" ? link(first.url, children) : (ELEMENTS[first.type]?.(children) ?? children));
      // A quote ends its line by itself.
      at = first.type.endsWith("blockquote") && text[end] === "\n" ? end + 1 : end;
    }
    if (at < to) parts.push(text.slice(at, to));
    return parts.map((part, index) => html`<span key=${index}>${part}</span>`);
  };
  return draw(0, text.length, sorted);
}
