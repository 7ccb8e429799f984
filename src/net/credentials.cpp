#include "net/credentials.h"

#include "base/error.h"
#include "net/credential_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace forecart {

namespace {

constexpr auto kRenewBefore = std::chrono::minutes(5);

Instant system_now() {
  return std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

std::vector<std::string> listed_in(const Environment& environment, const std::string& name) {
  const std::string text = environment(name).value_or("");
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

CredentialChain::CredentialChain(std::vector<std::unique_ptr<CredentialSource>> sources,
                                 Clock clock)
    : sources_(std::move(sources)), clock_(clock ? std::move(clock) : system_now) {}

Credentials CredentialChain::get() {
  const std::scoped_lock lock(mutex_);
  const Instant now = clock_();
  const auto left = [&](std::chrono::seconds margin) {
    return current_ && (!current_->expires || *current_->expires - margin > now);
  };
  if (left(kRenewBefore)) return *current_;
  try {
    current_ = load();
  } catch (const Error&) {
    if (!left(std::chrono::seconds(0))) throw;
  }
  return *current_;
}

void CredentialChain::refused(const Credentials& credentials) {
  const std::scoped_lock lock(mutex_);
  if (current_ && current_->access_key == credentials.access_key &&
      current_->session_token == credentials.session_token) {
    current_.reset();
  }
}

Credentials CredentialChain::load() {
  std::string asked;
  for (const auto& source : sources_) {
    if (auto found = source->load()) return std::move(*found);
    asked += fmt::format("{}{}", asked.empty() ? "" : ", ", source->name());
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("no credentials for AWS (asked: {}); set AWS_ACCESS_KEY_ID and "
                          "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
                          asked));
}

std::unique_ptr<CredentialChain> default_credentials(const Environment& environment) {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(environment_credentials(environment));
  sources.push_back(web_identity_credentials(environment));
  sources.push_back(profile_credentials(environment));
  sources.push_back(container_credentials(environment));
  sources.push_back(instance_credentials(environment));
  return std::make_unique<CredentialChain>(std::move(sources));
}

}  // namespace forecart
