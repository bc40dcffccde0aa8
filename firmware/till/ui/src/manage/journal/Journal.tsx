// The journal, newest first: what happened at this till, what of it the centre has not got yet, and
// whether it is as it was written.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../../link/till";
import type { Refusal } from "../../link/shapes";
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { go } from "../../state/place";
import { act } from "../../state/acts";
import { till } from "../../state/store";
import { age, dateAndTime, language, money, number, say } from "../../text";
import { Screen } from "../Screen";
import type { EventRow, JournalPage, Verified } from "../shapes";
import { Refused } from "../Told";
import { eventName } from "./words";

const pageLength = 50;

interface Listed {
  events: EventRow[];
  page: JournalPage;
  // Whether older ones may follow.
  hasMore: boolean;
}

function pathOf(onlyUnsynced: boolean, before?: number) {
  const query = new URLSearchParams({ limit: String(pageLength) });
  if (before) query.set("before", String(before));
  if (onlyUnsynced) query.set("unsynced", "1");
  return `/api/journal?${query}`;
}

function useJournal(onlyUnsynced: boolean) {
  const [listed, setListed] = useState<Listed | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const learn = async (before?: number) => {
    const answer = await ask<JournalPage>(pathOf(onlyUnsynced, before));
    if (!answer.ok) return setRefusal(answer.refusal);
    const page = answer.value;
    setRefusal(null);
    setListed((now) => ({
      events: before && now ? [...now.events, ...page.events] : page.events,
      page,
      hasMore: page.events.length === pageLength,
    }));
  };
  const newest = () => void learn();
  const older = () => {
    const last = listed?.events[listed.events.length - 1];
    if (last && listed.hasMore) void learn(last.seq);
  };
  useEffect(newest, [onlyUnsynced, language.value]);
  return { listed, refusal, newest, older };
}

function amountOf(event: EventRow) {
  return event.total_minor === undefined ? "" : money(event.total_minor);
}

function Row({ event }: { event: EventRow }) {
  const receipt = event.receipt ? say("journal_receipt", { number: event.receipt }) : "";
  return (
    <li>
      <button
        type="button"
        class="entry"
        data-test={`entry-${event.seq}`}
        onClick={() => go("manager", `journal/${event.seq}`)}
      >
        <span class="entry-seq">{event.seq}</span>
        <span class="entry-what">
          <strong>{eventName(event.type)}</strong>
          <span class="small">{[event.staff, receipt].filter(Boolean).join(" · ")}</span>
        </span>
        <span class="entry-amount">{amountOf(event)}</span>
        <span class="entry-when" data-changing>
          {dateAndTime(event.at)}
        </span>
        <span class={`entry-state ${event.synced ? "" : "entry-waits"}`}>
          {say(event.synced ? "journal_sent" : "journal_waits")}
        </span>
      </button>
    </li>
  );
}

function goodWords({ checked, from_seq: from, to_seq: to, unsigned = 0 }: Verified) {
  if (checked === 0) return say("verified_nothing");
  const good = say("verified", { count: number(checked), from, to });
  return unsigned > 0 ? `${good} ${say("verified_unsigned", { count: number(unsigned) })}` : good;
}

function VerifiedLine({ verified }: { verified: Verified }) {
  if (verified.ok)
    return (
      <p class="notice notice-done" role="status" data-test="verified">
        {goodWords(verified)}
      </p>
    );
  return (
    <div class="notice notice-refused" role="alert" data-test="verified">
      <p>
        {say("verified_bad", { number: verified.first_bad_seq ?? verified.from_seq })}{" "}
        {verified.detail} {say("verified_what_to_do")}
      </p>
    </div>
  );
}

function Unsynced({ page }: { page: JournalPage }) {
  const sync = till.value?.sync;
  const count = page.unsynced ?? sync?.unsynced ?? 0;
  const oldest = page.oldest_unsynced_s ?? sync?.oldest_s ?? 0;
  if (count === 0)
    return (
      <p class="notice notice-done" data-test="unsynced">
        {say("unsynced_none")}
      </p>
    );
  return (
    <div class="told-box" data-test="unsynced">
      <strong>{say("unsynced_count", { count: number(count) })}</strong>
      <p data-changing>
        {oldest > 0 && say("unsynced_oldest", { age: age(oldest) })} {sync?.detail}
      </p>
      <p>{say("unsynced_meaning")}</p>
    </div>
  );
}

function List({ listed, older }: { listed: Listed; older: () => void }) {
  const pruned = listed.page.pruned_seq ?? 0;
  if (listed.events.length === 0) return <p class="empty">{say("journal_empty")}</p>;
  return (
    <>
      <ul class="entries">
        {listed.events.map((event) => (
          <Row key={event.seq} event={event} />
        ))}
      </ul>
      {listed.hasMore && (
        <Key act={older} hint="O" class="wide" test="older">
          {say("journal_older")}
        </Key>
      )}
      {!listed.hasMore && pruned > 0 && (
        <p class="shift-hint">{say("journal_pruned", { number: pruned })}</p>
      )}
    </>
  );
}

function useVerify() {
  const [verified, setVerified] = useState<Verified | null>(null);
  const [isBusy, setBusy] = useState(false);
  const verify = async () => {
    if (isBusy) return;
    setBusy(true);
    const answer = await act<Verified>("POST", "/api/journal/verify", {});
    setBusy(false);
    setVerified(answer.ok ? answer.value : null);
  };
  return { verified, isBusy, verify: () => void verify() };
}

export function Journal() {
  const [onlyUnsynced, setOnlyUnsynced] = useState(false);
  const { listed, refusal, newest, older } = useJournal(onlyUnsynced);
  const check = useVerify();
  const turn = () => setOnlyUnsynced((now) => !now);
  useKeys({
    u: turn,
    U: turn,
    v: check.verify,
    V: check.verify,
    n: newest,
    N: newest,
    o: older,
    O: older,
  });
  return (
    <Screen
      title={say("tab_journal")}
      keys={
        <>
          <Key act={turn} hint="U" pressed={onlyUnsynced} test="unsynced-only">
            {say("journal_unsynced")}
          </Key>
          <Key act={newest} hint="N" test="newest">
            {say("journal_newest")}
          </Key>
          <Key act={check.verify} hint="V" disabled={check.isBusy} test="verify">
            {say(check.isBusy ? "verifying" : "journal_verify")}
          </Key>
        </>
      }
      test="journal"
    >
      {check.verified && <VerifiedLine verified={check.verified} />}
      {refusal && <Refused refusal={refusal} />}
      {!refusal && listed && onlyUnsynced && <Unsynced page={listed.page} />}
      {!refusal && listed && <List listed={listed} older={older} />}
    </Screen>
  );
}
