#include "base/error.h"
#include "net/credential_sources.h"
#include "net/http.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace forecart {

namespace {

constexpr auto kTimeout = std::chrono::seconds(2);
constexpr auto kConnect = std::chrono::milliseconds(1000);
constexpr int kTries = 3;
constexpr const char* kTokenSeconds = "21600";
constexpr const char* kInstance = "http://169.254.169.254";
constexpr const char* kContainer = "http://169.254.170.2";

/// What a service on the host or the link answers; other answers and none are tried again.
HttpResponse ask(HttpClient& client, HttpRequest request) {
  request.timeout = kTimeout;
  HttpResponse response;
  for (int i = 0; i < kTries; ++i) {
    response = client.send(request);
    if (!response.sent || (response.complete() && response.status < 500)) break;
  }
  return response;
}

std::string why(const HttpResponse& response) {
  return response.complete() ? fmt::format("status {}", response.status) : response.failure;
}

/// Keys and tokens may go there in the clear: this host, and the link to its keeper.
bool is_near(const std::string& host) {
  static const std::array names{"localhost", "169.254.170.2", "169.254.170.23", "[::1]",
                                "[fd00:ec2::23]"};
  const bool port = host.find(':') != std::string::npos && !host.ends_with(']');
  const std::string name = port ? host.substr(0, host.rfind(':')) : host;
  const bool numbers = name.find_first_not_of("0123456789.") == std::string::npos;
  return (name.starts_with("127.") && numbers) ||
         std::find(names.begin(), names.end(), name) != names.end();
}

class ContainerSource final : public CredentialSource {
 public:
  explicit ContainerSource(Environment environment)
      : environment_(std::move(environment)),
        client_({.connect_timeout = kConnect, .use_proxy = false}) {}

  std::string name() const override { return "container"; }

  std::optional<Credentials> load() override {
    const auto relative = environment_("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const auto full = environment_("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    if (!relative && !full) return std::nullopt;
    HttpRequest request{.url = parse_url(relative ? kContainer + *relative : *full)};
    if (request.url.scheme != "https" && !is_near(request.url.host)) {
      throw Error(
          ErrorCode::invalid_value,
          fmt::format("AWS_CONTAINER_CREDENTIALS_FULL_URI names {}: https, or this host only",
                      request.url.host));
    }
    if (const std::string token = authorization(); !token.empty()) {
      request.headers.emplace_back("authorization", token);
    }
    const HttpResponse response = ask(client_, std::move(request));
    if (!response.ok()) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("the container's host gives no credentials: {}", why(response)));
    }
    return parse_metadata_credentials(response.body);
  }

 private:
  std::string authorization() const {
    if (const auto file = environment_("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")) {
      std::ifstream input(*file, std::ios::binary);
      std::string token{std::istreambuf_iterator<char>(input), {}};
      token.erase(token.find_last_not_of(" \t\r\n") + 1);
      return token;
    }
    return environment_("AWS_CONTAINER_AUTHORIZATION_TOKEN").value_or("");
  }

  Environment environment_;
  HttpClient client_;
};

class InstanceSource final : public CredentialSource {
 public:
  explicit InstanceSource(Environment environment)
      : environment_(std::move(environment)),
        client_({.connect_timeout = kConnect, .use_proxy = false}) {}

  std::string name() const override { return "instance"; }

  std::optional<Credentials> load() override {
    if (environment_("AWS_EC2_METADATA_DISABLED").value_or("") == "true") return std::nullopt;
    HttpRequest token{.method = "PUT", .url = address("/latest/api/token")};
    token.headers.emplace_back("x-aws-ec2-metadata-token-ttl-seconds", kTokenSeconds);
    const HttpResponse session = ask(client_, token);
    if (!session.ok()) return std::nullopt;  // no instance of EC2
    const std::string folder = "/latest/meta-data/iam/security-credentials/";
    const HttpResponse role = read(folder, session.body);
    if (!role.ok() || role.body.empty()) return std::nullopt;  // an instance without a role
    const std::string name = role.body.substr(0, role.body.find('\n'));
    const HttpResponse response = read(folder + name, session.body);
    if (!response.ok()) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("the instance gives no credentials for its role: {}", why(response)));
    }
    return parse_metadata_credentials(response.body);
  }

 private:
  Url address(const std::string& path) const {
    Url url = parse_url(environment_("AWS_EC2_METADATA_SERVICE_ENDPOINT").value_or(kInstance));
    url.path = path;
    return url;
  }

  HttpResponse read(const std::string& path, const std::string& token) {
    HttpRequest request{.url = address(path)};
    request.headers.emplace_back("x-aws-ec2-metadata-token", token);
    return ask(client_, std::move(request));
  }

  Environment environment_;
  HttpClient client_;
};

}  // namespace

Credentials parse_metadata_credentials(std::string_view json) {
  const auto found = nlohmann::json::parse(json, nullptr, false);
  const auto text = [&](const char* name) -> std::string {
    if (!found.is_object() || !found.contains(name) || !found[name].is_string()) return {};
    return found[name].get<std::string>();
  };
  Credentials credentials{text("AccessKeyId"), text("SecretAccessKey"), text("Token"),
                          parse_instant(text("Expiration"), TimeZone())};
  if (credentials.access_key.empty() || credentials.secret_key.empty()) {
    throw Error(ErrorCode::bad_data, "the answer of the metadata service holds no credentials");
  }
  return credentials;
}

std::unique_ptr<CredentialSource> container_credentials(Environment environment) {
  return std::make_unique<ContainerSource>(std::move(environment));
}

std::unique_ptr<CredentialSource> instance_credentials(Environment environment) {
  return std::make_unique<InstanceSource>(std::move(environment));
}

}  // namespace forecart
