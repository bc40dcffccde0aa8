// Which screen is to be seen.
import { lazy, Suspense } from "preact/compat";
import { TopBar } from "./parts/TopBar";
import { Approval } from "./parts/Approval";
import { SellScreen } from "./sell/SellScreen";
import { SignIn } from "./sell/SignIn";
import { place } from "./state/place";
import { practises } from "./state/practice";
import { setup } from "./state/setup";
import { isLinked, person, till, waiting } from "./state/store";
import { say } from "./text";

const Manager = lazy(() => import("./manage/Manager"));
const Setup = lazy(() => import("./setup/Setup"));

function Screen() {
  if (!person.value) return <SignIn />;
  if (place.value.name === "manager")
    return (
      <Suspense fallback={<main class="screen" />}>
        <Manager />
      </Suspense>
    );
  return <SellScreen />;
}

export function App() {
  if (!till.value && setup.value.needed)
    return (
      <Suspense fallback={<main class="screen" />}>
        <Setup />
      </Suspense>
    );
  if (!till.value)
    return (
      <main class="screen waiting" aria-busy={true}>
        {!isLinked.value && <p role="status">{say("connection_lost")}</p>}
      </main>
    );
  return (
    <div class={`app ${practises.value ? "practising" : ""}`}>
      <TopBar />
      {practises.value && <div class="practice-banner">{say("training_banner")}</div>}
      {!isLinked.value && (
        <div class="link-banner" role="status">
          {say("connection_lost")}
        </div>
      )}
      <Screen />
      {waiting.value && <Approval />}
    </div>
  );
}
