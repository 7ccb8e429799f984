#include "services/oidc_error.h"

#include <utility>

namespace forecart {

namespace {

ErrorCode code_of(OidcFault fault) {
  switch (fault) {
    case OidcFault::provider_away:
    case OidcFault::client_refused:
      return ErrorCode::unavailable;
    case OidcFault::provider_wrong:
    case OidcFault::token_refused:
      return ErrorCode::bad_data;
    default:
      return ErrorCode::invalid_value;
  }
}

}  // namespace

const char* to_string(OidcFault fault) {
  switch (fault) {
    case OidcFault::settings:
      return "settings";
    case OidcFault::provider_away:
      return "provider_away";
    case OidcFault::provider_wrong:
      return "provider_wrong";
    case OidcFault::client_refused:
      return "client_refused";
    case OidcFault::not_begun:
      return "not_begun";
    case OidcFault::too_late:
      return "too_late";
    case OidcFault::denied:
      return "denied";
    case OidcFault::code_refused:
      return "code_refused";
    case OidcFault::token_refused:
      return "token_refused";
  }
  return "";
}

OidcError::OidcError(OidcFault fault, std::string message, std::string remedy)
    : Error(code_of(fault), message + "; " + remedy),
      fault_(fault),
      message_(std::move(message)),
      remedy_(std::move(remedy)) {}

}  // namespace forecart
