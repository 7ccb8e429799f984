// A provider of OpenID Connect for sign_in_test.cpp: npm's oidc-provider on free ports of 127.0.0.1,
// with its own pages for development, where any name and password sign in.
//
//   node provider.mjs THIRD_PARTY_OIDC     prints the addresses of two providers: one that takes
//                                          secrets both ways, one that takes them in the body only
//
// POST /test/rotate there gives a provider new keys. Ends with its standard input.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

console.info = () => {};  // that this is no provider to work with
console.warn = console.info;
const from = createRequire(join(resolve(process.argv[2]), 'package.json'));
const { Provider } = await import(pathToFileURL(from.resolve('oidc-provider')));

const kCallback = 'http://127.0.0.1:9/api/v1/session/oidc/callback';
const kShort = 'short';  // the client whose tokens expire at once

function keys() {
  const pairs = [
    ['rsa', { modulusLength: 2048 }],
    ['ec', { namedCurve: 'P-256' }],
  ];
  return pairs.map(([type, options]) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    use: 'sig',
    kid: `${type}-${randomUUID()}`,
  }));
}

function client(id, algorithm, method) {
  return {
    client_id: id,
    client_secret: `secret of ${id}: +/%&=`,
    redirect_uris: [kCallback],
    id_token_signed_response_alg: algorithm,
    token_endpoint_auth_method: method,
  };
}

async function account(_, id) {
  return {
    accountId: id,
    claims: () => ({ sub: id, preferred_username: `${id} of the test`, email: `${id}@shop.example`,
      email_verified: id !== 'unverified' }),
  };
}

function provider(issuer, methods) {
  return new Provider(issuer, {
    jwks: { keys: keys() },
    cookies: { keys: ['for tests'] },
    clients: [['rs', 'RS256'], ['ps', 'PS256'], ['es', 'ES256'], [kShort, 'ES256']]
      .map(([id, algorithm]) => client(id, algorithm, methods[0])),
    claims: { email: ['email', 'email_verified'], profile: ['preferred_username'] },
    clientAuthMethods: methods,
    conformIdTokenClaims: false,  // names are in the ID token
    features: { devInteractions: { enabled: true } },
    findAccount: account,
    ttl: { IdToken: (_, __, asking) => (asking.clientId === kShort ? 1 : 3600) },
  });
}

async function serve(methods) {
  let answer;
  const server = http.createServer((request, response) => {
    if (request.url !== '/test/rotate') return answer(request, response);
    answer = provider(issuer, methods).callback();
    return response.end();
  });
  await new Promise((listening) => { server.listen(0, '127.0.0.1', listening); });
  const issuer = `http://127.0.0.1:${server.address().port}`;
  answer = provider(issuer, methods).callback();
  return issuer;
}

process.stdin.on('end', () => process.exit(0)).resume();
const both = await serve(['client_secret_basic', 'client_secret_post']);
const body = await serve(['client_secret_post']);
console.log(`providers ${both} ${body}`);
