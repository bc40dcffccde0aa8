// How it stands with the centre: why, what waits, and that nothing of it is lost.
import { Panel } from "../parts/Panel";
import { till } from "../state/store";
import { age, say } from "../text";

export function NetworkPanel() {
  const sync = till.value?.sync;
  if (!sync) return null;
  const waiting = { count: sync.unsynced, age: say("oldest", { age: age(sync.oldest_s) }) };
  return (
    <Panel title={say("network")} test="network-panel">
      <p class="big">{sync.detail}</p>
      <p data-changing>
        {sync.unsynced > 0 ? say("network_waiting", waiting) : say("network_all_sent")}
      </p>
    </Panel>
  );
}
