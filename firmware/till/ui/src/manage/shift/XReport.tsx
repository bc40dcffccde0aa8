// The X report: the shift as it stands. Reading it is a manager's, or is allowed by one.
import { useEffect, useState } from "preact/hooks";
import { Key } from "../../parts/Key";
import { useKeys } from "../../parts/keys";
import { act } from "../../state/store";
import { go } from "../../state/place";
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
  useKeys({ x: again, X: again });
  return (
    <DeepScreen
      title={say("x_report")}
      keys={
        <Key act={again} hint="X" test="again">
          {say("look_again")}
        </Key>
      }
      test="x-report-screen"
    >
      {report && <ReportTables report={report} />}
    </DeepScreen>
  );
}
