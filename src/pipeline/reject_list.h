#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace forecart {

/// Known files of a data set with rows that were refused, `most` of them, by hash from the last to
/// the first, below `before` ("": of all): `{"files":[{"file":..,"sha256":..,"rows_rejected":..,
/// "rejected_by_reason":{..}}],"next":..}`; `next` is to be given as `before` for the rest, null
/// where there is none. Each file costs a look at its record.
nlohmann::json files_with_rejects(const Repository& repository, const std::string& dataset,
                                  std::size_t most, const std::string& before);

/// Which refused rows of a file.
struct RejectFilter {
  std::string reason{};  ///< "": any
  std::size_t limit = 100;
  std::size_t offset = 0;
};

/// They, in the order of the file: `{"sha256":..,"rows":[{"file":..,"line":..,"column":..,
/// "reason":..,"text":..}],"total":..,"more":..}`; `total` are all that the filter fits. Throws
/// Error not_found where there are no rejects of such a file, invalid_value for what is no reason.
nlohmann::json rejected_rows(const Repository& repository, const std::string& dataset,
                             const std::string& hash, const RejectFilter& filter);

}  // namespace forecart
