// Where the screen is: in the address, so that a reload comes back to it.
import { signal } from "@preact/signals";

export interface Place {
  name: string;
  detail: string;
}

function read(): Place {
  const [name = "", detail = ""] = location.hash.replace(/^#\/?/, "").split("/", 2);
  return { name: name || "sell", detail: decodeURIComponent(detail) };
}

export const place = signal<Place>(read());
addEventListener("hashchange", () => (place.value = read()));

export function go(name: string, detail = "") {
  const hash = detail ? `#/${name}/${encodeURIComponent(detail)}` : `#/${name}`;
  if (location.hash === hash) return;
  history.replaceState(null, "", hash);
  place.value = read();
}

// After something that took a while: onwards, unless somebody has left that place meanwhile.
export function goOn(from: string, name = "sell") {
  if (place.value.name === from) go(name);
}
