// Reads the conversation as it stood at a turn.

/** The messages that stand in `place` at `turn`, each with its `content` of then, for `person` alone. */
export function messagesAt({ messages }, turn, place, person) {
  return messages
    .filter((one) => one.place === place && one.turn <= turn && (one.gone === null || one.gone > turn))
    .filter((one) => !one.only || one.only === person)
    .map((one) => ({ ...one, content: one.versions.findLast((version) => version.turn <= turn).content }));
}

/** What takes the whole of `place` at `turn` (a Home tab, suggested questions), or null. */
export function pageAt({ pages }, turn, place) {
  return pages.findLast((page) => page.place === place && page.turn <= turn)?.content ?? null;
}

/** The lines that `person` sees for a moment at `turn`. */
export const flashesAt = ({ flashes }, turn, person) =>
  flashes.filter((one) => one.turn === turn && one.person === person).map((one) => one.text);
