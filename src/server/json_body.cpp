#include "server/json_body.h"

#include "base/error.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace forecart {

namespace {

Error wrong(std::string_view field, std::string_view allowed) {
  return {ErrorCode::invalid_value,
          fmt::format("field '{}' of the body is missing or not as it should be; give {}", field,
                      allowed)};
}

bool are_texts(const nlohmann::json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(),
                                         [](const nlohmann::json& one) { return one.is_string(); });
}

}  // namespace

JsonBody::JsonBody(const Call& call, std::initializer_list<std::string_view> known)
    : value_(nlohmann::json::parse(call.request.body, nullptr, false)) {
  const std::string fields = known.size() == 0 ? "none" : fmt::format("{}", fmt::join(known, ", "));
  if (!value_.is_object()) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("the body is no JSON object; its fields are: {}", fields));
  }
  for (const auto& [name, value] : value_.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw Error(ErrorCode::invalid_value,
                fmt::format("field '{}' of the body is not known; its fields are: {}",
                            name.substr(0, 100), fields));
  }
}

std::string JsonBody::text(std::string_view field) const {
  const auto found = value_.find(field);
  if (found == value_.end() || !found->is_string()) throw wrong(field, "text");
  return found->get<std::string>();
}

std::string JsonBody::text(std::string_view field, std::string_view otherwise) const {
  return has(field) ? text(field) : std::string(otherwise);
}

bool JsonBody::truth(std::string_view field) const {
  const auto found = value_.find(field);
  if (found == value_.end() || !found->is_boolean()) throw wrong(field, "true or false");
  return found->get<bool>();
}

std::optional<std::int64_t> JsonBody::number(std::string_view field, std::int64_t least,
                                             std::int64_t most) const {
  const auto found = value_.find(field);
  if (found == value_.end()) return std::nullopt;
  const std::string allowed = fmt::format("a whole number from {} to {}", least, most);
  if (!found->is_number_integer()) throw wrong(field, allowed);
  if (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX) {
    throw wrong(field, allowed);
  }
  const auto number = found->get<std::int64_t>();
  if (number < least || number > most) throw wrong(field, allowed);
  return number;
}

double JsonBody::real(std::string_view field) const {
  const auto found = value_.find(field);
  if (found == value_.end() || !found->is_number()) throw wrong(field, "a number");
  return found->get<double>();
}

std::vector<std::string> JsonBody::texts(std::string_view field) const {
  const auto found = value_.find(field);
  if (found == value_.end()) return {};
  if (!are_texts(*found)) throw wrong(field, "a list of texts");
  return found->get<std::vector<std::string>>();
}

std::vector<std::pair<std::string, std::vector<std::string>>> JsonBody::named_texts(
    std::string_view field) const {
  const auto found = value_.find(field);
  if (found == value_.end()) return {};
  if (!found->is_object()) throw wrong(field, "an object of lists of texts");
  std::vector<std::pair<std::string, std::vector<std::string>>> result;
  for (const auto& [name, texts] : found->items()) {
    if (!are_texts(texts)) throw wrong(field, "an object of lists of texts");
    result.emplace_back(name, texts.get<std::vector<std::string>>());
  }
  return result;
}

std::size_t number_parameter(const Call& call, std::string_view name, std::size_t otherwise,
                             std::size_t most, std::size_t least) {
  const std::string_view text = call.parameter(name);
  if (text.empty()) return otherwise;
  const auto number = parse_integer(text);
  const auto value = static_cast<std::size_t>(number.value_or(-1));
  if (number && *number >= 0 && value >= least && value <= most) return value;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is not allowed for {}; give a whole number from {} to {}",
                          text.substr(0, 100), name, least, most));
}

std::size_t limit_parameter(const Call& call, std::size_t otherwise, std::size_t most) {
  return number_parameter(call, "limit", otherwise, most, 1);
}

Parameter limit_of(const char* description, std::size_t most) {
  return {"limit", description,
          fmt::format(R"({{"type":"integer","minimum":1,"maximum":{}}})", most)};
}

Answer json_answer(const nlohmann::json& value, int status) {
  return {.status = status,
          .body = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

Answer no_content() {
  return {.status = 204, .type = ""};
}

std::string object_schema(std::string_view properties,
                          std::initializer_list<std::string_view> optional) {
  nlohmann::json schema{{"type", "object"}, {"properties", nlohmann::json::parse(properties)}};
  schema["required"] = nlohmann::json::array();
  for (const auto& [name, property] : schema["properties"].items()) {
    if (std::find(optional.begin(), optional.end(), name) == optional.end()) {
      schema["required"].push_back(name);
    }
  }
  return schema.dump();
}

}  // namespace forecart
