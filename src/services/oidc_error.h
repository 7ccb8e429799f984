#pragma once

#include "base/error.h"

#include <string>

namespace forecart {

/// Why nobody was signed in.
enum class OidcFault {
  settings,        ///< what was set up here cannot be used
  provider_away,   ///< no answer, or one that says "later"
  provider_wrong,  ///< what the provider says of itself or answers cannot be used
  client_refused,  ///< it does not take our client id or secret
  not_begun,       ///< the browser has begun no sign-in here, or another one than this
  too_late,        ///< it began more than ten minutes ago
  denied,          ///< the provider said no: the user, or a rule there
  code_refused,    ///< it does not take the code: used before, too old, of somebody else
  token_refused,   ///< what it says of the user does not stand up to the checks
};

/// "denied", ...
const char* to_string(OidcFault fault);

/// A sign-in that came to nothing. Neither text holds a secret, or words of the provider or the
/// browser, so both may be shown to a stranger and logged. The code is `invalid_value` where the
/// browser can do better, `unavailable` where the provider or the set-up has to, `bad_data` where
/// a token or an answer of the provider is not right.
class OidcError : public Error {
 public:
  OidcError(OidcFault fault, std::string message, std::string remedy);

  OidcFault fault() const { return fault_; }
  const std::string& message() const { return message_; }
  const std::string& remedy() const { return remedy_; }

 private:
  OidcFault fault_;
  std::string message_;
  std::string remedy_;
};

}  // namespace forecart
