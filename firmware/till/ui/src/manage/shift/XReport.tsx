// The X report: the shift as it stands. Reading it is a manager's, or is allowed by one.
import { useEffect, useState } from "preact/hooks";
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { act } from "../../state/acts";
import { go } from "../../state/place";
import { tell } from "../../state/store";
import { say } from "../../text";
import { DeepScreen } from "../Screen";
import type { Report } from "../shapes";
import { ReportTables } from "./ReportTables";

export function XReport() {
  const [report, setReport] = useState<Report | null>(null);
  const learn = async () => {
    const answer = await act<Report>("POST", "/api/shift/report", {});
    if (answer.ok) setReport(answer.value);
    else go("manager", "shift");
  };
  useEffect(() => void learn(), []);
  const again = () => void learn();
  const print = async () => {
    const answer = await act("POST", "/api/shift/report/print", {});
    if (answer.ok) tell(say("report_printed"));
  };
  useKeys({ x: again, X: again, p: () => void print(), P: () => void print() });
  return (
    <DeepScreen
      title={say("x_report")}
      keys={
        <>
          <Key act={() => void print()} hint="P" test="print-report">
            {say("print_report")}
          </Key>
          <Key act={again} hint="X" test="again">
            {say("look_again")}
          </Key>
        </>
      }
      test="x-report-screen"
    >
      {report && <ReportTables report={report} />}
    </DeepScreen>
  );
}
