// What the page asks the playground for.

/** Post a deed (see slack.py and telegram.py); returns whether it could be done. */
export async function act(deed) {
  const answer = await fetch("do", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(deed),
  });
  return answer.ok;
}

export const restart = () => fetch("restart", { method: "POST" });

export const fetchState = async () => (await fetch("state")).json();

export const fetchItems = async () => (await fetch("items")).json();

/** What an item of the content looks like on both platforms, or null. */
export async function fetchItem(key, form, lang) {
  const answer = await fetch(`item?${new URLSearchParams({ key, form, lang })}`);
  return answer.ok ? answer.json() : null;
}

/** Call `changed` now and whenever something has changed; `away` says whether the playground can be reached. */
export function listen(changed, away) {
  const news = new EventSource("news");
  news.onmessage = () => {
    away(false);
    changed();
  };
  news.onerror = () => away(true);
  return () => news.close();
}
