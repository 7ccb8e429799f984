#include "services/web_hook.h"

#include "base/error.h"
#include "monitoring/alert_rule.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <chrono>
#include <thread>

namespace forecart {

namespace {

constexpr int kTries = 3;
constexpr std::chrono::milliseconds kPause{300};
constexpr std::chrono::seconds kTimeout{10};
constexpr int kTooMany = 429;

bool may_pass(const HttpResponse& response) {
  return !response.complete() || response.status >= 500 || response.status == kTooMany;
}

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Errors do not show the address: it may hold a secret.
Url address_of(const WebHook& hook) try {
  return parse_url(hook.address);
} catch (const Error& error) {
  throw Error(error.code(),
              "the address of the web hook is none; mend webhook in dataset.toml, or "
              "FORECART_ALERT_WEBHOOK");
}

HttpRequest request_of(const WebHook& hook, std::string_view body) {
  HttpRequest request{.method = "POST", .url = address_of(hook)};
  request.headers = {{"content-type", "application/json"}};
  if (!hook.secret.empty()) {
    request.headers.emplace_back("x-forecart-signature",
                                 web_hook_signature(hook.secret, seconds_now(), body));
  }
  request.body = body;
  request.timeout = kTimeout;
  return request;
}

}  // namespace

std::string web_hook_signature(std::string_view secret, std::int64_t seconds,
                               std::string_view body) {
  const std::string text = fmt::format("{}.{}", seconds, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &size);
  std::string signature = fmt::format("t={},v1=", seconds);
  for (unsigned i = 0; i < size; ++i) signature += fmt::format("{:02x}", mac[i]);
  return signature;
}

void post_web_hook(HttpClient& client, const WebHook& hook, std::string_view body) {
  const HttpRequest request = request_of(hook, body);
  if (request.url.scheme != "https" && !is_this_host(request.url.host)) {
    throw Error(ErrorCode::invalid_value, "a web hook that is not on this host needs https");
  }
  HttpResponse response;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) std::this_thread::sleep_for(kPause * i);
    response = client.send(request);
    if (response.ok()) return;
    if (!may_pass(response)) break;
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("web hook at {}: {}", request.url.host,
                          response.complete() ? fmt::format("answer {}", response.status)
                                              : response.failure));
}

}  // namespace forecart
