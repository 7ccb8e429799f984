#pragma once

#include <string_view>

namespace forecart {

/// What codes of errors of AWS ask for, in any of its services.

/// To come again later: too many requests, or trouble at the service.
bool is_passing_code(std::string_view code);
/// The same, by the status.
bool is_passing_status(int status);
/// New credentials.
bool is_expired_credentials(std::string_view code);

}  // namespace forecart
