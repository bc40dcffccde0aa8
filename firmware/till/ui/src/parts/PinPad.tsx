// A PIN, by touch or by keyboard; its digits are never shown.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { say } from "../text";
import { useKeys, type Keys } from "./keys";
import { NumberPad } from "./NumberPad";
import { Key } from "./Key";

const longest = 12;
const shortest = 4;

interface Props {
  name: string;
  send: (pin: string) => Promise<string | null>;
  back?: (() => void) | undefined;
  ready?: string;
}

export function PinPad({ name, send, back, ready }: Props) {
  const [pin, setPin] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const pad = useRef<HTMLDivElement>(null);
  // Digits are for the PIN now, and not for a field that was typed in before.
  useLayoutEffect(() => pad.current?.focus(), []);
  const press = (digit: string) => setPin((now) => (now + digit).slice(0, longest));
  const erase = () => setPin((now) => now.slice(0, -1));
  const enter = async () => {
    if (busy) return;
    if (pin.length < shortest) return setProblem(say("pin_wrong_length"));
    setBusy(true);
    setProblem(await send(pin));
    setPin("");
    setBusy(false);
  };
  const keys: Keys = { Backspace: erase, Enter: () => void enter(), typesQuickly: () => {} };
  for (let digit = 0; digit <= 9; ++digit) keys[String(digit)] = () => press(String(digit));
  if (back) keys["Escape"] = back;
  useKeys(keys);
  return (
    <div class="pin" ref={pad} tabIndex={-1}>
      <p class="pin-name">{say("enter_pin", { name })}</p>
      <output class="pin-dots" aria-label={say("enter_pin", { name })} data-test="pin">
        {"●".repeat(pin.length) || "\u00a0"}
      </output>
      <p class="problem" role="alert">
        {problem ?? "\u00a0"}
      </p>
      <NumberPad press={press} erase={erase} />
      <div class="row">
        {back && (
          <Key act={back} hint="Esc" class="grow">
            {say("back")}
          </Key>
        )}
        <Key
          kind="main"
          act={() => void enter()}
          hint="Enter"
          disabled={busy}
          class="grow"
          test="pin-enter"
        >
          {ready ?? say("sign_in")}
        </Key>
      </div>
    </div>
  );
}
