// Cash that comes into the drawer or leaves it without a sale.
import { useState } from "preact/hooks";
import { Field } from "../../parts/Field";
import { Key } from "../../parts/Key";
import { NumberPad } from "../../parts/NumberPad";
import { useKeys } from "../../parts/keys";
import { go } from "../../state/place";
import { act } from "../../state/acts";
import { look, tell } from "../../state/store";
import { money, readAmount, say, type Name } from "../../text";
import { DeepScreen } from "../Screen";
import { Reason } from "./Reason";

type Way = "in" | "out";

interface Wording {
  path: string;
  title: Name;
  ready: Name;
  done: Name;
  common: Name[];
}

const ways: Record<Way, Wording> = {
  in: {
    path: "/api/cash-in",
    title: "cash_in_title",
    ready: "cash_in",
    done: "cash_in_done",
    common: ["reason_change_money", "reason_bank", "reason_safe"],
  },
  out: {
    path: "/api/cash-out",
    title: "cash_out_title",
    ready: "cash_out",
    done: "cash_out_done",
    common: ["reason_bank", "reason_safe", "reason_purchase", "reason_supplier"],
  },
};

interface Problems {
  amount?: string;
  reason?: string;
}

export function MoveCash({ way }: { way: Way }) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [problems, setProblems] = useState<Problems>({});
  const [wants, setWants] = useState<"amount" | "reason">("amount");
  const { path, title, ready, done, common } = ways[way];
  const send = async () => {
    const amount_minor = readAmount(typed);
    setWants("amount");
    if (!amount_minor) return setProblems({ amount: say("amount_needed") });
    setWants("reason");
    if (!reason.trim()) return setProblems({ reason: say("reason_needed") });
    setProblems({});
    const answer = await act("POST", path, { amount_minor, reason: reason.trim() });
    if (!answer.ok) return;
    await look();
    go("manager", "shift");
    tell(say(done, { amount: money(amount_minor) }));
  };
  const fromAmount = () => (reason.trim() ? void send() : setWants("reason"));
  useKeys({ F9: () => void send() });
  return (
    <DeepScreen title={say(title)} test={`cash-${way}-screen`}>
      <div class="with-pad move-cash">
        <div class="grow">
          <Field
            label={say("amount")}
            value={typed}
            change={(text) => {
              setTyped(text);
              setWants("amount");
            }}
            enter={fromAmount}
            problem={problems.amount}
            kind="number"
            focus={wants === "amount"}
            test="amount"
          />
          <Reason
            reason={reason}
            change={setReason}
            enter={() => void send()}
            problem={problems.reason}
            common={common}
            focus={wants === "reason"}
          />
          <Key kind="main" act={() => void send()} hint="F9" class="wide" test="move-cash">
            {say(ready)} {readAmount(typed) ? money(readAmount(typed) ?? 0) : ""}
          </Key>
        </div>
        <NumberPad
          press={(digit) => setTyped((now) => now + digit)}
          erase={() => setTyped((now) => now.slice(0, -1))}
          extra="000"
        />
      </div>
    </DeepScreen>
  );
}
