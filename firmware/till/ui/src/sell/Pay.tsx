// Paying: exact, by the next notes, by card or voucher, or in parts.
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Payment, Sold } from "../link/shapes";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { NumberPad } from "../parts/NumberPad";
import { Panel } from "../parts/Panel";
import { useKeys, type Keys } from "../parts/keys";
import { typedCode } from "../state/typed";
import { go } from "../state/place";
import { practises } from "../state/practice";
import { act } from "../state/acts";
import { basket, look, till } from "../state/store";
import { money, readAmount, say, type Name } from "../text";
import { keepLast } from "./last";
import { inCoins, left, nextNotes, payments, setPayments } from "./payments";

type Noted = "card" | "voucher";

// While the till records the sale, of which its stream may tell before the answer does.
const settles = signal(false);

// Whether it was sold.
async function settle(all: Payment[]): Promise<boolean> {
  if (settles.value) return false;
  const member = basket.value?.member;
  const earned = basket.value?.points_earned ?? 0;
  const id = till.value?.basket_id;
  const path = practises.value ? "/api/training" : "/api/sales";
  settles.value = true;
  const answer = await act<Sold>("POST", path, { payments: all });
  if (answer.ok) {
    const { receipt, total_minor: total } = answer.value.sale;
    keepLast({
      change_minor: answer.value.change_minor,
      total_minor: total ?? 0,
      receipt: receipt && receipt > 0 ? receipt : null,
      points: member && !practises.value ? member.points + earned : null,
      practice: practises.value,
    });
    setPayments([], id);
    // The change is shown beside the empty basket that the till has now.
    await look();
    go("sold");
  }
  settles.value = false;
  return answer.ok;
}

// Adds a payment, and sells where nothing is left. Whether it was taken.
async function pay(payment: Payment): Promise<boolean> {
  const isCash = payment.kind === "cash";
  const due = isCash ? inCoins(left.value) : left.value;
  // What is left may be less than the smallest coin: then there is nothing to hand over.
  const isNothing = isCash && due === 0 && payment.amount_minor === 0;
  const all = isNothing ? payments.value : [...payments.value, payment];
  if (isNothing || payment.amount_minor >= due) return settle(all);
  setPayments(all);
  return true;
}

function PaidRow({ payment, at }: { payment: Payment; at: number }) {
  const takeBack = () => setPayments(payments.value.filter((_, one) => one !== at));
  return (
    <li class="list-row" data-test="paid">
      <span class="grow">
        {say(payment.kind)} {payment.reference}
      </span>
      <strong>{money(payment.amount_minor)}</strong>
      <Key kind="quiet" act={takeBack} label={say("remove")}>
        ×
      </Key>
    </li>
  );
}

function NotedPayment({ kind, amount, done }: { kind: Noted; amount: number; done: () => void }) {
  const [slip, setSlip] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  useKeys({ Escape: done });
  const take = async () => {
    if (!slip.trim()) return setProblem(say("slip_needed"));
    // What the terminal has taken is not forgotten where the till refuses.
    if (await pay({ kind, amount_minor: amount, reference: slip.trim() })) done();
  };
  return (
    <div class="with-pad" data-test={`pay-${kind}-panel`}>
      <div class="grow">
        <p class="big">
          {say(kind)} {money(amount)}
        </p>
        <Field
          label={say(kind === "card" ? "slip_number" : "voucher_number")}
          value={slip}
          change={setSlip}
          enter={() => void take()}
          problem={problem}
          focus
          test="slip"
        />
        <div class="row">
          <Key act={done} hint="Esc" class="grow">
            {say("back")}
          </Key>
          <Key kind="main" act={() => void take()} hint="Enter" class="grow" test="slip-enter">
            {say("take_payment")}
          </Key>
        </div>
      </div>
      <NumberPad
        press={(digit) => setSlip((now) => now + digit)}
        erase={() => setSlip((now) => now.slice(0, -1))}
      />
    </div>
  );
}

