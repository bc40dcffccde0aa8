// The basket: lines, why something is off, who buys, what is to pay, and the keys that go on.
import { useEffect, useRef } from "preact/hooks";
import type { Basket, CouponOutcome, LaidCoupon, Line, Member } from "../link/shapes";
import { Key } from "../parts/Key";
import { useKeys } from "../parts/keys";
import { go, place } from "../state/place";
import { edit } from "../state/acts";
import { basket, till } from "../state/store";
import { practise, practises } from "../state/practice";
import { isName, money, number, quantity, say } from "../text";
import { choose, chosen, setQuantity } from "./chosen";
import { park } from "./Parked";

function LineKeys({ line, at }: { line: Line; at: number }) {
  return (
    <div class="line-keys">
      {!line.by_weight && (
        <>
          <Key
            act={() => void setQuantity(at, line.quantity_milli - 1000)}
            label={say("less")}
            test="less"
          >
            −
          </Key>
          <Key
            act={() => void setQuantity(at, line.quantity_milli + 1000)}
            label={say("more")}
            test="more"
          >
            +
          </Key>
        </>
      )}
      <Key act={() => go("price", String(at + 1))} test="price">
        {say("change_price")}
      </Key>
      <Key act={() => void setQuantity(at, 0)} kind="danger" test="take-out">
        {say("take_out")}
      </Key>
    </div>
  );
}

function LineRow({ line, at }: { line: Line; at: number }) {
  const isChosen = chosen.value === at;
  return (
    <li class={`line ${isChosen ? "line-chosen" : ""}`}>
      <button
        type="button"
        class="line-main"
        aria-pressed={isChosen}
        onClick={() => choose(at)}
        data-test={`line-${at + 1}`}
      >
        <span class="line-quantity">{quantity(line.quantity_milli, line.by_weight)}</span>
        <span class="line-name">
          {line.name}
          {line.discount_minor > 0 && (
            <span class="line-discount">
              {say("discount")} −{money(line.discount_minor)}
            </span>
          )}
        </span>
        <span class="line-paid">{money(line.paid_minor)}</span>
      </button>
      {isChosen && <LineKeys line={line} at={at} />}
    </li>
  );
}

function tierName(tier: number) {
  const name = `tier_${tier}`;
  return isName(name) ? say(name) : say("tier", { number: tier });
}

export function MemberCard({ member, earned }: { member: Member; earned: number }) {
  return (
    <div class="member" data-test="member-card">
      <div class="member-who">
        <strong>{member.name || say("member_unknown_name")}</strong>
        <span class="small">
          {tierName(member.tier)} · {say(member.proven ? "proven" : "not_proven")}
        </span>
      </div>
      <div class="member-points">
        <strong>{number(member.points)}</strong>
        {earned > 0 && (
          <span class="small">
            → {number(member.points + earned)} {say("points_after")}
          </span>
        )}
        {earned === 0 && <span class="small">{say("points_now")}</span>}
      </div>
      <Key
        kind="quiet"
        act={() => void edit("DELETE", "/api/basket/member")}
        label={say("detach_member")}
        test="detach"
      >
        ×
      </Key>
    </div>
  );
}

function CouponRow({ laid, outcome }: { laid: LaidCoupon; outcome: CouponOutcome | undefined }) {
  const applies = outcome?.applies ?? true;
  return (
    <li class={`coupon ${applies ? "coupon-good" : "coupon-bad"}`} data-test="coupon">
      <span class="coupon-what">
        <strong>{outcome?.name ?? laid.coupon}</strong>
        <span class="small">{outcome ? outcome.sentence : laid.coupon}</span>
      </span>
      {outcome?.applies && (outcome.discount_minor ?? 0) > 0 && (
        <span class="coupon-worth">−{money(outcome.discount_minor ?? 0)}</span>
      )}
      <Key
        kind="quiet"
        act={() => void edit("DELETE", `/api/basket/coupons/${laid.place}`)}
        label={`${say("remove")}: ${laid.coupon}`}
        test="coupon-off"
      >
        ×
      </Key>
    </li>
  );
}

// A refused coupon is told by what was laid; those that were taken come in the order of laying.
function outcomesByPlace(laid: LaidCoupon[], outcomes: CouponOutcome[]) {
  const found = new Map<number, CouponOutcome>();
  const taken = outcomes.filter((one) => !laid.some((coupon) => coupon.coupon === one.coupon));
  for (const coupon of laid) {
    const outcome = outcomes.find((one) => one.coupon === coupon.coupon) ?? taken.shift();
    if (outcome) found.set(coupon.place, outcome);
  }
  return found;
}

