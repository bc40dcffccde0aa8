// The drawer, opened without a sale: it says why, for the report counts these.
import { useState } from "preact/hooks";
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { go } from "../../state/place";
import { act } from "../../state/acts";
import { tell } from "../../state/store";
import { say } from "../../text";
import { DeepScreen } from "../Screen";
import { Reason } from "./Reason";

export function CashDrawer() {
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const open = async () => {
    if (!reason.trim()) return setProblem(say("reason_needed"));
    setProblem(null);
    const answer = await act("POST", "/api/drawer", { reason: reason.trim() });
    if (!answer.ok) return;
    go("manager", "shift");
    tell(say("drawer_done"));
  };
  useKeys({ F9: () => void open() });
  return (
    <DeepScreen title={say("drawer_title")} test="drawer-screen">
      <div class="narrow">
        <Reason
          reason={reason}
          change={setReason}
          enter={() => void open()}
          problem={problem}
          common={["reason_swap", "reason_check", "reason_mistake"]}
          focus
        />
        <Key kind="main" act={() => void open()} hint="F9" class="wide" test="drawer-open">
          {say("open_drawer_only")}
        </Key>
      </div>
    </DeepScreen>
  );
}
