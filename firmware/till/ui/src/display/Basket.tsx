// What is rung up, as it is rung: the newest line largest, and what is to pay largest of all.
import { useEffect, useRef } from "preact/hooks";
import type { Basket, CouponOutcome, Line, Member } from "../link/shapes";
import { basket, isLinked } from "../state/store";
import { merchant, money, number, quantity, say } from "../text";
import { latest, lines, member } from "./customer";
import { firstName } from "./names";
import { LanguageKey } from "./LanguageKey";

function LineRow({ line, isLatest }: { line: Line; isLatest: boolean }) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isLatest) return;
    const show = () => row.current?.scrollIntoView({ block: "nearest" });
    show();
    addEventListener("resize", show);
    return () => removeEventListener("resize", show);
  }, [isLatest, line.quantity_milli, lines.value.length]);
  const isSingle = !line.by_weight && line.quantity_milli === 1000;
  return (
    <li
      ref={row}
      class={`rung ${isLatest ? "rung-latest" : ""}`}
      data-test={isLatest ? "latest" : undefined}
    >
      <span class="rung-what">
        <span class="rung-name">{line.name}</span>
        {!isSingle && (
          <span class="rung-quantity">
            {quantity(line.quantity_milli, line.by_weight)} × {money(line.unit_minor)}
            {line.by_weight && say("per_kg")}
          </span>
        )}
      </span>
      <span class="rung-paid">
        {line.discount_minor > 0 && <s class="rung-before">{money(line.gross_minor)}</s>}
        {money(line.paid_minor)}
      </span>
    </li>
  );
}

function Greeting({ who, earned }: { who: Member; earned: number }) {
  const name = firstName(who.name, merchant.value.locale);
  return (
    <div class="greeting" data-test="member">
      {name && <strong>{say("shown_hello", { name })}</strong>}
      <span class="greeting-points">{say("shown_points_now", { count: number(who.points) })}</span>
      {earned > 0 && (
        <span class="greeting-points" data-test="earned">
          {say("shown_points_more", { count: number(earned) })}
        </span>
      )}
    </div>
  );
}

function worth(coupon: CouponOutcome) {
  if (!coupon.applies) return say("coupon_does_not_apply");
  if (coupon.discount_minor) return `−${money(coupon.discount_minor)}`;
  if (coupon.points) return say("shown_coupon_points", { count: number(coupon.points) });
  return say("coupon_applies");
}

function Coupons({ coupons }: { coupons: CouponOutcome[] }) {
  if (coupons.length === 0) return null;
  return (
    <ul class="shown-coupons" tabIndex={0} aria-label={say("coupon")}>
      {coupons.map((coupon, at) => (
        <li key={at} class={coupon.applies ? "" : "shown-coupon-off"} data-test="coupon">
          <span>{coupon.name ?? say("coupon")}</span>
          <strong>{worth(coupon)}</strong>
        </li>
      ))}
    </ul>
  );
}

function Sum({ now }: { now: Basket | null }) {
  const saved = lines.value.reduce((sum, line) => sum + line.discount_minor, 0);
  const total = money(now?.total_minor ?? 0);
  return (
    <div class="sum">
      {saved > 0 && (
        <p class="sum-saved">
          <span>{say("shown_saved")}</span> <strong>{money(saved)}</strong>
        </p>
      )}
      <p class="sum-label">{say("shown_to_pay")}</p>
      <p class="sum-total" style={{ "--letters": String(total.length) }} data-test="total">
        {total}
      </p>
    </div>
  );
}

export function BasketView() {
  const now = basket.value;
  const who = member.value;
  return (
    <main class="shown-basket" data-test="basket">
      <h1 class="unseen">{say("shown_basket")}</h1>
      <ul class="rung-lines" tabIndex={0} aria-label={say("shown_basket")}>
        {lines.value.map((line, at) => (
          <LineRow key={`${line.code}-${at}`} line={line} isLatest={at === latest.value} />
        ))}
      </ul>
      <aside class="shown-side">
        <div class="shown-head">
          {who && <Greeting who={who} earned={now?.points_earned ?? 0} />}
          <LanguageKey />
        </div>
        <Coupons coupons={now?.coupons ?? []} />
        {!isLinked.value && (
          <p class="shown-away" role="status" data-test="away">
            {say("shown_away")}
          </p>
        )}
        <Sum now={now} />
      </aside>
    </main>
  );
}
