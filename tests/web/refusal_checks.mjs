// Nobody gets by a browser what is not theirs: every verb on every path of the document that the
// server makes from its table of routes, as a stranger, as people without right or grant, and from
// a page that does not know the session's CSRF token.
import assert from 'node:assert/strict';

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const changing = verbs.slice(1);
const ranks = { viewer: 1, analyst: 2, admin: 3 };
const password = 'another 9 herons, long enough';
// What must be open: pages and what they are made of, signing in, and what a balancer asks.
const open = [
  'GET /assets/{asset}', 'GET /healthz', 'GET /readyz', 'GET /ping', 'GET /api/v1/session/ways',
  'POST /api/v1/session', 'POST /api/v1/first-admin',
];
const isPage = ({ verb, path }) => verb === 'GET' && /^\/[a-z]*$/.test(path) && !['/ping', '/healthz', '/readyz', '/metrics'].includes(path);
/// A person's own, whatever their role.
const isOwn = ({ path }) => /^\/api\/v1\/(session|sessions|tokens|openapi\.json)(\/|$)/.test(path);
/// Of programs, by a token of theirs.
const byToken = ['GET /metrics', 'POST /api/v1/events', 'PUT /api/v1/datasets/{dataset}/files/{name}', 'POST /api/v1/datasets/{dataset}/files/{name}'];
const name = ({ verb, path }) => `${verb} ${path}`;
const isOfDataset = ({ path }) => path.includes('{dataset}');

function operationsOf(document) {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, { security, description }]) => ({
      verb: verb.toUpperCase(), path, open: security.length === 0, role: /For: (\w+)/.exec(description ?? '')?.[1],
    })));
}

/// The statuses of requests that the page makes itself, with its cookies and all: [verb, path] each.
/// `signed`: with the CSRF token of the session, as the pages send it.
const statuses = (page, requests, signed) =>
  page.evaluate(async ([all, isSigned]) => {
    const token = isSigned ? (await (await fetch('/api/v1/session')).json()).csrf_token : '';
    return Promise.all(all.map(async ([method, path]) => {
      const body = method === 'GET' ? undefined : '{}';
      const headers = { 'content-type': 'application/json', ...(token && { 'x-csrf-token': token }) };
      const answer = await fetch(path, { method, body, redirect: 'manual', headers });
      await answer.body?.cancel();
      return answer.status;
    }));
  }, [requests, signed]);

const filled = (path, dataset = 'orders') => path.replace('{dataset}', dataset).replace(/\{\w+\}/g, 'x');
const requestOf = (one) => [one.verb, filled(one.path)];

async function expectAll(page, operations, allowed, who, signed = false) {
  const got = await statuses(page, operations.map(requestOf), signed);
  const wrong = operations.flatMap((one, i) => (allowed.includes(got[i]) ? [] : [`${name(one)} is ${got[i]}`]));
  assert.deepEqual(wrong, [], `${who} gets not only ${allowed}`);
  return operations.length;
}

async function documentOf(page) {
  return page.evaluate(async () => (await fetch('/api/v1/openapi.json')).json());
}

/// As an admin does it by the API.
async function addUser(page, user) {
  const status = await page.evaluate(async (body) => {
    const session = await (await fetch('/api/v1/session')).json();
    const headers = { 'content-type': 'application/json', 'x-csrf-token': session.csrf_token };
    return (await fetch('/api/v1/users', { method: 'POST', headers, body: JSON.stringify(body) })).status;
  }, { ...user, password });
  assert.equal(status, 201, `adding ${user.name}`);
}

async function pageOf(browser, base, user) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(base);
  if (user) {
    await page.fill('input[name=name]', user);
    await page.fill('input[name=password]', password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForSelector('nav');
  }
  return page;
}

async function strangers(browser, base, operations) {
  const page = await pageOf(browser, base);
  const told = operations.filter((one) => one.open && !isPage(one)).map(name);
  assert.deepEqual(told.sort(), [...open].sort(), 'what is open to strangers');
  const paths = [...new Set(operations.map(({ path }) => path))];
  const others = paths.flatMap((path) => verbs.map((verb) => ({ verb, path })))
    .filter((one) => !operations.some((known) => name(known) === name(one)));
  const closed = operations.filter((one) => !one.open && one.verb !== 'OPTIONS');
  return (await expectAll(page, closed, [401], 'a stranger')) + (await expectAll(page, others, [401, 404, 405], 'a stranger'));
}

async function withoutGrant(browser, base, operations) {
  const page = await pageOf(browser, base, 'newcomer');
  return expectAll(page, operations.filter((one) => isOfDataset(one) && one.verb !== 'OPTIONS'), [403, 404], 'who has no grant', true);
}

/// A viewer with the token of their session: what they do not get is for others.
async function asViewer(browser, base, operations) {
  const page = await pageOf(browser, base, 'watcher');
  const forAll = operations.filter((one) => !one.open && !ranks[one.role] && !isOwn(one)).map(name);
  assert.deepEqual(forAll, byToken, 'operations that do not tell for whom they are');
  const others = operations.filter((one) => ranks[one.role] > ranks.viewer && one.verb !== 'OPTIONS');
  assert.ok(others.length > 15, `only ${others.length} operations are for analysts and admins`);
  return expectAll(page, others, [403], 'a viewer', true);
}

/// A page of somebody else's making sends the cookie at most, and never the token.
async function withoutCsrfToken(page, operations) {
  const risky = operations.filter((one) => !one.open && changing.includes(one.verb));
  return expectAll(page, risky, [403], 'an admin without the token of the session');
}

export async function refusals(page, base) {
  await page.goto(base);
  const operations = operationsOf(await documentOf(page));
  await addUser(page, { name: 'newcomer', role: 'analyst' });
  await addUser(page, { name: 'watcher', role: 'viewer', datasets: ['orders'] });
  const browser = page.context().browser();
  const counts = [await strangers(browser, base, operations), await withoutGrant(browser, base, operations),
    await asViewer(browser, base, operations), await withoutCsrfToken(page, operations)];
  console.log(`refused: ${counts[0]} of a stranger, ${counts[1]} without grant, ${counts[2]} of a viewer, ${counts[3]} without the token of the session`);
}
