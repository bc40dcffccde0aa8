// Digits for fingers in gloves.
import type { ComponentChildren } from "preact";
import { say } from "../text";
import { Icon } from "./icons";

interface Props {
  press: (digit: string) => void;
  erase: () => void;
  // What the key beside 0 types; "00" for amounts.
  extra?: string;
}

// The field that is typed in keeps the keyboard.
function stay(event: Event) {
  event.preventDefault();
}

const digits = ["7", "8", "9", "4", "5", "6", "1", "2", "3"];

export function NumberPad({ press, erase, extra }: Props) {
  const key = (text: ComponentChildren, act: () => void, label?: string) => (
    <button
      type="button"
      class="pad-key"
      aria-label={label}
      tabIndex={-1}
      onPointerDown={stay}
      onClick={act}
    >
      {text}
    </button>
  );
  return (
    <div class="pad">
      {digits.map((digit) => key(digit, () => press(digit)))}
      {extra ? key(extra, () => press(extra)) : <span />}
      {key("0", () => press("0"))}
      {key(<Icon name="erase" />, erase, say("clear_search"))}
    </div>
  );
}
