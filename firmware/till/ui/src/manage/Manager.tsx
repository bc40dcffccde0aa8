// The manager's screens: one for each tab, and such as lead deeper, which take the whole width.
import type { ComponentChildren } from "preact";
import { lazy, Suspense } from "preact/compat";
import "../style/manage.css";
import { Key } from "../parts/Key";
import { NoticeLine } from "../parts/Notice";
import { useKeys, type Keys } from "../parts/keys";
import { go, place } from "../state/place";
import { say, type Name } from "../text";
import { Journal } from "./journal/Journal";
import { Entry } from "./journal/Entry";
import { Risk } from "./Risk";
import { Staff } from "./Staff";
import { Till } from "./Till";
import { CashDrawer } from "./shift/Drawer";
import { CountToClose, CountToOpen } from "./shift/Count";
import { MoveCash } from "./shift/MoveCash";
import { Shift } from "./shift/Shift";
import { XReport } from "./shift/XReport";

// Alone in loading the library that draws.
const Figures = lazy(() => import("./figures/Figures"));

const tabs: [string, Name, () => ComponentChildren][] = [
  ["shift", "tab_shift", () => <Shift />],
  ["figures", "tab_figures", () => <Figures />],
  ["journal", "tab_journal", () => <Journal />],
  ["risk", "tab_risk", () => <Risk />],
  ["staff", "tab_staff", () => <Staff />],
  ["till", "tab_till", () => <Till />],
];

const deeper: Record<string, () => ComponentChildren> = {
  "shift/open": () => <CountToOpen />,
  "shift/close": () => <CountToClose />,
  "shift/report": () => <XReport />,
  "shift/in": () => <MoveCash way="in" />,
  "shift/out": () => <MoveCash way="out" />,
  "shift/drawer": () => <CashDrawer />,
};

function deeperScreen(
  tab: string,
  below: string | undefined,
): (() => ComponentChildren) | undefined {
  if (!below) return undefined;
  if (tab === "journal" && /^\d+$/.test(below)) return () => <Entry seq={Number(below)} />;
  return deeper[`${tab}/${below}`];
}

function Tabs({ now }: { now: string }) {
  const keys: Keys = {};
  tabs.forEach(([name], at) => (keys[String(at + 1)] = () => go("manager", name)));
  useKeys(keys);
  return (
    <nav class="manage-tabs" aria-label={say("manager_screens")}>
      {tabs.map(([name, title], at) => (
        <Key
          key={name}
          act={() => go("manager", name)}
          hint={String(at + 1)}
          pressed={name === now}
          class="manage-tab"
          test={`tab-${name}`}
        >
          {say(title)}
        </Key>
      ))}
      <Key act={() => go("sell")} hint="Esc" class="manage-tab manage-leave" test="to-selling">
        {say("to_selling")}
      </Key>
    </nav>
  );
}

export default function Manager() {
  const [name = "", below] = place.value.detail.split("/");
  const tab = tabs.find(([one]) => one === name) ?? tabs[0];
  const deep = deeperScreen(tab?.[0] ?? "", below);
  useKeys({ Escape: () => (deep ? go("manager", tab?.[0]) : go("sell")) });
  return (
    <main class={`screen manage ${deep ? "manage-deep" : ""}`}>
      {!deep && <Tabs now={tab?.[0] ?? ""} />}
      <section class="manage-body" key={place.value.detail}>
        <NoticeLine />
        <Suspense fallback={<p class="empty">{say("loading")}</p>}>
          {deep ? deep() : tab?.[2]()}
        </Suspense>
      </section>
    </main>
  );
}
