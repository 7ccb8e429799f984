#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// What an alert is about.
enum class AlertKind {
  no_data,           ///< no sale for more than `buckets` buckets of a panel
  error_above_band,  ///< errors have grown beyond the band for more than `share` of the series
  coverage_drift,    ///< intervals miss their level: of more than `share` of the series, or in the
                     ///< last proof by more than `tolerance`
  rejects_above,     ///< more than `share` of the rows of an upload were refused
};

/// A rule of dataset.toml, `[[alert]]`.
struct AlertRule {
  AlertKind kind = AlertKind::no_data;
  std::string panel{};     ///< that it looks at; "": no_data at the first, others at each
  int buckets = 3;         ///< of no_data
  double share = 0.2;      ///< of error_above_band, coverage_drift and rejects_above
  double tolerance = 0.1;  ///< of coverage_drift

  friend bool operator==(const AlertRule&, const AlertRule&) = default;
};

/// Who is told, `[alerts]`; empty texts for nobody. Secrets are named by environment variables.
struct AlertSinks {
  std::string webhook{};             ///< an address of https, or of this host
  std::string webhook_secret_env{};  ///< key of the signature
  std::vector<std::string> mail_to{};
  std::string mail_from{};
  std::string smtp{};  ///< smtp://HOST:PORT, with STARTTLS unless on this host, or smtps://
  std::string smtp_user_env{};
  std::string smtp_password_env{};
  std::string sns_topic{};  ///< its ARN

  bool empty() const { return *this == AlertSinks{}; }
  friend bool operator==(const AlertSinks&, const AlertSinks&) = default;
};

/// Throws Error invalid_value for a number outside of what is allowed.
void check_alert_rule(const AlertRule& rule);
/// Throws Error invalid_value for an address that nobody may be told at.
void check_alert_sinks(const AlertSinks& sinks);

/// "no_data", "error_above_band", "coverage_drift", "rejects_above"; throws Error unknown_name with
/// the list.
AlertKind parse_alert_kind(std::string_view name);
std::string to_string(AlertKind kind);

/// Whether a host, perhaps with ":port", is this one: localhost, 127.0.0.0/8 or [::1].
bool is_this_host(std::string_view host);

}  // namespace forecart
