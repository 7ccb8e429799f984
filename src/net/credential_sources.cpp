#include "net/credential_sources.h"

#include "base/error.h"
#include "net/aws_profile.h"

#include <fmt/format.h>

namespace forecart {

namespace {

class EnvironmentSource final : public CredentialSource {
 public:
  explicit EnvironmentSource(Environment environment) : environment_(std::move(environment)) {}

  std::string name() const override { return "environment"; }

  std::optional<Credentials> load() override {
    const auto access = environment_("AWS_ACCESS_KEY_ID");
    const auto secret = environment_("AWS_SECRET_ACCESS_KEY");
    if (!access && !secret) return std::nullopt;
    if (!access || !secret) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("{} is set, {} is not; set both",
                              access ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                              access ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"));
    }
    return Credentials{*access, *secret, environment_("AWS_SESSION_TOKEN").value_or(""), {}};
  }

 private:
  Environment environment_;
};

class ProfileSource final : public CredentialSource {
 public:
  explicit ProfileSource(Environment environment) : environment_(std::move(environment)) {}

  std::string name() const override { return "profile"; }

  std::optional<Credentials> load() override {
    const AwsProfile profile(environment_);
    const bool named = environment_("AWS_PROFILE").has_value();
    if (named && !profile.exists()) {
      throw Error(ErrorCode::unavailable,
                  fmt::format("AWS_PROFILE names '{}', which neither ~/.aws/credentials nor "
                              "~/.aws/config has",
                              profile.name()));
    }
    const std::string access = profile.value("aws_access_key_id");
    const std::string secret = profile.value("aws_secret_access_key");
    if (!access.empty() && !secret.empty()) {
      return Credentials{access, secret, profile.value("aws_session_token"), {}};
    }
    if (named) refuse(profile);
    return std::nullopt;
  }

 private:
  [[noreturn]] static void refuse(const AwsProfile& profile) {
    for (const char* way : {"credential_process", "sso_session", "sso_start_url", "role_arn"}) {
      if (profile.value(way).empty()) continue;
      throw Error(
          ErrorCode::unavailable,
          fmt::format("profile '{}' gets its keys by {}, which forecart does not do; export "
                      "them with: aws configure export-credentials --profile {}",
                      profile.name(), way, profile.name()));
    }
    throw Error(ErrorCode::unavailable,
                fmt::format("profile '{}' has no aws_access_key_id and aws_secret_access_key",
                            profile.name()));
  }

  Environment environment_;
};

}  // namespace

std::unique_ptr<CredentialSource> environment_credentials(Environment environment) {
  return std::make_unique<EnvironmentSource>(std::move(environment));
}

std::unique_ptr<CredentialSource> profile_credentials(Environment environment) {
  return std::make_unique<ProfileSource>(std::move(environment));
}

}  // namespace forecart
