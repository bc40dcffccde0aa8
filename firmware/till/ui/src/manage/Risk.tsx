// What the till gives on trust while the centre is away: how much of the limit is used, in words,
// as a bar, and coupon by coupon.
import { Key } from "../parts/Key";
import { useKeys } from "../parts/keys";
import { till } from "../state/store";
import { dateAndTime, money, number, say } from "../text";
import { useRead } from "./read";
import { Screen } from "./Screen";
import type { Exposure, RiskPolicy, TrustedCoupon } from "./shapes";
import { Told } from "./Told";

const nearFrom = 0.8;

function Bar({ part }: { part: number }) {
  const percent = Math.round(Math.min(part, 1) * 100);
  const kind = part >= 1 ? "full" : part >= nearFrom ? "near" : "good";
  return (
    <div class="risk-bar-place">
      <div class={`risk-bar risk-${kind}`} aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </div>
      <p data-test="risk-part">{say("risk_part", { percent: number(percent) })}</p>
    </div>
  );
}

function Words({ exposure }: { exposure: Exposure }) {
  const { policy, used_minor, left_minor } = exposure;
  if (!policy.bounded) return <p>{say("risk_strict")}</p>;
  const budget = policy.terminal_minor;
  const part = budget > 0 ? used_minor / budget : 1;
  return (
    <>
      <Bar part={part} />
      <p>
        {say("risk_words", {
          budget: money(budget),
          used: money(used_minor),
          left: money(left_minor),
        })}
      </p>
      {part >= nearFrom && (
        <p class="notice notice-refused">{say(left_minor <= 0 ? "risk_full" : "risk_near")}</p>
      )}
    </>
  );
}

function Limits({ policy }: { policy: RiskPolicy }) {
  if (!policy.bounded) return null;
  const facts: [string, string][] = [
    [say("risk_budget"), money(policy.terminal_minor)],
    [say("risk_face"), money(policy.face_minor)],
    [say("risk_member"), money(policy.member_minor)],
    [say("risk_hours"), say("hours", { count: number(policy.hours) })],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Coupons({ coupons }: { coupons: TrustedCoupon[] }) {
  if (coupons.length === 0) return <p class="told-box">{say("risk_nothing")}</p>;
  return (
    <>
      <table class="report-table wide-table">
        <caption>{say("risk_coupons")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("risk_coupon")}</th>
            <th scope="col">{say("member")}</th>
            <th scope="col">{say("journal_when")}</th>
            <th scope="col">{say("risk_value")}</th>
          </tr>
        </thead>
        <tbody>
          {coupons.map((coupon) => (
            <tr key={coupon.seq}>
              <th scope="row">
                {coupon.coupon ?? say("journal_entry", { number: coupon.seq })}
                {coupon.receipt && (
                  <span class="small">{say("receipt_number", { number: coupon.receipt })}</span>
                )}
              </th>
              <td>{coupon.member ?? "–"}</td>
              <td>{coupon.at ? dateAndTime(coupon.at) : "–"}</td>
              <td>{money(coupon.value_minor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="shift-hint">{say("risk_confirmed")}</p>
    </>
  );
}

export function Risk() {
  const read = useRead<Exposure>("/api/exposure", till.value?.sync.unsynced);
  useKeys({ r: read.again, R: read.again });
  return (
    <Screen
      title={say("tab_risk")}
      keys={
        <Key act={read.again} hint="R" test="again">
          {say("look_again")}
        </Key>
      }
      test="risk"
    >
      <Told read={read}>
        {(exposure) => (
          <>
            <section class="told-box" data-test="risk-words">
              <h2>{say("risk_title")}</h2>
              <Words exposure={exposure} />
              <p class="small" data-changing>
                {say("data_of", { time: dateAndTime(exposure.as_of) })}
              </p>
            </section>
            <Limits policy={exposure.policy} />
            <Coupons coupons={exposure.coupons} />
          </>
        )}
      </Told>
    </Screen>
  );
}
