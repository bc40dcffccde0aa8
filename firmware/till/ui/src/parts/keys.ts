// The keyboard: each screen says which keys do what while it is there; the one shown last wins.
import { useLayoutEffect, useRef } from "preact/hooks";
import { typedCode } from "../state/typed";

// Where `typesQuickly` is among them, quick typing is no scanner's.
export type Keys = Record<string, () => void>;

const layers: { current: Keys }[] = [];

// What a field needs for itself while somebody types in it.
function isTyped(event: KeyboardEvent) {
  const inField = event.target instanceof HTMLInputElement && event.target.type !== "checkbox";
  return inField && (event.key.length === 1 || event.key === "Backspace" || event.key === "Enter");
}

// Some scanners type. Where no field is typed in, so many letters so quickly, with Enter at their
// end, are a code, and neither an amount nor what keys do here.
const leastLetters = 6;
const mostMs = 35;
let burst = "";
let lastMs = 0;

function endsCode(event: KeyboardEvent): boolean {
  const isQuick = event.timeStamp - lastMs <= mostMs;
  lastMs = event.timeStamp;
  if (event.key.length === 1) burst = isQuick ? burst + event.key : event.key;
  if (event.key !== "Enter") return false;
  const text = burst;
  burst = "";
  if (!isQuick || text.length < leastLetters || layers.at(-1)?.current["typesQuickly"])
    return false;
  typedCode.value = { text };
  return true;
}

// A button that has the focus is pressed by them, whatever they do elsewhere.
function isForButton(event: KeyboardEvent) {
  const isPress = event.key === "Enter" || event.key === " ";
  return isPress && event.target instanceof Element && event.target.matches("button:enabled, a");
}

// What letters do waits until it is sure that no scanner types them.
let held: (() => void)[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function doHeld() {
  clearTimeout(timer);
  const actions = held;
  held = [];
  for (const action of actions) action();
}

function hold(action: () => void) {
  held.push(action);
  clearTimeout(timer);
  timer = setTimeout(doHeld, mostMs + 5);
}

function actionOf(key: string) {
  for (let at = layers.length - 1; at >= 0; --at) {
    const action = layers[at]?.current[key];
    if (action) return action;
  }
  return undefined;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyped(event)) return;
  if (endsCode(event)) {
    held = [];
    return event.preventDefault();
  }
  if (isForButton(event)) return;
  const action = actionOf(event.key);
  if (!action) return;
  event.preventDefault();
  if (event.key.length === 1 && !layers.at(-1)?.current["typesQuickly"]) return hold(action);
  doHeld();
  action();
});

export function useKeys(keys: Keys) {
  const layer = useRef(keys);
  layer.current = keys;
  useLayoutEffect(() => {
    layers.push(layer);
    return () => void layers.splice(layers.indexOf(layer), 1);
  }, []);
}
