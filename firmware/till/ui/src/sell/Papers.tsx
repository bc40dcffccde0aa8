// Papers that wait for the printer, and such as may be missing.
import { useEffect, useState } from "preact/hooks";
import { ask } from "../link/till";
import { Key } from "../parts/Key";
import { Panel } from "../parts/Panel";
import { act } from "../state/acts";
import { till } from "../state/store";
import { say } from "../text";

interface Paper {
  seq: number;
  name: string;
}

interface Papers {
  waiting: Paper[];
  offered: Paper[];
}

export function PapersPanel() {
  const [papers, setPapers] = useState<Papers>({ waiting: [], offered: [] });
  const printer = till.value?.printer;
  const learn = () =>
    void ask<Papers>("/api/papers").then((answer) => answer.ok && setPapers(answer.value));
  useEffect(learn, [printer?.papers_offered, printer?.papers_waiting]);
  const settle = (paper: Paper, method: "POST" | "DELETE") =>
    void act(method, `/api/papers/${paper.seq}${method === "POST" ? "/print" : ""}`).then(learn);
  return (
    <Panel title={printer?.detail ?? say("printer_ready")} test="papers-panel">
      {papers.waiting.length > 0 && <h2>{say("papers_wait")}</h2>}
      <ul class="list">
        {papers.waiting.map((paper) => (
          <li key={paper.seq} class="list-row">
            {paper.name}
          </li>
        ))}
      </ul>
      {papers.offered.length > 0 && <h2>{say("papers_to_look_at")}</h2>}
      <ul class="list">
        {papers.offered.map((paper) => (
          <li key={paper.seq} class="list-row">
            <span class="grow">{paper.name}</span>
            <Key act={() => settle(paper, "DELETE")}>{say("paper_is_there")}</Key>
            <Key kind="main" act={() => settle(paper, "POST")}>
              {say("print_copy")}
            </Key>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
