// The shift: whether one is open, and what can be done with it or without.
import type { ComponentChildren } from "preact";
import { Key } from "../../parts/Key";
import { useKeys, type Keys } from "../../parts/keys";
import { go } from "../../state/place";
import { till } from "../../state/store";
import { dateAndTime, money, say } from "../../text";
import { useRead } from "../read";
import { Screen } from "../Screen";
import type { EventDetail } from "../shapes";
import { lastClose } from "./closed";
import { ReportTables } from "./ReportTables";

const below = (name: string) => () => go("manager", `shift/${name}`);

// A shift is named after the entry that opened it.
function Opening({ shift }: { shift: string }) {
  const opening = useRead<EventDetail>(`/api/journal/${shift.replace(/\D/g, "")}`).value;
  if (opening?.type !== "shift_opened") return null;
  const float = (opening.body as { float_minor?: number } | undefined)?.float_minor;
  const told = [
    say("opened_at", { time: dateAndTime(opening.at) }),
    opening.staff ? say("opened_by", { name: opening.staff }) : "",
    float === undefined ? "" : say("opened_with", { amount: money(float) }),
  ];
  return (
    <p data-test="opening" data-changing>
      {told.filter(Boolean).join(", ")}
    </p>
  );
}

interface Offer {
  letter: string;
  does: () => void;
  title: ComponentChildren;
  test: string;
  isMain?: boolean;
}

function Offers({ offers }: { offers: Offer[] }) {
  const keys: Keys = {};
  for (const { letter, does } of offers) keys[letter] = keys[letter.toLowerCase()] = does;
  useKeys(keys);
  return (
    <div class="shift-keys">
      {offers.map(({ letter, does, title, test, isMain }) => (
        <Key
          key={test}
          act={does}
          hint={letter}
          kind={isMain ? "main" : "plain"}
          class="shift-key"
          test={test}
        >
          {title}
        </Key>
      ))}
    </div>
  );
}

function OpenShift({ shift }: { shift: string }) {
  return (
    <Screen title={say("shift_is_open")} test="shift">
      <p class="shift-name">{say("shift_name", { name: shift })}</p>
      <Opening shift={shift} />
      <Offers
        offers={[
          { letter: "X", does: below("report"), title: say("x_report"), test: "x-report" },
          { letter: "+", does: below("in"), title: say("cash_in"), test: "cash-in" },
          { letter: "-", does: below("out"), title: say("cash_out"), test: "cash-out" },
          { letter: "D", does: below("drawer"), title: say("open_drawer_only"), test: "drawer" },
          {
            letter: "Z",
            does: below("close"),
            title: say("count_and_close"),
            test: "close-shift",
            isMain: true,
          },
        ]}
      />
      <p class="shift-hint">{say("shift_rests")}</p>
    </Screen>
  );
}

function ClosedShift() {
  const report = lastClose.value;
  return (
    <Screen title={say("shift_is_closed")} test="no-shift">
      <Offers
        offers={[
          {
            letter: "O",
            does: below("open"),
            title: say(report ? "next_shift" : "count_and_open"),
            test: "open-shift",
            isMain: true,
          },
          { letter: "D", does: below("drawer"), title: say("open_drawer_only"), test: "drawer" },
        ]}
      />
      {report && (
        <section data-test="z-report">
          <h2 class="report-title">
            {say("z_report_of", { number: report.number })} ·{" "}
            {say("shift_name", { name: report.shift })}
          </h2>
          <ReportTables report={report} />
        </section>
      )}
    </Screen>
  );
}

export function Shift() {
  const shift = till.value?.shift;
  return shift ? <OpenShift shift={shift} /> : <ClosedShift />;
}
