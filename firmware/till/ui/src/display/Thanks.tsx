// After a sale: thanks, the change, the new balance, and the receipt's code.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../link/till";
import type { SoldEvent } from "../link/stream";
import { merchant, money, number, say } from "../text";
import { firstName } from "./names";
import { LanguageKey } from "./LanguageKey";
import { QrCode } from "./QrCode";

function Figure({ label, minor, test }: { label: string; minor: number; test: string }) {
  const text = money(Math.abs(minor));
  return (
    <div class="thanks-figure">
      <p class="sum-label">{label}</p>
      <p class="sum-total" style={{ "--letters": String(text.length) }} data-test={test}>
        {text}
      </p>
    </div>
  );
}

function Points({ sold }: { sold: SoldEvent }) {
  const earned = sold.points_earned ?? 0;
  if (sold.points_after === undefined) return null;
  return (
    <p class="thanks-points" data-test="balance">
      {earned !== 0 && (
        <strong>
          {say(earned > 0 ? "shown_points_earned" : "shown_points_taken", {
            count: number(Math.abs(earned)),
          })}
        </strong>
      )}
      <span>{say("shown_balance", { count: number(sold.points_after) })}</span>
    </p>
  );
}

function Claim({ sold }: { sold: SoldEvent }) {
  const [code, setCode] = useState("");
  useEffect(() => {
    void ask<{ qr: string }>(`/api/receipts/${sold.receipt}`).then((answer) => {
      if (answer.ok) setCode(answer.value.qr);
    });
  }, [sold.receipt]);
  return (
    <figure class="claim">
      {code ? (
        <QrCode text={code} label={say("shown_qr", { number: sold.receipt })} />
      ) : (
        <div class="qr" />
      )}
      <figcaption>
        {say(sold.points_after === undefined ? "shown_claim" : "shown_proof")}
      </figcaption>
    </figure>
  );
}

export function Thanks({ sold }: { sold: SoldEvent }) {
  const isBack = sold.kind === "refund" || sold.kind === "void";
  const name = firstName(sold.member_name ?? "", merchant.value.locale);
  const change = sold.change_minor ?? 0;
  return (
    <main class="thanks" data-test="thanks">
      <div class="thanks-words">
        <h1>{name ? say("shown_thanks_name", { name }) : say("shown_thanks")}</h1>
        {change > 0 && <Figure label={say("shown_change")} minor={change} test="change" />}
        {change <= 0 && (
          <Figure
            label={say(isBack ? "shown_given_back" : "shown_paid")}
            minor={sold.total_minor}
            test="paid"
          />
        )}
        {change > 0 && (
          <p class="thanks-total">
            {say("shown_paid")} <strong>{money(sold.total_minor)}</strong>
          </p>
        )}
        <Points sold={sold} />
      </div>
      <div class="thanks-side">
        <LanguageKey />
        {sold.kind === "sale" && sold.receipt > 0 && <Claim key={sold.receipt} sold={sold} />}
      </div>
    </main>
  );
}
