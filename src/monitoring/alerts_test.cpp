#include "monitoring/alerts.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Instant at(const char* text) {
  return *parse_instant(text, {});
}

AlertFacts facts_at(const char* now) {
  return {.now = at(now),
          .last_sale = at("2026-03-01 10:20"),
          .reject_share = 0.05,
          .panels = {{"hourly", Calendar(Frequency::parse("h"), {})},
                     {"daily", Calendar(Frequency::parse("D"), {})}}};
}

std::vector<std::string> firing(const std::vector<AlertRule>& rules, const AlertFacts& facts) {
  std::vector<std::string> keys;
  for (const AlertFinding& finding : find_alerts(rules, facts)) {
    if (finding.fires) keys.push_back(finding.key);
  }
  return keys;
}

TEST(Alerts, NoDataFiresWhenSoManyBucketsHavePassed) {
  const std::vector<AlertRule> hourly{{AlertKind::no_data, "", 3}};
  EXPECT_THAT(firing(hourly, facts_at("2026-03-01 13:59:59")), IsEmpty());
  EXPECT_THAT(firing(hourly, facts_at("2026-03-01 14:00")), ElementsAre("no_data hourly"));
  EXPECT_EQ(no_data_due(hourly, facts_at("2026-03-01 11:00")), at("2026-03-01 14:00"));
  const std::vector<AlertRule> daily{{AlertKind::no_data, "daily", 1}};
  EXPECT_THAT(firing(daily, facts_at("2026-03-02 23:59")), IsEmpty());
  EXPECT_THAT(firing(daily, facts_at("2026-03-03 00:00")), ElementsAre("no_data daily"));
  AlertFacts unknown = facts_at("2030-01-01");
  unknown.last_sale.reset();
  EXPECT_THAT(find_alerts(hourly, unknown), IsEmpty());
  EXPECT_FALSE(no_data_due(hourly, unknown));
}

TEST(Alerts, TwoRulesOfTheSameThingAreOneAlert) {
  const std::vector<AlertRule> rules{{AlertKind::no_data, "hourly", 3},
                                     {AlertKind::no_data, "hourly", 24},
                                     {AlertKind::no_data, "daily", 1}};
  EXPECT_EQ(no_data_due(rules, facts_at("2026-03-01 13:59")), at("2026-03-01 14:00"));
  EXPECT_EQ(no_data_due(rules, facts_at("2026-03-01 14:00")), at("2026-03-02 11:00"));
  EXPECT_EQ(no_data_due(rules, facts_at("2026-03-02 11:00")), at("2026-03-03 00:00"));
  EXPECT_FALSE(no_data_due(rules, facts_at("2026-03-03 00:00")));
  AlertState state;
  for (const char* now : {"2026-03-01 14:00", "2026-03-01 15:00", "2026-03-03 00:00"}) {
    const AlertFacts facts = facts_at(now);
    change_alerts(state, find_alerts(rules, facts), {"webhook"}, facts.now);
  }
  EXPECT_THAT(state.active, SizeIs(2));
  ASSERT_THAT(state.notices, SizeIs(2));
  EXPECT_TRUE(state.notices[0].begun && state.notices[1].begun);
}

TEST(Alerts, SharesFireAboveTheirLimit) {
  AlertFacts facts = facts_at("2026-03-01 11:00");
  EXPECT_THAT(firing({{AlertKind::rejects_above, "", 3, 0.05}}, facts), IsEmpty());
  EXPECT_THAT(firing({{AlertKind::rejects_above, "", 3, 0.04}}, facts),
              ElementsAre("rejects_above"));
  facts.panels[0].error_share = 0.5;
  facts.panels[1].error_share = 0.1;
  EXPECT_THAT(firing({{AlertKind::error_above_band}}, facts),
              ElementsAre("error_above_band hourly"));
}

TEST(Alerts, CoverageDriftsBySeriesOrByProof) {
  AlertFacts facts = facts_at("2026-03-01 11:00");
  const std::vector<AlertRule> rules{{AlertKind::coverage_drift, "hourly"}};
  EXPECT_THAT(find_alerts(rules, facts), IsEmpty());
  facts.panels[0].coverage = {{0.8, 0.75}, {0.95, 0.93}};
  EXPECT_THAT(firing(rules, facts), IsEmpty());
  facts.panels[0].coverage = {{0.8, 0.75}, {0.95, 0.84}};
  EXPECT_THAT(firing(rules, facts), ElementsAre("coverage_drift hourly"));
  facts.panels[0].coverage.clear();
  facts.panels[0].coverage_share = 0.3;
  EXPECT_THAT(firing(rules, facts), ElementsAre("coverage_drift hourly"));
}

