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
