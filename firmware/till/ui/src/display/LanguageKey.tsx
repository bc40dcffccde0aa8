// The other language, in its own words.
import { language, say } from "../text";
import { switchLanguage } from "./customer";

export function LanguageKey() {
  return (
    <button
      type="button"
      class="shown-language"
      lang={language.value === "hu" ? "en" : "hu"}
      data-test="language"
      onClick={switchLanguage}
    >
      {say("other_language")}
    </button>
  );
}
