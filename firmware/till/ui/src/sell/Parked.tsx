// Baskets that were put aside.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../link/till";
import type { Parked } from "../link/shapes";
import { Key } from "../parts/Key";
import { Panel } from "../parts/Panel";
import { go, goOn } from "../state/place";
import { act, edit } from "../state/acts";
import { look, till } from "../state/store";
import { say, time } from "../text";

export async function park() {
  go("sell");
  const answer = await act("POST", "/api/parked", {});
  if (answer.ok) await look();
}

function ParkedRow({ parked }: { parked: Parked }) {
  const [isSure, setSure] = useState(false);
  const path = `/api/parked/${encodeURIComponent(parked.label)}`;
  const recall = async () => {
    const answer = await edit("POST", `${path}/recall`);
    if (answer.ok) goOn("parked");
  };
  return (
    <li class="list-row" data-test="parked">
      <span class="grow">
        <strong>{parked.label}</strong>
        <span class="small" data-changing>
          {say("parked_by", { name: parked.staff, time: time(parked.at) })}
        </span>
      </span>
      <Key kind="danger" act={() => (isSure ? void edit("DELETE", path) : setSure(true))}>
        {say(isSure ? "sure" : "throw_away")}
      </Key>
      <Key kind="main" act={() => void recall()} test="recall">
        {say("take")}
      </Key>
    </li>
  );
}

export function ParkedPanel() {
  const [list, setList] = useState<Parked[] | null>(null);
  const count = till.value?.parked ?? 0;
  useEffect(() => {
    void ask<{ parked: Parked[] }>("/api/parked").then(
      (answer) => answer.ok && setList(answer.value.parked),
    );
  }, [count]);
  return (
    <Panel title={say("parked_baskets")} test="parked-panel">
      {list?.length === 0 && <p class="empty">{say("nothing_parked")}</p>}
      <ul class="list">
        {list?.map((parked) => (
          <ParkedRow key={parked.label} parked={parked} />
        ))}
      </ul>
    </Panel>
  );
}
