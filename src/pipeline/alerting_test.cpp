#include "pipeline/alerting.h"

#include "net/test_server.h"
#include "pipeline/lease.h"
#include "table/scratch_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <map>
#include <mutex>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A data set whose last upload was of 2026-03-01, a tenth of it refused, and a web hook.
class AlertingTest : public testing::Test {
 protected:
  AlertingTest() {
    say("[[alert]]\nkind = \"no_data\"\n[[alert]]\nkind = \"rejects_above\"\nshare = 0.05\n");
    upload("a", "2026-03-01 10:00:00", 10);
    environment["FORECART_ALERT_WEBHOOK"] = hook.url();
  }

  void say(const std::string& alerts) {
    repository.store().put("datasets/orders/dataset.toml",
                           "[columns]\ntime = \"t\"\n[[panel]]\nname = \"hourly\"\nmeasure = "
                           "\"lines\"\nfrequency = \"h\"\n" +
                               alerts);
  }
  void upload(const std::string& name, const json& last, int rejected) {
    repository.write_json(
        "uploads/orders/" + name + ".json",
        {{"counts", {{"rows_read", 100}, {"rows_rejected", rejected}, {"last", last}}}});
  }
  AlertState check() {
    return check_alerts(repository, "orders", [this](const std::string& name) {
      const auto found = environment.find(name);
      return found == environment.end() ? std::nullopt : std::optional(found->second);
    });
  }

  ScratchFolder folder;
  Repository repository = Repository::open_or_create({(folder / "shop").string()});
  std::map<std::string, std::string> environment;
  std::mutex mutex;
  std::vector<json> told;
  int status = 200;
  TestServer hook{[this](const TestRequest& request) {
    const std::lock_guard lock(mutex);
    if (status == 200) told.push_back(json::parse(request.body));
    return answer(status, "");
  }};
};

TEST_F(AlertingTest, TellsOnceThatTheyBeginAndOnceThatTheyEnd) {
  EXPECT_THAT(check().active, SizeIs(2));
  EXPECT_THAT(check().active, SizeIs(2));
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0]["alert"], "no_data");
  EXPECT_EQ(told[1]["alert"], "rejects_above");
  EXPECT_EQ(told[1]["event"], "begun");
  upload("b", nullptr, 1);
  EXPECT_THAT(check().active, SizeIs(1));
  ASSERT_THAT(told, SizeIs(3));
  EXPECT_EQ(told[2]["event"], "ended");
  EXPECT_EQ(told[2]["since"], told[1]["since"]);
  EXPECT_EQ(to_json(read_alerts(repository, "orders")), to_json(check()));
}

TEST_F(AlertingTest, TellsLaterWhatNobodyTook) {
  status = 403;
  const AlertState state = check();
  EXPECT_THAT(state.notices, SizeIs(2));
  EXPECT_THAT(state.delivery_error, testing::HasSubstr("403"));
  EXPECT_TRUE(next_alert_check(state, repository.store().now()));
  status = 200;
  EXPECT_THAT(check().notices, IsEmpty());
  EXPECT_THAT(told, SizeIs(2));
}

TEST_F(AlertingTest, TheAddressOfAWebHookMayLieInSecretsManager) {
  std::string secret = hook.url();
  const TestServer secrets([&](const TestRequest&) {
    return answer(200, json{{"SecretString", json{{"url", secret}}.dump()}}.dump());
  });
  environment["FORECART_ALERT_WEBHOOK"] = "secretsmanager:hook#url";
  environment["AWS_ENDPOINT_URL"] = secrets.url();
  environment["AWS_REGION"] = "us-east-1";
  environment["AWS_ACCESS_KEY_ID"] = environment["AWS_SECRET_ACCESS_KEY"] = "key";
  EXPECT_EQ(check().delivery_error, "");
  EXPECT_THAT(told, SizeIs(2));
  upload("b", nullptr, 1);
  secret = "http://shop.example.org/told";
  EXPECT_THAT(check().delivery_error, HasSubstr("is not allowed")) << "in plain text to elsewhere";
}

TEST_F(AlertingTest, SaysWhenDataWillBeLate) {
  const Instant now = repository.store().now();
  upload("b", format_instant(now, {}), 0);
  const AlertState state = check();
  EXPECT_THAT(state.active, IsEmpty());
  const auto due = next_alert_check(state, now);
  ASSERT_TRUE(due);
  EXPECT_GT(*due, now + std::chrono::hours(3) - std::chrono::seconds(1));
  EXPECT_LE(*due, now + std::chrono::hours(4));
}

TEST_F(AlertingTest, LeavesADataSetAloneThatSomebodyWorksOn) {
  const auto lease = Lease::take(repository.store(), "work/orders/lease.json");
  EXPECT_FALSE(check_alerts_alone(repository, "orders"));
}

TEST_F(AlertingTest, WithoutRulesNothingIsKept) {
  say("");
  EXPECT_THAT(check().active, IsEmpty());
  EXPECT_FALSE(repository.store().exists("work/orders/alerts.json"));
}

}  // namespace
}  // namespace forecart
