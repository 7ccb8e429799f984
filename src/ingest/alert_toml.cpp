#include "ingest/alert_toml.h"

#include "ingest/toml_text.h"

namespace forecart {

namespace {

void read_share(const Section& section, const toml::table& table, std::string_view key,
                double& share) {
  const toml::node* const node = table.get(key);
  if (node == nullptr) return;
  const auto value = node->value<double>();
  if (!value) section.refuse(key, *node, "a number from 0 to 1");
  share = *value;
}

std::string rule_toml(const AlertRule& rule) {
  std::string result = "\n[[alert]]\n";
  result += key_line("kind", toml_text(to_string(rule.kind)),
                     "no_data, error_above_band, coverage_drift or rejects_above");
  if (!rule.panel.empty()) {
    result += key_line("panel", toml_text(rule.panel), "that it looks at; without it all");
  }
  if (rule.kind == AlertKind::no_data) {
    return result + key_line("buckets", std::to_string(rule.buckets), "without a sale");
  }
  const bool of_rows = rule.kind == AlertKind::rejects_above;
  result += key_line("share", fmt::format("{}", rule.share), of_rows ? "of rows" : "of series");
  if (rule.kind != AlertKind::coverage_drift) return result;
  return result + key_line("tolerance", fmt::format("{}", rule.tolerance),
                           "that intervals of a proof may miss their level by");
}

}  // namespace

AlertRule read_alert_rule(const toml::table& table, const Place& place) {
  const Section section(table, place, {"kind", "panel", "buckets", "share", "tolerance"});
  AlertRule rule;
  if (!table.contains("kind")) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}: an [[alert]] has no kind; use no_data, error_above_band, "
                            "coverage_drift or rejects_above",
                            place.at(table)));
  }
  section.read_with("kind", [&](const std::string& text) { rule.kind = parse_alert_kind(text); });
  section.read_text("panel", rule.panel);
  std::int64_t buckets = rule.buckets;
  section.read("buckets", "a whole number", buckets);
  if (buckets < 1 || buckets > 1'000'000) {
    section.refuse("buckets", *table.get("buckets"), "a whole number from 1 to 1000000");
  }
  rule.buckets = static_cast<int>(buckets);
  read_share(section, table, "share", rule.share);
  read_share(section, table, "tolerance", rule.tolerance);
  section.guard("kind", [&] { check_alert_rule(rule); });
  return rule;
}

AlertSinks read_alert_sinks(const toml::table& table, const Place& place) {
  const Section section(table, place,
                        {"webhook", "webhook_secret_env", "mail_to", "mail_from", "smtp",
                         "smtp_user_env", "smtp_password_env", "sns_topic"});
  AlertSinks sinks;
  section.read_text("webhook", sinks.webhook);
  section.read_text("webhook_secret_env", sinks.webhook_secret_env);
  section.read_list("mail_to", "a list of addresses", sinks.mail_to);
  section.read_text("mail_from", sinks.mail_from);
  section.read_text("smtp", sinks.smtp);
  section.read_text("smtp_user_env", sinks.smtp_user_env);
  section.read_text("smtp_password_env", sinks.smtp_password_env);
  section.read_text("sns_topic", sinks.sns_topic);
  check_alert_sinks(sinks);
  return sinks;
}

std::string alerts_toml(const std::vector<AlertRule>& rules, const AlertSinks& sinks) {
  std::string result;
  for (const AlertRule& rule : rules) result += rule_toml(rule);
  if (sinks.empty()) return result;
  result += "\n# Who is told of alerts; secrets are named by environment variables.\n[alerts]\n";
  const auto add = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) result += fmt::format("{} = {}\n", key, toml_text(value));
  };
  add("webhook", sinks.webhook);
  add("webhook_secret_env", sinks.webhook_secret_env);
  if (!sinks.mail_to.empty()) result += fmt::format("mail_to = {}\n", toml_list(sinks.mail_to));
  add("mail_from", sinks.mail_from);
  add("smtp", sinks.smtp);
  add("smtp_user_env", sinks.smtp_user_env);
  add("smtp_password_env", sinks.smtp_password_env);
  add("sns_topic", sinks.sns_topic);
  return result;
}

}  // namespace forecart
