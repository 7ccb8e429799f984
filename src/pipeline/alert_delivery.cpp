#include "pipeline/alert_delivery.h"

#include "base/error.h"
#include "services/mail.h"
#include "services/secret_variable.h"
#include "services/sns.h"
#include "services/web_hook.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <set>

namespace forecart {

namespace {

constexpr std::chrono::seconds kSlow{5};  // a sink that takes longer to fail

std::string secret_of(const Environment& environment, const std::string& named, const char* usual) {
  return secret_variable(environment, named.empty() ? usual : named);
}

std::string subject_of(const std::string& dataset, const AlertNotice& notice) {
  return fmt::format("forecart: {} of {} {}", notice.alert.kind, dataset,
                     notice.begun ? "has begun" : "has ended");
}

std::string text_of(const std::string& dataset, const AlertNotice& notice) {
  return fmt::format("Data set: {}\nAlert: {}\nPanel: {}\n{} at {}Z\nSince: {}Z\n\n{}\n", dataset,
                     notice.alert.kind, notice.alert.panel.empty() ? "-" : notice.alert.panel,
                     notice.begun ? "Begun" : "Ended", format_instant(notice.at, {}),
                     format_instant(notice.alert.since, {}), notice.alert.message);
}

/// Tells one sink after the other.
class Delivery {
 public:
  Delivery(std::string dataset, const AlertSinks& sinks, const Environment& environment)
      : dataset_(std::move(dataset)), sinks_(sinks), environment_(environment) {}

  void tell(const std::string& sink, const AlertNotice& notice) {
    if (sink == "webhook" && !sinks_.webhook.empty()) {
      const std::string secret =
          secret_of(environment_, sinks_.webhook_secret_env, "FORECART_ALERT_WEBHOOK_SECRET");
      post_web_hook(http_, {hook_address(), secret}, notice_json(dataset_, notice).dump());
    } else if (sink == "mail" && !sinks_.mail_to.empty()) {
      send_mail(
          {sinks_.smtp, secret_of(environment_, sinks_.smtp_user_env, "FORECART_ALERT_SMTP_USER"),
           secret_of(environment_, sinks_.smtp_password_env, "FORECART_ALERT_SMTP_PASSWORD"),
           environment_("CURL_CA_BUNDLE").value_or("")},
          {sinks_.mail_from, sinks_.mail_to, subject_of(dataset_, notice),
           text_of(dataset_, notice)});
    } else if (sink == "sns" && !sinks_.sns_topic.empty()) {
      if (!topic_) topic_.emplace(sinks_.sns_topic, aws_access(environment_));
      topic_->publish({subject_of(dataset_, notice), text_of(dataset_, notice)});
    }
  }

 private:
  /// One that lies in Secrets Manager is looked at like any other, once it is known.
  std::string hook_address() const {
    const AlertSinks found{.webhook =
                               secret_text(environment_, sinks_.webhook, "FORECART_ALERT_WEBHOOK")};
    check_alert_sinks(found);
    return found.webhook;
  }

  std::string dataset_;
  const AlertSinks& sinks_;
  const Environment& environment_;
  HttpClient http_;
  std::optional<SnsTopic> topic_;
};

}  // namespace

std::vector<std::string> sink_names(const AlertSinks& sinks) {
  std::vector<std::string> names;
  if (!sinks.webhook.empty()) names.emplace_back("webhook");
  if (!sinks.mail_to.empty()) names.emplace_back("mail");
  if (!sinks.sns_topic.empty()) names.emplace_back("sns");
  return names;
}

void deliver(AlertState& state, const std::string& dataset, const AlertSinks& sinks,
             const Environment& environment) {
  if (state.notices.empty()) return;
  Delivery delivery(dataset, sinks, environment);
  std::string failure;
  std::set<std::string> away;  // not asked again in this look, as each try may take half a minute
  for (AlertNotice& notice : state.notices) {
    std::erase_if(notice.waiting, [&](const std::string& sink) {
      if (away.contains(sink)) return false;
      const auto begun = std::chrono::steady_clock::now();
      try {
        delivery.tell(sink, notice);
        return true;
      } catch (const Error& error) {
        failure = fmt::format("{}: {}", sink, error.what());
        if (std::chrono::steady_clock::now() - begun > kSlow) away.insert(sink);
        return false;
      }
    });
    ++notice.tries;
  }
  state.delivery_error = failure;
  std::erase_if(state.notices, [](const AlertNotice& notice) {
    return notice.waiting.empty() || notice.tries >= kMostAlertTries;
  });
}

}  // namespace forecart
