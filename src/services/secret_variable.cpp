#include "services/secret_variable.h"

#include "base/error.h"
#include "services/aws_json.h"
#include "services/secrets_manager.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

std::string member_of(const std::string& secret, const std::string& member,
                      const std::string& variable) {
  std::string text = aws_text(nlohmann::json::parse(secret, nullptr, false), member.c_str());
  if (!text.empty()) return text;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: the secret is no object of JSON with a text '{}'", variable, member));
}

}  // namespace

std::string secret_id(std::string_view text) {
  if (!text.starts_with(kSecretScheme)) return "";
  text.remove_prefix(kSecretScheme.size());
  return std::string(text.substr(0, text.find('#')));
}

std::string secret_variable(const Environment& environment, const std::string& name) {
  return secret_text(environment, environment(name).value_or(""), name);
}

std::string secret_text(const Environment& environment, const std::string& text,
                        const std::string& name) {
  if (!text.starts_with(kSecretScheme)) return text;
  const std::size_t hash = text.find('#');
  const std::string id = secret_id(text);
  AwsAccess access = aws_access(environment);
  access.region = region_of_arn(id);
  const std::string secret = SecretsManager(access).secret(id);
  return hash == std::string::npos ? secret : member_of(secret, text.substr(hash + 1), name);
}

}  // namespace forecart
