#pragma once

#include "server/route.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forecart {

inline constexpr std::int64_t kMostJsonBytes = 64 * 1024;

/// The JSON object of a request's body. Everything throws Error invalid_value that names the field
/// and what is allowed; fields that nobody knows are mistakes.
class JsonBody {
 public:
  JsonBody(const Call& call, std::initializer_list<std::string_view> known);

  bool has(std::string_view field) const { return value_.contains(field); }
  bool is_null(std::string_view field) const { return has(field) && value_.at(field).is_null(); }
  std::string text(std::string_view field) const;
  /// Or `otherwise` where it is missing.
  std::string text(std::string_view field, std::string_view otherwise) const;
  bool truth(std::string_view field) const;
  std::optional<std::int64_t> number(std::string_view field, std::int64_t least,
                                     std::int64_t most) const;
  double real(std::string_view field) const;
  std::vector<std::string> texts(std::string_view field) const;
  /// Of an object of lists of texts.
  std::vector<std::pair<std::string, std::vector<std::string>>> named_texts(
      std::string_view field) const;

 private:
  nlohmann::json value_;
};

/// A whole number of the query; `otherwise` where it is missing. Throws Error invalid_value.
std::size_t number_parameter(const Call& call, std::string_view name, std::size_t otherwise,
                             std::size_t most, std::size_t least = 0);

/// `limit`: how many at most, of a page; at least one.
std::size_t limit_parameter(const Call& call, std::size_t otherwise, std::size_t most);
Parameter limit_of(const char* description, std::size_t most);

/// 200 with a value, or another status.
Answer json_answer(const nlohmann::json& value, int status = 200);

/// 204.
Answer no_content();

/// A JSON Schema of an object: all of `properties`, the text of a JSON object, must be there unless
/// they stand in `optional`.
std::string object_schema(std::string_view properties,
                          std::initializer_list<std::string_view> optional = {});

}  // namespace forecart
