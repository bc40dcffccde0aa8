// Receipts of before: looked at, printed again, given back in whole or in parts, voided.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../link/till";
import type { Refusal } from "../link/shapes";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { NumberPad } from "../parts/NumberPad";
import { Panel } from "../parts/Panel";
import { Reason } from "../parts/Reason";
import { go } from "../state/place";
import { act } from "../state/acts";
import { look, tell } from "../state/store";
import { dateAndTime, money, quantity, say } from "../text";

interface SoldLine {
  line: number;
  code: string;
  name: string;
  quantity_milli: number;
  left_milli: number;
  by_weight: boolean;
  unit_minor: number;
  paid_minor: number;
}

interface Receipt {
  seq: number;
  kind?: string;
  at?: string;
  total_minor?: number;
  lines: { text: string; strong: boolean }[];
  lines_sold?: SoldLine[];
}

export function ReceiptsPanel() {
  const [wanted, setWanted] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const find = () => {
    if (!/^\d{1,12}$/.test(wanted.trim())) return setProblem(say("receipt_number_needed"));
    go("receipt", wanted.trim());
  };
  return (
    <Panel title={say("receipts")} test="receipts-panel">
      <div class="with-pad">
        <div class="grow">
          <Field
            label={say("find_receipt")}
            value={wanted}
            change={setWanted}
            enter={find}
            problem={problem}
            kind="number"
            focus
            test="receipt-number"
          />
          <Key kind="main" act={find} hint="Enter" class="wide" test="receipt-find">
            {say("find")}
          </Key>
        </div>
        <NumberPad
          press={(digit) => setWanted((now) => now + digit)}
          erase={() => setWanted((now) => now.slice(0, -1))}
        />
      </div>
    </Panel>
  );
}

function Paper({ receipt }: { receipt: Receipt }) {
  return (
    <div class="paper" data-test="paper" tabIndex={0} role="document">
      {receipt.lines.map((line, at) => (
        <pre key={at} class={line.strong ? "strong" : ""}>
          {line.text || " "}
        </pre>
      ))}
    </div>
  );
}

function leftOf(line: SoldLine) {
  const all = quantity(line.quantity_milli, line.by_weight);
  if (line.left_milli === line.quantity_milli) return `× ${all}`;
  return say("left_of", { left: quantity(line.left_milli, line.by_weight), all });
}

function BackLine({ line, marked, mark }: { line: SoldLine; marked: boolean; mark: () => void }) {
  return (
    <li>
      <label class={`back-line ${line.left_milli === 0 ? "back-line-gone" : ""}`}>
        <input
          type="checkbox"
          checked={marked}
          disabled={line.left_milli === 0}
          onChange={mark}
          data-test={`back-${line.line}`}
        />
        <span class="grow">
          {line.name}
          <span class="small">{leftOf(line)}</span>
        </span>
        <strong>{money(line.paid_minor)}</strong>
      </label>
    </li>
  );
}

interface GivenBack {
  refund: { total_minor?: number; [name: string]: unknown };
}

function amountOf(given: GivenBack) {
  const total = given.refund["refunded_minor"] ?? given.refund["total_minor"];
  return typeof total === "number" ? money(Math.abs(total)) : "";
}

function GiveBack({
  number,
  receipt,
  done,
}: {
  number: number;
  receipt: Receipt;
  done: () => void;
}) {
  const [marked, setMarked] = useState<number[]>([]);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const lines = receipt.lines_sold ?? [];
  const send = async (path: "refund" | "void", body: object, said: "given_back" | "voided") => {
    if (!reason.trim()) return setProblem(say("reason_needed"));
    setProblem(null);
    const answer = await act<GivenBack>("POST", `/api/receipts/${number}/${path}`, {
      ...body,
      reason: reason.trim(),
    });
    if (!answer.ok) return;
    setMarked([]);
    await look();
    tell(say(said, { amount: amountOf(answer.value) }));
    done();
  };
  const mark = (line: number) =>
    setMarked((now) => (now.includes(line) ? now.filter((one) => one !== line) : [...now, line]));
  const someLeft = lines.length === 0 || lines.some((line) => line.left_milli > 0);
  return (
    <div class="grow give-back">
      <ul class="list">
        {lines.map((line) => (
          <BackLine
            key={line.line}
            line={line}
            marked={marked.includes(line.line)}
            mark={() => mark(line.line)}
          />
        ))}
      </ul>
      {someLeft ? (
        <Reason of="back" value={reason} change={setReason} problem={problem} test="reason" />
      ) : (
        <p class="empty">{say("nothing_left")}</p>
      )}
      <div class="row">
        <Key
          kind="main"
          disabled={!someLeft}
          class="grow"
          test="give-back"
          act={() =>
            void send(
              "refund",
              marked.length > 0 ? { lines: marked.map((line) => ({ line })) } : {},
              "given_back",
            )
          }
        >
          {say(marked.length > 0 ? "give_back_lines" : "give_back_all")}
        </Key>
        <Key
          kind="danger"
          disabled={!someLeft}
          test="void"
          act={() => void send("void", {}, "voided")}
        >
          {say("void_sale")}
        </Key>
      </div>
    </div>
  );
}

export function ReceiptPanel({ receipt: number }: { receipt: number }) {
  const [receipt, setReceipt] = useState<Receipt | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const learn = () =>
    void ask<Receipt>(`/api/receipts/${number}`).then((answer) =>
      answer.ok ? setReceipt(answer.value) : setRefusal(answer.refusal),
    );
  useEffect(learn, [number]);
  const reprint = async () => {
    const answer = await act<{ copy: number }>("POST", `/api/receipts/${number}/reprint`);
    if (answer.ok) tell(say("reprinted", { copy: answer.value.copy }));
  };
  const at = receipt?.at ? ` · ${dateAndTime(receipt.at)}` : "";
  const title = say("receipt_number", { number }) + at;
  return (
    <Panel title={title} back={() => go("receipts")} test="receipt-panel">
      {refusal && <p class="notice notice-refused">{refusal.detail}</p>}
      {receipt && (
        <div class="with-pad">
          <GiveBack number={number} receipt={receipt} done={learn} />
          <div>
            <Paper receipt={receipt} />
            <Key act={() => void reprint()} class="wide" test="reprint">
              {say("reprint")}
            </Key>
          </div>
        </div>
      )}
    </Panel>
  );
}
