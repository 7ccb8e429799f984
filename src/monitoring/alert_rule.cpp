#include "monitoring/alert_rule.h"

#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

constexpr std::array<std::string_view, 4> kKinds{"no_data", "error_above_band", "coverage_drift",
                                                 "rejects_above"};
constexpr int kMostBuckets = 1'000'000;

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::invalid_value, message);
}

/// What stands between "://" and the next "/", "?" or the end.
std::string_view host_of(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  address.remove_prefix(scheme + 3);
  return address.substr(0, address.find_first_of("/?#"));
}

void check_share(double value, std::string_view name) {
  if (value >= 0 && value <= 1) return;
  refuse(fmt::format("{} {} of an alert is not from 0 to 1", name, value));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
}

/// An address of mail goes into commands and headers: nothing may break out of it.
void check_mail_address(const std::string& address) {
  const std::size_t at = address.find('@');
  const bool plain = !has_control(address) && address.find_first_of("<>,;\"") == std::string::npos;
  if (plain && at != std::string::npos && at > 0 && at + 1 < address.size()) return;
  refuse(fmt::format("'{}' is no mail address; use e.g. ops@example.org", address));
}

void check_mail(const AlertSinks& sinks) {
  if (sinks.mail_to.empty()) return;
  for (const std::string& address : sinks.mail_to) check_mail_address(address);
  check_mail_address(sinks.mail_from);
  const bool known = sinks.smtp.starts_with("smtp://") || sinks.smtp.starts_with("smtps://");
  if (known && !host_of(sinks.smtp).empty() && !has_control(sinks.smtp)) return;
  refuse(
      fmt::format("smtp '{}' is no mail server; use e.g. smtp://mail.example.org:587", sinks.smtp));
}

}  // namespace

bool is_this_host(std::string_view host) {
  constexpr std::string_view kSix = "[::1]";
  const std::size_t end =
      host.starts_with(kSix) ? kSix.size() : std::min(host.find(':'), host.size());
  const std::string_view name = host.substr(0, end);
  const std::string_view port = host.substr(end);
  if (!port.empty() &&
      (port[0] != ':' || port.find_first_not_of("0123456789", 1) != std::string_view::npos)) {
    return false;
  }
  if (name == kSix) return true;
  if (name == "localhost") return true;
  constexpr std::string_view kDigits = "0123456789.";
  return name.starts_with("127.") && name.find_first_not_of(kDigits) == std::string_view::npos;
}

void check_alert_rule(const AlertRule& rule) {
  if (rule.buckets < 1 || rule.buckets > kMostBuckets) {
    refuse(fmt::format("buckets {} of an alert is not from 1 to {}", rule.buckets, kMostBuckets));
  }
  check_share(rule.share, "share");
  check_share(rule.tolerance, "tolerance");
}

void check_alert_sinks(const AlertSinks& sinks) {
  const std::string& hook = sinks.webhook;
  if (host_of(hook).find('@') != std::string_view::npos) {
    refuse("webhook has a user or password before its host; name webhook_secret_env instead");
  }
  const bool safe =
      hook.starts_with("https://") || (hook.starts_with("http://") && is_this_host(host_of(hook)));
  if (!hook.empty() && (!safe || host_of(hook).empty() || has_control(hook))) {
    refuse(
        fmt::format("webhook is not allowed to be of host '{}'; use an address of https, or of "
                    "this host",
                    host_of(hook)));
  }
  check_mail(sinks);
  if (sinks.sns_topic.empty()) return;
  if (std::count(sinks.sns_topic.begin(), sinks.sns_topic.end(), ':') != 5 ||
      !sinks.sns_topic.starts_with("arn:") || has_control(sinks.sns_topic)) {
    refuse(
        fmt::format("sns_topic '{}' is no ARN; use e.g. "
                    "arn:aws:sns:eu-central-1:123456789012:alerts",
                    sinks.sns_topic));
  }
}

AlertKind parse_alert_kind(std::string_view name) {
  const auto* const at = std::find(kKinds.begin(), kKinds.end(), name);
  if (at != kKinds.end()) return static_cast<AlertKind>(at - kKinds.begin());
  throw Error(ErrorCode::unknown_name,
              fmt::format("kind '{}' is not known; use one of {}", name, fmt::join(kKinds, ", ")));
}

std::string to_string(AlertKind kind) {
  return std::string(kKinds[static_cast<std::size_t>(kind)]);
}

}  // namespace forecart
