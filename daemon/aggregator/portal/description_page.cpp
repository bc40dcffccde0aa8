#include "daemon/aggregator/portal/description_page.h"

namespace counterfoil::portal {

using http::Request;
using http::Responder;

namespace {

constexpr std::string_view kPage = R"page(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Counterfoil: the interface</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<header>
<h1>Counterfoil: the interface</h1>
<p>Made from <a href="/api/openapi.json">/api/openapi.json</a>. <label>Show
<input id="search" type="search" placeholder="customers, POST, coupon ..."></label></p>
</header>
<main id="routes"><p>Loading ...</p></main>
<noscript><p>This page needs JavaScript; the description itself does not.</p></noscript>
<script src="/api/docs.js"></script>
</body>
</html>
)page";

constexpr std::string_view kStyle = R"page(
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
input { font: inherit; padding: .25rem .5rem; width: 20rem; max-width: 100%; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; }
summary { cursor: pointer; padding: .5rem .75rem; display: flex; gap: .75rem; flex-wrap: wrap;
  align-items: baseline; }
summary:focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; }
.method { font: 700 .8rem ui-monospace, monospace; min-width: 4.5em; }
.path { font: .95rem ui-monospace, monospace; overflow-wrap: anywhere; }
.token { margin-left: auto; font-size: .85rem; }
.inside { padding: 0 .75rem .75rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td:first-child { font-family: ui-monospace, monospace; white-space: pre; }
h3 { font-size: .95rem; margin: .75rem 0 .25rem; }
)page";

constexpr std::string_view kScript = R"page(
"use strict";
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

const bounds = (schema) => {
  const said = [];
  if (schema.enum) said.push(schema.enum.join(" | "));
  if (schema.format && schema.format !== "int64") said.push(schema.format);
  if (schema.pattern) said.push(schema.pattern);
  if (schema.maxLength !== undefined)
    said.push(`${schema.minLength ?? 0} to ${schema.maxLength} characters`);
  if (schema.maximum !== undefined && schema.maximum < 2 ** 53)
    said.push(`${schema.minimum} to ${schema.maximum}`);
  if (schema.nullable) said.push("or null");
  if (schema.description) said.push(schema.description);
  return said.join("; ");
};

const rows = (schema, depth = 0) => {
  const found = [];
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    const isNeeded = (schema.required ?? []).includes(name);
    found.push(["  ".repeat(depth) + name, member.type + (isNeeded ? "" : ", optional"),
      bounds(member)]);
    found.push(...rows(member.type === "array" ? member.items ?? {} : member, depth + 1));
  }
  return found;
};

const table = (title, lines) => {
  const part = element("section");
  part.append(element("h3", title));
  if (!lines.length) {
    part.append(element("p", "nothing"));
    return part;
  }
  const made = element("table");
  for (const line of lines) {
    const row = element("tr");
    for (const cell of line) row.append(element("td", cell));
    made.append(row);
  }
  part.append(made);
  return part;
};

const schemaOf = (told) => told?.content?.["application/json"]?.schema ?? {};

const drawn = (path, method, operation) => {
  const made = element("details");
  const summary = element("summary");
  summary.append(element("span", method.toUpperCase(), "method"), element("span", path, "path"),
    element("span", operation.summary));
  if (operation.security?.length) summary.append(element("span", "needs a token", "token"));
  const inside = element("div", undefined, "inside");
  const parameters = (operation.parameters ?? []).map((one) =>
    [one.name, one.in + (one.required ? "" : ", optional"), one.description ?? ""]);
  if (parameters.length) inside.append(table("Parameters", parameters));
  if (operation.requestBody)
    inside.append(table("Body", rows(schemaOf(operation.requestBody))));
  const status = Object.keys(operation.responses)[0];
  inside.append(table(`Answer, ${status}`, rows(schemaOf(operation.responses[status]))));
  made.append(summary, inside);
  made.dataset.text = `${method} ${path} ${operation.summary} ${operation.tags}`.toLowerCase();
  return made;
};

const draw = (description) => {
  const groups = new Map();
  for (const [path, methods] of Object.entries(description.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags?.[0] ?? "the server";
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(drawn(path, method, operation));
    }
  const main = document.getElementById("routes");
  main.replaceChildren();
  for (const [name, routes] of groups) {
    const section = element("section");
    section.append(element("h2", name), ...routes);
    main.append(section);
  }
};

document.getElementById("search").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\s+/);
  for (const route of document.querySelectorAll("details"))
    route.hidden = !words.every((word) => route.dataset.text.includes(word));
  for (const section of document.querySelectorAll("main > section"))
    section.hidden = !section.querySelector("details:not([hidden])");
});

fetch("/api/openapi.json").then((answer) => answer.json()).then(draw).catch((error) => {
  document.getElementById("routes").textContent = `The description cannot be read: ${error}`;
});
)page";

base::Status add(http::Router& router, const std::string& path, const std::string& type,
                 std::string_view text, const std::string& summary) {
    http::Description description{summary, "", "", {"description"}};
    description.response_type = type;
    return router.add({http::Method::get,
                       path,
                       [type, text](const Request&, Responder responder) {
                           http::Response response;
                           response.headers.set("Content-Type", type + "; charset=utf-8");
                           response.body = text;
                           responder.send(std::move(response));
                       },
                       std::move(description),
                       {}});
}

}  // namespace

base::Status add_description_page(http::Router& router) {
    CF_TRY(add(router, "/api/docs", "text/html", kPage, "This description, for people"));
    CF_TRY(add(router, "/api/docs.css", "text/css", kStyle, "How that page looks"));
    return add(router, "/api/docs.js", "text/javascript", kScript, "What draws that page");
}

}  // namespace counterfoil::portal
