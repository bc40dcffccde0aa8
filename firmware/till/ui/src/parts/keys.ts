// The keyboard: each screen says which keys do what while it is there; the one shown last wins.
import { useEffect, useRef } from "preact/hooks";

export type Keys = Record<string, () => void>;

const layers: { current: Keys }[] = [];

// What a field needs for itself while somebody types in it.
function isTyped(event: KeyboardEvent) {
  const inField = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
  return inField && (event.key.length === 1 || event.key === "Backspace" || event.key === "Enter");
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyped(event)) return;
  for (let at = layers.length - 1; at >= 0; --at) {
    const action = layers[at]?.current[event.key];
    if (!action) continue;
    event.preventDefault();
    action();
    return;
  }
});

export function useKeys(keys: Keys) {
  const layer = useRef(keys);
  layer.current = keys;
  useEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}
