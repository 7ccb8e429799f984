#include "ingest/frequency_guess.h"

#include "base/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace forecart {
namespace {

TEST(FrequencyGuess, NeedsTwoPointsInOneSeries) {
  FrequencyEvidence evidence;
  EXPECT_FALSE(evidence.guess().has_value());
  evidence.add({CivilTime{}});
  evidence.add({CivilTime{std::chrono::hours(1)}});
  EXPECT_FALSE(evidence.guess().has_value());
}

TEST(FrequencyGuess, ACounterStepsByTheCommonDivisor) {
  EXPECT_EQ(guess_counter({{4, 10}, {1, 7, 10}}).name(), "3");
  EXPECT_EQ(guess_counter({{4}}).name(), "1");
}

TEST(FrequencyGuess, AStepBeyondAllCountsFallsBackToOne) {
  for (const std::int64_t step : {std::int64_t{3'600'000'000}, std::int64_t{1} << 32}) {
    const Frequency found = guess_counter({{0, step, 2 * step}});
    EXPECT_EQ(found.name(), "1");
    EXPECT_EQ(found.default_season_length(), 1);
  }
}

TEST(FrequencyGuess, OneClockTimeMeansDays) {
  const auto guess = [](std::initializer_list<const char*> times) {
    std::vector<CivilTime> civil;
    for (const char* time : times) {
      civil.emplace_back(parse_instant(time, TimeZone{})->time_since_epoch());
    }
    FrequencyEvidence evidence;
    evidence.add(civil);
    return evidence.guess()->name();
  };
  EXPECT_EQ(guess({"2024-01-01 09:00", "2024-01-02 09:00", "2024-01-05 09:00"}), "D");
  EXPECT_EQ(guess({"2024-01-03 23:59:59", "2024-01-10 23:59:59"}), "W-WED");
  EXPECT_EQ(guess({"2024-01-31 09:00", "2024-02-29 09:00"}), "ME");
  EXPECT_EQ(guess({"2024-01-01 09:00", "2024-01-02 09:00", "2024-01-02 17:00"}), "8h");
}

/// Labels of any calendar give back its frequency, also with gaps.
RC_GTEST_PROP(FrequencyGuess, FindsTheCalendarThatMadeTheLabels, (std::uint32_t random)) {
  constexpr std::array kNames{"min",   "15min", "h",  "6h", "D", "W-MON",
                              "W-SAT", "MS",    "QS", "YS", "ME"};
  const std::string name = kNames[random % kNames.size()];
  const Calendar calendar(Frequency::parse(name), TimeZone{});
  const Bucket first = static_cast<Bucket>(random / 16 % 40) + 1;
  FrequencyEvidence evidence;
  std::vector<CivilTime> times;
  for (const int step : {0, 1, 2, 5, 6, 9, 14}) {
    const Instant label = *parse_instant(calendar.label(first + step), TimeZone{});
    times.emplace_back(label.time_since_epoch());
  }
  evidence.add(times);
  RC_ASSERT(evidence.guess()->name() == name);
}

}  // namespace
}  // namespace forecart
