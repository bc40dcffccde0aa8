// How the till stands: who works, the network, what is not sent yet, the printer.
import { Icon } from "./icons";
import { age, choose, isName, language, say } from "../text";
import { isLoud, setLoud } from "../state/sound";
import { edit } from "../state/acts";
import { person, till } from "../state/store";
import { go } from "../state/place";
import type { Printer, Sync } from "../link/shapes";

// Why it is cut off, in a word or two; what it is told is in full where the pill leads.
function causeOf(sync: Sync) {
  const name = `cause_${sync.state}`;
  return isName(name) ? say(name) : say("offline");
}

function SyncPill({ sync }: { sync: Sync }) {
  const isOnline = sync.state === "online";
  return (
    <button
      type="button"
      class={`pill ${isOnline ? "pill-good" : "pill-warn"}`}
      data-test="sync"
      title={sync.detail}
      onClick={() => go("network")}
    >
      <span class="dot" aria-hidden="true" />
      <span>{isOnline ? say("online") : causeOf(sync)}</span>
      {sync.unsynced > 0 && (
        <span class="pill-more">
          {say("unsynced", { count: sync.unsynced })}
          {sync.oldest_s > 0 && `, ${say("oldest", { age: age(sync.oldest_s) })}`}
        </span>
      )}
    </button>
  );
}

function PrinterPill({ printer }: { printer: Printer }) {
  if (printer.state === "none") return null;
  const isGood = !printer.code && printer.state !== "away";
  const waits = printer.papers_waiting + printer.papers_offered;
  const text =
    waits > 0
      ? say("papers_waiting", { count: waits })
      : say(isGood ? "printer_ready" : "printer_away");
  return (
    <button
      type="button"
      class={`pill ${isGood && waits === 0 ? "" : "pill-warn"}`}
      title={printer.detail}
      data-test="printer"
      onClick={() => go("papers")}
    >
      <span class="dot" aria-hidden="true" />
      <span>{text}</span>
    </button>
  );
}

export function TopBar() {
  const now = till.value;
  if (!now) return null;
  const who = person.value;
  return (
    <header class="top">
      <div class="top-shop">
        <strong>{now.shop}</strong>
        <span class="top-small">
          {now.terminal} · {now.shift ? say("shift", { name: now.shift }) : say("no_shift")}
        </span>
      </div>
      <div class="top-states">
        <SyncPill sync={now.sync} />
        <PrinterPill printer={now.printer} />
      </div>
      <div class="top-keys">
        <button
          type="button"
          class="top-key top-sound"
          aria-pressed={isLoud.value}
          aria-label={say(isLoud.value ? "sound_on" : "sound_off")}
          title={say(isLoud.value ? "sound_on" : "sound_off")}
          onClick={() => setLoud(!isLoud.value)}
        >
          <Icon name={isLoud.value ? "loud" : "mute"} />
        </button>
        <button
          type="button"
          class="top-key"
          lang={language.value === "hu" ? "en" : "hu"}
          data-test="language"
          onClick={() => choose(language.value === "hu" ? "en" : "hu")}
        >
          {say("other_language")}
        </button>
        {who && (
          <button
            type="button"
            class="top-key top-person"
            data-test="sign-out"
            onClick={() => {
              void edit("DELETE", "/api/session");
              go("sell");
            }}
          >
            <strong>{who.name}</strong>
            <span class="top-small">{say("sign_out")}</span>
          </button>
        )}
      </div>
    </header>
  );
}
