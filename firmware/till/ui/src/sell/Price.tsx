// Another price for a line, or something off it, with a reason; a manager allows it where needed.
import { useState } from "preact/hooks";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { NumberPad } from "../parts/NumberPad";
import { Panel } from "../parts/Panel";
import { Reason } from "../parts/Reason";
import { goOn } from "../state/place";
import { edit } from "../state/acts";
import { basket } from "../state/store";
import { money, readAmount, say, type Name } from "../text";

type Way = "unit_minor" | "off_permille" | "off_minor";
const ways: [Way, Name][] = [
  ["off_permille", "percent_off"],
  ["off_minor", "amount_off"],
  ["unit_minor", "new_price"],
];

function read(way: Way, text: string): number | undefined {
  if (way !== "off_permille") return readAmount(text);
  const percent = Number(text);
  return /^\d{1,3}$/.test(text) && percent >= 1 && percent <= 100 ? percent * 10 : undefined;
}

export function PricePanel({ line }: { line: number }) {
  const [way, setWay] = useState<Way>("off_permille");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState<{ value?: string; reason?: string }>({});
  const now = basket.value?.lines[line - 1];
  if (!now) return <Panel title={say("change_price")}>{say("cart_empty")}</Panel>;
  const label = ways.find(([one]) => one === way)?.[1] ?? "percent_off";
  const apply = async () => {
    const amount = read(way, value);
    if (amount === undefined)
      return setProblems({
        value: say(way === "off_permille" ? "percent_range" : "amount_needed"),
      });
    if (!reason.trim()) return setProblems({ reason: say("reason_needed") });
    setProblems({});
    const isStill = () => {
      const then = basket.value?.lines[line - 1];
      return then?.code === now.code && then.quantity_milli === now.quantity_milli;
    };
    const given = way === "off_permille" ? `${value} %` : money(amount);
    const what = `${now.name} (${money(now.unit_minor)}): ${say(label)} ${given}`;
    const change = { [way]: amount, reason: reason.trim() };
    const path = `/api/basket/lines/${line}/price`;
    const answer = await edit("PUT", path, change, { what, isStill });
    if (answer.ok) goOn("price");
  };
  return (
    <Panel title={`${now.name} · ${money(now.unit_minor)}`} test="price-panel">
      <div class="row">
        {ways.map(([one, name]) => (
          <Key
            key={one}
            act={() => setWay(one)}
            pressed={way === one}
            class="grow"
            test={`way-${one}`}
          >
            {say(name)}
          </Key>
        ))}
      </div>
      <div class="with-pad">
        <div class="grow">
          <Field
            label={say(label)}
            value={value}
            change={setValue}
            problem={problems.value}
            kind="number"
            focus
            test="price-value"
          />
          <Reason
            of="price"
            value={reason}
            change={setReason}
            enter={() => void apply()}
            problem={problems.reason}
            test="price-reason"
          />
          <Key kind="main" act={() => void apply()} hint="Enter" class="wide" test="price-apply">
            {say("apply")}
          </Key>
        </div>
        <NumberPad
          press={(digit) => setValue((now) => now + digit)}
          erase={() => setValue((now) => now.slice(0, -1))}
        />
      </div>
    </Panel>
  );
}
