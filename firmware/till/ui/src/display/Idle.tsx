// Nobody buys: quiet pictures, and the shop's name.
import { useEffect, useState } from "preact/hooks";
import { isLinked, till } from "../state/store";
import { say } from "../text";
import { LanguageKey } from "./LanguageKey";

const pictures = ["/idle/hills.svg", "/idle/basket.svg", "/idle/street.svg"];
const nextMs = 10_000;

function Pictures() {
  const [shown, setShown] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setShown((now) => (now + 1) % pictures.length), nextMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <div class="idle-pictures" aria-hidden="true">
      {pictures.map((picture, at) => (
        <img
          key={picture}
          src={picture}
          alt=""
          class={at === shown ? "idle-shown" : ""}
          data-test={at === shown ? "picture" : undefined}
        />
      ))}
    </div>
  );
}

function sign() {
  if (!isLinked.value) return say("shown_away");
  if (!till.value?.signed_in || till.value.shift === null) return say("shown_closed");
  return null;
}

export function Idle() {
  const quietly = sign();
  return (
    <main class="idle" data-test="idle">
      <Pictures />
      <div class="idle-band">
        <div class="idle-words">
          {!quietly && <p class="idle-welcome">{say("shown_welcome")}</p>}
          <h1>{till.value?.shop ?? "Counterfoil"}</h1>
          <p class="idle-hint" role="status" data-test="sign">
            {quietly ?? say("shown_member_hint")}
          </p>
        </div>
        <LanguageKey />
      </div>
    </main>
  );
}