TEST(Alerts, AreToldOnceWhenTheyBeginAndOnceWhenTheyEnd) {
  const std::vector<AlertRule> rules{{AlertKind::no_data, "hourly", 3}};
  AlertState state;
  for (const char* now : {"2026-03-01 14:00", "2026-03-01 15:00"}) {
    const AlertFacts facts = facts_at(now);
    change_alerts(state, find_alerts(rules, facts), {"webhook", "mail"}, facts.now);
  }
  ASSERT_THAT(state.active, SizeIs(1));
  ASSERT_THAT(state.notices, SizeIs(1));
  EXPECT_THAT(state.notices[0].waiting, ElementsAre("webhook", "mail"));
  EXPECT_EQ(state.active[0].since, at("2026-03-01 14:00"));

  AlertFacts unknown = facts_at("2026-03-01 16:00");
  unknown.last_sale.reset();
  change_alerts(state, find_alerts(rules, unknown), {"webhook"}, unknown.now);
  EXPECT_THAT(state.active, SizeIs(1)) << "what is not known ends nothing";

  const AlertFacts fresh = facts_at("2026-03-01 11:00");
  change_alerts(state, find_alerts(rules, fresh), {"webhook"}, fresh.now);
  EXPECT_THAT(state.active, IsEmpty());
  ASSERT_THAT(state.notices, SizeIs(2));
  EXPECT_FALSE(state.notices[1].begun);
  const auto begun = notice_json("orders", state.notices[0]);
  const auto ended = notice_json("orders", state.notices[1]);
  EXPECT_EQ(begun["id"], "orders/no_data hourly/2026-03-01T14:00:00Z/begun");
  EXPECT_EQ(ended["event"], "ended");
  EXPECT_EQ(ended["since"], begun["since"]);
}

TEST(Alerts, WithoutARuleAreForgotten) {
  AlertState state;
  const AlertFacts facts = facts_at("2026-03-01 14:00");
  change_alerts(state, find_alerts({{AlertKind::no_data, "hourly", 3}}, facts), {}, facts.now);
  EXPECT_THAT(state.notices, IsEmpty()) << "nobody is to be told";
  forget_alerts_without_rule(state, {{AlertKind::no_data}}, at("2026-03-01 15:00"));
  EXPECT_THAT(state.active, SizeIs(1));
  EXPECT_THAT(state.ended, IsEmpty());
  forget_alerts_without_rule(state, {{AlertKind::no_data, "daily"}}, at("2026-03-01 16:00"));
  EXPECT_THAT(state.active, IsEmpty());
  ASSERT_THAT(state.ended, SizeIs(1));
  EXPECT_EQ(state.ended[0].ended, at("2026-03-01 16:00"));
}

TEST(Alerts, ThatAreOverAreKeptAsTheyBeganUpToALimit) {
  AlertState state;
  AlertFacts facts = facts_at("2026-03-01 11:00");
  const std::vector<AlertRule> rules{{AlertKind::rejects_above, "", 3, 0.2}};
  const auto look = [&](double share) {
    facts.now += std::chrono::minutes(1);
    facts.reject_share = share;
    change_alerts(state, find_alerts(rules, facts), {}, facts.now);
  };
  look(0.5);
  look(0.1);
  ASSERT_THAT(state.ended, SizeIs(1));
  EXPECT_THAT(state.ended[0].alert.message, HasSubstr("50.0 %"));
  EXPECT_EQ(state.ended[0].alert.since, at("2026-03-01 11:01"));
  EXPECT_EQ(state.ended[0].ended, at("2026-03-01 11:02"));
  for (std::size_t i = 0; i < kMostEnded; ++i) {
    look(0.5);
    look(0.1);
  }
  ASSERT_THAT(state.ended, SizeIs(kMostEnded));
  EXPECT_EQ(state.ended.back().ended, facts.now);
  EXPECT_GT(state.ended.front().alert.since, at("2026-03-01 11:02")) << "the first is forgotten";
  const AlertState again = parse_alert_state(to_json(state).dump());
  EXPECT_EQ(to_json(again).dump(), to_json(state).dump());
  auto older = to_json(state);
  older.erase("ended");
  EXPECT_THAT(parse_alert_state(older.dump()).ended, IsEmpty());
}

TEST(Alerts, StateIsWrittenAndReadBack) {
  AlertState state;
  const AlertFacts facts = facts_at("2026-03-01 14:00");
  change_alerts(state, find_alerts({{AlertKind::no_data, "hourly", 3}}, facts), {"sns"}, facts.now);
  state.last_sale = facts.last_sale;
  state.no_data_due = at("2026-03-01 14:00");
  state.reject_share = 0.25;
  state.seen_upload = "uploads/orders/x.json";
  state.delivery_error = "sns: away";
  const std::string text = to_json(state).dump();
  EXPECT_EQ(to_json(parse_alert_state(text)).dump(), text);
  for (const char* damaged : {"", "{", "[]", "{\"active\":[{}]}", "{\"active\":7}"}) {
    EXPECT_THAT(parse_alert_state(damaged).active, IsEmpty()) << damaged;
  }
}

}  // namespace
}  // namespace forecart