function Customer({ now }: { now: Basket | null }) {
  const member = now?.member ?? till.value?.member;
  const laid = till.value?.laid_coupons ?? [];
  const outcomes = outcomesByPlace(laid, now?.coupons ?? []);
  return (
    <>
      {member && <MemberCard member={member} earned={now?.points_earned ?? 0} />}
      {laid.length > 0 && (
        <ul class="coupons">
          {laid.map((coupon) => (
            <CouponRow key={coupon.place} laid={coupon} outcome={outcomes.get(coupon.place)} />
          ))}
        </ul>
      )}
    </>
  );
}

function Totals({ now }: { now: Basket | null }) {
  const off = now?.lines.reduce((sum, line) => sum + line.discount_minor, 0) ?? 0;
  const count = now?.lines.length ?? 0;
  return (
    <div class="totals">
      {off > 0 && (
        <div class="totals-off">
          <span>{say("discount")}</span>
          <span>−{money(off)}</span>
        </div>
      )}
      <div class="totals-sum">
        <span>
          {say("total")}
          {count > 0 && <span class="small">{say("items", { count })}</span>}
        </span>
        <strong data-test="total">{money(now?.total_minor ?? 0)}</strong>
      </div>
    </div>
  );
}

function CartKeys({ now }: { now: Basket | null }) {
  const parked = till.value?.parked ?? 0;
  const hasShift = till.value?.shift !== null;
  const hasLines = now !== null && now.lines.length > 0;
  const keys = {
    pay: () => hasLines && hasShift && go("pay"),
    member: () => go("member"),
    coupon: () => go("coupon"),
    park: () => (hasLines ? void park() : go("parked")),
    parked: () => go("parked"),
    receipts: () => go("receipts"),
    manager: () => go("manager"),
  };
  useKeys({
    F3: keys.member,
    F4: keys.coupon,
    F6: keys.park,
    F7: keys.parked,
    F8: keys.receipts,
    F9: keys.pay,
    F10: keys.manager,
    Escape: () => go("sell"),
  });
  return (
    <div class="cart-keys">
      <Key act={keys.member} hint="F3" test="key-member">
        {say("member")}
      </Key>
      <Key act={keys.coupon} hint="F4" test="key-coupon">
        {say("coupon")}
      </Key>
      {hasLines ? (
        <Key act={keys.park} hint="F6" test="key-park">
          {say("park")}
        </Key>
      ) : (
        <Key act={keys.parked} hint="F7" disabled={parked === 0} test="key-parked">
          {say("recall", { count: parked })}
        </Key>
      )}
      <Key act={keys.receipts} hint="F8" test="key-receipts">
        {say("refund")}
      </Key>
      {hasLines ? (
        <Key act={() => void edit("DELETE", "/api/basket")} kind="danger" test="key-empty">
          {say("empty_basket")}
        </Key>
      ) : (
        <Key act={() => practise(!practises.value)} pressed={practises.value} test="key-practice">
          {say(practises.value ? "stop_training" : "start_training")}
        </Key>
      )}
      <Key act={keys.manager} hint="F10" test="key-manager">
        {say("manager")}
      </Key>
      <Key
        act={keys.pay}
        kind="main"
        hint="F9"
        disabled={!hasLines || !hasShift || place.value.name === "pay"}
        class="pay-key"
        test="key-pay"
      >
        {say("pay")} {hasLines && money(now.total_minor)}
      </Key>
    </div>
  );
}

export function Cart() {
  const now = basket.value;
  const lines = useRef<HTMLUListElement>(null);
  // The line that keys work on is seen, whatever has come above and below the list.
  useEffect(() => {
    lines.current?.querySelector(".line-chosen")?.scrollIntoView({ block: "nearest" });
  }, [till.value, chosen.value]);
  return (
    <section class="cart" aria-label={say("cart")}>
      <Customer now={now} />
      <ul ref={lines} class="lines" tabIndex={-1}>
        {now?.lines.map((line, at) => (
          <LineRow key={`${line.code}-${at}`} line={line} at={at} />
        ))}
        {!now?.lines.length && (
          <li class="lines-empty">
            <strong>{say("cart_empty")}</strong>
            <span>{say("cart_empty_more")}</span>
          </li>
        )}
      </ul>
      {till.value?.error && <p class="notice notice-refused">{till.value.error.detail}</p>}
      <Totals now={now} />
      <CartKeys now={now} />
    </section>
  );
}
