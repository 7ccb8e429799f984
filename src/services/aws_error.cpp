#include "services/aws_error.h"

#include "net/aws_code.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kLongestCode = 100;
constexpr std::size_t kLongestMessage = 300;
constexpr int kAccepted = 200;

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kLongestCode &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

/// "ValidationException" of "com.amazonaws.logs#ValidationException:http://…".
std::string code_of(std::string_view text) {
  text = text.substr(0, text.find_first_of(":;"));
  const std::size_t hash = text.rfind('#');
  if (hash != std::string_view::npos) text.remove_prefix(hash + 1);
  return is_word(text) ? std::string(text) : "";
}

std::string one_line(std::string text) {
  text.resize(std::min(text.size(), kLongestMessage));
  for (char& c : text) c = c < ' ' || c > '~' ? '?' : c;
  return text;
}

std::string first_text(const json& object, std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

AwsRefusal json_refusal(const HttpResponse& response) {
  const json body = json::parse(response.body, nullptr, false);
  AwsRefusal refusal{code_of(response.header("x-amzn-errortype")), ""};
  if (!body.is_object()) return refusal;
  if (refusal.code.empty()) refusal.code = code_of(first_text(body, {"__type", "code", "Code"}));
  refusal.message = one_line(first_text(body, {"message", "Message", "errorMessage"}));
  return refusal;
}

AwsRefusal xml_refusal(const std::string& body) {
  pugi::xml_document document;
  document.load_buffer(body.data(), body.size());
  pugi::xml_node error = document.document_element();  // ErrorResponse/Error, or Error itself
  for (const char* const name : {"Errors", "Error"}) {
    if (const pugi::xml_node inner = error.child(name)) error = inner;
  }
  return {code_of(error.child_value("Code")), one_line(error.child_value("Message"))};
}

/// Messages about signatures repeat headers, the session token among them.
bool may_be_told(const AwsService& service, const AwsRefusal& refusal) {
  return service.tells && !refusal.message.empty() &&
         refusal.code.find("Signature") == std::string::npos;
}

std::string request_id(const HttpResponse& response) {
  const std::string id = response.header("x-amzn-requestid");
  return is_word(id) ? fmt::format(", request {}", id) : "";
}

std::string text_of(const AwsService& service, const std::string& operation,
                    const HttpResponse& response, const AwsRefusal& refusal) {
  if (!response.complete()) {
    return fmt::format("{} {}: {}", service.id, operation, response.failure);
  }
  const bool told = may_be_told(service, refusal);
  const bool rights =
      response.status == 401 || response.status == 403 || refusal.code.starts_with("AccessDenied");
  return fmt::format("{} {}: status {}{}{}{}{}{}{}", service.id, operation, response.status,
                     refusal.code.empty() ? "" : ", ", refusal.code, request_id(response),
                     told ? ": " : "", told ? refusal.message : "",
                     rights ? "; check the credentials and their rights" : "");
}

bool has_word(const std::string& code, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* const word) { return code.find(word) != std::string::npos; });
}

ErrorCode kind_of(int status, const std::string& code) {
  if (is_passing_status(status) || is_passing_code(code)) return ErrorCode::unavailable;
  if (has_word(code, {"NotFound", "NonExistent", "DoesNotExist"}) || status == 404) {
    return ErrorCode::not_found;
  }
  if (has_word(code, {"InUse", "AlreadyExists", "Exists", "Conflict", "OperationAborted"}) ||
      status == 409) {
    return ErrorCode::conflict;
  }
  if (has_word(code, {"LimitExceeded", "QuotaExceeded"})) return ErrorCode::no_space;
  if (has_word(code, {"Validation", "InvalidParameter", "InvalidRequest", "InvalidInput"})) {
    return ErrorCode::invalid_value;
  }
  return ErrorCode::unreadable;
}

}  // namespace

AwsRefusal parse_aws_refusal(const HttpResponse& response) {
  const std::size_t begin = response.body.find_first_not_of(" \t\r\n");
  const bool xml = begin != std::string::npos && response.body[begin] == '<';
  return xml ? xml_refusal(response.body) : json_refusal(response);
}

AwsError::AwsError(const AwsService& service, const std::string& operation,
                   const HttpResponse& response)
    : AwsError(service, operation, response,
               response.complete() ? parse_aws_refusal(response) : AwsRefusal{}) {}

AwsError::AwsError(const AwsService& service, const std::string& operation, const std::string& code,
                   std::size_t entries)
    : Error(kind_of(kAccepted, code_of(code)),
            fmt::format("{} {}: {} of its entries not taken, {}", service.id, operation, entries,
                        code_of(code))),
      refusal_{code_of(code), ""},
      status_(kAccepted) {}

AwsError::AwsError(const AwsService& service, const std::string& operation,
                   const HttpResponse& response, AwsRefusal refusal)
    : Error(response.complete() ? kind_of(response.status, refusal.code) : ErrorCode::unavailable,
            text_of(service, operation, response, refusal)),
      refusal_(std::move(refusal)),
      status_(response.complete() ? response.status : 0) {}

}  // namespace forecart
