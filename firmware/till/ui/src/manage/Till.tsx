// The till itself: what hangs on it, the centre, the printer, practice, the customer's display.
import type { ComponentChildren } from "preact";
import { Key } from "../parts/Key";
import { useKeys } from "../parts/keys";
import { practise, practises } from "../state/practice";
import { act } from "../state/acts";
import { tell, till } from "../state/store";
import { age, dateAndTime, isName, language, number, say } from "../text";
import { useRead } from "./read";
import { Screen } from "./Screen";
import type { BoardState, Device } from "./shapes";
import { Told } from "./Told";

const mega = 1_000_000;
const giga = 1_000_000_000;

function space(bytes: number) {
  if (bytes < 10 * giga) return say("megabytes", { count: number(Math.floor(bytes / mega)) });
  return say("gigabytes", { count: number(Math.floor(bytes / giga)) });
}

function Card({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function deviceKind(device: Device) {
  const name = `kind_${device.kind}`;
  return isName(name) ? say(name) : device.kind;
}

// One that was not needed yet, and does not tell by itself, is unknown.
const goodStates = new Set(["ready", "unknown"]);

function DeviceRow({ device }: { device: Device }) {
  const isGood = !device.trouble && goodStates.has(device.state ?? "ready");
  return (
    <li class="device">
      <span class="grow">
        <strong>{device.name}</strong>
        <span class="small">
          {[deviceKind(device), device.trouble].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span class={isGood ? "staff-free" : "staff-locked"}>
        {say(isGood ? "device_ready" : "device_trouble")}
      </span>
    </li>
  );
}

function Devices({ board }: { board: BoardState }) {
  const devices = board.devices ?? [];
  return (
    <Card title={say("till_devices")}>
      {devices.length === 0 && <p>{say("till_no_devices")}</p>}
      <ul>
        {devices.map((device) => (
          <DeviceRow key={device.name} device={device} />
        ))}
      </ul>
    </Card>
  );
}

function About({ board }: { board: BoardState }) {
  const facts: [string, string | undefined][] = [
    [say("till_terminal"), till.value?.terminal],
    [say("till_board"), board.name],
    [say("till_version"), board.version],
    [say("till_space"), board.free_bytes === undefined ? undefined : space(board.free_bytes)],
  ];
  return (
    <Card title={say("till_about")}>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd data-changing>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {board.central_as_of && (
        <p class="small" data-changing>
          {say("data_of", { time: dateAndTime(board.central_as_of) })}
        </p>
      )}
    </Card>
  );
}

function SyncCard() {
  const sync = till.value?.sync;
  if (!sync) return null;
  return (
    <Card title={say("till_sync")}>
      <p>
        <strong>{say(sync.state === "online" ? "online" : "offline")}</strong> {sync.detail}
      </p>
      {sync.unsynced > 0 && (
        <p data-changing>
          {say("unsynced", { count: number(sync.unsynced) })}
          {sync.oldest_s > 0 && `, ${say("oldest", { age: age(sync.oldest_s) })}`}
        </p>
      )}
    </Card>
  );
}

async function printTest() {
  const answer = await act("POST", "/api/board/test-print", {});
  if (answer.ok) tell(say("test_printed"));
}

function PrinterCard() {
  const printer = till.value?.printer;
  if (!printer) return null;
  const isGood = !printer.code && printer.state !== "away";
  const waits = printer.papers_waiting + printer.papers_offered;
  return (
    <Card title={say("till_printer")}>
      <p>{printer.detail ?? say(isGood ? "printer_ready" : "printer_away")}</p>
      {waits > 0 && <p>{say("papers_waiting", { count: waits })}</p>}
      <Key act={() => void printTest()} hint="P" test="test-print">
        {say("till_test_print")}
      </Key>
    </Card>
  );
}

function PracticeCard() {
  return (
    <Card title={say("till_practice")}>
      <p>{say("till_practice_more")}</p>
      <Key
        act={() => practise(!practises.value)}
        hint="G"
        pressed={practises.value}
        test="practice"
      >
        {say(practises.value ? "stop_training" : "start_training")}
      </Key>
    </Card>
  );
}

function openDisplay() {
  open(`/display.html?language=${language.value}`, "counterfoil-display");
}

function DisplayCard() {
  return (
    <Card title={say("till_display")}>
      <p>{say("till_display_more")}</p>
      <Key act={openDisplay} hint="D" test="open-display">
        {say("till_display_open")}
      </Key>
    </Card>
  );
}

export function Till() {
  const read = useRead<BoardState>("/api/board", till.value?.printer.state);
  const print = () => void printTest();
  const turn = () => practise(!practises.value);
  useKeys({
    r: read.again,
    R: read.again,
    p: print,
    P: print,
    g: turn,
    G: turn,
    d: openDisplay,
    D: openDisplay,
  });
  return (
    <Screen
      title={say("tab_till")}
      keys={
        <Key act={read.again} hint="R" test="again">
          {say("look_again")}
        </Key>
      }
      test="till"
    >
      <div class="cards">
        <PrinterCard />
        <SyncCard />
        <PracticeCard />
        <DisplayCard />
        <Told read={read}>
          {(board) => (
            <>
              <Devices board={board} />
              <About board={board} />
            </>
          )}
        </Told>
      </div>
    </Screen>
  );
}