interface Tendering {
  typed: string;
  cash: (amount_minor: number) => void;
  noted: (kind: Noted) => void;
}

function TenderKeys({ typed, cash, noted }: Tendering) {
  const due = inCoins(left.value);
  const currency = till.value?.currency ?? "HUF";
  const given = typed ? (readAmount(typed) ?? 0) : due;
  return (
    <div class="tenders">
      <Key kind="main" act={() => cash(given)} hint="Enter" class="tender-exact" test="pay-exact">
        {say("cash")} {typed ? money(given) : say("exact")}
        {!typed && <span class="small">{money(due)}</span>}
      </Key>
      {nextNotes(due, currency).map((sum) => (
        <Key key={sum} act={() => cash(sum)} class="tender-note" test={`pay-${sum}`}>
          {money(sum)}
        </Key>
      ))}
      <Key act={() => noted("card")} hint="F2" test="pay-card">
        {say("card")}
      </Key>
      <Key act={() => noted("voucher")} hint="F3" test="pay-voucher">
        {say("voucher")}
      </Key>
    </div>
  );
}

export function Pay() {
  const [typed, setTyped] = useState("");
  const [noted, setNoted] = useState<Noted | null>(null);
  const isEmpty = basket.value === null;
  useEffect(() => {
    if (isEmpty && !settles.value) go("sell");
  }, [isEmpty]);
  const amount = typed ? readAmount(typed) : undefined;
  const tooMuch: Name | null =
    noted === null && typed && amount === undefined ? "amount_needed" : null;
  const begin = (kind: Noted) => setNoted(kind);
  return (
    <Panel title={say(payments.value.length > 0 ? "left_to_pay" : "to_pay")} test="pay-panel">
      <p class="due" data-test="due">
        {money(left.value)}
      </p>
      <ul class="list">
        {payments.value.map((payment, at) => (
          <PaidRow key={at} payment={payment} at={at} />
        ))}
      </ul>
      {noted ? (
        <NotedPayment
          kind={noted}
          amount={Math.min(amount ?? left.value, left.value)}
          done={() => {
            setNoted(null);
            setTyped("");
          }}
        />
      ) : (
        <Counting typed={typed} setTyped={setTyped} problem={tooMuch} begin={begin} />
      )}
    </Panel>
  );
}

interface CountingProps {
  typed: string;
  setTyped: (change: (now: string) => string) => void;
  problem: Name | null;
  begin: (kind: Noted) => void;
}

function Counting({ typed, setTyped, problem, begin }: CountingProps) {
  const press = (digit: string) => setTyped((now) => (now + digit).slice(0, 12));
  const erase = () => setTyped((now) => now.slice(0, -1));
  useEffect(() => setTyped(() => ""), [typedCode.value]);
  const cash = (amount_minor: number) => {
    setTyped(() => "");
    void pay({ kind: "cash", amount_minor });
  };
  const enter = () => {
    const amount = typed ? readAmount(typed) : inCoins(left.value);
    if (amount === undefined || (typed && amount === 0)) return;
    cash(amount);
  };
  const keys: Keys = {
    Enter: enter,
    Backspace: erase,
    F2: () => begin("card"),
    F3: () => begin("voucher"),
    ",": () => press(","),
    ".": () => press("."),
  };
  for (let digit = 0; digit <= 9; ++digit) keys[String(digit)] = () => press(String(digit));
  useKeys(keys);
  return (
    <div class="with-pad">
      <div class="grow">
        <TenderKeys typed={typed} cash={cash} noted={begin} />
      </div>
      <div>
        <output class="given" aria-label={say("given")} data-test="given">
          {typed || "\u00a0"}
        </output>
        <p class="problem" role="alert">
          {problem ? say(problem) : "\u00a0"}
        </p>
        <NumberPad press={press} erase={erase} extra="000" />
      </div>
    </div>
  );
}
