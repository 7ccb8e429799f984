#include "base/hash.h"
#include "server/routes.h"

namespace forecart {

namespace {

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'none'; base-uri "
    "'none'; frame-ancestors 'none'";

constexpr const char* kPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>forecart</title>
<script src="/shell.js" defer></script>
<h1>forecart</h1>
<p id="who">This server forecasts the sales of a shop.</p>
<form id="sign-in" hidden>
<p><label>Name <input name="name" autocomplete="username" required maxlength="64"></label></p>
<p><label>Password <input name="password" type="password" required maxlength="512"></label></p>
<p><button>Sign in</button></p>
<p id="provider" hidden><a href="/api/v1/session/oidc">Sign in with your company's account</a></p>
<p role="alert" id="problem"></p>
</form>
<ul id="datasets"></ul>
<p><a href="/api/v1/openapi.json">The API, as OpenAPI</a>, for who has signed in.</p>
</html>
)";

/// Signs in, makes the first admin where the link of `serve` was opened, and lists what there is.
/// The secret stands behind "#", which browsers send nowhere, and leaves the address bar at once.
constexpr const char* kScript =
    R"(const first = new URLSearchParams(location.hash.slice(1)).get("first-admin");
if (first) history.replaceState(null, "", "/");
const form = document.getElementById("sign-in");
const who = document.getElementById("who");
const problem = document.getElementById("problem");

async function show() {
  const session = await fetch("/api/v1/session");
  form.hidden = session.ok;
  if (!session.ok) {
    who.textContent = first ? "Choose a name and a password of 12 characters or more: you become the first admin." : "Sign in.";
    const ways = await (await fetch("/api/v1/session/ways")).json();
    document.getElementById("provider").hidden = first || !ways.oidc;
    form.querySelector("button").textContent = first ? "Become admin" : "Sign in";
    return;
  }
  const me = await session.json();
  who.textContent = `Signed in as ${me.user} (${me.role}).`;
  const answer = await fetch("/api/v1/datasets");
  if (!answer.ok) return;
  const list = document.getElementById("datasets");
  list.replaceChildren();
  for (const one of (await answer.json()).datasets) {
    const item = document.createElement("li");
    item.textContent = one.current_run ? `${one.dataset}: forecasts of run ${one.current_run}` : `${one.dataset}: no forecasts yet`;
    list.append(item);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(form));
  if (first) body.secret = first;
  const answer = await fetch(first ? "/api/v1/first-admin" : "/api/v1/session",
    {method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(body)});
  if (answer.ok) return show();
  const error = (await answer.json()).error;
  problem.textContent = `${error.message}: ${error.remedy}`;
});
show();
)";

Answer content(const char* text, const char* type) {
  return {.body = text,
          .type = type,
          .headers = {{"content-security-policy", kPolicy}},
          .etag = sha256(text).substr(0, 16)};
}

}  // namespace

void add_shell_routes(RouteTable& table, const RouteServices&) {
  table.add({.method = "GET",
             .pattern = "/",
             .summary = "The page that people open.",
             .types = {"text/html"},
             .tagged = true,
             .instant = true,
             .handle = [](const Call&) { return content(kPage, "text/html; charset=utf-8"); }});
  table.add(
      {.method = "GET",
       .pattern = "/shell.js",
       .summary = "What the page does.",
       .types = {"text/javascript"},
       .tagged = true,
       .instant = true,
       .handle = [](const Call&) { return content(kScript, "text/javascript; charset=utf-8"); }});
}

}  // namespace forecart
