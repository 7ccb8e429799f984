#include "base/error.h"
#include "net/aws_profile.h"
#include "net/aws_service.h"
#include "net/credential_sources.h"
#include "net/http.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <fstream>
#include <iterator>

namespace forecart {

namespace {

constexpr auto kTimeout = std::chrono::seconds(10);
constexpr int kTries = 3;

std::string read_token(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string token{std::istreambuf_iterator<char>(file), {}};
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  if (token.empty()) {
    throw Error(ErrorCode::unavailable, fmt::format("no token of a web identity in '{}'", path));
  }
  return token;
}

class WebIdentitySource final : public CredentialSource {
 public:
  explicit WebIdentitySource(Environment environment)
      : environment_(std::move(environment)),
        client_({.ca_bundle = environment_("AWS_CA_BUNDLE").value_or("")}) {}

  std::string name() const override { return "web identity"; }

  std::optional<Credentials> load() override {
    const AwsProfile profile(environment_);
    const auto setting = [&](const char* variable, const char* name) {
      return environment_(variable).value_or(profile.value(name));
    };
    const std::string role = setting("AWS_ROLE_ARN", "role_arn");
    const std::string file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    if (role.empty() || file.empty()) return std::nullopt;
    const std::string session = setting("AWS_ROLE_SESSION_NAME", "role_session_name");
    return ask(encode_query({{"Action", "AssumeRoleWithWebIdentity"},
                             {"Version", "2011-06-15"},
                             {"RoleArn", role},
                             {"RoleSessionName", session.empty() ? "forecart" : session},
                             {"WebIdentityToken", read_token(file)}}));
  }

 private:
  Url address() const {
    const std::string region = aws_region(environment_);
    return aws_address(kSts, region.empty() ? "us-east-1" : region, environment_);
  }

  Credentials ask(const std::string& form) {
    HttpRequest request{.method = "POST", .url = address(), .body = form, .timeout = kTimeout};
    request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
    HttpResponse response;
    for (int i = 0; i < kTries; ++i) {
      response = client_.send(request);
      if (response.complete() && response.status < 500) break;
    }
    if (!response.ok()) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("STS gives no credentials for the web identity: {}",
                              response.complete() ? fmt::format("status {}", response.status)
                                                  : response.failure));
    }
    return parse_sts_answer(response.body);
  }

  Environment environment_;
  HttpClient client_;
};

}  // namespace

Credentials parse_sts_answer(std::string_view xml, const std::string& operation) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  const pugi::xml_node found = document.child((operation + "Response").c_str())
                                   .child((operation + "Result").c_str())
                                   .child("Credentials");
  const auto text = [&](const char* name) { return std::string(found.child_value(name)); };
  Credentials credentials{text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"),
                          parse_instant(text("Expiration"), TimeZone())};
  if (credentials.access_key.empty() || credentials.secret_key.empty()) {
    throw Error(ErrorCode::bad_data, "the answer of STS holds no credentials");
  }
  return credentials;
}

std::unique_ptr<CredentialSource> web_identity_credentials(Environment environment) {
  return std::make_unique<WebIdentitySource>(std::move(environment));
}

}  // namespace forecart
