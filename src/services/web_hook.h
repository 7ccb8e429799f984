#pragma once

#include "net/http.h"

#include <string>
#include <string_view>

namespace forecart {

/// Where somebody wants to be told, and the key that the message is signed with ("": it is not).
struct WebHook {
  std::string address;
  std::string secret;
};

/// Posts JSON. With a secret it carries `x-forecart-signature: t=<seconds since
/// 1970>,v1=<HMAC-SHA256 of "<seconds>.<body>" in hexadecimal>`. Tries three times where no answer
/// or one of 5xx or 429 comes; throws Error unavailable where it was not taken, without the
/// address's path or query.
void post_web_hook(HttpClient& client, const WebHook& hook, std::string_view body);

/// The value of that header.
std::string web_hook_signature(std::string_view secret, std::int64_t seconds,
                               std::string_view body);

}  // namespace forecart
