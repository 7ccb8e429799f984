#include "models/lstm/binary.h"

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <bit>
#include <cstring>
#include <string>
#include <utility>

namespace forecart::lstm {

static_assert(std::endian::native == std::endian::little, "bytes are written as they lie");

nlohmann::json to_binary(std::span<const float> values) {
  nlohmann::json::binary_t bytes;
  bytes.resize(values.size_bytes());
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), values.size_bytes());
  return nlohmann::json::binary(std::move(bytes));
}

net::AlignedVector<float> from_binary(const nlohmann::json& binary) {
  if (!binary.is_binary() || binary.get_binary().size() % sizeof(float) != 0) {
    throw_bad_state("binary values");
  }
  const auto& bytes = binary.get_binary();
  net::AlignedVector<float> values(bytes.size() / sizeof(float));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

void throw_bad_state(std::string_view part) {
  throw Error(ErrorCode::bad_data, "the saved state of a network is damaged (" + std::string(part) +
                                       "): fit the model again");
}

}  // namespace forecart::lstm
