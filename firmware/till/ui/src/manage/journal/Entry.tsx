// One entry of the journal, with all that it holds and how it hangs in the chain.
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { go } from "../../state/place";
import { dateAndTime, money, say } from "../../text";
import { useRead } from "../read";
import { DeepScreen } from "../Screen";
import type { EventDetail } from "../shapes";
import { Told } from "../Told";
import { eventName } from "./words";

function Facts({ entry }: { entry: EventDetail }) {
  const facts: [string, string][] = [
    [say("journal_what"), eventName(entry.type)],
    [say("journal_when"), dateAndTime(entry.at)],
  ];
  if (entry.staff) facts.push([say("journal_who"), entry.staff]);
  if (entry.receipt) facts.push([say("report_receipts"), String(entry.receipt)]);
  if (entry.total_minor !== undefined)
    facts.push([say("journal_amount"), money(entry.total_minor)]);
  facts.push([say("journal_state"), say(entry.synced ? "journal_sent" : "journal_waits")]);
  if (entry.signed !== undefined)
    facts.push([
      say("journal_signature"),
      say(entry.signed ? "journal_signed" : "journal_unsigned"),
    ]);
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd data-changing={name === say("journal_when") || undefined}>{value}</dd>
        </div>
      ))}
      {entry.hash && <Hash name={say("journal_hash")} hash={entry.hash} />}
      {entry.prev && <Hash name={say("journal_previous")} hash={entry.prev} />}
    </dl>
  );
}

function Hash({ name, hash }: { name: string; hash: string }) {
  return (
    <div class="fact-wide">
      <dt>{name}</dt>
      <dd class="hash" data-changing>
        {hash}
      </dd>
    </div>
  );
}

export function Entry({ seq }: { seq: number }) {
  const read = useRead<EventDetail>(`/api/journal/${seq}`);
  const turn = (by: number) => {
    if (seq + by >= 1) go("manager", `journal/${seq + by}`);
  };
  useKeys({ ArrowLeft: () => turn(-1), ArrowRight: () => turn(1) });
  return (
    <DeepScreen
      title={say("journal_entry", { number: seq })}
      keys={
        <>
          <Key act={() => turn(-1)} hint="←" disabled={seq <= 1} test="entry-before">
            {say("journal_before")}
          </Key>
          <Key act={() => turn(1)} hint="→" disabled={read.refusal !== null} test="entry-after">
            {say("journal_after")}
          </Key>
        </>
      }
      test="entry"
    >
      <Told read={read}>
        {(entry) => (
          <>
            <Facts entry={entry} />
            <h2 id="entry-body">{say("journal_body")}</h2>
            <pre
              class="entry-body"
              data-changing
              tabIndex={0}
              aria-labelledby="entry-body"
              role="region"
            >
              {JSON.stringify(entry.body ?? {}, null, 2)}
            </pre>
          </>
        )}
      </Told>
    </DeepScreen>
  );
}
