// A till's first start: the language, then the centre's address and the code for this till.
import "../style/setup.css";
import { useEffect, useState } from "preact/hooks";
import type { Language } from "../link/shapes";
import { write } from "../link/till";
import { Field } from "../parts/Field";
import { Key } from "../parts/Key";
import { useKeys } from "../parts/keys";
import { lookAtSetup, setup, type SetupState } from "../state/setup";
import { choose, inAll, language, say, type Name } from "../text";
import { plainAddress, plainCode } from "./checks";
import { LetterPad } from "./LetterPad";

const lookAgainMs = 1000;
const everyLanguage: Language[] = ["hu", "en"];

type Place = "language" | "form" | "progress";

function Languages({ next }: { next: () => void }) {
  const take = (to: Language) => {
    choose(to);
    next();
  };
  useKeys({ "1": () => take("hu"), "2": () => take("en") });
  return (
    <div class="setup-languages">
      <h1 class="setup-name">Counterfoil</h1>
      {everyLanguage.map((one, at) => (
        <div key={one} lang={one}>
          <p>{inAll("setup_language")[one]}</p>
          <Key act={() => take(one)} kind="main" class="wide" hint={`${at + 1}`} test={`in-${one}`}>
            {inAll("language_name")[one]}
          </Key>
        </div>
      ))}
    </div>
  );
}

interface Wish {
  url: string;
  code: string;
}

interface FormProps {
  wish: Wish;
  change: (wish: Wish) => void;
  begun: () => void;
}

async function begin(wish: Wish): Promise<string | null> {
  const url = plainAddress(wish.url);
  const code = plainCode(wish.code);
  const body = { url, code, language: language.value };
  const answer = await write<object>("POST", "/api/setup", body);
  return answer.ok ? null : answer.refusal.detail;
}

function Form({ wish, change, begun }: FormProps) {
  const [at, setAt] = useState<keyof Wish>("url");
  const [isChecked, setChecked] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const wrong: Record<keyof Wish, Name | null> = {
    url: plainAddress(wish.url) ? null : "setup_address_wrong",
    code: plainCode(wish.code) ? null : "setup_code_wrong",
  };
  const type = (text: string) => change({ ...wish, [at]: text });
  const enter = async () => {
    setChecked(true);
    if (wrong.url || wrong.code) return setAt(wrong.url ? "url" : "code");
    const refusal = await begin(wish);
    setRefused(refusal);
    if (refusal) return;
    await lookAtSetup();
    begun();
  };
  const field = (name: keyof Wish, label: Name) => (
    <div onFocusIn={() => setAt(name)}>
      <Field
        label={say(label)}
        value={wish[name]}
        change={(text) => change({ ...wish, [name]: text })}
        enter={() => (name === "url" && !wish.code ? setAt("code") : void enter())}
        problem={isChecked && wrong[name] ? say(wrong[name]) : null}
        focus={at === name}
        test={`setup-${name}`}
      />
    </div>
  );
  return (
    <div class="setup-form">
      <div class="setup-fields">
        <h1>{say("setup_title")}</h1>
        <p class="setup-how">{say("setup_how")}</p>
        {field("url", "setup_address")}
        {field("code", "setup_code")}
        {refused && (
          <p class="problem" role="alert" data-test="refused">
            {refused}
          </p>
        )}
        <Key kind="main" act={() => void enter()} hint="Enter" class="wide" test="setup-begin">
          {say("setup_begin")}
        </Key>
      </div>
      <LetterPad
        press={(letter) => type(wish[at] + letter)}
        erase={() => type(wish[at].slice(0, -1))}
        isSmall={at === "url"}
      />
    </div>
  );
}

function Failed({ detail, again }: { detail: string | undefined; again: () => void }) {
  useKeys({ Enter: again, Escape: again });
  return (
    <div class="setup-told" role="alert" data-test="setup-failed">
      <h1>{say("setup_failed")}</h1>
      {detail && <p class="setup-why">{detail}</p>}
      <p>{say("setup_what_next")}</p>
      <Key kind="main" act={again} hint="Enter" test="setup-again">
        {say("setup_again")}
      </Key>
    </div>
  );
}

function told(now: SetupState): { title: string; more: string } {
  const name = now.terminal ? ` – ${now.terminal}` : "";
  if (now.state === "waiting_for_data")
    return { title: say("setup_waits") + name, more: say("setup_waits_more") };
  if (now.state === "done" || !now.needed) return { title: say("setup_done"), more: "" };
  return { title: say("setup_works"), more: say("setup_works_more") };
}

function Progress({ again }: { again: () => void }) {
  const now = setup.value;
  useEffect(() => {
    let isHere = true;
    const look = async () => {
      await lookAtSetup();
      if (isHere) setTimeout(() => void look(), lookAgainMs);
    };
    void look();
    return () => void (isHere = false);
  }, []);
  if (now.state === "failed") return <Failed detail={now.detail} again={again} />;
  const { title, more } = told(now);
  return (
    <div class="setup-told" role="status" data-test="setup-works">
      <h1>{title}</h1>
      {more && <p>{more}</p>}
      <progress aria-label={title} data-changing />
    </div>
  );
}

export default function Setup() {
  const isBegun = (setup.value.state ?? "needed") !== "needed";
  const [place, setPlace] = useState<Place>(isBegun ? "progress" : "language");
  const [wish, setWish] = useState<Wish>({ url: "https://", code: "" });
  return (
    <main class="setup" data-test="setup">
      {place === "language" && <Languages next={() => setPlace("form")} />}
      {place === "form" && <Form wish={wish} change={setWish} begun={() => setPlace("progress")} />}
      {place === "progress" && <Progress again={() => setPlace("form")} />}
    </main>
  );
}
