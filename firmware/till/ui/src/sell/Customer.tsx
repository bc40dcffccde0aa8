// Who buys, and with what coupons, where a scanner does not tell it.
import { useState } from "preact/hooks";
import type { Member } from "../link/shapes";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { NumberPad } from "../parts/NumberPad";
import { Panel } from "../parts/Panel";
import { goOn } from "../state/place";
import { act, edit } from "../state/acts";
import { basket, look, till } from "../state/store";
import { say } from "../text";

interface Entry {
  label: string;
  ready: string;
  send: (code: string) => Promise<string | null>;
  from: string;
  test: string;
}

function CodeEntry({ label, ready, send, from, test }: Entry) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async () => {
    if (!code.trim()) return;
    const refused = await send(code.trim());
    setProblem(refused);
    if (!refused) goOn(from);
  };
  return (
    <div class="with-pad">
      <div class="grow">
        <Field
          label={label}
          value={code}
          change={setCode}
          enter={() => void enter()}
          problem={problem}
          focus
          test={test}
        />
        <Key kind="main" act={() => void enter()} hint="Enter" class="wide" test={`${test}-enter`}>
          {ready}
        </Key>
      </div>
      <NumberPad
        press={(digit) => setCode((now) => now + digit)}
        erase={() => setCode((now) => now.slice(0, -1))}
      />
    </div>
  );
}

async function sentence(method: "PUT" | "POST", path: string, code: string) {
  const answer = await edit(method, path, { code });
  return answer.ok ? null : answer.refusal.detail;
}

function PointsToCoupon({ member }: { member: Member }) {
  if (!member.proven) return null;
  const turn = async () => {
    const answer = await act("POST", "/api/points-to-coupon");
    if (answer.ok) await look();
  };
  return (
    <Key act={() => void turn()} class="wide" test="points-to-coupon">
      {say("points_to_coupon")}
    </Key>
  );
}

export function MemberPanel() {
  const member = basket.value?.member ?? till.value?.member;
  return (
    <Panel title={say("member")} test="member-panel">
      <CodeEntry
        label={say("member_code")}
        ready={say("attach_member")}
        send={(code) => sentence("PUT", "/api/basket/member", code)}
        from="member"
        test="member-code"
      />
      {member && <PointsToCoupon member={member} />}
    </Panel>
  );
}

export function CouponPanel() {
  return (
    <Panel title={say("coupon")} test="coupon-panel">
      <CodeEntry
        label={say("coupon_code")}
        ready={say("lay_coupon")}
        send={(code) => sentence("POST", "/api/basket/coupons", code)}
        from="coupon"
        test="coupon-code"
      />
    </Panel>
  );
}
