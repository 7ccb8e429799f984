#pragma once

#include "base/error.h"

#include "access/access.h"

#include <string>
#include <string_view>
#include <utility>

namespace forecart {

/// Makes a change and tells the audit what came of it.
template <typename Do>
void Access::audited(const Actor& by, Told told, const Do& change) {
  AuditEntry entry{.by = by,
                   .what = std::move(told.what),
                   .on = std::move(told.on),
                   .detail = std::move(told.detail)};
  try {
    change();
  } catch (const Error& error) {
    entry.outcome = to_string(error.code());
    try {
      audit_.write(std::move(entry));
    } catch (const Error&) {  // the first error says more
    }
    throw;
  }
  audit_.write(std::move(entry));
}

/// Where it lies when and from where a token was last used, and how.
std::string used_key(const std::string& token_id);
std::string used_text(Instant at, std::string_view address);

}  // namespace forecart
